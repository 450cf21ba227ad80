import { createRouter } from '@tanstack/react-router';
import { consoleBase } from './api/environment';
import { PageSkeleton } from './parts/PageSkeleton';
import { applicationRoutes } from './pages/applications/routes';
import { auditRoutes } from './pages/audit/routes';
import { connectionRoutes } from './pages/connections/routes';
import { homeRoutes } from './pages/home/routes';
import { keyRoutes } from './pages/keys/routes';
import { settingsRoutes } from './pages/settings/routes';
import { signInRoutes } from './pages/sign-ins/routes';
import { userRoutes } from './pages/users/routes';
import { root } from './root';

/** Every page; each folder of `pages/` says which it has. */
export const router = createRouter({
  routeTree: root.addChildren([...homeRoutes, ...signInRoutes, ...userRoutes, ...applicationRoutes, ...connectionRoutes, ...auditRoutes, ...keyRoutes, ...settingsRoutes]),
  basepath: consoleBase,
  trailingSlash: 'never',
  defaultPreload: 'intent',
  defaultPendingComponent: PageSkeleton,
  defaultPendingMs: 150,
  scrollRestoration: true,
  // Addresses stay readable: what is typed into a search is a text, never a number or an object.
  parseSearch: (text) => Object.fromEntries(new URLSearchParams(text)),
  stringifySearch: (search) => {
    const entries = Object.entries(search).filter((entry): entry is [string, string] => typeof entry[1] === 'string' && entry[1] !== '');
    return entries.length === 0 ? '' : `?${new URLSearchParams(entries).toString()}`;
  },
});

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router;
  }
}
