import { Checkbox, Select, Stack, Text, TextInput } from '@mantine/core';
import { Help } from '../../parts/Help';
import { t } from '../../texts';
import type { Connection } from '../../api/types';
import { exampleCallback, isCallback } from './credentials';
import { UpstreamParameters, type Parameters } from './UpstreamParameters';

/** What seldom changes: scopes, the name on the button, addresses, parameters passed on. */
export interface More {
  name: string;
  description: string;
  scopes: string[];
  hosts: { web: string; api: string };
  upstream_params: Parameters;
  callback_style: 'login_callback' | 'commonauth';
  callback_url: string;
  callback_host: string;
}

/** What counts where nothing is said. */
export function usualMore(connection?: Pick<Connection, 'preset' | 'slug' | 'kind'>): More {
  return {
    name: connection === undefined || connection.kind === 'x' ? 'X' : connection.slug,
    description: '',
    scopes: [...neededScopes, 'users.email'],
    hosts: { web: 'https://x.com', api: 'https://api.x.com' },
    upstream_params: {},
    callback_style: connection?.preset === 'wso2' ? 'commonauth' : 'login_callback',
    callback_url: '',
    callback_host: 'current',
  };
}

const neededScopes = ['tweet.read', 'users.read'];
const choosable = ['users.email', 'offline.access'];

interface Props {
  value: More;
  change: (value: More) => void;
  errors?: Partial<Record<string, React.ReactNode>>;
  /** OAuth 1.0a has no scopes. */
  protocol: 'oauth2' | 'oauth1a';
}

/** Fields for {@link More}. Findings of the server stand at the field that they are about. */
export function MoreFields({ value, change, errors = {}, protocol }: Props) {
  const text = (name: 'name' | 'description' | 'callback_url') => ({
    'data-path': name,
    value: value[name],
    onChange: (event: { currentTarget: { value: string } }) => change({ ...value, [name]: event.currentTarget.value }),
    error: errors[name],
  });
  const host = (name: 'web' | 'api') => ({
    'data-path': `hosts.${name}`,
    value: value.hosts[name],
    onChange: (event: { currentTarget: { value: string } }) => change({ ...value, hosts: { ...value.hosts, [name]: event.currentTarget.value.trim() } }),
    error: errors[`hosts.${name}`],
    spellCheck: false,
  });
  const callback = value.callback_url.trim();
  // What others asked for stays as it is.
  const foreign = value.scopes.filter((scope) => !neededScopes.includes(scope) && !choosable.includes(scope));

  return (
    <Stack maw="44rem">
      <TextInput label={t('connections.more.name')} description={t('connections.more.name.help')} maxLength={100} {...text('name')} />
      <TextInput label={t('connections.more.description')} description={t('connections.more.description.help')} maxLength={1000} {...text('description')} />
      {protocol === 'oauth2' && (
        <Checkbox.Group
          label={t('connections.more.scopes')}
          description={<Help why={t('connections.more.scopes.help')} already={t('connections.more.scopes.already')} />}
          value={value.scopes}
          onChange={(scopes) => change({ ...value, scopes: [...new Set([...neededScopes, ...scopes])] })}
          error={errors.scopes}
          data-path="scopes"
        >
          <Stack gap="xs" mt="xs">
            {neededScopes.map((scope) => (
              <Checkbox key={scope} value={scope} label={scope} description={t('connections.more.scopes.needed')} disabled />
            ))}
            {choosable.map((scope) => (
              <Checkbox key={scope} value={scope} label={scope} description={t(scope === 'users.email' ? 'connections.more.scopes.email' : 'connections.more.scopes.offline')} />
            ))}
            {foreign.map((scope) => (
              <Checkbox key={scope} value={scope} label={scope} />
            ))}
          </Stack>
        </Checkbox.Group>
      )}
      <Select
        label={t('connections.more.callback_style')}
        description={t('connections.more.callback_style.help')}
        data={[
          { value: 'login_callback', label: '/login/callback' },
          { value: 'commonauth', label: '/commonauth' },
        ]}
        value={value.callback_style}
        onChange={(style) => style !== null && change({ ...value, callback_style: style })}
        allowDeselect={false}
        error={errors.callback_style}
        data-path="callback_style"
      />
      <TextInput
        label={t('connections.more.callback_url')}
        description={t('connections.more.callback_url.help')}
        placeholder={exampleCallback}
        spellCheck={false}
        {...text('callback_url')}
        error={errors.callback_url ?? (callback !== '' && !isCallback(callback) ? t('connections.more.callback_url.wrong') : undefined)}
      />
      <TextInput label={t('connections.more.web')} description={t('connections.more.web.help')} {...host('web')} />
      <TextInput label={t('connections.more.api')} description={t('connections.more.api.help')} {...host('api')} />
      <div>
        <Text size="sm" fw={500}>
          {t('connections.more.parameters')}
        </Text>
        <Text size="xs" c="dimmed" mb="xs">
          {t('connections.more.parameters.help')}
        </Text>
        <UpstreamParameters value={value.upstream_params} change={(upstream_params) => change({ ...value, upstream_params })} errors={errors} />
      </div>
    </Stack>
  );
}
