import { Button, Group, List, Modal, Stack, Text, TextInput } from '@mantine/core';
import { useState, type ReactNode } from 'react';
import type { Problem } from '../api/problem';
import { t } from '../texts';
import { remedyOf, whatHappened } from './ErrorState';
import { Notice } from './Notice';

interface Asked {
  /** What will happen, and to whom, one sentence each. */
  effects: string[];
  /** What the button says: the deed, not "OK". */
  action: string;
  /** Only where nothing can be undone: what is to be typed, a name or a number. */
  typed?: string;
  /** What stood against it the last time, where the deed does not tell it by itself. */
  refusal?: Problem;
  /** Nothing is taken away, so nothing warns. */
  isMild?: boolean;
}

interface Props extends Asked {
  opened: boolean;
  close: () => void;
  title: string;
  confirm: () => Promise<unknown>;
}

/** Asks before something is taken away, and says what that means. */
export function ConfirmDelete({ opened, close, title, confirm, ...asked }: Props) {
  const [isBusy, setIsBusy] = useState(false);
  const go = async () => {
    setIsBusy(true);
    try {
      await confirm();
      close();
    } catch {
      // The mutation has told it, or it stands there as the refusal; the question stays open.
    } finally {
      setIsBusy(false);
    }
  };

  return (
    <Modal opened={opened} onClose={close} title={title} closeButtonProps={{ 'aria-label': t('common.close') }}>
      <Question {...asked} isBusy={isBusy} cancel={close} go={() => void go()} />
    </Modal>
  );
}

/** The question by itself, for a dialog that goes on after it. */
export function Question({ effects, action, typed, refusal, isMild = false, isBusy = false, cancel, go, children }: Asked & { isBusy?: boolean; cancel: () => void; go: () => void; children?: ReactNode }) {
  const [name, setName] = useState('');
  const mayGo = typed === undefined || name.trim() === typed;
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        if (mayGo && !isBusy) {
          go();
        }
      }}
    >
      <Stack>
        {children}
        <List spacing="xs" size="sm">
          {effects.map((effect) => (
            <List.Item key={effect}>{effect}</List.Item>
          ))}
        </List>
        {typed !== undefined && (
          <TextInput label={t('common.type_name', { name: typed })} value={name} onChange={(event) => setName(event.currentTarget.value)} autoComplete="off" spellCheck={false} data-autofocus />
        )}
        {typed !== undefined && (
          <Text size="sm" c="dimmed">
            {t('common.no_undo')}
          </Text>
        )}
        {refusal !== undefined && (
          <div role="alert">
            <Notice kind="bad" title={whatHappened(refusal)}>
              {remedyOf(refusal)}
            </Notice>
          </div>
        )}
        <Group justify="flex-end">
          <Button variant="default" onClick={cancel} data-autofocus={typed === undefined || undefined}>
            {t('common.cancel')}
          </Button>
          <Button type="submit" color={isMild ? undefined : 'red.9'} disabled={!mayGo} loading={isBusy}>
            {action}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
