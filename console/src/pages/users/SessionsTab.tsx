import { Button, Skeleton, Text } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { api, read, unwrap } from '../../api/client';
import type { User } from '../../api/types';
import { Card } from '../../parts/Card';
import { ConfirmDelete } from '../../parts/ConfirmDelete';
import { Query } from '../../parts/Query';
import { TimeAgo } from '../../parts/TimeAgo';
import { tellDone } from '../../parts/notices';
import { Rich } from '../../texts/Rich';
import { t } from '../../texts';
import { dateTime } from '../../texts/format';
import { useUserChanges } from './user';
import classes from './users.module.css';

/** Where somebody is signed in. */
export function SessionsTab({ user }: { user: User }) {
  const sessions = useQuery(read('/api/v1/users/{id}/sessions', { params: { path: { id: user.id } } }));
  const [asks, setAsks] = useState(false);
  const { refresh } = useUserChanges(user.id);
  const end = useMutation({
    mutationFn: (session: string | null) =>
      unwrap<unknown>(
        session === null
          ? api.DELETE('/api/v1/users/{id}/sessions', { params: { path: { id: user.id } } })
          : api.DELETE('/api/v1/users/{id}/sessions/{session}', { params: { path: { id: user.id, session } } }),
      ),
    onSuccess: (_, session) => {
      void refresh();
      tellDone(t(session === null ? 'users.sessions.all_ended' : 'users.sessions.ended'));
    },
  });
  return (
    <Query of={sessions} waiting={<Skeleton height={90} radius="lg" />}>
      {({ value }) => (
        <Card
          title={t('users.tab.sessions')}
          text={t('users.sessions.text')}
          action={
            value.items.length > 0 && (
              <Button variant="default" onClick={() => setAsks(true)}>
                {t('users.sessions.end_all')}
              </Button>
            )
          }
        >
          {value.items.length === 0 && (
            <Text size="sm" c="dimmed">
              {t('users.sessions.none')}
            </Text>
          )}
          <ul className={classes.rows} aria-label={t('users.tab.sessions')}>
            {value.items.map((session) => (
              <li key={session.id} className={classes.row}>
                <div className={classes.words}>
                  <Text size="sm" fw={570}>
                    {session.connection === undefined ? t('users.sessions.by_server') : t('users.sessions.by', { name: session.connection })}
                  </Text>
                  <Text size="sm" c="dimmed">
                    <Rich id="users.sessions.times" tags={{ since: () => <TimeAgo value={session.auth_time} />, used: () => <TimeAgo value={session.last_used_at} /> }} />
                  </Text>
                  <Text size="sm" c="dimmed">
                    {session.host} · {t('users.sessions.until', { when: dateTime(session.expires_at) })}
                  </Text>
                </div>
                <Button size="xs" variant="default" loading={end.isPending && end.variables === session.id} onClick={() => end.mutate(session.id)}>
                  {t('users.sessions.end')}
                </Button>
              </li>
            ))}
          </ul>
          <ConfirmDelete
            opened={asks}
            close={() => setAsks(false)}
            title={t('users.sessions.ask')}
            effects={[t('users.sessions.effect'), t('users.sessions.told')]}
            action={t('users.sessions.end_all')}
            confirm={() => end.mutateAsync(null)}
          />
        </Card>
      )}
    </Query>
  );
}
