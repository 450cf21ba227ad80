import { Accordion, Select, Stack, Switch } from '@mantine/core';
import type { Answer } from '../../api/client';
import type { Connection } from '../../api/types';
import { Card } from '../../parts/Card';
import { Help } from '../../parts/Help';
import { Notice } from '../../parts/Notice';
import { SettingsForm } from '../../parts/SettingsForm';
import { known, t } from '../../texts';
import { useConnectionForm } from './connection';
import { effective, presets, values, withSettings, type Policy, type Setting } from './policy';
import { PolicyQuestions, valueText } from './PolicyQuestions';

const shown = Object.keys(values).filter((name): name is keyof typeof values => name !== 'jit');

/** Whether and how accounts are made and kept when somebody comes by the connection. */
export function ProvisioningTab({ answer }: { answer: Answer<Connection> }) {
  const form = useConnectionForm<{ policy: Policy }>(answer, { policy: { preset: 'kinde' } });
  return (
    <SettingsForm name={`connection.${answer.value.slug}.policy`} {...form} label={(field) => known(`connections.${field}`) ?? field}>
      {(bound) => {
        const policy = bound.values.policy;
        const now = effective(policy);
        const standard = presets[policy.preset ?? 'kinde'];
        const change = (next: Policy) => bound.setFieldValue('policy', next);
        const flag = (name: 'managed_by_connection' | 'prompt_before_link') => (
          <Switch
            label={t(`connections.policy.${name}`)}
            description={<Help why={t(`connections.policy.${name}.help`)} standard={valueText(name, standard[name])} />}
            checked={now[name]}
            onChange={(event) => change(withSettings(policy, { [name]: event.currentTarget.checked }))}
            data-path={`policy.${name}`}
          />
        );
        return (
          <Stack gap="lg">
            <Card>
              <Switch
                size="md"
                label={t('connections.policy.jit')}
                description={<Help why={t('connections.policy.jit.help')} standard={valueText('jit', standard.jit)} already={t('connections.policy.jit.already')} />}
                checked={now.jit === 'on'}
                onChange={(event) => change(withSettings(policy, { jit: event.currentTarget.checked ? 'on' : 'off' }))}
                data-path="policy.jit"
              />
            </Card>
            <Card title={t('connections.x.who')} text={t('connections.x.who.text')}>
              <PolicyQuestions policy={policy} change={change} errors={bound.errors} />
            </Card>
            {now.email_trust === 'always' && <Notice kind="bad">{t('connections.policy.email_trust.always.warning')}</Notice>}
            <Accordion variant="separated" radius="lg">
              <Accordion.Item value="all">
                <Accordion.Control>{t('connections.policy.all')}</Accordion.Control>
                <Accordion.Panel>
                  <Stack>
                    {shown.map((name) => (
                      <Select
                        key={name}
                        label={t(`connections.policy.${name}`)}
                        description={<Help why={t(`connections.policy.${name}.help`)} standard={valueText(name, standard[name])} />}
                        data={values[name].map((value) => ({ value, label: valueText(name as Setting, value) }))}
                        value={now[name]}
                        onChange={(value) => value !== null && change(withSettings(policy, { [name]: value }))}
                        allowDeselect={false}
                        error={bound.errors[`policy.${name}`]}
                        data-path={`policy.${name}`}
                      />
                    ))}
                    {flag('managed_by_connection')}
                    {flag('prompt_before_link')}
                  </Stack>
                </Accordion.Panel>
              </Accordion.Item>
            </Accordion>
          </Stack>
        );
      }}
    </SettingsForm>
  );
}
