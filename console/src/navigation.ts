import type { LinkProps } from '@tanstack/react-router';
import type { IconName } from './parts/Icon';
import type { TextKey } from './texts';

/** A page in the navigation and the search. */
export interface Entry {
  to: LinkProps['to'] & string;
  text: TextKey;
  /** Further words that find it, in every language. */
  also?: string;
}

/** A page of the first level. */
export interface Section extends Entry {
  icon: IconName;
  children?: Entry[];
}

/** The navigation (ux 2.6), as far as the server has the thing: no entry leads nowhere. */
export const navigation: Section[] = [
  { to: '/', text: 'layout.nav.home', icon: 'home' },
  { to: '/sign-ins', text: 'layout.nav.sign_ins', icon: 'pulse', also: 'timeline support code login' },
  { to: '/users', text: 'layout.nav.users', icon: 'users', also: 'people accounts' },
  { to: '/applications', text: 'layout.nav.applications', icon: 'apps', also: 'clients apps' },
  { to: '/connections', text: 'layout.nav.connections', icon: 'plug', also: 'x twitter social identity providers' },
  { to: '/audit', text: 'layout.nav.audit', icon: 'history', also: 'changes log' },
  { to: '/keys', text: 'layout.nav.keys', icon: 'key', also: 'jwks signing rotate' },
  {
    to: '/settings',
    text: 'layout.nav.settings',
    icon: 'settings',
    children: [
      { to: '/settings/authentication', text: 'layout.nav.authentication', also: 'social connections x twitter' },
      { to: '/settings/sessions', text: 'layout.nav.sessions', also: 'lifetime idle signed in' },
      { to: '/settings/administrators', text: 'layout.nav.administrators', also: 'admins setup link console access' },
      { to: '/settings/environment', text: 'layout.nav.environment', also: 'production live name' },
      { to: '/settings/resource-file', text: 'layout.nav.resource_file', also: 'yaml plan apply export' },
      { to: '/settings/health', text: 'layout.nav.health', also: 'mail smtp sandbox version' },
    ],
  },
];
