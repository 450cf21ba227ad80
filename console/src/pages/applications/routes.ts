import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { root } from '../../root';

const list = createRoute({ getParentRoute: () => root, path: '/applications', component: lazyRouteComponent(() => import('./ApplicationsPage'), 'ApplicationsPage') });
const create = createRoute({ getParentRoute: () => root, path: '/applications/new', component: lazyRouteComponent(() => import('./NewApplicationPage'), 'NewApplicationPage') });
const one = createRoute({ getParentRoute: () => root, path: '/applications/$application', component: lazyRouteComponent(() => import('./ApplicationPage'), 'ApplicationPage') });
const tab = createRoute({ getParentRoute: () => root, path: '/applications/$application/$tab', component: lazyRouteComponent(() => import('./ApplicationPage'), 'ApplicationPage') });

/** Applications. */
export const applicationRoutes = [list, create, one, tab] as const;
