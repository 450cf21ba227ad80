import { Anchor, Group, PasswordInput, Stack, Text, TextInput } from '@mantine/core';
import { Icon } from '../../parts/Icon';
import { t } from '../../texts';
import { remarks, type Keys, type Remark } from './credentials';
import classes from './connections.module.css';

interface Props {
  keys: Keys;
  change: (keys: Keys) => void;
  /** What the server found, by field. */
  errors?: Partial<Record<string, string>>;
  /** Whether a secret is stored already, which a blank field keeps. */
  stored?: boolean;
}

/** The keys of an X app, with what can be said about them while they are typed. */
export function KeysFields({ keys, change, errors = {}, stored = false }: Props) {
  const found = remarks(keys, stored);
  const [id, secret] = keys.protocol === 'oauth2' ? (['client_id', 'client_secret'] as const) : (['api_key', 'api_key_secret'] as const);
  const bind = (name: Exclude<keyof Keys, 'protocol'>) => {
    const remark = found[name];
    const server = errors[name];
    return {
      'data-path': name,
      label: t(`connections.keys.${name}`),
      value: keys[name],
      // Blanks around a value come from copying.
      onChange: (event: { currentTarget: { value: string } }) => change({ ...keys, [name]: event.currentTarget.value.trim() }),
      error: server ?? (remark?.kind === 'wrong' ? t(`connections.keys.remark.${remark.text}`) : undefined),
      autoComplete: 'off',
      spellCheck: false,
      maxLength: 512,
    };
  };

  return (
    <Stack>
      <div>
        <TextInput {...bind(id)} description={t(keys.protocol === 'oauth2' ? 'connections.keys.client_id.help' : 'connections.keys.api_key.help')} />
        <Said remark={found[id]} />
        {found[id]?.text === 'api_key' && (
          <Anchor component="button" type="button" size="sm" mt={4} onClick={() => change({ ...keys, protocol: 'oauth1a', api_key: keys.client_id, client_id: '', client_secret: '' })}>
            {t('connections.keys.use_api_keys')}
          </Anchor>
        )}
      </div>
      <div>
        <PasswordInput
          {...bind(secret)}
          description={t(stored ? 'connections.keys.secret.stored' : 'connections.keys.secret.help')}
          autoComplete="new-password"
          visibilityToggleButtonProps={{ 'aria-label': t('connections.keys.show') }}
        />
        <Said remark={found[secret]} />
      </div>
      <Anchor
        component="button"
        type="button"
        size="sm"
        className={classes.start}
        onClick={() => change({ ...keys, protocol: keys.protocol === 'oauth2' ? 'oauth1a' : 'oauth2' })}
      >
        {t(keys.protocol === 'oauth2' ? 'connections.keys.to_oauth1a' : 'connections.keys.to_oauth2')}
      </Anchor>
    </Stack>
  );
}

// What is wrong stands in the field's error; the rest is told politely.
function Said({ remark }: { remark: Remark | undefined }) {
  return (
    <div role="status">
      {remark !== undefined && remark.kind !== 'wrong' && (
        <Group gap={6} mt={4} wrap="nowrap" align="flex-start" className={classes.remark} data-kind={remark.kind}>
          <Icon name={remark.kind === 'good' ? 'check' : 'info'} size={16} />
          <Text size="sm">{t(`connections.keys.remark.${remark.text}`)}</Text>
        </Group>
      )}
    </div>
  );
}
