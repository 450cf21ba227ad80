import { Anchor, Skeleton, Stack, Switch, Text, TextInput } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { api, read, unwrap } from '../../api/client';
import type { Application } from '../../api/types';
import { ErrorState } from '../../parts/ErrorState';
import { Problem } from '../../api/problem';
import { tellDone } from '../../parts/notices';
import { t } from '../../texts';
import classes from './connections.module.css';

/** Whether people may come into an application by a connection: it names it in its first step, or names none and so offers all. */
export function offers(application: Application, slug: string): boolean {
  const [first] = application.login_flow?.steps ?? [];
  return first === undefined ? (application.connections?.includes(slug) ?? true) : (first.options ?? []).some((option) => option.connection === slug);
}

/** Switches a connection on or off for an application. */
export async function switchApplication(application: string, connection: string, isOn: boolean): Promise<void> {
  const params = { path: { id: application, connection } };
  await unwrap(isOn ? api.PUT('/api/v1/applications/{id}/connections/{connection}', { params }) : api.DELETE('/api/v1/applications/{id}/connections/{connection}', { params }));
}

/** The applications as switches: which of them offer a connection. Without `connection` nothing is stored yet, and `chosen` is asked and told. */
export function AppSwitches({ connection, chosen, choose }: { connection?: string; chosen?: (application: Application) => boolean; choose?: (application: Application, isOn: boolean) => void }) {
  const [typed, setTyped] = useState('');
  const [q] = useDebouncedValue(typed.trim(), 300);
  const queries = useQueryClient();
  const list = useQuery(read('/api/v1/applications', { params: { query: { limit: 100, ...(q === '' ? {} : { q }) } } }));
  const toggle = useMutation({
    mutationFn: ({ application, isOn }: { application: Application; isOn: boolean }) => switchApplication(application.client_id, connection ?? '', isOn),
    onSuccess: (_, { application, isOn }) => tellDone(t(isOn ? 'connections.apps.on' : 'connections.apps.off', { name: application.name ?? application.client_id })),
    onSettled: () => queries.invalidateQueries({ predicate: (query) => String(query.queryKey[0]).startsWith('/api/v1/applications') }),
  });
  if (list.error !== null && list.data === undefined) {
    return <ErrorState problem={Problem.from(list.error)} retry={() => void list.refetch()} />;
  }

  if (list.data === undefined) {
    return <Skeleton height={90} />;
  }

  // A machine signs nobody in.
  const items = list.data.value.items.filter((application) => application.type !== 'machine');
  const isLong = list.data.value.next_cursor !== undefined || q !== '' || items.length > 12;
  const isOn = (application: Application) =>
    connection === undefined ? (chosen?.(application) ?? false) : toggle.isPending && toggle.variables.application.client_id === application.client_id ? toggle.variables.isOn : offers(application, connection);

  return (
    <Stack gap="xs">
      {isLong && <TextInput type="search" aria-label={t('connections.apps.search')} placeholder={t('connections.apps.search')} value={typed} onChange={(event) => setTyped(event.currentTarget.value)} maxLength={256} />}
      {items.length === 0 && (
        <Text size="sm" c="dimmed">
          {t(q === '' ? 'connections.apps.none' : 'common.list.nothing')}
        </Text>
      )}
      <ul className={classes.rows} aria-label={t('connections.apps.label')}>
        {items.map((application) => (
          <li key={application.client_id} className={classes.row}>
            <span className={classes.words}>
              <Anchor component={Link} to={`/applications/${application.client_id}`} fw={550}>
                {application.name ?? application.client_id}
              </Anchor>
              <Text size="xs" c="dimmed">
                {application.client_id}
                {application.connections === undefined && application.login_flow === undefined && ` · ${t('connections.apps.all')}`}
              </Text>
            </span>
            <Switch
              aria-label={t('connections.apps.switch', { name: application.name ?? application.client_id })}
              checked={isOn(application)}
              disabled={toggle.isPending}
              onChange={(event) => {
                const on = event.currentTarget.checked;
                if (connection === undefined) {
                  choose?.(application, on);
                } else {
                  toggle.mutate({ application, isOn: on });
                }
              }}
            />
          </li>
        ))}
      </ul>
      {list.data.value.next_cursor !== undefined && (
        <Text size="sm" c="dimmed">
          {t('connections.apps.more')}
        </Text>
      )}
    </Stack>
  );
}
