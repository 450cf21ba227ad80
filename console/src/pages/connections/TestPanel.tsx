import { Anchor, Button, Group, List, Loader, Stack, Text } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef, useState, type ReactNode } from 'react';
import type { SignInHop } from '../../api/types';
import { CodeRemedy } from '../../parts/CodeRemedy';
import { Icon, type IconName } from '../../parts/Icon';
import { t, type TextKey } from '../../texts';
import { duration } from '../../texts/format';
import classes from './connections.module.css';
import { readTest, startTest, type ConnectionTest, type Place } from './testing';

const every = 1_000;
const lines = ['reach', 'credentials', 'back', 'exchange', 'scopes', 'profile', 'email'] as const;
type Line = (typeof lines)[number];

interface Props {
  connection: string;
  credentials?: Place;
  protocol: 'oauth2' | 'oauth1a';
  /** Before the test: saves what was typed. Throws where that is refused. */
  before?: () => Promise<string>;
  /** When it ended well. */
  done?: () => void;
  disabled?: boolean;
}

/** Tests a connection with the administrator's own account at X: seven lines, each with its time and what to do (ux 2.5, step 3). */
export function TestPanel({ connection, credentials = 'current', protocol, before, done, disabled }: Props) {
  const [begun, setBegun] = useState<{ connection: string; id: string } | null>(null);
  const queries = useQueryClient();
  const key = ['connection test', begun?.id];
  const test = useQuery({
    queryKey: key,
    queryFn: ({ signal }) => readTest(begun?.connection ?? '', begun?.id ?? '', signal),
    enabled: begun !== null,
    refetchInterval: (query) => (isRunning(query.state.data) ? every : false),
    refetchOnWindowFocus: true,
  });
  const start = useMutation({
    // What a form has refused stands at its fields.
    mutationFn: async () => {
      const slug = before === undefined ? connection : await before();
      return { slug, made: await startTest(slug, credentials) };
    },
    onSuccess: ({ slug, made }) => {
      queries.setQueryData(['connection test', made.result_id], made);
      setBegun({ connection: slug, id: made.result_id });
      if (made.url !== undefined) {
        // A browser that forbids this shows the link below.
        window.open(made.url, '_blank', 'noopener');
      }
    },
  });
  const result = begun === null ? undefined : test.data;
  const isGood = result?.outcome === 'ok';
  // Told once for each test, whatever the page around it draws.
  const tell = useRef(done);
  useEffect(() => {
    tell.current = done;
  });
  useEffect(() => {
    if (isGood) {
      tell.current?.();
    }
  }, [isGood, begun?.id]);

  return (
    <Stack gap="sm">
      <Group gap="sm">
        <Button onClick={() => start.mutate()} loading={start.isPending} disabled={disabled} variant={isGood ? 'default' : 'filled'} className={classes.long} leftSection={<Icon name="play" size={14} />}>
          {t(begun === null ? 'connections.test.start' : 'connections.test.again')}
        </Button>
        {result?.url !== undefined && result.state === 'waiting' && (
          <Anchor href={result.url} target="_blank" rel="noreferrer" size="sm">
            {t('connections.test.open')} <Icon name="external" size={13} />
          </Anchor>
        )}
        {isRunning(result) && (
          <Group gap={6} role="status">
            <Loader size={14} />
            <Text size="sm" c="dimmed">
              {t(result?.state === 'opened' ? 'connections.test.at_x' : 'connections.test.waiting')}
            </Text>
          </Group>
        )}
      </Group>
      {result !== undefined && <TestLines test={result} protocol={protocol} />}
    </Stack>
  );
}

function isRunning(test: ConnectionTest | undefined): boolean {
  return test?.state === 'waiting' || test?.state === 'opened';
}

function TestLines({ test, protocol }: { test: ConnectionTest; protocol: 'oauth2' | 'oauth1a' }) {
  const expected = lines.filter((line) => protocol === 'oauth2' || line !== 'scopes');
  const has = (line: Line) => test.hops.find((hop) => hop.kind === line);
  const isOver = !isRunning(test);
  return (
    <>
      <ol className={classes.lines} aria-label={t('connections.test.lines')} aria-live="polite">
        {expected.map((line) => {
          const hop = has(line);
          return (
            <li key={line} className={classes.line} data-outcome={hop?.outcome ?? 'open'}>
              <span className={classes.sign}>
                <Icon name={signOf(hop)} size={13} />
              </span>
              <div className={classes.words}>
                <Text size="sm">{hop === undefined ? t(`connections.test.open.${line}`) : said(line, hop)}</Text>
                {hop?.error !== undefined && (
                  <div>
                    <CodeRemedy error={hop.error} />
                  </div>
                )}
              </div>
              {typeof hop?.duration_ms === 'number' && <span className={classes.took}>{duration(hop.duration_ms)}</span>}
            </li>
          );
        })}
      </ol>
      {isOver && (
        <Text size="sm" fw={600} role="status">
          {t(`connections.test.outcome.${test.outcome === 'running' ? 'abandoned' : test.outcome}` as TextKey)}
        </Text>
      )}
      {test.outcome === 'failed' && has('back') === undefined && test.state === 'expired' && <NeverBack />}
    </>
  );
}

// X tells nothing when it stops somebody on its own page.
function NeverBack(): ReactNode {
  return (
    <List size="sm" spacing={4}>
      <List.Item>{t('connections.test.never_back.callback')}</List.Item>
      <List.Item>{t('connections.test.never_back.type')}</List.Item>
      <List.Item>{t('connections.test.never_back.permission')}</List.Item>
    </List>
  );
}

function signOf(hop: SignInHop | undefined): IconName {
  return hop === undefined ? 'clock' : hop.outcome === 'ok' ? 'check' : hop.outcome === 'failed' ? 'cross' : 'warning';
}

// The server's own words are English; what went well is said in the console's language.
function said(line: Line, hop: SignInHop): string {
  const fact = (name: string) => hop.data[name] ?? '';
  if (hop.outcome !== 'ok') {
    return hop.title;
  }

  switch (line) {
    case 'reach':
      return t('connections.test.ok.reach', { host: fact('host') });
    case 'exchange':
      return t('connections.test.ok.exchange', { age: duration(Number(fact('age_ms'))) });
    case 'scopes':
      return t('connections.test.ok.scopes', { granted: fact('granted').replaceAll(' ', ', ') });
    case 'profile':
      return t('connections.test.ok.profile', { handle: fact('handle'), id: fact('id') });
    case 'email':
      return fact('email') === '' ? t('connections.test.ok.no_email') : t('connections.test.ok.email', { email: fact('email') });
    default:
      return t(`connections.test.ok.${line}`);
  }
}
