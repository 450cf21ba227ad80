import { Button, Group, Text } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import type { Problem } from '../api/problem';
import { t } from '../texts';
import { Icon } from './Icon';
import { whatHappened, remedyOf } from './ErrorState';

/** Says that something is done. With `undo` it can be taken back for ten seconds. */
export function tellDone(message: string, undo?: () => void): void {
  const id = crypto.randomUUID();
  const close = { 'aria-label': t('common.close') };
  notifications.show({
    id,
    role: 'status',
    color: 'accent',
    icon: <Icon name="check" />,
    withCloseButton: true,
    closeButtonProps: close,
    autoClose: undo === undefined ? 4_000 : 10_000,
    message:
      undo === undefined ? (
        message
      ) : (
        <Group justify="space-between" wrap="nowrap">
          <Text size="sm">{message}</Text>
          <Button
            size="compact-sm"
            variant="subtle"
            onClick={() => {
              notifications.hide(id);
              undo();
            }}
          >
            {t('common.undo')}
          </Button>
        </Group>
      ),
  });
}

/** Says what went wrong and what to do, where no field can. */
export function tellProblem(problem: Problem): void {
  // The person gave up signing in and knows.
  if (problem.code === 'signed_out') {
    return;
  }

  notifications.show({
    role: 'alert',
    color: 'red',
    icon: <Icon name="warning" />,
    autoClose: 12_000,
    closeButtonProps: { 'aria-label': t('common.close') },
    title: whatHappened(problem),
    message: remedyOf(problem),
  });
}
