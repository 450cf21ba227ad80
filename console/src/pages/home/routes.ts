import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { root } from '../../root';

const home = createRoute({ getParentRoute: () => root, path: '/', component: lazyRouteComponent(() => import('./HomePage'), 'HomePage') });

// Where the tab ends up that was opened to sign in again.
const signedIn = createRoute({ getParentRoute: () => root, path: '/signed-in', component: lazyRouteComponent(() => import('./SignedInPage'), 'SignedInPage') });

/** The first page, and the one that says that somebody is signed in again. */
export const homeRoutes = [home, signedIn] as const;
