import { Alert, SimpleGrid, Skeleton, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { lazy, Suspense } from 'react';
import { read } from '../../api/client';
import { Problem } from '../../api/problem';
import { Card } from '../../parts/Card';
import { ErrorState } from '../../parts/ErrorState';
import { PageHeader } from '../../parts/PageHeader';
import { PageSkeleton } from '../../parts/PageSkeleton';
import { TimeAgo } from '../../parts/TimeAgo';
import { t } from '../../texts';
import { Rich } from '../../texts/Rich';
import { duration, number, percent } from '../../texts/format';
import { countOf, healthOf, signInStatistics } from './statistics';
import { ThreeSteps } from './ThreeSteps';
import { ToFix } from './ToFix';
import classes from './HomePage.module.css';

const Chart = lazy(() => import('./SignInsChart'));
const some = { params: { query: { limit: 100 } } };

/** Three things and you are live; then how it goes. */
export function HomePage() {
  const connections = useQuery(read('/api/v1/connections', some));
  const applications = useQuery(read('/api/v1/applications', some));
  const signIns = useQuery(signInStatistics);
  const wrong = connections.error ?? applications.error ?? signIns.error;
  if (wrong !== null) {
    const again = () => void Promise.all([connections.refetch(), applications.refetch(), signIns.refetch()]);
    return (
      <>
        <PageHeader title={t('home.title')} />
        <ErrorState problem={Problem.from(wrong)} retry={again} />
      </>
    );
  }

  if (connections.data === undefined || applications.data === undefined || signIns.data === undefined) {
    return (
      <>
        <PageHeader title={t('home.title')} />
        <PageSkeleton />
      </>
    );
  }

  const counted = signIns.data;
  const found = { connections: connections.data.value.items, applications: applications.data.value.items, hasSignedIn: typeof counted.last_connected_at === 'string' };
  const steps = ThreeSteps.from(found);
  const isLive = steps.every((step) => step.isDone);
  const health = healthOf(counted);
  const isQuiet = counted.periods.every((period) => countOf(period) === 0);

  return (
    <>
      <PageHeader title={t(isLive ? 'home.title' : 'home.steps.title')} text={isLive ? undefined : t('home.steps.text')} />
      <Stack gap="lg">
        {!isLive && <ThreeSteps steps={steps} />}
        {!isQuiet && (
          <>
            <SimpleGrid cols={{ base: 2, md: 4 }} spacing="md">
              <Figure name={t('home.signed_in_24h')} value={number(counted.last_day.ok)} />
              <Figure name={t('home.wrong_24h')} value={number(counted.last_day.failed)} isBad={counted.last_day.failed > 0} />
              <Figure name={t('home.median')} value={typeof counted.median_ms === 'number' ? duration(counted.median_ms) : '–'} />
              <Figure name={t('home.x_health')} value={health === null ? '–' : percent(health)} isBad={health !== null && health < 0.9}>
                {typeof counted.last_connected_at === 'string' && <Rich id="home.x_last" tags={{ when: () => <TimeAgo value={counted.last_connected_at ?? ''} /> }} />}
              </Figure>
            </SimpleGrid>
            <Card title={t('home.per_day')} text={t('home.per_day_text')}>
              <Suspense fallback={<Skeleton height={240} />}>
                <Chart days={counted.periods} />
              </Suspense>
            </Card>
          </>
        )}
        {/* Nothing but the three things as long as nothing was tried. */}
        {(isLive || !isQuiet) && <ToFix errors={counted.errors} connections={found.connections} />}
        {isLive && isQuiet && <Alert color="gray">{t('home.quiet')}</Alert>}
      </Stack>
    </>
  );
}

function Figure({ name, value, isBad = false, children }: { name: string; value: string; isBad?: boolean; children?: React.ReactNode }) {
  return (
    <div className={classes.figure}>
      <Text size="sm" c="dimmed">
        {name}
      </Text>
      <Text className={classes.value} data-bad={isBad || undefined}>
        {value}
      </Text>
      {children !== undefined && (
        <Text size="xs" c="dimmed">
          {children}
        </Text>
      )}
    </div>
  );
}
