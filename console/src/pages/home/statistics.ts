import { queryOptions } from '@tanstack/react-query';
import { api, unwrap } from '../../api/client';
import type { SignIn } from '../../api/types';

const days = 14;
const day = 86_400_000;
const pageSize = 100;
const pages = 10;

/** The newest sign-ins of the last two weeks, at most a thousand: what the charts are drawn from. */
export const recentSignIns = queryOptions({
  queryKey: ['recent-sign-ins'],
  staleTime: 60_000,
  queryFn: async ({ signal }) => {
    const from = new Date(startOfDay(Date.now()) - (days - 1) * day).toISOString();
    const items: SignIn[] = [];
    let cursor: string | undefined;
    for (let page = 0; page < pages && (page === 0 || cursor !== undefined); page++) {
      const part = await unwrap(api.GET('/api/v1/sign-ins', { params: { query: { from, cursor, limit: pageSize } }, signal }));
      items.push(...part.items);
      cursor = part.next_cursor ?? undefined;
    }

    return { items, isCut: cursor !== undefined };
  },
});

/** Sign-ins of one day by how they ended. */
export interface Day {
  /** Its beginning, in milliseconds. */
  at: number;
  ok: number;
  refused: number;
  failed: number;
  abandoned: number;
}

/** A code that sign-ins ended with. */
export interface Trouble {
  code: string;
  count: number;
  /** Support code of the newest one. */
  newest: string;
  at: string;
}

/** What sign-ins come to. */
export interface Statistics {
  days: Day[];
  /** Of the last 24 hours. */
  signedIn: number;
  wrong: number;
  /** Milliseconds that half of them took at most; null without any. */
  median: number | null;
  /** Codes of the last 24 hours, the most frequent first. */
  troubles: Trouble[];
  /** Share of the last 24 hours' sign-ins that X's side did not break; null without any. */
  health: number | null;
  lastThroughX: string | null;
}

/** Counts sign-ins. */
export function statisticsOf(items: readonly SignIn[], now: number): Statistics {
  const first = startOfDay(now) - (days - 1) * day;
  const byDay = Array.from({ length: days }, (_, index): Day => ({ at: startOfDay(first + index * day + day / 2), ok: 0, refused: 0, failed: 0, abandoned: 0 }));
  for (const one of items) {
    const found = byDay.findLast((entry) => entry.at <= Date.parse(one.started_at));
    if (found !== undefined && one.outcome !== 'running') {
      found[one.outcome]++;
    }
  }

  const recent = items.filter((one) => now - Date.parse(one.started_at) < day);
  const durations = recent.filter((one) => one.outcome === 'ok').map((one) => one.duration_ms ?? 0).sort((a, b) => a - b);
  const ended = recent.filter((one) => one.outcome !== 'running');
  const brokenAtX = ended.filter((one) => one.outcome === 'failed' && one.error_code?.startsWith('X-') === true);
  return {
    days: byDay,
    signedIn: durations.length,
    wrong: recent.filter((one) => one.outcome === 'failed').length,
    median: durations[Math.floor((durations.length - 1) / 2)] ?? null,
    troubles: troublesOf(recent),
    health: ended.length === 0 ? null : 1 - brokenAtX.length / ended.length,
    lastThroughX: items.find((one) => one.outcome === 'ok' && one.connection)?.started_at ?? null,
  };
}

function troublesOf(items: readonly SignIn[]): Trouble[] {
  const found = new Map<string, Trouble>();
  for (const one of items) {
    if (one.outcome === 'failed' && one.error_code) {
      // The newest comes first.
      const known = found.get(one.error_code);
      found.set(one.error_code, known === undefined ? { code: one.error_code, count: 1, newest: one.support_code, at: one.started_at } : { ...known, count: known.count + 1 });
    }
  }

  return [...found.values()].sort((a, b) => b.count - a.count);
}

// In the browser's zone, whose days may have 23 or 25 hours.
function startOfDay(moment: number): number {
  return new Date(moment).setHours(0, 0, 0, 0);
}
