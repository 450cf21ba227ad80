import { Button, Code } from '@mantine/core';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useState } from 'react';
import { api, unwrap } from '../../api/client';
import type { AuditEvent } from '../../api/types';
import { DataTable, type Asked, type Column } from '../../parts/DataTable';
import { EmptyState } from '../../parts/EmptyState';
import type { Filter } from '../../parts/Filters';
import { PageHeader } from '../../parts/PageHeader';
import { TimeAgo } from '../../parts/TimeAgo';
import { known, t } from '../../texts';
import { ChainCheck } from './ChainCheck';
import { EventDrawer } from './EventDrawer';

const actions = [
  'administrator.created',
  'administrator.deleted',
  'application.created',
  'application.changed',
  'application.deleted',
  'application.secret_rotated',
  'connection.created',
  'connection.changed',
  'connection.deleted',
  'connection.credentials_stored',
  'connection.credentials_activated',
  'connection.credentials_deleted',
  'environment.created',
  'environment.changed',
  'identity.linked',
  'identity.unlinked',
  'session.ended',
  'setup_link.created',
  'user.created',
  'user.changed',
  'user.blocked',
  'user.deleted',
];

/** Who changed what, the newest first, with what it was before. */
export function AuditPage() {
  const navigate = useNavigate();
  const asked = useSearch({ strict: false });
  const [shown, setShown] = useState<AuditEvent | null>(null);
  const columns: Column<AuditEvent>[] = [
    {
      id: 'what',
      header: t('audit.what'),
      cell: (row) => (
        <Button variant="transparent" size="compact-sm" px={0} c="inherit" fz="inherit" fw={570} onClick={() => setShown(row)}>
          {actionName(row.action)}
        </Button>
      ),
      text: (row) => row.action,
    },
    { id: 'target', header: t('audit.target'), cell: (row) => <Code>{row.target}</Code>, text: (row) => row.target },
    { id: 'by', header: t('audit.by'), cell: (row) => row.caller, text: (row) => row.caller },
    { id: 'number', header: t('audit.number'), cell: (row) => <span className="numbers">{row.sequence}</span>, text: (row) => row.sequence, wideOnly: true, align: 'end' },
    { id: 'when', header: t('audit.when'), cell: (row) => <TimeAgo value={row.at} />, text: (row) => row.at, align: 'end' },
  ];
  const filters: Filter[] = [
    { kind: 'choice', names: ['action'], label: t('audit.what'), options: actions.map((value) => ({ value, label: actionName(value) })) },
    { kind: 'text', names: ['caller'], label: t('audit.by') },
    { kind: 'period', names: ['from', 'to'], label: t('audit.period') },
  ];

  return (
    <>
      <PageHeader
        title={t('audit.title')}
        text={t('audit.text')}
        recipes={[
          { title: t('audit.recipe.list'), call: 'GET /api/v1/audit-events?target=connection:x' },
          { title: t('audit.recipe.export'), call: 'GET /api/v1/audit-events/export?after=0' },
          { title: t('audit.recipe.check'), call: 'GET /api/v1/audit-events/check' },
        ]}
        action={<ChainCheck />}
      />
      <DataTable
        name="audit"
        label={t('audit.title')}
        load={(query: Asked, signal) => unwrap(api.GET('/api/v1/audit-events', { params: { query }, signal }))}
        columns={columns}
        rowKey={(row) => String(row.sequence)}
        rowOpen={setShown}
        search={t('audit.search')}
        filters={filters}
        empty={<EmptyState icon="history" title={t('audit.empty.title')} text={t('audit.empty.text')} />}
      />
      <EventDrawer
        event={shown}
        close={() => setShown(null)}
        narrow={(target) => {
          setShown(null);
          void navigate({ to: '.', search: { ...asked, q: target, cursor: undefined } });
        }}
      />
    </>
  );
}

/** An action in words; as the API names it where there are none. */
export function actionName(action: string): string {
  return known(`audit.action.${action}`) ?? action;
}
