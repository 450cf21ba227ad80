import { Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { Icon } from './Icon';
import classes from './Notice.module.css';

/** Something to be read before going on. Its words tell how grave it is, its colour only underlines it. */
export function Notice({ kind = 'warn', title, children, action }: { kind?: 'good' | 'warn' | 'bad' | 'info'; title?: string; children?: ReactNode; action?: ReactNode }) {
  return (
    <div className={classes.notice} data-kind={kind}>
      <span className={classes.sign}>
        <Icon name={kind === 'good' ? 'check' : kind === 'info' ? 'info' : 'warning'} />
      </span>
      <div className={classes.words}>
        {title !== undefined && (
          <Text size="sm" fw={620}>
            {title}
          </Text>
        )}
        <Text size="sm" component="div">
          {children}
        </Text>
        {action !== undefined && <div className={classes.action}>{action}</div>}
      </div>
    </div>
  );
}
