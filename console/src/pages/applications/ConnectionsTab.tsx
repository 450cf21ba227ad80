import { Anchor, Skeleton, Switch, Text } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { read } from '../../api/client';
import type { Application, Connection } from '../../api/types';
import { Card } from '../../parts/Card';
import { Query } from '../../parts/Query';
import { tellDone } from '../../parts/notices';
import { t } from '../../texts';
import { offers, switchApplication } from '../connections/AppSwitches';
import classes from '../connections/connections.module.css';

/** The connections as switches: by which of them people come in here. */
export function ConnectionsTab({ application }: { application: Application }) {
  const list = useQuery(read('/api/v1/connections', { params: { query: { limit: 100 } } }));
  const queries = useQueryClient();
  const toggle = useMutation({
    mutationFn: ({ connection, isOn }: { connection: Connection; isOn: boolean }) => switchApplication(application.client_id, connection.slug, isOn),
    onSuccess: (_, { connection, isOn }) => tellDone(t(isOn ? 'applications.connection.on' : 'applications.connection.off', { name: connection.name ?? connection.slug })),
    onSettled: () => queries.invalidateQueries({ predicate: (query) => /^\/api\/v1\/(applications|login-flows)/.test(String(query.queryKey[0])) }),
  });
  const isEvery = application.connections === undefined && application.login_flow === undefined;
  return (
    <Card title={t('applications.tab.connections')} text={t(isEvery ? 'applications.connections.every' : 'applications.connections.text')}>
      <Query of={list} waiting={<Skeleton height={60} />}>
        {({ value }) => (
          <ul className={classes.rows} aria-label={t('applications.tab.connections')}>
            {value.items.map((connection) => (
              <li key={connection.slug} className={classes.row}>
                <span className={classes.words}>
                  <Anchor component={Link} to={`/connections/${connection.slug}`} fw={550}>
                    {connection.name ?? connection.slug}
                  </Anchor>
                  <Text size="xs" c="dimmed">
                    {connection.slug}
                    {connection.enabled === false && ` · ${t('connections.off')}`}
                  </Text>
                </span>
                <Switch
                  aria-label={t('applications.connection.switch', { name: connection.name ?? connection.slug })}
                  checked={toggle.isPending && toggle.variables.connection.slug === connection.slug ? toggle.variables.isOn : offers(application, connection.slug)}
                  disabled={toggle.isPending}
                  onChange={(event) => toggle.mutate({ connection, isOn: event.currentTarget.checked })}
                />
              </li>
            ))}
          </ul>
        )}
      </Query>
    </Card>
  );
}
