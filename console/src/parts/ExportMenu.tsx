import { Button, Menu } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useEffect, useRef } from 'react';
import type { Page } from '../api/types';
import { t, tn } from '../texts';
import { number } from '../texts/format';
import type { Asked, Column } from './DataTable';
import { csv, jsonLines, saveFile } from './files';
import { Icon } from './Icon';
import { tellDone } from './notices';

interface Props<T> {
  name: string;
  load: (page: Pick<Asked, 'limit' | 'cursor'>, signal: AbortSignal) => Promise<Page<T>>;
  columns: Column<T>[];
}

const most = 10_000;
const limit = 100;

/** Saves what the filter finds as a file, up to a limit that is said. */
export function ExportMenu<T>({ name, load, columns }: Props<T>) {
  const stop = useRef(new AbortController());
  useEffect(() => () => stop.current.abort(), []);
  const saving = useMutation({
    mutationFn: async (kind: 'csv' | 'jsonl') => {
      stop.current = new AbortController();
      const rows: T[] = [];
      let cursor: string | undefined;
      do {
        const page = await load({ limit, cursor }, stop.current.signal);
        rows.push(...page.items);
        cursor = page.next_cursor ?? undefined;
      } while (cursor !== undefined && rows.length < most);

      const text = kind === 'csv' ? csv(columns, rows) : jsonLines(rows);
      saveFile(`${name}.${kind}`, text, kind === 'csv' ? 'text/csv' : 'application/jsonl');
      return { count: rows.length, isCut: cursor !== undefined };
    },
    onSuccess: ({ count, isCut }) => tellDone(isCut ? t('common.export.cut', { count: number(count) }) : tn('common.export.done', count)),
  });

  return (
    <Menu position="bottom-end" shadow="md" width={230}>
      <Menu.Target>
        <Button variant="default" loading={saving.isPending} leftSection={<Icon name="download" size={16} />}>
          {t('common.export.action')}
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>{t('common.export.limit', { count: number(most) })}</Menu.Label>
        <Menu.Item onClick={() => saving.mutate('csv')}>{t('common.export.csv')}</Menu.Item>
        <Menu.Item onClick={() => saving.mutate('jsonl')}>{t('common.export.jsonl')}</Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
