import { Button, Group, Text } from '@mantine/core';
import { keepPreviousData, useQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useRef, useState, type ReactNode } from 'react';
import { Problem } from '../api/problem';
import type { Page } from '../api/types';
import type { Search } from '../root';
import { t } from '../texts';
import { BulkActions, type Bulk } from './BulkActions';
import { chosenOf, noChoice, withChosen } from './bulk';
import { ErrorState } from './ErrorState';
import { ExportMenu } from './ExportMenu';
import { Filters, type Filter } from './Filters';
import { Icon } from './Icon';
import { Rows } from './Rows';
import { before, knowsBefore, onward, type Trail } from './trail';
import classes from './DataTable.module.css';

/** A column: what it shows, and what an export says. */
export interface Column<T> {
  id: string;
  header: string;
  cell: (row: T) => ReactNode;
  /** The value in CSV; left out where the column only shows. */
  text?: (row: T) => string | number | boolean | null | undefined;
  /** Does without it on a phone. */
  wideOnly?: boolean;
  align?: 'end';
}

/** What a page of a list is asked with. */
export interface Asked {
  limit: number;
  cursor?: string;
  [filter: string]: string | number | undefined;
}

interface Props<T> {
  /** Names the list in the cache and in files: `sign-ins`. */
  name: string;
  /** What it is a list of, for readers. */
  label: string;
  load: (asked: Asked, signal?: AbortSignal) => Promise<Page<T>>;
  columns: Column<T>[];
  rowKey: (row: T) => string;
  /** Where a row leads; the first column holds the link. */
  rowTo?: (row: T) => string;
  /** What a click on a row does where it leads nowhere; the first column holds a button for it. */
  rowOpen?: (row: T) => void;
  /** What the search looks in; without it there is none. */
  search?: string;
  filters?: Filter[];
  /** Stands there while the list is empty and nothing narrows it. */
  empty: ReactNode;
  /** Milliseconds after which the first page is read anew. */
  every?: number;
  /** What stands beside the export. */
  tools?: ReactNode;
  /** What can be done to many rows; with it they can be chosen. */
  bulk?: Bulk<T>;
}

const limit = 50;

/**
 * A list of the server: paged, searched and filtered there, so a million rows cost no more than fifty. What narrows it stands in the address, so a view can be bookmarked,
 * and going back goes back.
 */
export function DataTable<T>({ name, label, load, columns, rowKey, rowTo, rowOpen, search, filters = [], empty, every, tools, bulk }: Props<T>) {
  const asked: Search = useSearch({ strict: false });
  const navigate = useNavigate();
  const queries = useQueryClient();
  const trail = useRef<Trail>([]);
  const [choice, setChoice] = useState(noChoice);
  const { cursor, ...rest } = asked;
  const names = ['q', ...filters.flatMap((filter) => filter.names)];
  const narrowing = Object.fromEntries(Object.entries(rest).filter(([key, value]) => names.includes(key) && value !== undefined));
  const isNarrowed = Object.keys(narrowing).length > 0;

  const query = useQuery({
    queryKey: ['list', name, narrowing, cursor],
    queryFn: ({ signal }) => load({ ...narrowing, cursor, limit }, signal),
    placeholderData: keepPreviousData,
    refetchInterval: cursor === undefined && every !== undefined ? every : false,
  });
  const go = (changed: Search) => void navigate({ to: '.', search: { ...asked, ...changed } });
  const narrow = (changed: Search) => {
    trail.current = [];
    void navigate({ to: '.', search: { ...asked, ...changed, cursor: undefined }, replace: true });
  };
  const clear = () => narrow(Object.fromEntries(names.map((key) => [key, undefined])));
  const next = query.data?.next_cursor ?? undefined;
  const items = query.data?.items;
  const part = JSON.stringify([narrowing, cursor]);
  const chosen = chosenOf(choice, part, items ?? [], rowKey);
  const choose = (rows: readonly T[], isChosen: boolean) => setChoice((before) => withChosen(before, part, rows.map(rowKey), isChosen));
  const isEmpty = items?.length === 0 && cursor === undefined;

  if (isEmpty && !isNarrowed && !query.isPlaceholderData) {
    return empty;
  }

  return (
    <section className={classes.table} aria-label={label} aria-busy={query.isFetching}>
      <Filters asked={asked} search={search} filters={filters} change={narrow} clear={isNarrowed && !isEmpty ? clear : undefined}>
        {tools}
        <ExportMenu name={name} load={(page, signal) => load({ ...narrowing, ...page }, signal)} columns={columns} />
      </Filters>
      {query.error !== null && items === undefined ? (
        <ErrorState problem={Problem.from(query.error)} retry={() => void query.refetch()} />
      ) : isEmpty ? (
        <div className={classes.nothing} role="status">
          <Text fw={550}>{t('common.list.nothing')}</Text>
          <Button variant="default" onClick={clear}>
            {t('common.list.clear')}
          </Button>
        </div>
      ) : (
        <>
          {bulk !== undefined && (
            <BulkActions {...bulk} rows={items ?? []} chosen={chosen} isStale={query.isPlaceholderData} choose={choose} after={() => void queries.invalidateQueries()} />
          )}
          <Rows
            label={label}
            columns={columns}
            items={items}
            rowKey={rowKey}
            rowTo={rowTo}
            rowOpen={rowOpen}
            isStale={query.isPlaceholderData}
            choosing={bulk === undefined ? undefined : { nameOf: bulk.nameOf, keys: new Set(chosen.map(rowKey)), choose }}
          />
        </>
      )}
      {(next !== undefined || cursor !== undefined) && (
        <Group justify="space-between" className={classes.foot}>
          <Button
            variant="default"
            leftSection={<Icon name="left" size={16} />}
            disabled={cursor === undefined}
            onClick={() => go({ cursor: before(trail.current, cursor) })}
          >
            {t(cursor === undefined || knowsBefore(trail.current, cursor) ? 'common.list.previous' : 'common.list.first')}
          </Button>
          <Button
            variant="default"
            rightSection={<Icon name="right" size={16} />}
            disabled={next === undefined || query.isPlaceholderData}
            onClick={() => {
              if (next !== undefined) {
                trail.current = onward(trail.current, cursor, next);
                go({ cursor: next });
              }
            }}
          >
            {t('common.list.next')}
          </Button>
        </Group>
      )}
    </section>
  );
}
