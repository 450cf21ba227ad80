import type { AdministratorView } from '../../api/types';

/** What the list of administrators is kept under. */
export const administratorsKey = ['list', 'administrators'];

/** What an administrator is called here. */
export function nameOfAdministrator(administrator: AdministratorView): string {
  return administrator.name ?? administrator.email ?? administrator.user_id;
}

/** Whether somebody can sign in to the console, and the plain reason where they are blocked. */
export function standing(administrator: AdministratorView): 'yes' | 'blocked' | 'no' {
  return administrator.may_sign_in ? 'yes' : administrator.status === 'blocked' ? 'blocked' : 'no';
}

/** Those whose name or email has a text in it; the server gives all of them at once, at most 100. */
export function found(all: AdministratorView[], text: string): AdministratorView[] {
  const wanted = text.trim().toLowerCase();
  return all.filter((one) => [one.name, one.email, one.user_id].some((value) => value?.toLowerCase().includes(wanted)));
}
