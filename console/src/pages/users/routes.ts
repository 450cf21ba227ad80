import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { root } from '../../root';

const list = createRoute({ getParentRoute: () => root, path: '/users', component: lazyRouteComponent(() => import('./UsersPage'), 'UsersPage') });
const one = createRoute({ getParentRoute: () => root, path: '/users/$user', component: lazyRouteComponent(() => import('./UserPage'), 'UserPage') });
const tab = createRoute({ getParentRoute: () => root, path: '/users/$user/$tab', component: lazyRouteComponent(() => import('./UserPage'), 'UserPage') });

/** Users. */
export const userRoutes = [list, one, tab] as const;
