import { api, unwrap } from '../../api/client';
import type { Application } from '../../api/types';
import { DataTable, type Asked, type Column } from '../../parts/DataTable';
import { EmptyState } from '../../parts/EmptyState';
import { PageHeader } from '../../parts/PageHeader';
import { t } from '../../texts';

/** The applications of the environment. */
export function ApplicationsPage() {
  const columns: Column<Application>[] = [
    { id: 'name', header: t('applications.name'), cell: (row) => row.name ?? row.client_id, text: (row) => row.name },
    { id: 'client_id', header: t('applications.client_id'), cell: (row) => row.client_id, text: (row) => row.client_id },
    { id: 'type', header: t('applications.type'), cell: (row) => row.type, text: (row) => row.type },
  ];
  return (
    <>
      <PageHeader title={t('applications.title')} text={t('applications.text')} recipes={[{ title: t('applications.recipe.list'), call: 'GET /api/v1/applications' }]} />
      <DataTable
        name="applications"
        label={t('applications.title')}
        load={(query: Asked, signal) => unwrap(api.GET('/api/v1/applications', { params: { query }, signal }))}
        columns={columns}
        rowKey={(row) => row.id}
        search={t('applications.search')}
        empty={<EmptyState icon="apps" title={t('applications.empty.title')} text={t('applications.empty.text')} />}
      />
    </>
  );
}
