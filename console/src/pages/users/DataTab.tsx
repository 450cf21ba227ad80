import { Button, Group, Stack, Text } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { api, unwrap } from '../../api/client';
import type { User } from '../../api/types';
import { Card } from '../../parts/Card';
import { ConfirmDelete } from '../../parts/ConfirmDelete';
import { saveFile } from '../../parts/files';
import { Icon } from '../../parts/Icon';
import { tellDone } from '../../parts/notices';
import { t } from '../../texts';
import { nameOf } from './user';

/** What is held about somebody: to be handed over, or to be gone. */
export function DataTab({ user }: { user: User }) {
  const [asks, setAsks] = useState(false);
  const navigate = useNavigate();
  const queries = useQueryClient();
  const path = { id: user.id };
  const exported = useMutation({
    mutationFn: () => unwrap(api.GET('/api/v1/users/{id}/export', { params: { path } })),
    onSuccess: (data) => saveFile(`${user.id}.json`, JSON.stringify(data, null, 2), 'application/json'),
  });
  const remove = useMutation({
    mutationFn: () => unwrap(api.DELETE('/api/v1/users/{id}', { params: { path } })),
    onSuccess: () => {
      void queries.invalidateQueries({ queryKey: ['list', 'users'] });
      tellDone(t('users.delete.done'));
      void navigate({ to: '/users' });
    },
  });
  return (
    <Stack gap="lg">
      <Card title={t('users.export.title')}>
        <Group justify="space-between">
          <Text size="sm" c="dimmed" maw="34rem">
            {t('users.export.text')}
          </Text>
          <Button variant="default" leftSection={<Icon name="download" size={16} />} loading={exported.isPending} onClick={() => exported.mutate()}>
            {t('users.export.action')}
          </Button>
        </Group>
      </Card>
      <Card title={t('users.delete.title')}>
        <Group justify="space-between">
          <Text size="sm" c="dimmed" maw="34rem">
            {t('users.delete.text')}
          </Text>
          <Button variant="default" c="var(--x-bad)" leftSection={<Icon name="trash" size={16} />} onClick={() => setAsks(true)}>
            {t('users.delete.action')}
          </Button>
        </Group>
      </Card>
      <ConfirmDelete
        opened={asks}
        close={() => setAsks(false)}
        title={t('users.delete.ask', { name: nameOf(user) })}
        effects={[t('users.delete.gone'), t('users.delete.sessions'), t('users.delete.again')]}
        action={t('users.delete.action')}
        typed={user.username ?? user.email ?? user.id}
        confirm={() => remove.mutateAsync()}
      />
    </Stack>
  );
}
