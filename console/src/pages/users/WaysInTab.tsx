import { Anchor, Button, Group, Modal, Select, Skeleton, Stack, Text, TextInput } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { useMutation, useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { api, read, unwrap } from '../../api/client';
import { Problem } from '../../api/problem';
import type { User } from '../../api/types';
import { Card } from '../../parts/Card';
import { ConfirmDelete } from '../../parts/ConfirmDelete';
import { Icon } from '../../parts/Icon';
import { Query } from '../../parts/Query';
import { TimeAgo } from '../../parts/TimeAgo';
import { tellDone, tellProblem } from '../../parts/notices';
import { Rich } from '../../texts/Rich';
import { t } from '../../texts';
import { day } from '../../texts/format';
import { nameOf, useUserChanges, type Identity } from './user';
import classes from './users.module.css';

/** By what somebody comes in: accounts elsewhere with their handles, the password, the address. */
export function WaysInTab({ user }: { user: User }) {
  const identities = useQuery(read('/api/v1/users/{id}/identities', { params: { path: { id: user.id } } }));
  const [opened, dialog] = useDisclosure(false);
  return (
    <Card
      title={t('users.tab.ways_in')}
      text={t('users.ways_in.text')}
      action={
        <Button variant="default" leftSection={<Icon name="link" size={16} />} onClick={dialog.open}>
          {t('users.link')}
        </Button>
      }
    >
      <Query of={identities} waiting={<Skeleton height={70} />}>
        {({ value }) => (
          <ul className={classes.rows} aria-label={t('users.tab.ways_in')}>
            {value.items.map((identity) => (
              <One key={identity.id} user={user} identity={identity} />
            ))}
            <li className={classes.row}>
              <Group gap="sm" wrap="nowrap">
                <Icon name="key" />
                <Text size="sm">{t(user.has_password ? 'users.has_password' : 'users.no_password')}</Text>
              </Group>
            </li>
            {user.email !== undefined && (
              <li className={classes.row}>
                <Group gap="sm" wrap="nowrap">
                  <Icon name="mail" />
                  <Text size="sm">{t(user.email_verified ? 'users.mail_confirmed' : 'users.mail_open', { email: user.email })}</Text>
                </Group>
              </li>
            )}
          </ul>
        )}
      </Query>
      <Modal opened={opened} onClose={dialog.close} title={t('users.link')} closeButtonProps={{ 'aria-label': t('common.close') }}>
        <LinkFields user={user} done={dialog.close} />
      </Modal>
    </Card>
  );
}

function One({ user, identity }: { user: User; identity: Identity }) {
  const [asks, setAsks] = useState(false);
  const [showsHistory, setShowsHistory] = useState(false);
  const { refresh } = useUserChanges(user.id);
  const params = { path: { id: user.id, identity: identity.id } };
  const handles = useQuery({ ...read('/api/v1/users/{id}/identities/{identity}/handles', { params }), enabled: showsHistory });
  const unlink = useMutation({
    mutationFn: () => unwrap(api.DELETE('/api/v1/users/{id}/identities/{identity}', { params })),
    onSuccess: () => {
      void refresh();
      tellDone(t('users.unlinked'));
    },
  });
  const name = identity.handle === undefined ? identity.subject : `@${identity.handle}`;
  return (
    <li className={classes.row}>
      <Group gap="sm" wrap="nowrap" align="flex-start" miw={0}>
        <Icon name="x" />
        <div className={classes.words}>
          <Text size="sm" fw={570}>
            {name}{' '}
            <Anchor component={Link} to={`/connections/${identity.connection}`} size="sm" fw={400}>
              {identity.connection}
            </Anchor>
          </Text>
          <Text size="sm" c="dimmed">
            {t('users.identity.id', { id: identity.subject })} · {identity.issuer}
          </Text>
          <Text size="sm" c="dimmed">
            <Rich id="users.identity.since" tags={{ when: () => <TimeAgo value={identity.linked_at} /> }} />
            {' · '}
            {identity.last_used_at === undefined ? t('users.identity.never') : <Rich id="users.identity.used" tags={{ when: () => <TimeAgo value={identity.last_used_at ?? ''} /> }} />}
          </Text>
          <Button size="compact-xs" variant="subtle" px={0} mt={4} onClick={() => setShowsHistory(!showsHistory)} aria-expanded={showsHistory}>
            {t('users.handles')}
          </Button>
          {showsHistory && (
            <ul className={classes.history} aria-label={t('users.handles')}>
              {(handles.data?.value.items ?? []).map((one) => (
                <li key={`${one.handle} ${one.seen_from}`}>
                  <Text size="sm" component="span">
                    {`@${one.handle} · ${one.seen_until === undefined ? t('users.handle.since', { from: day(one.seen_from) }) : t('users.handle.between', { from: day(one.seen_from), to: day(one.seen_until) })}`}
                  </Text>
                </li>
              ))}
              {handles.data?.value.items.length === 0 && (
                <li>
                  <Text size="sm">{t('users.handles.none')}</Text>
                </li>
              )}
            </ul>
          )}
        </div>
      </Group>
      <Button variant="default" size="xs" onClick={() => setAsks(true)}>
        {t('users.unlink')}
      </Button>
      <ConfirmDelete
        opened={asks}
        close={() => setAsks(false)}
        title={t('users.unlink.ask', { handle: name, name: nameOf(user) })}
        effects={[t('users.unlink.effect'), t('users.unlink.new'), t('users.unlink.last')]}
        action={t('users.unlink')}
        confirm={() => unlink.mutateAsync()}
      />
    </li>
  );
}

function LinkFields({ user, done }: { user: User; done: () => void }) {
  const connections = useQuery(read('/api/v1/connections', { params: { query: { limit: 100 } } }));
  const items = connections.data?.value.items ?? [];
  const [chosen, setChosen] = useState<string | null>(null);
  const [subject, setSubject] = useState('');
  const [handle, setHandle] = useState('');
  const [errors, setErrors] = useState<Partial<Record<string, string>>>({});
  const { refresh } = useUserChanges(user.id);
  const connection = chosen ?? items[0]?.slug ?? null;
  const link = useMutation({
    meta: { quiet: true },
    mutationFn: () => unwrap(api.POST('/api/v1/users/{id}/identities', { params: { path: { id: user.id } }, body: { connection, subject, ...(handle === '' ? {} : { handle }) } as never })),
    onSuccess: () => {
      void refresh();
      tellDone(t('users.linked'));
      done();
    },
    onError: (thrown) => {
      const problem = Problem.from(thrown);
      const isConflict = problem.code === 'identity_of_another_account' || problem.code === 'account_has_another_identity';
      setErrors(isConflict ? { subject: problem.message } : problem.byField);
      if (!isConflict && problem.errors.length === 0) {
        tellProblem(problem);
      }
    },
  });
  return (
    <form
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        link.mutate();
      }}
    >
      <Stack>
        <Text size="sm" c="dimmed">
          {t('users.link.text')}
        </Text>
        <Select label={t('users.connection')} data={items.map((one) => ({ value: one.slug, label: one.name ?? one.slug }))} value={connection} onChange={setChosen} allowDeselect={false} error={errors.connection} />
        <TextInput
          label={t('users.subject')}
          description={t('users.subject.help')}
          value={subject}
          onChange={(event) => setSubject(event.currentTarget.value.trim())}
          error={errors.subject ?? (subject !== '' && !/^\d{1,20}$/.test(subject) ? t('users.subject.number') : undefined)}
          inputMode="numeric"
          maxLength={20}
          required
        />
        <TextInput label={t('users.handle')} description={t('users.handle.help')} value={handle} onChange={(event) => setHandle(event.currentTarget.value.trim().replace(/^@/, ''))} error={errors.handle} maxLength={15} />
        <Group justify="flex-end">
          <Button type="submit" loading={link.isPending} disabled={connection === null || !/^\d{1,20}$/.test(subject)}>
            {t('users.link')}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
