import { ActionIcon, Autocomplete, Button, Group, Stack, Switch, Text, TextInput } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import type { Answer } from '../../api/client';
import type { Patch } from '../../api/mergePatch';
import type { User } from '../../api/types';
import { Card } from '../../parts/Card';
import { CopyField } from '../../parts/CopyField';
import { Help } from '../../parts/Help';
import { Icon } from '../../parts/Icon';
import { Notice } from '../../parts/Notice';
import { SettingsForm } from '../../parts/SettingsForm';
import { TimeAgo } from '../../parts/TimeAgo';
import { settled } from '../../parts/settled';
import { tellDone } from '../../parts/notices';
import { Rich } from '../../texts/Rich';
import { known, t } from '../../texts';
import { locals } from '../connections/attributes';
import { useUserChanges } from './user';
import classes from './users.module.css';

interface Profile {
  username: string;
  email: string;
  email_verified: boolean;
  sign_in_to_link: boolean;
  attributes: Record<string, string>;
}

const usual: Profile = { username: '', email: '', email_verified: false, sign_in_to_link: false, attributes: {} };

/** Who somebody is, and whether a connection keeps that. */
export function ProfileTab({ answer }: { answer: Answer<User> }) {
  const user = answer.value;
  const changes = useUserChanges(user.id);
  return (
    <Stack gap="lg">
      {user.managed_by !== undefined && <Managed user={user} connection={user.managed_by} />}
      <SettingsForm<Profile>
        name={`user.${user.id}`}
        loaded={settled(answer, usual)}
        save={async (patch, etag) => settled(await changes.save(withNulls(patch), etag), usual)}
        reload={async () => settled(await changes.reload(), usual)}
        label={(field) => known(`users.${field}`) ?? field}
      >
        {(bound) => (
          <Card>
            <Stack maw="40rem">
              <CopyField label={t('users.id')} value={user.id} />
              <TextInput label={t('users.username')} maxLength={64} autoComplete="off" {...bound.getInputProps('username')} />
              <TextInput label={t('users.email')} description={<Help why={t('users.email.help')} already={t('users.email.already')} />} type="email" maxLength={254} autoComplete="off" {...bound.getInputProps('email')} />
              <Switch label={t('users.email_verified')} description={t('users.email_verified.help')} {...bound.getInputProps('email_verified', { type: 'checkbox' })} />
              <Switch label={t('users.sign_in_to_link')} description={t('users.sign_in_to_link.help')} {...bound.getInputProps('sign_in_to_link', { type: 'checkbox' })} />
              <Attributes value={bound.values.attributes} change={(attributes) => bound.setFieldValue('attributes', attributes)} errors={bound.errors} />
              <Text size="sm" c="dimmed">
                <Rich id="users.made" tags={{ when: () => <TimeAgo value={user.created_at} /> }} />
                {user.groups.length > 0 && ` · ${t('users.groups', { names: user.groups.join(', ') })}`}
              </Text>
            </Stack>
          </Card>
        )}
      </SettingsForm>
    </Stack>
  );
}

// The mark that WSO2's users know: what a connection copies cannot be changed here (kinde-and-wso2 E69).
function Managed({ user, connection }: { user: User; connection: string }) {
  const { save } = useUserChanges(user.id);
  const release = useMutation({ mutationFn: () => save({ managed_by: null }, null), onSuccess: () => tellDone(t('users.released')) });
  return (
    <Notice
      kind="info"
      title={t('users.managed', { name: connection })}
      action={
        <Group gap="xs">
          <Button size="xs" variant="default" loading={release.isPending} onClick={() => release.mutate()}>
            {t('users.release')}
          </Button>
          <Button size="xs" variant="subtle" component={Link} to={`/connections/${connection}`}>
            {t('users.open_connection')}
          </Button>
        </Group>
      }
    >
      {t('users.managed.text')}
    </Notice>
  );
}

function Attributes({ value, change, errors }: { value: Record<string, string>; change: (value: Record<string, string>) => void; errors: Record<string, React.ReactNode> }) {
  const [name, setName] = useState('');
  const wanted = name.trim();
  const isFit = /^[A-Za-z]\w{0,63}$/.test(wanted) && !(wanted in value);
  return (
    <Stack gap="xs">
      <Text size="sm" fw={500}>
        {t('users.attributes')}
      </Text>
      {Object.entries(value).map(([attribute, text]) => (
        <div key={attribute} className={classes.attribute}>
          <TextInput
            label={attribute}
            value={text}
            maxLength={1024}
            onChange={(event) => change({ ...value, [attribute]: event.currentTarget.value })}
            error={errors[`attributes.${attribute}`]}
            data-path={`attributes.${attribute}`}
          />
          <ActionIcon variant="subtle" color="gray" size="lg" aria-label={t('users.attribute.remove', { name: attribute })} onClick={() => change(Object.fromEntries(Object.entries(value).filter(([one]) => one !== attribute)))}>
            <Icon name="trash" size={16} />
          </ActionIcon>
        </div>
      ))}
      <Group gap="xs" align="flex-end">
        <Autocomplete label={t('users.attribute.name')} data={Object.keys(locals).filter((one) => !(one in value))} value={name} onChange={setName} maxLength={64} spellCheck={false} />
        <Button
          variant="default"
          disabled={!isFit}
          onClick={() => {
            change({ ...value, [wanted]: '' });
            setName('');
          }}
        >
          {t('users.attribute.add')}
        </Button>
      </Group>
    </Stack>
  );
}

// An empty field is none.
function withNulls(patch: Patch): Patch {
  return Object.fromEntries(Object.entries(patch).map(([name, value]) => [name, value === '' ? null : value]));
}
