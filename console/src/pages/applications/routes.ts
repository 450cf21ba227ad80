import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { root } from '../../root';

const list = createRoute({ getParentRoute: () => root, path: '/applications', component: lazyRouteComponent(() => import('./ApplicationsPage'), 'ApplicationsPage') });

/** Applications. */
export const applicationRoutes = [list] as const;
