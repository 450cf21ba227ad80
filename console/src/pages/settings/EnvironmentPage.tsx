import { Stack, TextInput } from '@mantine/core';
import { Card } from '../../parts/Card';
import { CopyField } from '../../parts/CopyField';
import { Help } from '../../parts/Help';
import { PageHeader } from '../../parts/PageHeader';
import { Query } from '../../parts/Query';
import { SettingsForm } from '../../parts/SettingsForm';
import { known, t } from '../../texts';
import { GoingLive } from './GoingLive';
import { useSettings } from './useSettings';

/** What the environment is called, where it answers, and whether real people sign in. */
export function EnvironmentPage() {
  const { found, save, reload } = useSettings();
  return (
    <>
      <PageHeader
        title={t('layout.nav.environment')}
        text={t('settings.environment.text')}
        recipes={[
          { title: t('settings.recipe.change'), call: 'PATCH /api/v1/settings  {"display_name": "…"}' },
          { title: t('settings.recipe.live'), call: 'PATCH /api/v1/environments/{slug}  {"kind": "production"}' },
        ]}
      />
      <Query of={found}>
        {(loaded) => (
          <Stack gap="lg">
            <SettingsForm name="settings.environment" loaded={loaded} save={save} reload={reload} label={(field) => known(`settings.field.${field}`) ?? field}>
              {(form) => (
                <Card title={t('settings.environment.name')}>
                  <Stack gap="lg" maw="38rem">
                    <TextInput
                      label={t('settings.field.display_name')}
                      description={<Help why={t('settings.display_name.why')} standard={loaded.value.slug ?? undefined} />}
                      maxLength={100}
                      data-path="display_name"
                      {...form.getInputProps('display_name')}
                      value={form.values.display_name ?? ''}
                    />
                  </Stack>
                </Card>
              )}
            </SettingsForm>
            <Card title={t('settings.addresses.title')} text={t('settings.addresses.text')}>
              <Stack>
                <CopyField label={t('settings.addresses.issuer')} value={loaded.value.issuer ?? ''} />
                <CopyField label={t('settings.addresses.discovery')} value={`${loaded.value.issuer ?? ''}/.well-known/openid-configuration`} />
                <CopyField label={t('settings.addresses.keys')} value={`${loaded.value.issuer ?? ''}/oauth2/jwks`} />
              </Stack>
            </Card>
            <GoingLive environment={loaded.value} reload={reload} />
          </Stack>
        )}
      </Query>
    </>
  );
}
