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
import { recentSignIns, statisticsOf } from './statistics';
import { ThreeSteps } from './ThreeSteps';
import { ToFix } from './ToFix';
import classes from './HomePage.module.css';

const Chart = lazy(() => import('./SignInsChart'));
const some = { params: { query: { limit: 100 } } };

/** Three things and you are live; then how it goes. */
export function HomePage() {
  const connections = useQuery(read('/api/v1/connections', some));
  const applications = useQuery(read('/api/v1/applications', some));
  const signIns = useQuery(recentSignIns);
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

  const { items, isCut } = signIns.data;
  const found = { connections: connections.data.value.items, applications: applications.data.value.items, signIns: items };
  const steps = ThreeSteps.from(found);
  const isLive = steps.every((step) => step.isDone);
  const counted = statisticsOf(items, Date.now());

  return (
    <>
      <PageHeader title={t(isLive ? 'home.title' : 'home.steps.title')} text={isLive ? undefined : t('home.steps.text')} />
      <Stack gap="lg">
        {!isLive && <ThreeSteps steps={steps} />}
        {items.length > 0 && (
          <>
            <SimpleGrid cols={{ base: 2, md: 4 }} spacing="md">
              <Figure name={t('home.signed_in_24h')} value={number(counted.signedIn)} />
              <Figure name={t('home.wrong_24h')} value={number(counted.wrong)} isBad={counted.wrong > 0} />
              <Figure name={t('home.median')} value={counted.median === null ? '–' : duration(counted.median)} />
              <Figure name={t('home.x_health')} value={counted.health === null ? '–' : percent(counted.health)} isBad={counted.health !== null && counted.health < 0.9}>
                {counted.lastThroughX !== null && <Rich id="home.x_last" tags={{ when: () => <TimeAgo value={counted.lastThroughX ?? ''} /> }} />}
              </Figure>
            </SimpleGrid>
            <Card title={t('home.per_day')} text={isCut ? t('home.per_day_cut', { count: number(items.length) }) : t('home.per_day_text')}>
              <Suspense fallback={<Skeleton height={240} />}>
                <Chart days={counted.days} />
              </Suspense>
            </Card>
            <ToFix troubles={counted.troubles} connections={found.connections} />
          </>
        )}
        {isLive && items.length === 0 && <Alert color="gray">{t('home.quiet')}</Alert>}
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
