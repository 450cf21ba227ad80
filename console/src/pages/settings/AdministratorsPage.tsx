import { Button, Group, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { whoAmI } from '../../api/administrator';
import { home, unwrap } from '../../api/client';
import { environmentSlug } from '../../api/environment';
import { Problem } from '../../api/problem';
import type { AdministratorView } from '../../api/types';
import { ConfirmDelete } from '../../parts/ConfirmDelete';
import { DataTable, type Column } from '../../parts/DataTable';
import { EmptyState } from '../../parts/EmptyState';
import { Icon } from '../../parts/Icon';
import { Mark } from '../../parts/Mark';
import { PageHeader } from '../../parts/PageHeader';
import { TimeAgo } from '../../parts/TimeAgo';
import { tellDone } from '../../parts/notices';
import { known, t } from '../../texts';
import { AddAdministrator } from './AddAdministrator';
import { administratorsKey, found, nameOfAdministrator, standing } from './administrators';
import { SetupLink } from './SetupLink';

/** Who may use the console; who comes in and who goes. They are the whole server's, whatever environment the console is about. */
export function AdministratorsPage() {
  const [adds, adding] = useDisclosure(false);
  const me = useQuery(whoAmI);
  const isMe = (row: AdministratorView) => me.data?.caller === `administrator:${row.user_id}`;
  const columns: Column<AdministratorView>[] = [
    { id: 'name', header: t('administrators.name'), cell: nameOfAdministrator, text: nameOfAdministrator },
    { id: 'email', header: t('administrators.email'), cell: (row) => row.email ?? '–', text: (row) => row.email, wideOnly: true },
    {
      id: 'may_sign_in',
      header: t('administrators.may_sign_in'),
      cell: (row) => (
        <Group gap={6} component="span">
          <Mark tone={row.may_sign_in ? 'good' : 'bad'}>{t(`administrators.may_sign_in.${standing(row)}`)}</Mark>
          {isMe(row) && <Mark>{t('administrators.you')}</Mark>}
          {standing(row) === 'no' && (
            <Text span size="xs" c="dimmed">
              {t('administrators.may_sign_in.why')}
            </Text>
          )}
        </Group>
      ),
      text: (row) => row.may_sign_in,
    },
    { id: 'added_by', header: t('administrators.added_by'), cell: (row) => known(`administrators.by.${row.added_by}`) ?? row.added_by, text: (row) => row.added_by, wideOnly: true },
    { id: 'since', header: t('administrators.since'), cell: (row) => <TimeAgo value={row.since} />, text: (row) => row.since, align: 'end' },
    { id: 'remove', header: t('administrators.remove'), cell: (row) => <Remove administrator={row} isMe={isMe(row)} />, align: 'end' },
  ];
  const add = (
    <Button onClick={adding.open} leftSection={<Icon name="plus" size={16} />}>
      {t('administrators.add')}
    </Button>
  );
  return (
    <>
      <PageHeader
        title={t('layout.nav.administrators')}
        text={t('administrators.text')}
        action={add}
        recipes={[
          { title: t('administrators.recipe.list'), command: 'xenios admin list', call: 'GET /api/v1/administrators' },
          { title: t('administrators.add'), command: 'xenios admin create ada@example.com --password-stdin', call: 'POST /api/v1/administrators  {"email": "…", "password": "…"}' },
          { title: t('administrators.remove'), command: 'xenios admin remove USER_ID', call: 'DELETE /api/v1/administrators/{user_id}' },
          { title: t('administrators.link.make'), command: 'xenios setup-link', call: 'POST /api/v1/setup-links' },
        ]}
      />
      <DataTable
        name="administrators"
        label={t('layout.nav.administrators')}
        load={({ q }, signal) => unwrap(home.GET('/api/v1/administrators', { signal })).then(({ items }) => ({ items: found(items, String(q ?? '')) }))}
        columns={columns}
        rowKey={(row) => row.user_id}
        // Their accounts are in the default environment alone.
        rowTo={environmentSlug === undefined ? (row) => `/users/${row.user_id}` : undefined}
        search={t('administrators.search')}
        tools={<SetupLink />}
        empty={
          <EmptyState icon="shield" title={t('administrators.empty.title')} text={t('administrators.empty.text')}>
            <Group justify="center">
              {add}
              <SetupLink />
            </Group>
          </EmptyState>
        }
      />
      <AddAdministrator opened={adds} close={adding.close} />
    </>
  );
}

function Remove({ administrator, isMe }: { administrator: AdministratorView; isMe: boolean }) {
  const [asks, asking] = useDisclosure(false);
  const queries = useQueryClient();
  const name = nameOfAdministrator(administrator);
  const remove = useMutation({
    // What stands against it is said where it was asked.
    meta: { quiet: true },
    mutationFn: () => unwrap(home.DELETE('/api/v1/administrators/{id}', { params: { path: { id: administrator.user_id } } })),
    onSuccess: () => {
      if (isMe) {
        location.assign('/console/');
        return;
      }

      void queries.invalidateQueries({ queryKey: administratorsKey });
      tellDone(t('administrators.remove.done', { name }));
    },
  });
  return (
    <>
      <Button size="xs" variant="default" onClick={asking.open} aria-label={t('administrators.remove_one', { name })}>
        {t('administrators.remove')}
      </Button>
      <ConfirmDelete
        opened={asks}
        close={() => {
          asking.close();
          remove.reset();
        }}
        title={t('administrators.remove.ask', { name })}
        effects={[...(isMe ? [t('administrators.remove.self')] : [t('administrators.remove.console')]), t('administrators.remove.account'), t('administrators.remove.links')]}
        action={t('administrators.remove')}
        refusal={remove.error === null ? undefined : Problem.from(remove.error)}
        confirm={() => remove.mutateAsync()}
      />
    </>
  );
}
