import { ActionIcon, Button, Group, Modal, Stack, Text, Title } from '@mantine/core';
import { useState, type ReactNode } from 'react';
import type { Connection } from '../../api/types';
import { Icon } from '../../parts/Icon';
import { Tile, Tiles } from '../../parts/Tiles';
import { t } from '../../texts';
import type { Option, Step } from './application';
import classes from './applications.module.css';

interface Props {
  steps: Step[];
  change: (steps: Step[]) => void;
  connections: Connection[];
  errors: Record<string, ReactNode>;
}

// What this server's sign-in pages can do today.
const methods = ['password', 'email_code'] as const;

/** The steps of a flow, each with its options: to be added, moved and taken away. */
export function FlowSteps({ steps, change, connections, errors }: Props) {
  const [adding, setAdding] = useState<number | null>(null);
  const set = (index: number, options: Option[]) => change(steps.map((step, at) => (at === index ? { ...step, options } : step)));
  return (
    <>
      <ol className={classes.steps}>
        {steps.map((step, index) => {
          const options = step.options ?? [];
          const finding = errors[`login_flow.steps.${index}.options`] ?? errors[`steps.${index}.options`];
          return (
            // Steps have no identity but their place.
            <li key={index} className={classes.step}>
              <Group justify="space-between">
                <Title order={3}>{t('applications.flow.step', { number: index + 1 })}</Title>
                {steps.length > 1 && (
                  <ActionIcon variant="subtle" color="gray" aria-label={t('applications.flow.remove_step', { number: index + 1 })} onClick={() => change(steps.filter((_, at) => at !== index))}>
                    <Icon name="trash" size={16} />
                  </ActionIcon>
                )}
              </Group>
              <ul className={classes.options} data-path={`login_flow.steps.${index}.options`}>
                {options.map((option, place) => (
                  <li key={keyOf(option)} className={classes.option} data-option={keyOf(option)}>
                    <Icon name={option.connection === undefined ? (option.method === 'password' ? 'key' : 'mail') : 'x'} size={16} />
                    <Text size="sm" fw={550}>
                      {titleOf(option, connections)}
                    </Text>
                    <Group gap={2} wrap="nowrap">
                      <ActionIcon variant="subtle" color="gray" disabled={place === 0} aria-label={t('applications.flow.up', { name: titleOf(option, connections) })} onClick={() => set(index, moved(options, place, -1))}>
                        <span className={classes.up}>
                          <Icon name="down" size={16} />
                        </span>
                      </ActionIcon>
                      <ActionIcon variant="subtle" color="gray" disabled={place === options.length - 1} aria-label={t('applications.flow.down', { name: titleOf(option, connections) })} onClick={() => set(index, moved(options, place, 1))}>
                        <Icon name="down" size={16} />
                      </ActionIcon>
                      <ActionIcon variant="subtle" color="gray" aria-label={t('applications.flow.remove', { name: titleOf(option, connections) })} onClick={() => set(index, options.filter((_, at) => at !== place))}>
                        <Icon name="trash" size={16} />
                      </ActionIcon>
                    </Group>
                  </li>
                ))}
              </ul>
              {(options.length === 0 || finding !== undefined) && (
                <Text size="sm" c="var(--mantine-color-error)" mb="xs" role="alert">
                  {finding ?? t('applications.flow.empty')}
                </Text>
              )}
              <Button variant="default" size="xs" leftSection={<Icon name="plus" size={14} />} onClick={() => setAdding(index)}>
                {t('applications.flow.add')}
              </Button>
            </li>
          );
        })}
      </ol>
      <Modal opened={adding !== null} onClose={() => setAdding(null)} title={t('applications.flow.add')} size="lg" closeButtonProps={{ 'aria-label': t('common.close') }}>
        {adding !== null && (
          <AddOption
            connections={connections}
            taken={steps[adding]?.options ?? []}
            add={(option) => {
              set(adding, [...(steps[adding]?.options ?? []), option]);
              setAdding(null);
            }}
          />
        )}
      </Modal>
    </>
  );
}

// Only what can be used is offered: connections that are on, methods that the pages know.
function AddOption({ connections, taken, add }: { connections: Connection[]; taken: Option[]; add: (option: Option) => void }) {
  const [chosen, setChosen] = useState<Option | null>(null);
  const all: Option[] = [...connections.filter((one) => one.enabled !== false).map((one): Option => ({ connection: one.slug })), ...methods.map((method): Option => ({ method }))];
  const free = all.filter((option) => !taken.some((one) => keyOf(one) === keyOf(option)));
  return (
    <Stack>
      {free.length === 0 && <Text size="sm">{t('applications.flow.nothing_left')}</Text>}
      <Tiles label={t('applications.flow.add')}>
        {free.map((option) => (
          <Tile
            key={keyOf(option)}
            icon={<Icon name={option.connection === undefined ? (option.method === 'password' ? 'key' : 'mail') : 'x'} size={20} />}
            title={titleOf(option, connections)}
            text={option.connection === undefined ? t('applications.flow.method') : t('applications.flow.connection', { slug: option.connection })}
            chosen={chosen !== null && keyOf(chosen) === keyOf(option)}
            onClick={() => setChosen(option)}
          />
        ))}
      </Tiles>
      <Group justify="flex-end">
        <Button disabled={chosen === null} onClick={() => chosen !== null && add(chosen)}>
          {t('applications.flow.confirm')}
        </Button>
      </Group>
    </Stack>
  );
}

function keyOf(option: Option): string {
  return option.connection ?? `${option.method ?? ''} `;
}

function titleOf(option: Option, connections: Connection[]): string {
  if (option.connection === undefined) {
    return t(`applications.method.${option.method ?? 'password'}`);
  }

  return connections.find((one) => one.slug === option.connection)?.name ?? option.connection;
}

function moved(options: Option[], place: number, by: 1 | -1): Option[] {
  const next = [...options];
  const [one] = next.splice(place, 1);
  if (one !== undefined) {
    next.splice(place + by, 0, one);
  }

  return next;
}
