import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { root } from '../../root';

const home = createRoute({ getParentRoute: () => root, path: '/', component: lazyRouteComponent(() => import('./HomePage'), 'HomePage') });

/** The first page. */
export const homeRoutes = [home] as const;
