import { Button, Group, Modal, Stack, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { useRef } from 'react';
import type { FieldChange } from '../api/types';
import { t } from '../texts';
import { Changes } from './Changes';
import classes from './SaveBar.module.css';

interface Props {
  /** "3 changes". */
  count: string;
  changes: FieldChange[];
  label?: (field: string) => string;
  isSaving: boolean;
  save: () => Promise<unknown>;
  discard: () => void;
}

/** Stays in sight while something is unsaved; what will change is shown before it does. */
export function SaveBar({ count, changes, label, isSaving, save, discard }: Props) {
  const [opened, dialog] = useDisclosure(false);
  const button = useRef<HTMLButtonElement>(null);
  // Where to go on: at what was refused, or where one came from.
  const goOn = () => (document.querySelector<HTMLElement>('[aria-invalid="true"]') ?? button.current)?.focus();
  const go = async () => {
    // The form shows what went wrong, at its field; the question has been answered either way.
    await save().catch(() => undefined);
    dialog.close();
  };

  return (
    <div className={classes.bar} role="region" aria-label={t('common.unsaved')}>
      <Text fw={550} size="sm" role="status">
        {count}
      </Text>
      <Group gap="xs">
        <Button variant="default" onClick={discard} disabled={isSaving}>
          {t('common.discard')}
        </Button>
        <Button ref={button} onClick={dialog.open} loading={isSaving}>
          {t('common.save')}
        </Button>
      </Group>
      <Modal opened={opened} onClose={dialog.close} returnFocus={false} onExitTransitionEnd={goOn} title={t('common.review.title')} size="lg" closeButtonProps={{ 'aria-label': t('common.close') }}>
        <Stack>
          <Changes items={changes} label={label} />
          <Group justify="flex-end">
            <Button variant="default" onClick={dialog.close}>
              {t('common.review.back')}
            </Button>
            <Button onClick={go} loading={isSaving} data-autofocus>
              {t('common.review.save')}
            </Button>
          </Group>
        </Stack>
      </Modal>
    </div>
  );
}
