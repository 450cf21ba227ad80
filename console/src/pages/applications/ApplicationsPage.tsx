import { Button, Text } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { api, unwrap } from '../../api/client';
import type { Application } from '../../api/types';
import type { BulkAction } from '../../parts/BulkActions';
import { DataTable, type Asked, type Column } from '../../parts/DataTable';
import { EmptyState } from '../../parts/EmptyState';
import { Icon } from '../../parts/Icon';
import { Mark } from '../../parts/Mark';
import { PageHeader } from '../../parts/PageHeader';
import { TimeAgo } from '../../parts/TimeAgo';
import { t, tn } from '../../texts';

/** The applications of the environment. */
export function ApplicationsPage() {
  const add = (
    <Button component={Link} to="/applications/new" leftSection={<Icon name="plus" size={16} />}>
      {t('applications.add')}
    </Button>
  );
  const columns: Column<Application>[] = [
    { id: 'name', header: t('applications.name'), cell: (row) => row.name ?? row.client_id, text: (row) => row.name ?? row.client_id },
    { id: 'client_id', header: t('applications.client_id'), cell: (row) => <code>{row.client_id}</code>, text: (row) => row.client_id },
    { id: 'type', header: t('applications.type'), cell: (row) => <Text size="sm">{t(`applications.type.${row.type ?? 'web'}`)}</Text>, text: (row) => row.type ?? 'web' },
    { id: 'enabled', header: t('applications.state'), cell: (row) => <Mark tone={row.enabled === false ? 'plain' : 'good'}>{t(row.enabled === false ? 'applications.off' : 'applications.on')}</Mark>, text: (row) => row.enabled !== false },
    { id: 'created', header: t('applications.since'), cell: (row) => row.created_at !== undefined && <TimeAgo value={row.created_at} />, text: (row) => row.created_at, wideOnly: true, align: 'end' },
  ];
  const turn = (way: 'on' | 'off'): BulkAction<Application> => ({
    id: way,
    title: t(`applications.bulk.${way}`),
    concerns: (row) => (row.enabled !== false) !== (way === 'on'),
    ask: (count) => tn(`applications.bulk.${way}_ask`, count),
    effects: way === 'on' ? [t('applications.bulk.on.now')] : [t('applications.bulk.off.now'), t('applications.bulk.off.people'), t('applications.bulk.off.back')],
    isMild: way === 'on',
    run: (row) => unwrap(api.PATCH('/api/v1/applications/{id}', { params: { path: { id: row.client_id } }, body: { enabled: way === 'on' } })),
    done: (count) => tn(`applications.bulk.${way}_done`, count),
  });
  return (
    <>
      <PageHeader
        title={t('applications.title')}
        text={t('applications.text')}
        action={add}
        recipes={[
          { title: t('applications.recipe.list'), command: 'xenios export', call: 'GET /api/v1/applications' },
          { title: t('applications.add'), command: 'xenios apply applications.yaml', call: 'POST /api/v1/applications' },
        ]}
      />
      <DataTable
        name="applications"
        label={t('applications.title')}
        load={(query: Asked, signal) => unwrap(api.GET('/api/v1/applications', { params: { query }, signal }))}
        columns={columns}
        rowKey={(row) => row.id}
        rowTo={(row) => `/applications/${row.client_id}`}
        search={t('applications.search')}
        bulk={{ nameOf: (row) => row.name ?? row.client_id, actions: [turn('on'), turn('off')] }}
        empty={
          <EmptyState icon="apps" title={t('applications.empty.title')} text={t('applications.empty.text')}>
            {add}
          </EmptyState>
        }
      />
    </>
  );
}
