import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { root } from '../../root';

const list = createRoute({ getParentRoute: () => root, path: '/users', component: lazyRouteComponent(() => import('./UsersPage'), 'UsersPage') });

/** Users. */
export const userRoutes = [list] as const;
