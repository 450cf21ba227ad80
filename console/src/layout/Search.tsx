import { Kbd, Text, UnstyledButton } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { Spotlight, spotlight } from '@mantine/spotlight';
import { useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { api, unwrap } from '../api/client';
import { navigation } from '../navigation';
import { Icon, type IconName } from '../parts/Icon';
import { t } from '../texts';
import classes from './Search.module.css';

const few = 5;

/** Opens the search; the keys are told where there is room. */
export function SearchButton() {
  return (
    <UnstyledButton className={classes.button} onClick={spotlight.open} aria-keyshortcuts="Control+K">
      <Icon name="search" size={16} />
      <span className={classes.words}>{t('layout.search.short')}</span>
      <Kbd size="xs" className={classes.keys}>
        {/Mac|iPhone|iPad/.test(navigator.userAgent) ? '⌘ K' : 'Ctrl K'}
      </Kbd>
    </UnstyledButton>
  );
}

interface Hit {
  key: string;
  to: string;
  icon: IconName;
  title: string;
  detail?: string;
}

/** Finds pages, people, applications, connections and support codes. */
export function SearchDialog() {
  const [typed, setTyped] = useState('');
  const [query] = useDebouncedValue(typed.trim(), 200);
  const navigate = useNavigate();
  const found = useQuery({
    queryKey: ['search', query],
    queryFn: ({ signal }) => find(query, signal),
    enabled: query.length >= 2,
    placeholderData: (before) => (query.length >= 2 ? before : undefined),
  });
  const hits = [...pages(typed), ...(found.data ?? [])];
  const open = (hit: Hit) => void navigate({ to: hit.to });

  return (
    <Spotlight.Root query={typed} onQueryChange={setTyped} shortcut={['mod + K', '/']} clearQueryOnClose radius="lg" scrollable maxHeight={420}>
      <Spotlight.Search placeholder={t('layout.search.placeholder')} aria-label={t('layout.search.placeholder')} leftSection={<Icon name="search" />} />
      <Spotlight.ActionsList>
        {hits.map((hit) => (
          <Spotlight.Action key={hit.key} onClick={() => open(hit)} leftSection={<Icon name={hit.icon} />} label={hit.title} description={hit.detail} />
        ))}
        {hits.length === 0 && <Spotlight.Empty>{found.isFetching ? t('layout.search.looking') : t('layout.search.nothing')}</Spotlight.Empty>}
      </Spotlight.ActionsList>
      <Spotlight.Footer>
        <Text size="xs" c="dimmed">
          {t('layout.search.keys')}
        </Text>
      </Spotlight.Footer>
    </Spotlight.Root>
  );
}

function pages(typed: string): Hit[] {
  const wanted = typed.trim().toLocaleLowerCase();
  return navigation
    .flatMap((section) => [{ ...section, parent: undefined }, ...(section.children ?? []).map((child) => ({ ...child, icon: section.icon, parent: section.text }))])
    .filter((entry) => wanted === '' || `${t(entry.text)} ${entry.also ?? ''}`.toLocaleLowerCase().includes(wanted))
    .map((entry) => ({ key: entry.to, to: entry.to, icon: entry.icon, title: t(entry.text), detail: entry.parent && t(entry.parent) }));
}

// Ten letters and digits of Crockford's alphabet, with or without the dash.
const supportCode = /^[0-9a-hjkmnp-tv-z]{5}-?[0-9a-hjkmnp-tv-z]{5}$/i;

async function find(query: string, signal: AbortSignal): Promise<Hit[]> {
  const params = { query: { q: query, limit: few } };
  const sought = await Promise.allSettled([
    supportCode.test(query) ? unwrap(api.GET('/api/v1/sign-ins', { params, signal })).then(({ items }) => items.map(signIn)) : [],
    unwrap(api.GET('/api/v1/users', { params, signal })).then(({ items }) =>
      items.map((user): Hit => ({ key: user.id, to: `/users/${user.id}`, icon: 'person', title: user.username ?? user.email ?? user.id, detail: user.email ?? undefined })),
    ),
    unwrap(api.GET('/api/v1/applications', { params, signal })).then(({ items }) =>
      items.map((app): Hit => ({ key: `app ${app.id}`, to: `/applications/${app.id}`, icon: 'apps', title: app.name ?? app.id, detail: app.id })),
    ),
    unwrap(api.GET('/api/v1/connections', { params, signal })).then(({ items }) =>
      items.map((one): Hit => ({ key: `connection ${one.id}`, to: `/connections/${one.id}`, icon: 'plug', title: one.name ?? one.id, detail: one.kind })),
    ),
  ]);
  // What one list refuses, another may still know.
  return sought.flatMap((result) => (result.status === 'fulfilled' ? result.value : []));
}

function signIn(found: { support_code: string; handle?: string | null; application?: string | null }): Hit {
  return { key: found.support_code, to: `/sign-ins/${found.support_code}`, icon: 'pulse', title: found.support_code, detail: [found.handle && `@${found.handle}`, found.application].filter(Boolean).join(' · ') };
}
