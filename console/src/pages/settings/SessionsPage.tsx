import { NumberInput, Stack, Switch } from '@mantine/core';
import { Card } from '../../parts/Card';
import { DurationInput } from '../../parts/DurationInput';
import { Help } from '../../parts/Help';
import { PageHeader } from '../../parts/PageHeader';
import { Query } from '../../parts/Query';
import { SettingsForm } from '../../parts/SettingsForm';
import { known, t } from '../../texts';
import { number, seconds } from '../../texts/format';
import { useSettings } from './useSettings';

// What the server takes when nothing is set (docs/resource-file.md, environment).
const standards = { lifetime: 86_400, idle: 28_800, rotation: 90, overlap: 3600, retention: 30 };

/** How long people stay signed in, when keys change, how long timelines are kept. */
export function SessionsPage() {
  const { found, save, reload } = useSettings();
  return (
    <>
      <PageHeader
        title={t('layout.nav.sessions')}
        text={t('settings.sessions.text')}
        recipes={[{ title: t('settings.recipe.change'), call: 'PATCH /api/v1/settings  {"sessions": {"idle_lifetime": 28800}}' }]}
      />
      <Query of={found}>
        {(loaded) => (
          <SettingsForm name="settings.sessions" loaded={loaded} save={save} reload={reload} label={(field) => known(`settings.field.${field}`) ?? field}>
            {(form) => (
              <>
                <Card title={t('settings.sessions.title')}>
                  <Stack gap="lg" maw="38rem">
                    <DurationInput
                      label={t('settings.field.sessions.lifetime')}
                      description={<Help why={t('settings.lifetime.why')} standard={seconds(standards.lifetime)} already={t('settings.lifetime.already')} />}
                      standard={standards.lifetime}
                      data-path="sessions.lifetime"
                      {...form.getInputProps('sessions.lifetime')}
                    />
                    <DurationInput
                      label={t('settings.field.sessions.idle_lifetime')}
                      description={<Help why={t('settings.idle.why')} standard={seconds(standards.idle)} already={t('settings.idle.already')} />}
                      standard={standards.idle}
                      data-path="sessions.idle_lifetime"
                      {...form.getInputProps('sessions.idle_lifetime')}
                    />
                    <Switch
                      label={t('settings.field.sessions.persistent')}
                      description={<Help why={t('settings.persistent.why')} standard={t('settings.off')} already={t('settings.persistent.already')} />}
                      data-path="sessions.persistent"
                      checked={form.values.sessions.persistent === true}
                      error={form.errors['sessions.persistent']}
                      onChange={(event) => form.setFieldValue('sessions.persistent', event.currentTarget.checked)}
                    />
                  </Stack>
                </Card>
                <Card title={t('settings.keys.title')} text={t('settings.keys.text')}>
                  <Stack gap="lg" maw="38rem" id="keys">
                    <NumberInput
                      label={t('settings.field.signing_keys.rotation_days')}
                      description={<Help why={t('settings.rotation.why')} standard={number(standards.rotation)} already={t('settings.rotation.already')} />}
                      placeholder={String(standards.rotation)}
                      min={0}
                      allowDecimal={false}
                      maw={320}
                      data-path="signing_keys.rotation_days"
                      {...numbers(form.getInputProps('signing_keys.rotation_days'))}
                    />
                    <DurationInput
                      label={t('settings.field.signing_keys.overlap')}
                      description={<Help why={t('settings.overlap.why')} standard={seconds(standards.overlap)} />}
                      standard={standards.overlap}
                      data-path="signing_keys.overlap"
                      {...form.getInputProps('signing_keys.overlap')}
                    />
                  </Stack>
                </Card>
                <Card title={t('settings.timelines.title')}>
                  <NumberInput
                    label={t('settings.field.sign_in_retention_days')}
                    description={<Help why={t('settings.retention.why')} standard={number(standards.retention)} />}
                    placeholder={String(standards.retention)}
                    min={1}
                    allowDecimal={false}
                    maw={320}
                    data-path="sign_in_retention_days"
                    {...numbers(form.getInputProps('sign_in_retention_days'))}
                  />
                </Card>
              </>
            )}
          </SettingsForm>
        )}
      </Query>
    </>
  );
}

// An empty field means "not set", which is null on the wire.
function numbers(props: { value?: number | null; onChange: (value: number | null) => void; error?: React.ReactNode }) {
  return { ...props, value: props.value ?? '', onChange: (typed: number | string) => props.onChange(typeof typed === 'number' ? typed : null) };
}
