import { Stack, TextInput } from '@mantine/core';
import type { Answer } from '../../api/client';
import type { Application } from '../../api/types';
import { Card } from '../../parts/Card';
import { Help } from '../../parts/Help';
import { SettingsForm } from '../../parts/SettingsForm';
import { known, t } from '../../texts';
import { AddressList } from './AddressList';
import { useApplicationForm } from './application';

const lists = [
  { path: 'redirect_uris', placeholder: 'https://shop.example/callback' },
  { path: 'post_logout_redirect_uris', placeholder: 'https://shop.example/' },
  { path: 'allowed_origins', placeholder: 'https://shop.example' },
] as const;

/** Where the browser may go, whose scripts may call, who is told when a session ends. */
export function AddressesTab({ answer }: { answer: Answer<Application> }) {
  const form = useApplicationForm<{ redirect_uris: string[]; post_logout_redirect_uris: string[]; allowed_origins: string[]; backchannel_logout_uri: string }>(answer, {
    redirect_uris: [],
    post_logout_redirect_uris: [],
    allowed_origins: [],
    backchannel_logout_uri: '',
  });
  return (
    <SettingsForm name={`application.${answer.value.client_id}.addresses`} {...form} label={(field) => known(`applications.field.${field}`) ?? field}>
      {(bound) => (
        <Card>
          <Stack gap="xl" maw="44rem">
            {lists.map(({ path, placeholder }) => (
              <AddressList
                key={path}
                path={path}
                label={t(`applications.field.${path}`)}
                description={<Help why={t(`applications.${path}.help`)} already={path === 'redirect_uris' ? t('applications.stay') : undefined} />}
                value={bound.values[path]}
                change={(value) => bound.setFieldValue(path, value)}
                errors={bound.errors}
                placeholder={placeholder}
              />
            ))}
            <TextInput
              label={t('applications.field.backchannel_logout_uri')}
              description={<Help why={t('applications.backchannel_logout_uri.help')} standard={t('applications.nobody')} />}
              maxLength={2048}
              spellCheck={false}
              {...bound.getInputProps('backchannel_logout_uri')}
            />
          </Stack>
        </Card>
      )}
    </SettingsForm>
  );
}
