import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { root } from '../../root';

const list = createRoute({ getParentRoute: () => root, path: '/audit', component: lazyRouteComponent(() => import('./AuditPage'), 'AuditPage') });

/** Who changed what. */
export const auditRoutes = [list] as const;
