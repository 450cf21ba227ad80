import { Button, Group, Modal, PasswordInput, SegmentedControl, Select, Stack, Text, TextInput } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { home, unwrap } from '../../api/client';
import { Problem } from '../../api/problem';
import type { User } from '../../api/types';
import { tellDone, tellProblem } from '../../parts/notices';
import { t } from '../../texts';
import { nameOf } from '../users/user';
import { administratorsKey, nameOfAdministrator } from './administrators';

type Way = 'known' | 'new';

/** Makes somebody an administrator: a user that exists, or an email with a password. */
export function AddAdministrator({ opened, close }: { opened: boolean; close: () => void }) {
  return (
    <Modal opened={opened} onClose={close} title={t('administrators.add')} size="lg" closeButtonProps={{ 'aria-label': t('common.close') }}>
      <Fields done={close} />
    </Modal>
  );
}

function Fields({ done }: { done: () => void }) {
  const [way, setWay] = useState<Way>('known');
  const [user, setUser] = useState<User | null>(null);
  const [email, setEmail] = useState('');
  const [password, setPassword] = useState('');
  const [errors, setErrors] = useState<Partial<Record<string, string>>>({});
  const queries = useQueryClient();
  const add = useMutation({
    meta: { quiet: true },
    mutationFn: () => unwrap(home.POST('/api/v1/administrators', { body: way === 'known' ? { user_id: user?.id } : { email, ...(password === '' ? {} : { password }) } })),
    onSuccess: (made) => {
      void queries.invalidateQueries({ queryKey: administratorsKey });
      tellDone(t('administrators.added', { name: nameOfAdministrator(made) }));
      done();
    },
    onError: (thrown) => {
      const problem = Problem.from(thrown);
      setErrors(problem.byField);
      if (problem.errors.length === 0) {
        tellProblem(problem);
      }
    },
  });
  const isWhole = way === 'known' ? user !== null : email !== '';
  const choose = (next: User | null) => {
    setUser(next);
    setErrors({});
  };
  return (
    <form
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        if (isWhole) {
          add.mutate();
        }
      }}
    >
      <Stack>
        <Text size="sm" c="dimmed">
          {t('administrators.add.text')}
        </Text>
        <SegmentedControl
          fullWidth
          aria-label={t('administrators.add.way')}
          value={way}
          onChange={(value) => {
            setWay(value);
            setErrors({});
          }}
          data={[
            { value: 'known', label: t('administrators.add.known') },
            { value: 'new', label: t('administrators.add.new') },
          ]}
        />
        {way === 'known' ? (
          // A user who lacks a password is refused at that field, which is not on this side.
          <UserChoice user={user} choose={choose} error={errors.user_id ?? errors.password} />
        ) : (
          <>
            <TextInput
              label={t('administrators.email')}
              description={t('administrators.add.new_text')}
              type="email"
              autoComplete="off"
              maxLength={254}
              value={email}
              onChange={(event) => setEmail(event.currentTarget.value.trim())}
              error={errors.email}
              required
              withAsterisk={false}
            />
            <PasswordInput
              label={t('administrators.password')}
              description={t('administrators.password.help')}
              autoComplete="new-password"
              maxLength={256}
              visibilityToggleButtonProps={{ 'aria-label': t('users.password.show') }}
              value={password}
              onChange={(event) => setPassword(event.currentTarget.value)}
              error={errors.password}
              // Its inner field says so only by its looks.
              aria-invalid={errors.password !== undefined || undefined}
            />
          </>
        )}
        <Group justify="flex-end">
          <Button type="submit" loading={add.isPending} disabled={!isWhole}>
            {t('administrators.add')}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

const few = 10;
const pause = 200;
const titleOf = (user: User) => [...new Set([nameOf(user), user.email ?? user.username ?? user.id])].join(' · ');

/** One user of the default environment, found by the server. */
function UserChoice({ user, choose, error }: { user: User | null; choose: (user: User | null) => void; error?: string }) {
  const [typed, setTyped] = useState('');
  const [settled] = useDebouncedValue(typed.trim(), pause);
  // What was chosen stands in the field, and is nothing to look for.
  const q = user !== null && settled === titleOf(user) ? '' : settled;
  const users = useQuery({
    queryKey: ['administrators', 'users', q],
    queryFn: ({ signal }) => unwrap(home.GET('/api/v1/users', { params: { query: { limit: few, status: 'active', ...(q === '' ? {} : { q }) } }, signal })),
    placeholderData: (before) => before,
  });
  const all = [...(user === null ? [] : [user]), ...(users.data?.items ?? []).filter((one) => one.id !== user?.id)];
  return (
    <Select
      label={t('administrators.add.user')}
      description={t('administrators.add.known_text')}
      placeholder={t('administrators.add.user_search')}
      data={all.map((one) => ({ value: one.id, label: titleOf(one) }))}
      value={user?.id ?? null}
      onChange={(id) => choose(all.find((one) => one.id === id) ?? null)}
      searchable
      searchValue={typed}
      onSearchChange={setTyped}
      // The server has found them already, by more than stands in their names.
      filter={({ options }) => options}
      nothingFoundMessage={t(users.isFetching ? 'layout.search.looking' : 'administrators.add.user_none')}
      error={error}
      data-autofocus
    />
  );
}
