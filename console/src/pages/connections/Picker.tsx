import { Button, Group, Modal, Stack, Text, TextInput } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { Icon } from '../../parts/Icon';
import { Tile, Tiles } from '../../parts/Tiles';
import { t } from '../../texts';

/** A kind of connection, with the words that find it. */
const kinds = [{ id: 'x', icon: 'x', title: 'connections.kind.x', text: 'connections.kind.x.text', words: 'x twitter social tweet oauth' }] as const;

/** Which kind of connection it is to be: X is found by its old name too. */
export function Picker({ opened, close }: { opened: boolean; close: () => void }) {
  return (
    <Modal opened={opened} onClose={close} title={t('connections.add')} size="lg" closeButtonProps={{ 'aria-label': t('common.close') }}>
      <KindChoice next={(kind) => `/connections/new/${kind}`} />
    </Modal>
  );
}

/** Chooses a kind, and goes on with *Next*. */
export function KindChoice({ next, go }: { next: (kind: string) => string; go?: (kind: string) => void }) {
  const [typed, setTyped] = useState('');
  const [chosen, setChosen] = useState<string | null>(null);
  const wanted = typed.trim().toLowerCase();
  const found = kinds.filter((kind) => wanted === '' || kind.words.split(' ').some((word) => word.startsWith(wanted)) || t(kind.title).toLowerCase().includes(wanted));
  const [only] = found;
  const selected = chosen ?? (found.length === 1 && only !== undefined ? only.id : null);
  return (
    <Stack>
      <TextInput
        type="search"
        label={t('connections.pick.search')}
        placeholder={t('connections.pick.placeholder')}
        value={typed}
        onChange={(event) => setTyped(event.currentTarget.value)}
        leftSection={<Icon name="search" size={16} />}
        data-autofocus
      />
      <Tiles label={t('connections.pick.label')}>
        {found.map((kind) => (
          <Tile key={kind.id} icon={<Icon name={kind.icon} size={20} />} title={t(kind.title)} text={t(kind.text)} chosen={selected === kind.id} onClick={() => setChosen(kind.id)} />
        ))}
      </Tiles>
      {found.length === 0 && (
        <Text size="sm" c="dimmed" role="status">
          {t('connections.pick.nothing')}
        </Text>
      )}
      <Group justify="flex-end">
        {selected === null || go !== undefined ? (
          <Button disabled={selected === null} onClick={() => selected !== null && go?.(selected)}>
            {t('common.list.next')}
          </Button>
        ) : (
          <Button component={Link} to={next(selected)}>
            {t('common.list.next')}
          </Button>
        )}
      </Group>
    </Stack>
  );
}
