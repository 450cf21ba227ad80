import { Button, Group, List, Select, Stack, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { api, unwrap } from '../../api/client';
import type { Application } from '../../api/types';
import { Card } from '../../parts/Card';
import { CopyField } from '../../parts/CopyField';
import { Notice } from '../../parts/Notice';
import { OnceModal } from '../../parts/OnceModal';
import { t } from '../../texts';
import { dateTime, seconds } from '../../texts/format';
import { applicationQuery } from './application';

const overlaps = [0, 3600, 86_400, 604_800, 2_592_000];

/** The client secret: only that there is one, and a new one beside it for as long as is wanted. */
export function SecretCard({ application }: { application: Application }) {
  const [opened, dialog] = useDisclosure(false);
  const [overlap, setOverlap] = useState(86_400);
  const queries = useQueryClient();
  const rotate = useMutation({
    mutationFn: () => unwrap(api.POST('/api/v1/applications/{id}/secret', { params: { path: { id: application.client_id } }, body: { overlap } })),
    onSuccess: () => queries.invalidateQueries({ queryKey: applicationQuery(application.client_id).queryKey }),
  });
  const close = () => {
    dialog.close();
    rotate.reset();
  };
  const isHeld = rotate.isPending || rotate.data !== undefined;
  return (
    <Card
      title={t('applications.secret')}
      text={t('applications.secret.text')}
      action={
        <Button variant="default" onClick={dialog.open}>
          {t('applications.secret.rotate')}
        </Button>
      }
    >
      <Text size="sm">{t(application.has_client_secret === true ? 'applications.secret.there' : 'applications.secret.none')}</Text>
      <OnceModal opened={opened} close={close} title={t('applications.secret.rotate')} isHeld={isHeld}>
        {rotate.data === undefined ? (
          <Stack>
            <Select
              label={t('applications.secret.overlap')}
              description={t('applications.secret.overlap.help')}
              data={overlaps.map((value) => ({ value: String(value), label: value === 0 ? t('applications.secret.at_once') : seconds(value) }))}
              value={String(overlap)}
              onChange={(value) => setOverlap(Number(value ?? 86_400))}
              allowDeselect={false}
            />
            <List size="sm" spacing="xs">
              <List.Item>{t('applications.secret.effect.new')}</List.Item>
              <List.Item>{t(overlap === 0 ? 'applications.secret.effect.at_once' : 'applications.secret.effect.overlap', { time: seconds(overlap) })}</List.Item>
              <List.Item>{t('applications.secret.effect.people')}</List.Item>
            </List>
            <Group justify="flex-end">
              <Button variant="default" onClick={close} disabled={isHeld}>
                {t('common.cancel')}
              </Button>
              <Button onClick={() => rotate.mutate()} loading={rotate.isPending}>
                {t('applications.secret.rotate')}
              </Button>
            </Group>
          </Stack>
        ) : (
          <Stack>
            <Notice>{t('applications.secret.once')}</Notice>
            <CopyField label={t('applications.secret')} value={rotate.data.client_secret} />
            <Text size="sm">{rotate.data.former_until === undefined ? t('applications.secret.former_gone') : t('applications.secret.former_until', { when: dateTime(rotate.data.former_until) })}</Text>
            <Group justify="flex-end">
              <Button onClick={close}>{t('applications.secret.kept')}</Button>
            </Group>
          </Stack>
        )}
      </OnceModal>
    </Card>
  );
}
