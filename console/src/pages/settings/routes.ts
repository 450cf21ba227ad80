import { createRoute, lazyRouteComponent, redirect } from '@tanstack/react-router';
import { root } from '../../root';

const first = createRoute({
  getParentRoute: () => root,
  path: '/settings',
  beforeLoad: () => {
    throw redirect({ to: '/settings/authentication', replace: true });
  },
});

// The same page as Connections: users of Kinde look for it here, users of WSO2 there (contract §4).
const authentication = createRoute({
  getParentRoute: () => root,
  path: '/settings/authentication',
  component: lazyRouteComponent(() => import('../connections/ConnectionsPage'), 'ConnectionsPage'),
});
const sessions = createRoute({ getParentRoute: () => root, path: '/settings/sessions', component: lazyRouteComponent(() => import('./SessionsPage'), 'SessionsPage') });
const administrators = createRoute({ getParentRoute: () => root, path: '/settings/administrators', component: lazyRouteComponent(() => import('./AdministratorsPage'), 'AdministratorsPage') });
const environment = createRoute({ getParentRoute: () => root, path: '/settings/environment', component: lazyRouteComponent(() => import('./EnvironmentPage'), 'EnvironmentPage') });
const file = createRoute({ getParentRoute: () => root, path: '/settings/resource-file', component: lazyRouteComponent(() => import('./ResourceFilePage'), 'ResourceFilePage') });
const health = createRoute({ getParentRoute: () => root, path: '/settings/health', component: lazyRouteComponent(() => import('./HealthPage'), 'HealthPage') });

/** What counts for the whole environment, and who looks after the server. */
export const settingsRoutes = [first, authentication, sessions, administrators, environment, file, health] as const;
