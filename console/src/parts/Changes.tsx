import { Text } from '@mantine/core';
import type { FieldChange } from '../api/types';
import { t } from '../texts';
import classes from './Changes.module.css';

/** Fields with what they were and what they are or will be. Never by colour alone: each side has its sign. */
export function Changes({ items, label = (field) => field }: { items: readonly FieldChange[]; label?: (field: string) => string }) {
  return (
    <dl className={classes.list}>
      {items.map((change) => (
        <div key={change.field} className={classes.change}>
          <dt>
            <Text span size="sm" fw={600}>
              {label(change.field)}
            </Text>
          </dt>
          {isThere(change.before) && (
            <dd className={classes.before}>
              <span className={classes.sign} role="img" aria-label={t('common.change.before')}>
                {'−'}
              </span>
              <Value value={change.before} />
            </dd>
          )}
          {isThere(change.after) && (
            <dd className={classes.after}>
              <span className={classes.sign} role="img" aria-label={t('common.change.after')}>
                {'+'}
              </span>
              <Value value={change.after} />
            </dd>
          )}
          {!isThere(change.after) && <dd className={classes.gone}>{t('common.change.removed')}</dd>}
        </div>
      ))}
    </dl>
  );
}

function isThere(value: unknown): boolean {
  return value !== undefined && value !== null;
}

function Value({ value }: { value: unknown }) {
  return <code>{written(value)}</code>;
}

/** A value as people read it: texts bare, lists and objects as JSON. */
export function written(value: unknown): string {
  if (typeof value === 'string') {
    return value === '' ? '""' : value;
  }

  return JSON.stringify(value, null, 2);
}
