import { Button, Group, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { api, read, unwrap } from '../../api/client';
import type { User } from '../../api/types';
import type { Bulk } from '../../parts/BulkActions';
import { DataTable, type Asked, type Column } from '../../parts/DataTable';
import { EmptyState } from '../../parts/EmptyState';
import type { Filter } from '../../parts/Filters';
import { Icon } from '../../parts/Icon';
import { Mark } from '../../parts/Mark';
import { PageHeader } from '../../parts/PageHeader';
import { TimeAgo } from '../../parts/TimeAgo';
import { t, tn } from '../../texts';
import { NewUser } from './NewUser';
import { nameOf } from './user';

/** The people of the environment. */
export function UsersPage() {
  const [opened, dialog] = useDisclosure(false);
  const connections = useQuery(read('/api/v1/connections', { params: { query: { limit: 100 } } }));
  const columns: Column<User>[] = [
    { id: 'name', header: t('users.name'), cell: nameOf, text: nameOf },
    { id: 'username', header: t('users.username'), cell: (row) => row.username ?? '–', text: (row) => row.username, wideOnly: true },
    {
      id: 'email',
      header: t('users.email'),
      cell: (row) =>
        row.email === undefined ? (
          '–'
        ) : (
          <Text span size="sm">
            {row.email}
            {!row.email_verified && (
              <Text span c="dimmed" size="xs">
                {' '}
                {t('users.not_confirmed')}
              </Text>
            )}
          </Text>
        ),
      text: (row) => row.email,
    },
    {
      id: 'status',
      header: t('users.status'),
      cell: (row) => (
        <Group gap={6} component="span">
          <Mark tone={row.status === 'active' ? 'good' : 'bad'}>{t(`users.status.${row.status}`)}</Mark>
          {row.managed_by !== undefined && <Mark>{t('users.managed', { name: row.managed_by })}</Mark>}
        </Group>
      ),
      text: (row) => row.status,
    },
    { id: 'seen', header: t('users.last'), cell: (row) => (row.last_sign_in_at === undefined ? '–' : <TimeAgo value={row.last_sign_in_at} />), text: (row) => row.last_sign_in_at, wideOnly: true, align: 'end' },
    { id: 'since', header: t('users.since'), cell: (row) => <TimeAgo value={row.created_at} />, text: (row) => row.created_at, wideOnly: true, align: 'end' },
  ];
  const filters: Filter[] = [
    { kind: 'choice', names: ['status'], label: t('users.status'), options: (['active', 'blocked'] as const).map((value) => ({ value, label: t(`users.status.${value}`) })) },
    { kind: 'choice', names: ['connection'], label: t('users.came_by'), options: (connections.data?.value.items ?? []).map((one) => ({ value: one.slug, label: one.name ?? one.slug })) },
  ];
  const setStatus = (status: 'active' | 'blocked') => (row: User) => unwrap(api.PATCH('/api/v1/users/{id}', { params: { path: { id: row.id } }, body: { status } }));
  const bulk: Bulk<User> = {
    nameOf,
    actions: [
      {
        id: 'block',
        title: t('users.block'),
        concerns: (row) => row.status !== 'blocked',
        ask: (count) => tn('users.bulk.block', count),
        effects: [t('users.block.sessions'), t('users.block.tokens'), t('users.block.back')],
        run: setStatus('blocked'),
        done: (count) => tn('users.bulk.blocked', count),
      },
      {
        id: 'unblock',
        title: t('users.unblock'),
        concerns: (row) => row.status === 'blocked',
        ask: (count) => tn('users.bulk.unblock', count),
        effects: [t('users.unblock.effect')],
        isMild: true,
        run: setStatus('active'),
        done: (count) => tn('users.bulk.unblocked', count),
      },
      {
        id: 'delete',
        title: t('users.bulk.delete'),
        concerns: () => true,
        ask: (count) => tn('users.bulk.delete', count),
        effects: [t('users.bulk.gone'), t('users.delete.sessions'), t('users.delete.again')],
        typed: (row) => row.username ?? row.email ?? row.id,
        run: (row) => unwrap(api.DELETE('/api/v1/users/{id}', { params: { path: { id: row.id } } })),
        done: (count) => tn('users.bulk.deleted', count),
      },
    ],
  };
  return (
    <>
      <PageHeader
        title={t('users.title')}
        text={t('users.text')}
        action={
          <Button onClick={dialog.open} leftSection={<Icon name="plus" size={16} />}>
            {t('users.add')}
          </Button>
        }
        recipes={[
          { title: t('users.recipe.list'), command: 'xenios user list', call: 'GET /api/v1/users' },
          { title: t('users.recipe.import'), command: 'xenios user import users.jsonl', call: 'POST /api/v1/users/import' },
          { title: t('users.recipe.export'), command: 'xenios user export', call: 'GET /api/v1/users/export' },
        ]}
      />
      <DataTable
        name="users"
        label={t('users.title')}
        load={(query: Asked, signal) => unwrap(api.GET('/api/v1/users', { params: { query: query }, signal }))}
        columns={columns}
        filters={filters}
        rowKey={(row) => row.id}
        rowTo={(row) => `/users/${row.id}`}
        search={t('users.search')}
        bulk={bulk}
        empty={
          <EmptyState icon="users" title={t('users.empty.title')} text={t('users.empty.text')}>
            <Button onClick={dialog.open}>{t('users.add')}</Button>
          </EmptyState>
        }
      />
      <NewUser opened={opened} close={dialog.close} />
    </>
  );
}
