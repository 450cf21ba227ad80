import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { root } from '../../root';

const list = createRoute({ getParentRoute: () => root, path: '/keys', component: lazyRouteComponent(() => import('./KeysPage'), 'KeysPage') });

/** Signing keys. */
export const keyRoutes = [list] as const;
