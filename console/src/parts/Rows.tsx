import { Checkbox, Skeleton, VisuallyHidden } from '@mantine/core';
import { Link, useNavigate } from '@tanstack/react-router';
import type { KeyboardEvent, MouseEvent } from 'react';
import { t } from '../texts';
import type { Column } from './DataTable';
import classes from './DataTable.module.css';

interface Props<T> {
  label: string;
  columns: Column<T>[];
  /** Undefined while they are on their way. */
  items: T[] | undefined;
  rowKey: (row: T) => string;
  rowTo?: (row: T) => string;
  rowOpen?: (row: T) => void;
  isStale: boolean;
  /** Where rows can be chosen: what they are called, which ones are, and how that changes. */
  choosing?: { nameOf: (row: T) => string; keys: ReadonlySet<string>; choose: (rows: readonly T[], isChosen: boolean) => void };
}

const waiting = Array.from({ length: 6 }, (_, index) => index);

/** The rows of a list: a table, and on a phone one card each. The arrow keys walk them. */
export function Rows<T>({ label, columns, items, rowKey, rowTo, rowOpen, isStale, choosing }: Props<T>) {
  const navigate = useNavigate();
  const click = (row: T) => (event: MouseEvent<HTMLTableRowElement>) => {
    // Links and buttons in a row do what they say, a dialog that one opened is no part of it, and marking text opens nothing.
    const target = event.target as Element;
    const isOwn = target.closest('a, button, input, label, [data-choose]') !== null;
    if (isOwn || !event.currentTarget.contains(target) || getSelection()?.toString() !== '') {
      return;
    }

    if (rowTo === undefined) {
      rowOpen?.(row);
    } else {
      void navigate({ to: rowTo(row) });
    }
  };

  return (
    <table role="table" className={classes.rows} aria-label={label} data-stale={isStale || undefined} onKeyDown={walk}>
      <thead role="rowgroup">
        <tr role="row">
          {choosing !== undefined && (
            <th role="columnheader" scope="col" data-choose>
              <VisuallyHidden>{t('common.bulk.choose')}</VisuallyHidden>
            </th>
          )}
          {columns.map((column) => (
            <th key={column.id} role="columnheader" scope="col" data-wide={column.wideOnly} data-align={column.align}>
              {column.header}
            </th>
          ))}
        </tr>
      </thead>
      <tbody role="rowgroup">
        {items === undefined
          ? waiting.map((index) => (
              <tr key={index} role="row" aria-hidden>
                {choosing !== undefined && <td role="cell" data-choose />}
                {columns.map((column) => (
                  <td key={column.id} role="cell" data-wide={column.wideOnly}>
                    <Skeleton height={12} my={5} width={`${55 + ((index * 17 + column.id.length * 9) % 40)}%`} />
                  </td>
                ))}
              </tr>
            ))
          : items.map((row) => (
              <tr key={rowKey(row)} role="row" onClick={click(row)} data-leads={rowTo !== undefined || rowOpen !== undefined || undefined} data-chooses={choosing !== undefined || undefined} data-chosen={choosing?.keys.has(rowKey(row)) === true || undefined}>
                {choosing !== undefined && (
                  <td role="cell" data-choose>
                    <Checkbox
                      aria-label={t('common.bulk.choose_row', { name: choosing.nameOf(row) })}
                      checked={choosing.keys.has(rowKey(row))}
                      disabled={isStale}
                      onChange={(event) => choosing.choose([row], event.currentTarget.checked)}
                    />
                  </td>
                )}
                {columns.map((column, index) => (
                  <td key={column.id} role="cell" data-lead={index === 0 || undefined} data-label={index === 0 ? undefined : column.header} data-wide={column.wideOnly} data-align={column.align}>
                    {index === 0 && rowTo !== undefined ? (
                      <Link to={rowTo(row)} className={classes.lead}>
                        {column.cell(row)}
                      </Link>
                    ) : (
                      column.cell(row)
                    )}
                  </td>
                ))}
              </tr>
            ))}
      </tbody>
    </table>
  );
}

function walk(event: KeyboardEvent<HTMLTableElement>) {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  const focused = document.activeElement as HTMLElement;
  // Links lead to links, and boxes to boxes.
  for (const column of ['td[data-lead] :is(a, button)', 'td[data-choose] input']) {
    const stops = [...event.currentTarget.querySelectorAll<HTMLElement>(`tbody ${column}`)];
    const at = stops.indexOf(focused);
    if (step !== undefined && at >= 0) {
      event.preventDefault();
      stops[at + step]?.focus();
    }
  }
}
