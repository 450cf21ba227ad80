import { Checkbox, Select, Stack, Switch, TagsInput } from '@mantine/core';
import type { Answer } from '../../api/client';
import type { components } from '../../api/schema';
import type { Application } from '../../api/types';
import { Card } from '../../parts/Card';
import { DurationInput } from '../../parts/DurationInput';
import { Help } from '../../parts/Help';
import { SettingsForm } from '../../parts/SettingsForm';
import { known, t } from '../../texts';
import { seconds } from '../../texts/format';
import { isPublic, useApplicationForm, type ApplicationType } from './application';

type Schemas = components['schemas'];

interface Tokens {
  grant_types: Schemas['GrantType'][];
  scopes: string[];
  trusted_scopes: string[];
  resources: string[];
  require_consent: boolean;
  token_endpoint_auth_method: Schemas['TokenEndpointAuthMethod'];
  id_token_signed_response_alg: Schemas['SigningAlgorithm'];
  local_subject: Schemas['LocalSubject'];
  access_token_lifetime: number;
  require_pkce: boolean;
  refresh_rotation: boolean;
  claims_in_id_token: boolean;
  require_pushed_authorization_requests: boolean;
}

// What the server takes where nothing is said (docs/resource-file.md, applications).
function usualTokens(type: ApplicationType | undefined): Tokens {
  const isMachine = type === 'machine';
  return {
    grant_types: isMachine ? ['client_credentials'] : ['authorization_code', 'refresh_token'],
    scopes: isMachine ? [] : ['openid', 'profile', 'email', 'offline_access'],
    trusted_scopes: [],
    resources: [],
    require_consent: false,
    token_endpoint_auth_method: isPublic(type) ? 'none' : 'client_secret_basic',
    id_token_signed_response_alg: 'RS256',
    local_subject: 'mandatory',
    access_token_lifetime: 3600,
    require_pkce: true,
    refresh_rotation: true,
    claims_in_id_token: false,
    require_pushed_authorization_requests: false,
  };
}

const methods = ['client_secret_basic', 'client_secret_post', 'client_secret_jwt', 'private_key_jwt', 'none'] as const;
const subjects = ['mandatory', 'optional', 'disabled'] as const;

/** What the application may ask for, and what it gets. */
export function TokensTab({ answer }: { answer: Answer<Application> }) {
  const { client_id: id, type } = answer.value;
  const usual = usualTokens(type);
  const form = useApplicationForm<Tokens>(answer, usual);
  const isMachine = type === 'machine';
  const grants = isMachine ? (['client_credentials'] as const) : (['authorization_code', 'refresh_token', 'client_credentials'] as const);
  return (
    <SettingsForm name={`application.${id}.tokens`} {...form} label={(field) => known(`applications.field.${field}`) ?? field}>
      {(bound) => {
        // What is there stays, also where this page has no box for it.
        const offered = [...new Set([...grants, ...bound.values.grant_types])];
        const flag = (name: 'require_consent' | 'require_pkce' | 'refresh_rotation' | 'claims_in_id_token' | 'require_pushed_authorization_requests') => (
          <Switch
            label={t(`applications.field.${name}`)}
            description={<Help why={t(`applications.${name}.help`)} standard={t(usual[name] ? 'applications.on' : 'applications.off')} />}
            {...bound.getInputProps(name, { type: 'checkbox' })}
          />
        );
        return (
          <Stack gap="lg">
            <Card title={t('applications.tokens.may')}>
              <Stack maw="40rem">
                <Checkbox.Group label={t('applications.field.grant_types')} description={<Help why={t('applications.grant_types.help')} already={t('applications.stay_granted')} />} {...bound.getInputProps('grant_types')}>
                  <Stack gap="xs" mt="xs">
                    {offered.map((grant) => (
                      <Checkbox key={grant} value={grant} label={grant} description={known(`applications.grant.${grant}`)} />
                    ))}
                  </Stack>
                </Checkbox.Group>
                <TagsInput
                  label={t('applications.field.scopes')}
                  description={<Help why={t('applications.scopes.help')} standard={usual.scopes.join(' ') || t('applications.none')} />}
                  data={isMachine ? ['manage:read', 'manage:write'] : ['openid', 'profile', 'email', 'offline_access']}
                  splitChars={[' ', ',']}
                  {...bound.getInputProps('scopes')}
                  error={listError(bound.errors, 'scopes')}
                />
                {!isMachine && (
                  <TagsInput
                    label={t('applications.field.trusted_scopes')}
                    description={<Help why={t('applications.trusted_scopes.help')} standard={t('applications.none')} />}
                    data={bound.values.scopes}
                    splitChars={[' ', ',']}
                    {...bound.getInputProps('trusted_scopes')}
                    error={listError(bound.errors, 'trusted_scopes')}
                  />
                )}
                {!isMachine && flag('require_consent')}
                <TagsInput
                  label={t('applications.field.resources')}
                  description={<Help why={t('applications.resources.help')} standard={t('applications.none')} />}
                  splitChars={[' ', ',']}
                  {...bound.getInputProps('resources')}
                  error={listError(bound.errors, 'resources')}
                />
              </Stack>
            </Card>
            <Card title={t('applications.tokens.gets')}>
              <Stack maw="40rem">
                <DurationInput
                  label={t('applications.field.access_token_lifetime')}
                  description={<Help why={t('applications.access_token_lifetime.help')} standard={seconds(usual.access_token_lifetime)} already={t('applications.next_token')} />}
                  standard={usual.access_token_lifetime}
                  data-path="access_token_lifetime"
                  {...bound.getInputProps('access_token_lifetime')}
                />
                {!isMachine && flag('refresh_rotation')}
                {!isMachine && flag('claims_in_id_token')}
                {!isMachine && (
                  <Select
                    label={t('applications.field.id_token_signed_response_alg')}
                    description={<Help why={t('applications.id_token_signed_response_alg.help')} standard="RS256" already={t('applications.next_token')} />}
                    data={['RS256', 'ES256']}
                    allowDeselect={false}
                    {...bound.getInputProps('id_token_signed_response_alg')}
                  />
                )}
                {!isMachine && (
                  <Select
                    label={t('applications.field.local_subject')}
                    description={<Help why={t('applications.local_subject.help')} standard={t('applications.local_subject.mandatory')} already={t('applications.next_sign_in')} />}
                    data={subjects.map((value) => ({ value, label: t(`applications.local_subject.${value}`) }))}
                    allowDeselect={false}
                    {...bound.getInputProps('local_subject')}
                  />
                )}
              </Stack>
            </Card>
            <Card title={t('applications.tokens.proves')}>
              <Stack maw="40rem">
                <Select
                  label={t('applications.field.token_endpoint_auth_method')}
                  description={<Help why={t('applications.token_endpoint_auth_method.help')} standard={usual.token_endpoint_auth_method} />}
                  data={isPublic(type) ? ['none'] : [...methods]}
                  allowDeselect={false}
                  {...bound.getInputProps('token_endpoint_auth_method')}
                  error={bound.errors.token_endpoint_auth_method ?? bound.errors.client_secret ?? bound.errors.jwks}
                />
                {!isMachine && flag('require_pkce')}
                {!isMachine && flag('require_pushed_authorization_requests')}
              </Stack>
            </Card>
          </Stack>
        );
      }}
    </SettingsForm>
  );
}

// A list has one field for all of its entries.
function listError(errors: Record<string, React.ReactNode>, name: string): React.ReactNode {
  return errors[name] ?? Object.entries(errors).find(([path]) => path.startsWith(`${name}.`))?.[1];
}
