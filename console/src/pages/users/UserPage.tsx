import { Button, Group } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useParams } from '@tanstack/react-router';
import { useState } from 'react';
import type { Answer } from '../../api/client';
import type { User } from '../../api/types';
import { ConfirmDelete } from '../../parts/ConfirmDelete';
import { Mark } from '../../parts/Mark';
import { PageHeader } from '../../parts/PageHeader';
import { PageTabs } from '../../parts/PageTabs';
import { Query } from '../../parts/Query';
import { tellDone } from '../../parts/notices';
import { t } from '../../texts';
import { DataTab } from './DataTab';
import { ProfileTab } from './ProfileTab';
import { SessionsTab } from './SessionsTab';
import { SignInsTab } from './SignInsTab';
import { WaysInTab } from './WaysInTab';
import { nameOf, userQuery, useUserChanges } from './user';

/** One person. */
export function UserPage() {
  const { user: id = '' } = useParams({ strict: false });
  const one = useQuery(userQuery(id));
  return <Query of={one}>{(answer) => <Loaded answer={answer} key={answer.value.id} />}</Query>;
}

function Loaded({ answer }: { answer: Answer<User> }) {
  const { tab } = useParams({ strict: false });
  const user = answer.value;
  const path = `/api/v1/users/${user.id}`;
  return (
    <>
      <PageHeader
        title={nameOf(user)}
        back={{ to: '/users', title: t('users.title') }}
        marks={
          <Group gap={6}>
            {user.status === 'blocked' && <Mark tone="bad">{t('users.status.blocked')}</Mark>}
            {user.managed_by !== undefined && <Mark>{t('users.managed', { name: user.managed_by })}</Mark>}
          </Group>
        }
        action={<Block user={user} />}
        recipes={[
          { title: t('users.recipe.show'), command: `xenios user show ${user.id}`, call: `GET ${path}` },
          { title: t('users.block'), command: `xenios user block ${user.id}`, call: `PATCH ${path}  {"status": "blocked"}` },
          { title: t('users.unblock'), command: `xenios user unblock ${user.id}`, call: `PATCH ${path}  {"status": "active"}` },
          { title: t('users.delete.action'), command: `xenios user delete ${user.id}`, call: `DELETE ${path}` },
        ]}
      />
      <PageTabs
        label={t('users.tabs')}
        base={`/users/${user.id}`}
        current={tab}
        tabs={[
          { id: 'profile', title: t('users.tab.profile'), content: () => <ProfileTab answer={answer} /> },
          { id: 'ways-in', title: t('users.tab.ways_in'), content: () => <WaysInTab user={user} /> },
          { id: 'sessions', title: t('users.tab.sessions'), content: () => <SessionsTab user={user} /> },
          { id: 'sign-ins', title: t('users.tab.sign_ins'), content: () => <SignInsTab user={user} /> },
          { id: 'data', title: t('users.tab.data'), content: () => <DataTab user={user} /> },
        ]}
      />
    </>
  );
}

function Block({ user }: { user: User }) {
  const [opened, setOpened] = useState(false);
  const { save } = useUserChanges(user.id);
  const isBlocked = user.status === 'blocked';
  const change = useMutation({
    mutationFn: () => save({ status: isBlocked ? 'active' : 'blocked' }, null),
    onSuccess: () => tellDone(t(isBlocked ? 'users.unblocked' : 'users.blocked')),
  });
  return (
    <>
      <Button variant="default" loading={change.isPending} onClick={() => (isBlocked ? change.mutate() : setOpened(true))}>
        {t(isBlocked ? 'users.unblock' : 'users.block')}
      </Button>
      <ConfirmDelete
        opened={opened}
        close={() => setOpened(false)}
        title={t('users.block.ask', { name: nameOf(user) })}
        effects={[t('users.block.sessions'), t('users.block.tokens'), t('users.block.back')]}
        action={t('users.block')}
        confirm={() => change.mutateAsync()}
      />
    </>
  );
}
