import { Anchor, Code, Group, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import { read } from '../../api/client';
import type { SignInTimeline } from '../../api/types';
import { Card } from '../../parts/Card';
import { CodeRemedy } from '../../parts/CodeRemedy';
import { Copy } from '../../parts/CopyField';
import { PageHeader } from '../../parts/PageHeader';
import { Query } from '../../parts/Query';
import { t } from '../../texts';
import { dateTime, duration } from '../../texts/format';
import { Hops } from './Hops';
import { Outcome } from './Outcome';
import classes from './TimelinePage.module.css';

const every = 3_000;

/** The story of one sign-in (ux 2.7): what happened, which rule decided, what went wrong and what to do. */
export function TimelinePage() {
  const { code } = useParams({ from: '/sign-ins/$code' });
  const timeline = useQuery({
    ...read('/api/v1/sign-ins/{supportCode}', { params: { path: { supportCode: code } } }),
    // While it runs, it goes on before one's eyes.
    refetchInterval: (query) => (query.state.data?.value.outcome === 'running' ? every : false),
  });
  const back = { to: '/sign-ins', title: t('sign_ins.title') } as const;

  return (
    <>
      <PageHeader
        title={timeline.data === undefined ? code : titleOf(timeline.data.value)}
        back={back}
        marks={timeline.data && <Outcome value={timeline.data.value.outcome} />}
        recipes={[{ title: t('sign_ins.recipe.show'), command: `xenios sign-in show ${code}`, call: `GET /api/v1/sign-ins/${code}` }]}
      />
      <Query of={timeline}>{({ value }) => <Story of={value} />}</Query>
    </>
  );
}

function Story({ of: story }: { of: SignInTimeline }) {
  const facts: [string, React.ReactNode][] = [
    [t('sign_ins.application'), story.application && <Anchor component={Link} to={`/applications/${story.application}`}>{story.application}</Anchor>],
    [t('sign_ins.connection'), story.connection && <Anchor component={Link} to={`/connections/${story.connection}`}>{story.connection}</Anchor>],
    [t('sign_ins.person'), story.user && (story.user.startsWith('usr_') ? <Anchor component={Link} to={`/users/${story.user}`}>{story.user}</Anchor> : story.user)],
    [t('sign_ins.began'), <time key="began" dateTime={story.started_at}>{dateTime(story.started_at)}</time>],
    [t('sign_ins.took'), typeof story.duration_ms === 'number' && duration(story.duration_ms)],
  ];
  return (
    <Stack gap="lg">
      <Card>
        <Group gap="xs" mb="md">
          <Text c="dimmed">{t('sign_ins.support_code')}</Text>
          <Code data-support-code className={classes.code}>
            {story.support_code}
          </Code>
          <Copy value={story.support_code} what={t('sign_ins.support_code')} />
        </Group>
        <dl className={classes.facts}>
          {facts
            .filter(([, value]) => value !== undefined && value !== false)
            .map(([name, value]) => (
              <div key={name}>
                <dt>{name}</dt>
                <dd>{value}</dd>
              </div>
            ))}
        </dl>
      </Card>
      {story.error && <CodeRemedy error={story.error} />}
      {story.rule && (
        <Card title={t('sign_ins.rule')} text={story.rule.why}>
          <Code>{story.rule.code}</Code>
        </Card>
      )}
      <Hops items={story.hops} told={story.error?.code} />
    </Stack>
  );
}

function titleOf(story: SignInTimeline): string {
  return story.handle ? `@${story.handle}` : (story.user ?? story.support_code);
}
