import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { root } from '../../root';

const list = createRoute({ getParentRoute: () => root, path: '/connections', component: lazyRouteComponent(() => import('./ConnectionsPage'), 'ConnectionsPage') });

/** Connections. */
export const connectionRoutes = [list] as const;
