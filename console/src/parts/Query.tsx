import type { UseQueryResult } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { Problem } from '../api/problem';
import { ErrorState } from './ErrorState';
import { PageSkeleton } from './PageSkeleton';

/** What a read found, or that it is on its way, or why it failed. */
export function Query<T>({ of: query, waiting = <PageSkeleton />, children }: { of: UseQueryResult<T>; waiting?: ReactNode; children: (data: T) => ReactNode }) {
  if (query.data !== undefined) {
    return children(query.data);
  }

  return query.error === null ? waiting : <ErrorState problem={Problem.from(query.error)} retry={() => void query.refetch()} />;
}
