import { Button, Code } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { api, unwrap } from '../../api/client';
import type { SignIn, SignInOutcome } from '../../api/types';
import { DataTable, type Asked, type Column } from '../../parts/DataTable';
import { EmptyState } from '../../parts/EmptyState';
import type { Filter } from '../../parts/Filters';
import { Icon } from '../../parts/Icon';
import { PageHeader } from '../../parts/PageHeader';
import { TimeAgo } from '../../parts/TimeAgo';
import { t } from '../../texts';
import { duration } from '../../texts/format';
import { Outcome } from './Outcome';

const outcomes: SignInOutcome[] = ['ok', 'running', 'refused', 'failed', 'abandoned'];
const every = 5_000;

/** Every sign-in, the newest first, by itself up to date. */
export function SignInsPage() {
  const [isLive, setIsLive] = useState(true);
  const columns: Column<SignIn>[] = [
    { id: 'who', header: t('sign_ins.who'), cell: who, text: (row) => row.handle ?? row.user },
    { id: 'outcome', header: t('sign_ins.outcome'), cell: (row) => <Outcome value={row.outcome} />, text: (row) => row.outcome },
    { id: 'application', header: t('sign_ins.application'), cell: (row) => row.application ?? '–', text: (row) => row.application },
    { id: 'connection', header: t('sign_ins.connection'), cell: (row) => row.connection ?? '–', text: (row) => row.connection, wideOnly: true },
    { id: 'error', header: t('sign_ins.error'), cell: (row) => row.error_code && <Code>{row.error_code}</Code>, text: (row) => row.error_code, wideOnly: true },
    { id: 'code', header: t('sign_ins.support_code'), cell: (row) => <Code className="numbers">{row.support_code}</Code>, text: (row) => row.support_code, wideOnly: true },
    { id: 'took', header: t('sign_ins.took'), cell: (row) => (typeof row.duration_ms === 'number' ? duration(row.duration_ms) : '–'), text: (row) => row.duration_ms, align: 'end', wideOnly: true },
    { id: 'when', header: t('sign_ins.when'), cell: (row) => <TimeAgo value={row.started_at} />, text: (row) => row.started_at, align: 'end' },
  ];
  const filters: Filter[] = [
    { kind: 'choice', names: ['outcome'], label: t('sign_ins.outcome'), options: outcomes.map((value) => ({ value, label: t(`sign_ins.outcome.${value}`) })) },
    { kind: 'text', names: ['application'], label: t('sign_ins.application_id') },
    { kind: 'text', names: ['error_code'], label: t('sign_ins.error_code') },
    { kind: 'period', names: ['from', 'to'], label: t('sign_ins.period') },
  ];

  return (
    <>
      <PageHeader
        title={t('sign_ins.title')}
        text={t('sign_ins.text')}
        recipes={[
          { title: t('sign_ins.recipe.show'), command: 'xenios sign-in show K7PX4-9QM2T', call: 'GET /api/v1/sign-ins/K7PX4-9QM2T' },
          { title: t('sign_ins.recipe.list'), command: 'xenios sign-in list --outcome failed', call: 'GET /api/v1/sign-ins?outcome=failed' },
        ]}
      />
      <DataTable
        name="sign-ins"
        label={t('sign_ins.title')}
        load={(query: Asked, signal) => unwrap(api.GET('/api/v1/sign-ins', { params: { query }, signal }))}
        columns={columns}
        rowKey={(row) => row.support_code}
        rowTo={(row) => `/sign-ins/${row.support_code}`}
        search={t('sign_ins.search')}
        filters={filters}
        every={isLive ? every : undefined}
        tools={
          <Button variant="default" aria-pressed={isLive} onClick={() => setIsLive(!isLive)} leftSection={<Icon name={isLive ? 'pulse' : 'play'} size={16} />}>
            {t(isLive ? 'sign_ins.live' : 'sign_ins.paused')}
          </Button>
        }
        empty={
          <EmptyState icon="pulse" title={t('sign_ins.empty.title')} text={t('sign_ins.empty.text')}>
            <Button component={Link} to="/">
              {t('sign_ins.empty.action')}
            </Button>
          </EmptyState>
        }
      />
    </>
  );
}

function who(row: SignIn) {
  return row.handle ? `@${row.handle}` : (row.user ?? t('sign_ins.nobody'));
}
