import { Modal } from '@mantine/core';
import type { ReactNode } from 'react';
import { t } from '../texts';

interface Props {
  opened: boolean;
  close: () => void;
  title: string;
  /** Whether something is on its way, or shown, that will not be shown again: then only a button of the content leads away. */
  isHeld: boolean;
  children: ReactNode;
}

/** A dialog for what is shown in the one answer that made it. */
export function OnceModal({ opened, close, title, isHeld, children }: Props) {
  return (
    <Modal
      opened={opened}
      onClose={close}
      title={title}
      size="lg"
      closeOnClickOutside={!isHeld}
      closeOnEscape={!isHeld}
      withCloseButton={!isHeld}
      closeButtonProps={{ 'aria-label': t('common.close') }}
    >
      {children}
    </Modal>
  );
}
