import { Button, Checkbox, Group, Modal, PasswordInput, Stack, Text, TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { api, unwrap } from '../../api/client';
import { Problem } from '../../api/problem';
import { tellDone, tellProblem } from '../../parts/notices';
import { t } from '../../texts';

/** Makes an account for somebody. Conflicts of the server stand at the field that they are about. */
export function NewUser({ opened, close }: { opened: boolean; close: () => void }) {
  return (
    <Modal opened={opened} onClose={close} title={t('users.add')} closeButtonProps={{ 'aria-label': t('common.close') }}>
      <Fields />
    </Modal>
  );
}

/** The field that a conflict is about. */
const fieldOf: Partial<Record<string, string>> = { username_taken: 'username', email_taken: 'email' };

function Fields() {
  const [user, setUser] = useState({ username: '', email: '', email_verified: false, password: '' });
  const [errors, setErrors] = useState<Partial<Record<string, string>>>({});
  const navigate = useNavigate();
  const queries = useQueryClient();
  const create = useMutation({
    meta: { quiet: true },
    mutationFn: () =>
      unwrap(
        api.POST('/api/v1/users', {
          body: {
            ...(user.username === '' ? {} : { username: user.username }),
            ...(user.email === '' ? {} : { email: user.email, email_verified: user.email_verified }),
            ...(user.password === '' ? {} : { password: user.password }),
          } as never,
        }),
      ),
    onSuccess: (made) => {
      void queries.invalidateQueries({ queryKey: ['list', 'users'] });
      tellDone(t('users.added'));
      void navigate({ to: `/users/${made.id}` });
    },
    onError: (thrown) => {
      const problem = Problem.from(thrown);
      const field = fieldOf[problem.code];
      setErrors(field === undefined ? problem.byField : { [field]: problem.message });
      if (field === undefined && problem.errors.length === 0) {
        tellProblem(problem);
      }
    },
  });
  const bind = (name: 'username' | 'email' | 'password') => ({
    value: user[name],
    onChange: (event: { currentTarget: { value: string } }) => setUser({ ...user, [name]: name === 'password' ? event.currentTarget.value : event.currentTarget.value.trim() }),
    error: errors[name],
    'aria-invalid': errors[name] !== undefined || undefined,
    'data-path': name,
  });
  return (
    <form
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        create.mutate();
      }}
    >
      <Stack>
        <Text size="sm" c="dimmed">
          {t('users.add.text')}
        </Text>
        <TextInput label={t('users.email')} type="email" autoComplete="off" maxLength={254} data-autofocus {...bind('email')} />
        <Checkbox label={t('users.email_verified')} description={t('users.email_verified.help')} checked={user.email_verified} onChange={(event) => setUser({ ...user, email_verified: event.currentTarget.checked })} disabled={user.email === ''} />
        <TextInput label={t('users.username')} autoComplete="off" maxLength={64} {...bind('username')} />
        <PasswordInput
          label={t('users.password')}
          description={t('users.password.help')}
          autoComplete="new-password"
          maxLength={256}
          visibilityToggleButtonProps={{ 'aria-label': t('users.password.show') }}
          {...bind('password')}
        />
        <Group justify="flex-end">
          <Button type="submit" loading={create.isPending} disabled={user.email === '' && user.username === ''}>
            {t('users.add')}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
