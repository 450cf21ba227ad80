import { Button, Checkbox, Group, Text } from '@mantine/core';
import { useRef, useState } from 'react';
import { t, tn } from '../texts';
import { BulkDialog } from './BulkDialog';
import { Icon } from './Icon';
import classes from './BulkActions.module.css';

/** Something that can be done to many rows, one after the other. */
export interface BulkAction<T> {
  id: string;
  /** What the button says: the deed. */
  title: string;
  /** Whether it changes anything about a row; those that are so already are left alone. */
  concerns: (row: T) => boolean;
  /** The question, and what will happen, one sentence each. */
  ask: (count: number) => string;
  effects: string[];
  /** Only where nothing can be undone: what is to be typed for one row. For more it is their number. */
  typed?: (row: T) => string;
  /** Nothing is taken away by it. */
  isMild?: boolean;
  run: (row: T) => Promise<unknown>;
  /** Said when all are done. */
  done: (count: number) => string;
}

/** What can be done to the rows of a list. */
export interface Bulk<T> {
  /** What a row is called, for readers and in what is said of it. */
  nameOf: (row: T) => string;
  actions: BulkAction<T>[];
}

interface Props<T> extends Bulk<T> {
  rows: readonly T[];
  chosen: T[];
  /** While another part of the list is on its way. */
  isStale: boolean;
  choose: (rows: readonly T[], isChosen: boolean) => void;
  /** After something was done, even if not to all. */
  after: () => void;
}

/** Above the rows: choose all of the page, how many are chosen, and what can be done to them. It stays in sight while the rows move by. */
export function BulkActions<T>({ nameOf, actions, rows, chosen, isStale, choose, after }: Props<T>) {
  const [asked, setAsked] = useState<{ action: BulkAction<T>; rows: T[]; spared: number } | null>(null);
  const [opened, setOpened] = useState(false);
  const all = useRef<HTMLInputElement>(null);
  const pressed = useRef<HTMLElement>(null);
  const open = (action: BulkAction<T>, from: HTMLElement) => {
    const concerned = chosen.filter(action.concerns);
    pressed.current = from;
    setAsked({ action, rows: concerned, spared: chosen.length - concerned.length });
    setOpened(true);
  };
  return (
    <div className={classes.bar} role="group" aria-label={t('common.bulk.label')}>
      <Checkbox
        ref={all}
        label={t('common.bulk.all')}
        checked={rows.length > 0 && chosen.length === rows.length}
        indeterminate={chosen.length > 0 && chosen.length < rows.length}
        disabled={isStale || rows.length === 0}
        onChange={() => choose(rows, chosen.length < rows.length)}
      />
      <Text size="sm" c="dimmed" role="status">
        {chosen.length > 0 && tn('common.bulk.chosen', chosen.length)}
      </Text>
      {chosen.length > 0 && (
        <Group gap="xs" className={classes.deeds}>
          {actions.map((action) => (
            <Button
              key={action.id}
              size="xs"
              variant="default"
              c={action.typed !== undefined ? 'var(--x-bad)' : undefined}
              disabled={isStale || !chosen.some(action.concerns)}
              onClick={(event) => open(action, event.currentTarget)}
            >
              {action.title}
            </Button>
          ))}
          <Button
            size="xs"
            variant="subtle"
            color="gray"
            leftSection={<Icon name="cross" size={14} />}
            onClick={() => {
              choose(rows, false);
              all.current?.focus();
            }}
          >
            {t('common.bulk.none')}
          </Button>
        </Group>
      )}
      {asked !== null && (
        <BulkDialog
          {...asked}
          nameOf={nameOf}
          opened={opened}
          close={() => setOpened(false)}
          // The button that was pressed is gone when nothing is chosen any more.
          closed={() => (pressed.current?.isConnected === true ? pressed.current : all.current)?.focus()}
          after={(done) => {
            choose(done, false);
            after();
          }}
        />
      )}
    </div>
  );
}
