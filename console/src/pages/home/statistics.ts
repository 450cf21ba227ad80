import { queryOptions } from '@tanstack/react-query';
import { api, unwrap } from '../../api/client';
import type { SignInPeriod, SignInStatistics } from '../../api/types';

const days = 14;
const day = 86_400_000;

/** What sign-ins of the last two weeks come to, counted by the server. */
export const signInStatistics = queryOptions({
  queryKey: ['/api/v1/sign-ins/statistics'],
  staleTime: 60_000,
  queryFn: ({ signal }) => unwrap(api.GET('/api/v1/sign-ins/statistics', { params: { query: { since: startsOfDays(Date.now()).join(',') } }, signal })),
});

/** Share of the last 24 hours' sign-ins that X's side did not break; null without any. */
export function healthOf({ last_day: last, errors }: SignInStatistics): number | null {
  const ended = countOf(last) - last.running;
  const brokenAtX = errors.filter((one) => one.error.code.startsWith('X-')).reduce((sum, one) => sum + one.count, 0);
  return ended === 0 ? null : 1 - brokenAtX / ended;
}

/** All of a period. */
export function countOf({ running, ok, refused, failed, abandoned }: SignInPeriod): number {
  return running + ok + refused + failed + abandoned;
}

// In the browser's zone, whose days may have 23 or 25 hours.
function startsOfDays(now: number): string[] {
  const first = startOfDay(now) - (days - 1) * day;
  return Array.from({ length: days }, (_, index) => new Date(startOfDay(first + index * day + day / 2)).toISOString());
}

function startOfDay(moment: number): number {
  return new Date(moment).setHours(0, 0, 0, 0);
}
