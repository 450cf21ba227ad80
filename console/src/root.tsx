import { createRootRoute } from '@tanstack/react-router';
import { Shell } from './layout/Shell';
import { NotFound } from './parts/NotFound';
import { ErrorState } from './parts/ErrorState';
import { Problem } from './api/problem';

/** What stands in the address behind the question mark: filters and the place in a list, as plain texts. */
export type Search = Record<string, string | undefined>;

/** The route around every page. */
export const root = createRootRoute({
  component: Shell,
  notFoundComponent: NotFound,
  errorComponent: ({ error, reset }) => <ErrorState problem={Problem.from(error)} retry={reset} />,
  validateSearch: (search: Record<string, unknown>): Search =>
    Object.fromEntries(Object.entries(search).filter((entry): entry is [string, string] => typeof entry[1] === 'string' && entry[1] !== '')),
});
