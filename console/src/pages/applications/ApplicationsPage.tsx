import { Button, Text } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { api, unwrap } from '../../api/client';
import type { Application } from '../../api/types';
import { DataTable, type Asked, type Column } from '../../parts/DataTable';
import { EmptyState } from '../../parts/EmptyState';
import { Icon } from '../../parts/Icon';
import { Mark } from '../../parts/Mark';
import { PageHeader } from '../../parts/PageHeader';
import { TimeAgo } from '../../parts/TimeAgo';
import { t } from '../../texts';

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
        empty={
          <EmptyState icon="apps" title={t('applications.empty.title')} text={t('applications.empty.text')}>
            {add}
          </EmptyState>
        }
      />
    </>
  );
}
