import { Group, Paper, Text, Title } from '@mantine/core';
import type { ReactNode } from 'react';
import classes from './Card.module.css';

/** A part of a page with a heading of its own. */
export function Card({ title, text, action, children, flush = false }: { title?: string; text?: ReactNode; action?: ReactNode; children?: ReactNode; flush?: boolean }) {
  return (
    <Paper component="section" className={classes.card} data-flush={flush || undefined}>
      {title !== undefined && (
        <Group justify="space-between" align="flex-start" gap="xs" className={classes.top}>
          <div>
            <Title order={2}>{title}</Title>
            {text !== undefined && (
              <Text size="sm" c="dimmed" mt={2} maw="44rem">
                {text}
              </Text>
            )}
          </div>
          {action}
        </Group>
      )}
      {children}
    </Paper>
  );
}
