import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { root } from '../../root';

const list = createRoute({ getParentRoute: () => root, path: '/connections', component: lazyRouteComponent(() => import('./ConnectionsPage'), 'ConnectionsPage') });
const custom = createRoute({ getParentRoute: () => root, path: '/connections/new/custom', component: lazyRouteComponent(() => import('./CustomPage'), 'CustomPage') });
const create = createRoute({ getParentRoute: () => root, path: '/connections/new/x', component: lazyRouteComponent(() => import('./ConnectXPage'), 'ConnectXPage') });
const one = createRoute({ getParentRoute: () => root, path: '/connections/$connection', component: lazyRouteComponent(() => import('./ConnectionPage'), 'ConnectionPage') });
const tab = createRoute({ getParentRoute: () => root, path: '/connections/$connection/$tab', component: lazyRouteComponent(() => import('./ConnectionPage'), 'ConnectionPage') });

/** Connections. */
export const connectionRoutes = [list, custom, create, one, tab] as const;
