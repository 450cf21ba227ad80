import { Button, Group, Modal, Stack, Switch, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { Problem } from '../../api/problem';
import type { Connection } from '../../api/types';
import { Card } from '../../parts/Card';
import { ConfirmDelete } from '../../parts/ConfirmDelete';
import { Mark } from '../../parts/Mark';
import { Notice } from '../../parts/Notice';
import { Query } from '../../parts/Query';
import { TimeAgo } from '../../parts/TimeAgo';
import { tellDone, tellProblem } from '../../parts/notices';
import { t } from '../../texts';
import { dateTime } from '../../texts/format';
import { protocolOf, useConnectionChanges } from './connection';
import classes from './connections.module.css';
import { areFit, noKeys, sent, type Keys } from './credentials';
import { CredentialWarning } from './CredentialWarning';
import { KeysFields } from './KeysFields';
import { TestPanel } from './TestPanel';
import { activate, forget, readCredentials, setNext, type CredentialSet } from './testing';

/** The keys of a connection: those in use, the next ones beside them, and the former ones to go back to (kinde-and-wso2 E80). */
export function CredentialsCard({ connection }: { connection: Connection }) {
  const queries = useQueryClient();
  const key = ['credentials', connection.slug];
  const sets = useQuery({ queryKey: key, queryFn: ({ signal }) => readCredentials(connection.slug, signal) });
  const [opened, dialog] = useDisclosure(false);
  const [going, setGoing] = useState<'next' | 'former' | null>(null);
  // The place stays while the question fades away.
  const [forgetting, setForgetting] = useState<{ place: 'next' | 'former'; isAsked: boolean }>({ place: 'next', isAsked: false });
  const { reload } = useConnectionChanges(connection.slug);
  const isDone = (message: string) => {
    void queries.invalidateQueries({ queryKey: key });
    void reload();
    tellDone(message);
  };
  const use = useMutation({
    mutationFn: ({ place, force }: { place: 'next' | 'former'; force: boolean }) => activate(connection.slug, place, force),
    meta: { quiet: true },
    onSuccess: () => isDone(t('connections.credentials.activated')),
    onError: (thrown) => {
      const problem = Problem.from(thrown);
      if (problem.code === 'credentials_not_tested') {
        setGoing('next');
      } else {
        tellProblem(problem);
      }
    },
  });
  const drop = useMutation({ mutationFn: (place: 'next' | 'former') => forget(connection.slug, place), onSuccess: () => isDone(t('connections.credentials.forgotten')) });

  return (
    <Card
      title={t('connections.credentials.title')}
      text={t('connections.credentials.text')}
      action={
        <Button variant="default" onClick={dialog.open}>
          {t(connection.credentials === 'own' ? 'connections.credentials.change' : 'connections.credentials.enter')}
        </Button>
      }
    >
      <Stack>
        <CredentialWarning connection={connection} />
        <Query of={sets} waiting={<Text c="dimmed">{t('common.loading')}</Text>}>
          {({ current, next, former }) => (
            <ul className={classes.rows}>
              <Set set={current} state="current" />
              {next !== undefined && (
                <Set set={next} state="next">
                  <TestPanel connection={connection.slug} credentials="next" protocol={protocolOf(connection)} done={() => void queries.invalidateQueries({ queryKey: key })} />
                  <Group gap="xs">
                    <Button size="xs" onClick={() => use.mutate({ place: 'next', force: false })} loading={use.isPending}>
                      {t('connections.credentials.activate')}
                    </Button>
                    <Button size="xs" variant="default" onClick={() => setForgetting({ place: 'next', isAsked: true })}>
                      {t('connections.credentials.forget')}
                    </Button>
                  </Group>
                </Set>
              )}
              {former !== undefined && (
                <Set set={former} state="former">
                  <Group gap="xs">
                    <Button size="xs" variant="default" onClick={() => use.mutate({ place: 'former', force: false })} loading={use.isPending}>
                      {t('connections.credentials.back')}
                    </Button>
                    <Button size="xs" variant="default" onClick={() => setForgetting({ place: 'former', isAsked: true })}>
                      {t('connections.credentials.forget')}
                    </Button>
                  </Group>
                </Set>
              )}
            </ul>
          )}
        </Query>
      </Stack>
      <ConfirmDelete
        opened={going !== null}
        close={() => setGoing(null)}
        title={t('connections.credentials.untested.title')}
        effects={[t('connections.credentials.untested.what'), t('connections.credentials.untested.back')]}
        action={t('connections.credentials.untested.action')}
        confirm={() => use.mutateAsync({ place: going ?? 'next', force: true })}
      />
      <ConfirmDelete
        opened={forgetting.isAsked}
        close={() => setForgetting({ ...forgetting, isAsked: false })}
        title={t(`connections.credentials.forget.${forgetting.place}`)}
        effects={[t(`connections.credentials.forget.${forgetting.place}.what`), t('connections.credentials.forget.again')]}
        action={t('connections.credentials.forget')}
        confirm={() => drop.mutateAsync(forgetting.place)}
      />
      <Modal opened={opened} onClose={dialog.close} title={t('connections.credentials.change')} size="lg" closeButtonProps={{ 'aria-label': t('common.close') }}>
        <ChangeKeys
          connection={connection}
          done={(message) => {
            isDone(message);
            dialog.close();
          }}
        />
      </Modal>
    </Card>
  );
}

function Set({ set, state, children }: { set: CredentialSet; state: 'current' | 'next' | 'former'; children?: React.ReactNode }) {
  const id = set.client_id ?? set.api_key;
  return (
    <li className={classes.row} data-credentials={state}>
      <Stack gap="xs" className={classes.words} w="100%">
        <Group gap="xs">
          <Mark tone={state === 'current' ? 'good' : 'plain'}>{t(`connections.credentials.state.${state}`)}</Mark>
          <Text size="sm">{id === undefined || id === '' ? t(`connections.source.${set.credentials}`) : <code>{id}</code>}</Text>
          <Text size="sm" c="dimmed">
            {t(set.has_client_secret || set.has_api_key_secret ? 'connections.credentials.with_secret' : 'connections.credentials.without_secret')}
          </Text>
        </Group>
        {(set.created_at !== undefined || set.until !== undefined) && (
          <Text size="sm" c="dimmed">
            {set.created_at !== undefined && <TimeAgo value={set.created_at} />}
            {state === 'next' && ` · ${set.tested_at === undefined ? t('connections.credentials.untested') : t('connections.credentials.tested', { when: dateTime(set.tested_at) })}`}
            {set.until !== undefined && ` · ${t('connections.credentials.until', { when: dateTime(set.until) })}`}
          </Text>
        )}
        {children}
      </Stack>
    </li>
  );
}

function ChangeKeys({ connection, done }: { connection: Connection; done: (message: string) => void }) {
  const isUsed = connection.credentials === 'own';
  const [keys, setKeys] = useState<Keys>({ ...noKeys, protocol: protocolOf(connection) });
  const [isNext, setIsNext] = useState(isUsed);
  const [errors, setErrors] = useState<Record<string, string>>({});
  const { save } = useConnectionChanges(connection.slug);
  const mayBeNext = isUsed && keys.protocol === protocolOf(connection);
  const saving = useMutation({
    meta: { quiet: true },
    mutationFn: async () => {
      if (mayBeNext && isNext) {
        await setNext(connection.slug, sent(keys));
        return t('connections.credentials.stored');
      }

      await save({ protocol: keys.protocol, ...sent(keys) }, null);
      return t('connections.credentials.activated');
    },
    onSuccess: done,
    onError: (thrown) => {
      const problem = Problem.from(thrown);
      setErrors(problem.byField);
      if (problem.errors.length === 0) {
        tellProblem(problem);
      }
    },
  });

  return (
    <form
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        saving.mutate();
      }}
    >
      <Stack>
        <KeysFields keys={keys} change={setKeys} errors={errors} />
        {mayBeNext && <Switch checked={isNext} onChange={(event) => setIsNext(event.currentTarget.checked)} label={t('connections.credentials.as_next')} description={t('connections.credentials.as_next.help')} />}
        {isUsed && !(mayBeNext && isNext) && <Notice>{t('connections.credentials.at_once')}</Notice>}
        <Group justify="flex-end">
          <Button type="submit" loading={saving.isPending} disabled={!areFit(keys) || (keys.client_id === '' && keys.api_key === '')}>
            {t('common.save')}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
