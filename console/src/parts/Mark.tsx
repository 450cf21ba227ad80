import type { ReactNode } from 'react';
import { Icon, type IconName } from './Icon';
import classes from './Mark.module.css';

/** How something stands. */
export type Tone = 'good' | 'bad' | 'warn' | 'accent' | 'plain';

/** A word that says how something stands; its colour only helps. */
export function Mark({ tone = 'plain', icon, children }: { tone?: Tone; icon?: IconName; children: ReactNode }) {
  return (
    <span className={classes.mark} data-tone={tone}>
      {icon !== undefined && <Icon name={icon} size={13} />}
      {children}
    </span>
  );
}
