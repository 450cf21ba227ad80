import { Button, Group, List, Modal, Stack, Text, TextInput } from '@mantine/core';
import { useState } from 'react';
import { t } from '../texts';

interface Props {
  opened: boolean;
  close: () => void;
  title: string;
  /** What will happen, and to whom, one sentence each. */
  effects: string[];
  /** What the button says: the deed, not "OK". */
  action: string;
  /** Only where nothing can be undone: the name to be typed. */
  typed?: string;
  confirm: () => Promise<unknown>;
}

/** Asks before something is taken away, and says what that means. */
export function ConfirmDelete({ opened, close, title, effects, action, typed, confirm }: Props) {
  const [name, setName] = useState('');
  const [isBusy, setIsBusy] = useState(false);
  const mayGo = typed === undefined || name.trim() === typed;
  const done = () => {
    setName('');
    close();
  };
  const go = async () => {
    setIsBusy(true);
    try {
      await confirm();
      done();
    } catch {
      // The mutation has told it; the question stays open.
    } finally {
      setIsBusy(false);
    }
  };

  return (
    <Modal opened={opened} onClose={done} title={title} closeButtonProps={{ 'aria-label': t('common.close') }}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (mayGo) {
            void go();
          }
        }}
      >
        <Stack>
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
          <Group justify="flex-end">
            <Button variant="default" onClick={done} data-autofocus={typed === undefined || undefined}>
              {t('common.cancel')}
            </Button>
            <Button type="submit" color="red.9" disabled={!mayGo} loading={isBusy}>
              {action}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
