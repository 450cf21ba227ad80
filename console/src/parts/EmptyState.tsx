import { Stack, Text, Title } from '@mantine/core';
import type { ReactNode } from 'react';
import { Icon, type IconName } from './Icon';
import classes from './states.module.css';

/** Stands where nothing is yet: what will be here, and what to do for it. */
export function EmptyState({ icon, title, text, children }: { icon: IconName; title: string; text: ReactNode; children?: ReactNode }) {
  return (
    <Stack align="center" gap="xs" className={classes.state}>
      <span className={classes.sign}>
        <Icon name={icon} size={24} />
      </span>
      <Title order={2}>{title}</Title>
      <Text c="dimmed" ta="center" maw="32rem">
        {text}
      </Text>
      {children !== undefined && <div className={classes.actions}>{children}</div>}
    </Stack>
  );
}
