import { Skeleton } from '@mantine/core';
import { Link, useNavigate } from '@tanstack/react-router';
import type { KeyboardEvent, MouseEvent } from 'react';
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
}

const waiting = Array.from({ length: 6 }, (_, index) => index);

/** The rows of a list: a table, and on a phone one card each. The arrow keys walk them. */
export function Rows<T>({ label, columns, items, rowKey, rowTo, rowOpen, isStale }: Props<T>) {
  const navigate = useNavigate();
  const click = (row: T) => (event: MouseEvent<HTMLTableRowElement>) => {
    // Links and buttons in a row do what they say; marking text opens nothing.
    const isOwn = (event.target as Element).closest('a, button, input, label') !== null;
    if (isOwn || getSelection()?.toString() !== '') {
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
                {columns.map((column) => (
                  <td key={column.id} role="cell" data-wide={column.wideOnly}>
                    <Skeleton height={12} my={5} width={`${55 + ((index * 17 + column.id.length * 9) % 40)}%`} />
                  </td>
                ))}
              </tr>
            ))
          : items.map((row) => (
              <tr key={rowKey(row)} role="row" onClick={click(row)} data-leads={rowTo !== undefined || rowOpen !== undefined || undefined}>
                {columns.map((column, index) => (
                  <td key={column.id} role="cell" data-label={index === 0 ? undefined : column.header} data-wide={column.wideOnly} data-align={column.align}>
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
  const links = [...event.currentTarget.querySelectorAll<HTMLElement>('tbody td:first-child :is(a, button)')];
  const at = links.indexOf(document.activeElement as HTMLElement);
  if (step !== undefined && at >= 0) {
    event.preventDefault();
    links[at + step]?.focus();
  }
}
