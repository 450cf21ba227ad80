import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { root } from '../../root';

const list = createRoute({ getParentRoute: () => root, path: '/sign-ins', component: lazyRouteComponent(() => import('./SignInsPage'), 'SignInsPage') });
const timeline = createRoute({ getParentRoute: () => root, path: '/sign-ins/$code', component: lazyRouteComponent(() => import('./TimelinePage'), 'TimelinePage') });

/** Sign-ins, and the story of one. */
export const signInRoutes = [list, timeline] as const;
