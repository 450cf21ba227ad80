import { Button, Group, Modal, Progress, Stack, Text } from '@mantine/core';
import { useEffect, useRef, useState } from 'react';
import { Problem } from '../api/problem';
import { t, tn } from '../texts';
import { number } from '../texts/format';
import { doEach, type Outcome } from './bulk';
import type { BulkAction } from './BulkActions';
import { Question } from './ConfirmDelete';
import { remedyOf, whatHappened } from './ErrorState';
import { Notice } from './Notice';
import { tellDone } from './notices';
import classes from './BulkActions.module.css';

interface Props<T> {
  action: BulkAction<T>;
  /** What it will be done to. */
  rows: T[];
  /** How many of the chosen are so already. */
  spared: number;
  nameOf: (row: T) => string;
  opened: boolean;
  close: () => void;
  /** When it is gone from the screen. */
  closed: () => void;
  /** Told what was done, whatever came of the rest. */
  after: (done: T[]) => void;
}

type Stage<T> = { is: 'asking' } | { is: 'running'; count: number } | { is: 'over'; outcome: Outcome<T> };

// No further call would be answered: the server is not reached, or the person does not want to sign in again.
const endsAll = (thrown: unknown) => [0, 401].includes(Problem.from(thrown).status);

/** Asks, does it to one row after the other, and says which were not done and why. While it runs, nothing but Stop leads away. */
export function BulkDialog<T>({ action, rows, spared, nameOf, opened, close, closed, after }: Props<T>) {
  const [stage, setStage] = useState<Stage<T>>({ is: 'asking' });
  const stop = useRef(false);
  const isGone = useRef(false);
  const isRunning = stage.is === 'running';
  // Leaving the page by the browser's own buttons is a word to stop, too.
  useEffect(() => {
    isGone.current = false;
    return () => {
      isGone.current = true;
    };
  }, []);

  const go = async () => {
    stop.current = false;
    const outcome = await doEach(rows, action.run, { progress: (count) => setStage({ is: 'running', count }), isStopped: () => stop.current || isGone.current, endsAll });
    after(outcome.done);
    if (outcome.done.length === rows.length) {
      close();
      tellDone(action.done(rows.length));
    } else if (isGone.current) {
      tellDone(t('common.bulk.result', { done: number(outcome.done.length), count: number(rows.length) }));
    } else {
      setStage({ is: 'over', outcome });
    }
  };

  return (
    <Modal
      opened={opened}
      onClose={close}
      title={action.ask(rows.length)}
      returnFocus={false}
      onExitTransitionEnd={() => {
        setStage({ is: 'asking' });
        closed();
      }}
      closeOnClickOutside={!isRunning}
      closeOnEscape={!isRunning}
      withCloseButton={!isRunning}
      closeButtonProps={{ 'aria-label': t('common.close') }}
    >
      {stage.is === 'asking' && (
        <Question effects={action.effects} action={action.title} isMild={action.isMild} typed={typedFor(action, rows)} cancel={close} go={() => void go()}>
          <ul role="list" className={classes.list} aria-label={t('common.bulk.concerned')} tabIndex={0}>
            {rows.map((row, index) => (
              <li key={index}>{nameOf(row)}</li>
            ))}
          </ul>
          {spared > 0 && (
            <Text size="sm" c="dimmed">
              {tn('common.bulk.spared', spared)}
            </Text>
          )}
        </Question>
      )}
      {stage.is === 'running' && <Running count={stage.count} of={rows.length} title={action.title} stop={() => (stop.current = true)} />}
      {stage.is === 'over' && <Over outcome={stage.outcome} of={rows.length} nameOf={nameOf} close={close} />}
    </Modal>
  );
}

function typedFor<T>({ typed }: BulkAction<T>, rows: T[]): string | undefined {
  const [first] = rows;
  return typed === undefined || first === undefined ? undefined : rows.length === 1 ? typed(first) : String(rows.length);
}

function Running({ count, of: all, title, stop }: { count: number; of: number; title: string; stop: () => void }) {
  const [isStopping, setIsStopping] = useState(false);
  const button = useRef<HTMLButtonElement>(null);
  useEffect(() => button.current?.focus(), []);
  return (
    <Stack>
      <Progress value={Math.round((count / all) * 100)} aria-label={title} />
      <Text size="sm">{t(isStopping ? 'common.bulk.stopping' : 'common.bulk.progress', { done: number(count), count: number(all) })}</Text>
      <Group justify="flex-end">
        <Button
          ref={button}
          variant="default"
          aria-disabled={isStopping}
          onClick={() => {
            setIsStopping(true);
            stop();
          }}
        >
          {t('common.bulk.stop')}
        </Button>
      </Group>
    </Stack>
  );
}

function Over<T>({ outcome: { done, failed, left }, of: all, nameOf, close }: { outcome: Outcome<T>; of: number; nameOf: (row: T) => string; close: () => void }) {
  const result = useRef<HTMLDivElement>(null);
  useEffect(() => result.current?.focus(), []);
  return (
    <Stack>
      <div ref={result} tabIndex={-1} className={classes.result}>
        <Notice kind={failed.length > 0 ? 'bad' : 'warn'} title={t('common.bulk.result', { done: number(done.length), count: number(all) })}>
          {t('common.bulk.kept')}
        </Notice>
      </div>
      {failed.length > 0 && (
        <ul role="list" className={classes.list} aria-label={t('common.bulk.failed')} tabIndex={0}>
          {failed.map(({ row, thrown }, index) => (
            <li key={index}>
              {`${nameOf(row)}: ${whatHappened(Problem.from(thrown))}`}
              <Text size="sm" c="dimmed" data-why>
                {remedyOf(Problem.from(thrown))}
              </Text>
            </li>
          ))}
        </ul>
      )}
      {left.length > 0 && <Text size="sm">{tn('common.bulk.left', left.length, { names: left.map(nameOf).join(', ') })}</Text>}
      <Group justify="flex-end">
        <Button onClick={close}>{t('common.close')}</Button>
      </Group>
    </Stack>
  );
}
