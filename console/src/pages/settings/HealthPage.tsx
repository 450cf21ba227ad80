import { Anchor, Code, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { whoAmI } from '../../api/administrator';
import { Card } from '../../parts/Card';
import { CopyField } from '../../parts/CopyField';
import { Icon } from '../../parts/Icon';
import { PageHeader } from '../../parts/PageHeader';
import { Query } from '../../parts/Query';
import { t } from '../../texts';
import classes from './GoingLive.module.css';

const every = 10_000;
const patience = 5_000;

// Any host name and anybody: probes ask it, too.
const readiness = {
  queryKey: ['readiness'],
  refetchInterval: every,
  queryFn: () =>
    fetch('/health/ready', { signal: AbortSignal.timeout(patience) }).then(
      (answer) => answer.ok,
      () => false,
    ),
};

/** Whether the server can serve, where its mail goes, and whether X is pretended. */
export function HealthPage() {
  const me = useQuery(whoAmI);
  const ready = useQuery(readiness);
  return (
    <>
      <PageHeader title={t('layout.nav.health')} text={t('settings.health.text')} recipes={[{ title: t('settings.health.ready'), call: 'GET /health/ready' }]} />
      <Query of={me}>
        {({ server }) => {
          const mailbox = `${server.url}/dev/mail`;
          const rows: { key: string; isFine: boolean; text: ReactNode }[] = [
            { key: 'ready', isFine: ready.data !== false, text: t(ready.data === false ? 'settings.health.database_down' : 'settings.health.database_up') },
            {
              key: 'mail',
              isFine: server.mail_configured,
              text: server.mail_configured ? (
                t('settings.health.mail_on')
              ) : (
                <>
                  <Code mr={8}>{'A-04'}</Code>
                  {t('settings.health.mail_off')}{' '}
                  <Anchor href={mailbox} target="_blank" rel="noopener">
                    {t('settings.health.mailbox')}
                  </Anchor>
                </>
              ),
            },
            {
              key: 'sandbox',
              isFine: true,
              text: server.sandbox_url ? (
                <>
                  {t('settings.health.sandbox_on')}{' '}
                  <Anchor href={server.sandbox_url} target="_blank" rel="noopener">
                    {t('settings.health.sandbox')}
                  </Anchor>
                </>
              ) : (
                t('settings.health.sandbox_off')
              ),
            },
          ];
          return (
            <Stack gap="lg">
              <Card title={t('settings.health.now')}>
                <ul className={classes.list}>
                  {rows.map((row) => (
                    <li key={row.key} className={classes.row}>
                      <span className={classes.sign} data-done={row.isFine || undefined} role="img" aria-label={t(row.isFine ? 'settings.health.fine' : 'settings.health.look')}>
                        <Icon name={row.isFine ? 'check' : 'warning'} size={14} />
                      </span>
                      <span>{row.text}</span>
                    </li>
                  ))}
                </ul>
              </Card>
              <Card title={t('settings.health.server')}>
                <Stack>
                  <CopyField label={t('settings.health.url')} value={server.url} description={t('settings.health.url_text')} />
                  <Text size="sm" c="dimmed">
                    {t('settings.health.version', { version: server.version })}
                  </Text>
                </Stack>
              </Card>
            </Stack>
          );
        }}
      </Query>
    </>
  );
}
