import { api, unwrap } from '../../api/client';
import type { User } from '../../api/types';
import { DataTable, type Asked, type Column } from '../../parts/DataTable';
import { EmptyState } from '../../parts/EmptyState';
import { PageHeader } from '../../parts/PageHeader';
import { TimeAgo } from '../../parts/TimeAgo';
import { t } from '../../texts';

/** The people of the environment. */
export function UsersPage() {
  const columns: Column<User>[] = [
    { id: 'name', header: t('users.name'), cell: (row) => row.username ?? row.email ?? row.id, text: (row) => row.username },
    { id: 'email', header: t('users.email'), cell: (row) => row.email, text: (row) => row.email },
    { id: 'since', header: t('users.since'), cell: (row) => <TimeAgo value={row.created_at} />, text: (row) => row.created_at, wideOnly: true },
  ];
  return (
    <>
      <PageHeader title={t('users.title')} text={t('users.text')} recipes={[{ title: t('users.recipe.list'), command: 'xenios user list', call: 'GET /api/v1/users' }]} />
      <DataTable
        name="users"
        label={t('users.title')}
        load={(query: Asked, signal) => unwrap(api.GET('/api/v1/users', { params: { query }, signal }))}
        columns={columns}
        rowKey={(row) => row.id}
        search={t('users.search')}
        empty={<EmptyState icon="users" title={t('users.empty.title')} text={t('users.empty.text')} />}
      />
    </>
  );
}
