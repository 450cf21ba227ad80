import { Button, Select, TextInput } from '@mantine/core';
import { useDebouncedCallback } from '@mantine/hooks';
import { useEffect, useState, type ReactNode } from 'react';
import type { Search } from '../root';
import { t } from '../texts';
import { Icon } from './Icon';
import { PeriodFilter } from './PeriodFilter';
import classes from './Filters.module.css';

/** Something that narrows a list. */
export type Filter =
  | { kind: 'choice'; names: [string]; label: string; options: { value: string; label: string }[] }
  | { kind: 'text'; names: [string]; label: string }
  /** From and to, in this order; the server takes moments. */
  | { kind: 'period'; names: [string, string]; label: string };

interface Props {
  asked: Search;
  search?: string;
  filters: Filter[];
  change: (changed: Search) => void;
  /** Given while something narrows the list. */
  clear?: () => void;
  children: ReactNode;
}

const pause = 300;

/** What narrows a list, above it. */
export function Filters({ asked, search, filters, change, clear, children }: Props) {
  return (
    <div className={classes.bar} role="search">
      {search !== undefined && <Typed value={asked.q ?? ''} label={search} change={(q) => change({ q })} isSearch />}
      {filters.map((filter) => {
        const [name] = filter.names;
        if (filter.kind === 'period') {
          const [from, to] = filter.names;
          return <PeriodFilter key={from} label={filter.label} from={asked[from]} to={asked[to]} change={(first, last) => change({ [from]: first, [to]: last })} />;
        }

        return filter.kind === 'choice' ? (
          <Select
            key={name}
            className={classes.choice}
            aria-label={filter.label}
            placeholder={filter.label}
            data={filter.options}
            value={asked[name] ?? null}
            onChange={(value) => change({ [name]: value ?? undefined })}
            clearable
            clearButtonProps={{ 'aria-label': t('common.list.clear_one', { name: filter.label }) }}
            searchable={filter.options.length > 8}
            comboboxProps={{ width: 'max-content', position: 'bottom-start' }}
          />
        ) : (
          <Typed key={name} value={asked[name] ?? ''} label={filter.label} change={(value) => change({ [name]: value })} />
        );
      })}
      {clear !== undefined && (
        <Button variant="subtle" color="gray" onClick={clear} leftSection={<Icon name="cross" size={14} />}>
          {t('common.list.clear')}
        </Button>
      )}
      <div className={classes.tools}>{children}</div>
    </div>
  );
}

function Typed({ value, label, change, isSearch = false }: { value: string; label: string; change: (value: string | undefined) => void; isSearch?: boolean }) {
  const [text, setText] = useState(value);
  const later = useDebouncedCallback((typed: string) => change(typed.trim() || undefined), pause);
  // The address may change without this field: going back, clearing all.
  useEffect(() => setText((typed) => (typed.trim() === value ? typed : value)), [value]);
  return (
    <TextInput
      className={isSearch ? classes.search : classes.choice}
      type="search"
      aria-label={label}
      placeholder={label}
      leftSection={isSearch ? <Icon name="search" size={16} /> : undefined}
      value={text}
      maxLength={256}
      onChange={(event) => {
        setText(event.currentTarget.value);
        later(event.currentTarget.value);
      }}
    />
  );
}
