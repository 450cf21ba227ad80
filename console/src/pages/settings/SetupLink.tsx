import { Button, Group, List, Stack, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { useMutation } from '@tanstack/react-query';
import { home, unwrap } from '../../api/client';
import { CopyField } from '../../parts/CopyField';
import { Icon } from '../../parts/Icon';
import { Notice } from '../../parts/Notice';
import { OnceModal } from '../../parts/OnceModal';
import { t } from '../../texts';
import { dateTime } from '../../texts/format';

/** Makes a link that makes an administrator. It is shown in the one answer that made it. */
export function SetupLink() {
  const [opened, dialog] = useDisclosure(false);
  const make = useMutation({ mutationFn: () => unwrap(home.POST('/api/v1/setup-links')) });
  const close = () => {
    dialog.close();
    make.reset();
  };
  const isHeld = make.isPending || make.data !== undefined;
  return (
    <>
      <Button variant="default" onClick={dialog.open} leftSection={<Icon name="link" size={16} />}>
        {t('administrators.link')}
      </Button>
      <OnceModal opened={opened} close={close} title={t('administrators.link.make')} isHeld={isHeld}>
        {make.data === undefined ? (
          <Stack>
            <List size="sm" spacing="xs">
              <List.Item>{t('administrators.link.effect_everything')}</List.Item>
              <List.Item>{t('administrators.link.effect_ends')}</List.Item>
            </List>
            <Group justify="flex-end">
              <Button variant="default" onClick={close} disabled={isHeld}>
                {t('common.cancel')}
              </Button>
              <Button onClick={() => make.mutate()} loading={make.isPending}>
                {t('administrators.link.make')}
              </Button>
            </Group>
          </Stack>
        ) : (
          <Stack>
            <Notice>{t('administrators.link.once')}</Notice>
            <CopyField label={t('administrators.link')} value={make.data.url} />
            <Text size="sm">{t('administrators.link.until', { when: dateTime(make.data.expires_at) })}</Text>
            <Group justify="flex-end">
              <Button onClick={close} data-autofocus>
                {t('administrators.link.copied')}
              </Button>
            </Group>
          </Stack>
        )}
      </OnceModal>
    </>
  );
}
