import { Button } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useParams } from '@tanstack/react-router';
import { useState } from 'react';
import { read, type Answer } from '../../api/client';
import { Problem } from '../../api/problem';
import type { Connection } from '../../api/types';
import { Card } from '../../parts/Card';
import { ConfirmDelete } from '../../parts/ConfirmDelete';
import { PageHeader } from '../../parts/PageHeader';
import { PageTabs } from '../../parts/PageTabs';
import { Query } from '../../parts/Query';
import { tellDone, tellProblem } from '../../parts/notices';
import { t } from '../../texts';
import { AppSwitches } from './AppSwitches';
import { AttributesTab } from './AttributesTab';
import { Marks } from './ConnectionsPage';
import { connectionQuery, protocolOf, useConnectionChanges } from './connection';
import { ProvisioningTab } from './ProvisioningTab';
import { SettingsTab } from './SettingsTab';
import { TestPanel } from './TestPanel';

/** One connection: its settings, and what happens when somebody comes by it. */
export function ConnectionPage() {
  const { connection: slug = '' } = useParams({ strict: false });
  const one = useQuery(connectionQuery(slug));
  return <Query of={one}>{(answer) => <Loaded answer={answer} key={answer.value.connection_id} />}</Query>;
}

function Loaded({ answer }: { answer: Answer<Connection> }) {
  const { tab } = useParams({ strict: false });
  const connection = answer.value;
  const settings = useQuery(read('/api/v1/settings'));
  const slug = connection.slug;
  const path = `/api/v1/connections/${slug}`;
  return (
    <>
      <PageHeader
        title={connection.name ?? (connection.kind === 'x' ? 'X' : slug)}
        text={connection.description === undefined || connection.description === '' ? undefined : connection.description}
        back={{ to: '/connections', title: t('connections.title') }}
        marks={<Marks connection={connection} isProduction={settings.data?.value.kind === 'production'} />}
        action={<OnOff connection={connection} />}
        recipes={[
          { title: t('connections.recipe.test'), command: `xenios connection test ${slug}`, call: `POST ${path}/test` },
          { title: t('connections.recipe.change'), command: 'xenios apply connections.yaml', call: `PATCH ${path}` },
          { title: t('connections.recipe.switch'), call: `PUT /api/v1/applications/{client_id}/connections/${slug}` },
        ]}
      />
      <PageTabs
        label={t('connections.tabs')}
        base={`/connections/${slug}`}
        current={tab}
        tabs={[
          { id: 'settings', title: t('connections.tab.settings'), content: () => <SettingsTab answer={answer} /> },
          { id: 'provisioning', title: t('connections.tab.provisioning'), content: () => <ProvisioningTab answer={answer} /> },
          { id: 'attributes', title: t('connections.tab.attributes'), content: () => <AttributesTab answer={answer} /> },
          {
            id: 'applications',
            title: t('connections.tab.applications'),
            content: () => (
              <Card title={t('connections.tab.applications')} text={t('connections.apps.text')}>
                <AppSwitches connection={slug} />
              </Card>
            ),
          },
          {
            id: 'test',
            title: t('connections.tab.test'),
            content: () => (
              <Card title={t('connections.x.test')} text={t('connections.x.test.text')}>
                <TestPanel connection={slug} protocol={protocolOf(connection)} />
              </Card>
            ),
          },
        ]}
      />
    </>
  );
}

// Switching off is taken back by switching on; what would shut people out at once is asked about.
function OnOff({ connection }: { connection: Connection }) {
  const isOn = connection.enabled !== false;
  const { save } = useConnectionChanges(connection.slug);
  const [against, setAgainst] = useState<Problem | null>(null);
  const change = useMutation({
    meta: { quiet: true },
    mutationFn: (force: boolean) => save({ enabled: !isOn }, null, force),
    onSuccess: (answer) => tellDone(t(answer.value.enabled === false ? 'connections.switched_off' : 'connections.switched_on')),
    onError: (thrown) => {
      const problem = Problem.from(thrown);
      if (problem.code === 'application_without_way_in') {
        setAgainst(problem);
      } else {
        tellProblem(problem);
      }
    },
  });
  return (
    <>
      <Button variant={isOn ? 'default' : 'filled'} loading={change.isPending} onClick={() => change.mutate(false)}>
        {t(isOn ? 'connections.switch_off' : 'connections.x.turn_on')}
      </Button>
      <ConfirmDelete
        opened={against !== null}
        close={() => setAgainst(null)}
        title={t('connections.switch_off.title')}
        effects={[...(against === null ? [] : [against.message, ...affected(against)]), t('connections.switch_off.sessions')]}
        action={t('connections.switch_off.force')}
        confirm={() => change.mutateAsync(true)}
      />
    </>
  );
}

/** The applications that a refusal names, one sentence each. */
export function affected(problem: Problem): string[] {
  return problem.errors.map((error) => `${error.field.replace(/^applications\./, '')}: ${error.message}`);
}
