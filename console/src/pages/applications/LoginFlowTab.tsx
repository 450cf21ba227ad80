import { Button, Group, JsonInput, SegmentedControl, Stack, Text } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { api, read, unwrapAnswer, type Answer } from '../../api/client';
import type { Patch } from '../../api/mergePatch';
import { Card } from '../../parts/Card';
import { Icon } from '../../parts/Icon';
import { Notice } from '../../parts/Notice';
import { Query } from '../../parts/Query';
import { SettingsForm } from '../../parts/SettingsForm';
import { settled } from '../../parts/settled';
import { known, t } from '../../texts';
import type { Step } from './application';
import { FlowSteps } from './FlowSteps';
import classes from './applications.module.css';

interface Flow {
  /** Empty: one step with every connection. */
  steps: Step[];
}

/** The ways to sign in, step by step: to be seen and to be read, one flow in two views. */
export function LoginFlowTab({ id }: { id: string }) {
  const query = read('/api/v1/login-flows/{id}', { params: { path: { id } } });
  const found = useQuery(query);
  const queries = useQueryClient();
  const form = {
    save: async (patch: Patch, etag: string | null): Promise<Answer<Flow>> => {
      const header = etag === null ? {} : { 'If-Match': etag };
      // No step at all is the default again.
      const steps = (patch.steps as Step[] | undefined)?.length === 0 ? null : patch.steps;
      const answer = await unwrapAnswer(api.PATCH('/api/v1/login-flows/{id}', { params: { path: { id }, header }, body: { steps } as never }));
      queries.setQueryData(query.queryKey, answer);
      void queries.invalidateQueries({ queryKey: ['/api/v1/applications/{id}'] });
      return settled<Flow>(answer, { steps: [] });
    },
    reload: async () => settled<Flow>(await queries.query({ ...query, staleTime: 0 }), { steps: [] }),
  };
  return (
    <Query of={found}>
      {(answer) => (
        <SettingsForm<Flow> name={`application.${id}.flow`} loaded={settled(answer, { steps: [] })} {...form} label={(field) => known(`applications.field.${field}`) ?? field}>
          {(bound) => <Editor steps={bound.values.steps} change={(steps) => bound.setFieldValue('steps', steps)} errors={bound.errors} />}
        </SettingsForm>
      )}
    </Query>
  );
}

function Editor({ steps, change, errors }: { steps: Step[]; change: (steps: Step[]) => void; errors: Record<string, React.ReactNode> }) {
  const [view, setView] = useState<'visual' | 'text'>('visual');
  const connections = useQuery(read('/api/v1/connections', { params: { query: { limit: 100 } } }));
  const items = connections.data?.value.items ?? [];
  const isLate = steps.slice(1).some((step) => step.options?.some((option) => option.connection !== undefined));
  return (
    <Card
      title={t('applications.flow.title')}
      text={t('applications.flow.text')}
      action={
        <SegmentedControl
          size="xs"
          transitionDuration={0}
          value={view}
          onChange={(value) => setView(value === 'text' ? 'text' : 'visual')}
          data={[
            { value: 'visual', label: t('applications.flow.visual') },
            { value: 'text', label: t('applications.flow.as_text') },
          ]}
          aria-label={t('applications.flow.view')}
        />
      }
    >
      <Stack>
        {isLate && <Notice>{t('applications.flow.late')}</Notice>}
        {steps.length > 1 && <Notice kind="info">{t('applications.flow.first_acts')}</Notice>}
        {view === 'text' ? (
          <TextView key={JSON.stringify(steps)} steps={steps} change={change} />
        ) : steps.length === 0 ? (
          <Stack align="flex-start">
            <Text size="sm">{t('applications.flow.every')}</Text>
            <Button variant="default" onClick={() => change([{ options: items.filter((one) => one.enabled !== false).map((one) => ({ connection: one.slug })) }])} disabled={items.length === 0}>
              {t('applications.flow.choose')}
            </Button>
          </Stack>
        ) : (
          <>
            <FlowSteps steps={steps} change={change} connections={items} errors={errors} />
            <Group gap="xs">
              <Button variant="default" size="xs" className={classes.start} leftSection={<Icon name="plus" size={14} />} onClick={() => change([...steps, { options: [] }])} disabled={steps.length >= 10}>
                {t('applications.flow.add_step')}
              </Button>
              <Button variant="subtle" size="xs" onClick={() => change([])}>
                {t('applications.flow.reset')}
              </Button>
            </Group>
          </>
        )}
      </Stack>
    </Card>
  );
}

// The same flow as the API takes it. Only what can be read as one becomes the flow.
function TextView({ steps, change }: { steps: Step[]; change: (steps: Step[]) => void }) {
  const [text, setText] = useState(() => JSON.stringify({ steps }, null, 2));
  const read = stepsOf(text);
  return (
    <JsonInput
      label={t('applications.flow.as_text')}
      description={t('applications.flow.as_text.help')}
      value={text}
      onChange={setText}
      onBlur={() => read !== null && change(read)}
      error={read === null ? t('applications.flow.unreadable') : undefined}
      autosize
      minRows={8}
      spellCheck={false}
    />
  );
}

function stepsOf(text: string): Step[] | null {
  try {
    const { steps } = JSON.parse(text) as { steps?: unknown };
    const isOption = (option: unknown) => typeof option === 'object' && option !== null && ('connection' in option || 'method' in option);
    const isStep = (step: unknown): step is Step => typeof step === 'object' && step !== null && Array.isArray((step as Step).options) && ((step as Step).options ?? []).every(isOption);
    return Array.isArray(steps) && steps.every(isStep) ? steps : null;
  } catch {
    return null;
  }
}
