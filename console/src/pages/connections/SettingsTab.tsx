import { Button, Group, Stack, Text } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { api, unwrap, type Answer } from '../../api/client';
import { Problem } from '../../api/problem';
import type { Connection } from '../../api/types';
import { Card } from '../../parts/Card';
import { ConfirmDelete } from '../../parts/ConfirmDelete';
import { Icon } from '../../parts/Icon';
import { SettingsForm } from '../../parts/SettingsForm';
import { tellDone, tellProblem } from '../../parts/notices';
import { known, t } from '../../texts';
import { affected } from './ConnectionPage';
import { AtX } from './AtX';
import { CredentialsCard } from './CredentialsCard';
import { MoreFields, usualMore } from './MoreFields';
import { XRules } from './XRules';
import { callbackPath, protocolOf, useConnectionChanges, useConnectionForm } from './connection';
import { effective } from './policy';

/** What the connection is and how it speaks with X. */
export function SettingsTab({ answer }: { answer: Answer<Connection> }) {
  const connection = answer.value;
  const usual = usualMore(connection);
  const form = useConnectionForm(answer, usual);
  const changes = useConnectionChanges(connection.slug);
  const style = connection.callback_style ?? usual.callback_style;
  return (
    <Stack gap="lg">
      <CredentialsCard connection={connection} />
      {connection.kind === 'x' && (
        <Card title={t('connections.x.at_x')} text={t('connections.settings.at_x', { path: callbackPath(style) })}>
          <AtX connection={connection.slug} style={style} callbackUrl={connection.callback_url ?? ''} />
        </Card>
      )}
      <SettingsForm name={`connection.${connection.slug}.settings`} {...form} label={(field) => known(`connections.field.${field}`) ?? field}>
        {(bound) => (
          <Card title={t('connections.settings.title')}>
            <MoreFields value={bound.values} change={(next) => bound.setValues(next)} errors={bound.errors} protocol={protocolOf(connection)} />
          </Card>
        )}
      </SettingsForm>
      {connection.kind === 'x' && (
        <XRules
          policy={connection.policy ?? {}}
          scopes={connection.scopes ?? usual.scopes}
          ask={() => void changes.save({ policy: { prompt_before_link: true } }, null).then(() => tellDone(t('common.saved')), (thrown: unknown) => tellProblem(Problem.from(thrown)))}
        />
      )}
      <Danger connection={connection} />
    </Stack>
  );
}

// What deleting does is a setting of the connection itself (D-16).
function Danger({ connection }: { connection: Connection }) {
  const [opened, setOpened] = useState(false);
  const [against, setAgainst] = useState<Problem | null>(null);
  const navigate = useNavigate();
  const queries = useQueryClient();
  const kind = effective(connection.policy ?? {}).on_connection_delete;
  const remove = useMutation({
    meta: { quiet: true },
    mutationFn: (force: boolean) => unwrap(api.DELETE('/api/v1/connections/{id}', { params: { path: { id: connection.slug }, query: force ? { force: true } : {} } })),
    onSuccess: () => {
      void queries.invalidateQueries({ queryKey: ['/api/v1/connections'] });
      tellDone(t('connections.delete.done', { name: connection.name ?? connection.slug }));
      void navigate({ to: '/connections' });
    },
    onError: (thrown) => {
      const problem = Problem.from(thrown);
      if (problem.code === 'connection_in_use') {
        setOpened(false);
        setAgainst(problem);
      } else if (problem.code === 'application_without_way_in') {
        // Even force does not shut an application: it says which, and what to do first.
        tellProblem(new Problem(problem.status, problem.code, problem.message, problem.errors));
      } else {
        tellProblem(problem);
      }
    },
  });
  const effects = [t(`connections.delete.${kind}`), t('connections.delete.sessions'), t('connections.delete.again')];
  return (
    <Card title={t('connections.delete.title')}>
      <Group justify="space-between" gap="md">
        <Text size="sm" c="dimmed" maw="34rem">
          {t(`connections.delete.${kind}`)}
        </Text>
        <Button variant="default" c="var(--x-bad)" leftSection={<Icon name="trash" size={16} />} onClick={() => setOpened(true)}>
          {t('connections.delete.action')}
        </Button>
      </Group>
      <ConfirmDelete
        opened={opened}
        close={() => setOpened(false)}
        title={t('connections.delete.ask', { name: connection.name ?? connection.slug })}
        effects={effects}
        action={t('connections.delete.action')}
        typed={connection.slug}
        confirm={() => remove.mutateAsync(false)}
      />
      <ConfirmDelete
        opened={against !== null}
        close={() => setAgainst(null)}
        title={t('connections.delete.in_use')}
        effects={against === null ? [] : [against.message, ...affected(against), t('connections.delete.sessions')]}
        action={t('connections.delete.force')}
        typed={connection.slug}
        confirm={() => remove.mutateAsync(true)}
      />
    </Card>
  );
}
