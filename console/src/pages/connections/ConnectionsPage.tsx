import { api, unwrap } from '../../api/client';
import type { Connection } from '../../api/types';
import { DataTable, type Asked, type Column } from '../../parts/DataTable';
import { EmptyState } from '../../parts/EmptyState';
import { PageHeader } from '../../parts/PageHeader';
import { t } from '../../texts';

/** The connections of the environment: Connections, and Settings › Authentication. */
export function ConnectionsPage() {
  const columns: Column<Connection>[] = [
    { id: 'name', header: t('connections.name'), cell: (row) => row.name ?? row.slug, text: (row) => row.name },
    { id: 'slug', header: t('connections.slug'), cell: (row) => row.slug, text: (row) => row.slug },
    { id: 'kind', header: t('connections.kind'), cell: (row) => row.kind, text: (row) => row.kind },
  ];
  return (
    <>
      <PageHeader title={t('connections.title')} text={t('connections.text')} recipes={[{ title: t('connections.recipe.list'), call: 'GET /api/v1/connections' }]} />
      <DataTable
        name="connections"
        label={t('connections.title')}
        load={(query: Asked, signal) => unwrap(api.GET('/api/v1/connections', { params: { query }, signal }))}
        columns={columns}
        rowKey={(row) => row.id}
        search={t('connections.search')}
        empty={<EmptyState icon="plug" title={t('connections.empty.title')} text={t('connections.empty.text')} />}
      />
    </>
  );
}
