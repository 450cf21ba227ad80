import { Anchor, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { read } from '../../api/client';
import type { SignIn, User } from '../../api/types';
import { Card } from '../../parts/Card';
import type { Column } from '../../parts/DataTable';
import { ErrorState } from '../../parts/ErrorState';
import { Problem } from '../../api/problem';
import { Rows } from '../../parts/Rows';
import { TimeAgo } from '../../parts/TimeAgo';
import { t } from '../../texts';
import { Outcome } from '../sign-ins/Outcome';

/** The last sign-ins of somebody; all of them are on their own page. */
export function SignInsTab({ user }: { user: User }) {
  const found = useQuery(read('/api/v1/sign-ins', { params: { query: { q: user.id, limit: 20 } } }));
  const columns: Column<SignIn>[] = [
    { id: 'when', header: t('sign_ins.when'), cell: (row) => <TimeAgo value={row.started_at} /> },
    { id: 'outcome', header: t('sign_ins.outcome'), cell: (row) => <Outcome value={row.outcome} /> },
    { id: 'application', header: t('sign_ins.application'), cell: (row) => row.application ?? '–' },
    { id: 'connection', header: t('sign_ins.connection'), cell: (row) => row.connection ?? '–' },
    { id: 'code', header: t('sign_ins.support_code'), cell: (row) => <code>{row.support_code}</code>, wideOnly: true },
  ];
  const items = found.data?.value.items;
  return (
    <Card
      flush
      title={t('users.tab.sign_ins')}
      action={
        <Anchor component={Link} to={`/sign-ins?q=${encodeURIComponent(user.id)}`} size="sm">
          {t('users.sign_ins.all')}
        </Anchor>
      }
    >
      {found.error !== null && items === undefined ? (
        <ErrorState problem={Problem.from(found.error)} retry={() => void found.refetch()} />
      ) : items?.length === 0 ? (
        <Text size="sm" c="dimmed" p="lg">
          {t('users.sign_ins.none')}
        </Text>
      ) : (
        <Rows label={t('users.tab.sign_ins')} columns={columns} items={items} rowKey={(row) => row.support_code} rowTo={(row) => `/sign-ins/${row.support_code}`} isStale={false} />
      )}
    </Card>
  );
}
