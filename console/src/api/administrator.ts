import { queryOptions } from '@tanstack/react-query';
import { Problem } from './problem';
import type { components } from './schema';

/** Who uses the console, and what it has to know of the server before anything else. */
export type Administrator = components['schemas']['MeView'];

const patience = 10_000;
const headers = { 'X-Xenios-Console': '1' };

/** Asks who is signed in, without asking the person to sign in. */
export async function fetchAdministrator(): Promise<Administrator> {
  const response = await fetch('/api/v1/me', { headers, signal: AbortSignal.timeout(patience) });
  const body: unknown = await response.json().catch(() => null);
  if (!response.ok) {
    throw Problem.of(response.status, body);
  }

  return body as Administrator;
}

/** Who is signed in. */
export const whoAmI = queryOptions({ queryKey: ['me'], queryFn: fetchAdministrator, staleTime: 60_000, retry: false });

/** A page behind the sign-in: opening it signs in whoever is not, and it then says that all is well. */
export const signInAgainAddress = `/console/signin?return_to=${encodeURIComponent('/console/signed-in')}`;

/** Ends the session and leaves; throws where the session may still live. */
export async function signOut(): Promise<void> {
  const response = await fetch('/api/v1/me/session', { method: 'DELETE', headers, signal: AbortSignal.timeout(patience) });
  // 401: it had ended already.
  if (!response.ok && response.status !== 401) {
    throw Problem.of(response.status, await response.json().catch(() => null));
  }

  location.assign('/console/');
}
