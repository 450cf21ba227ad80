import { queryOptions } from '@tanstack/react-query';
import { environmentSlug } from './environment';
import { Problem } from './problem';

/** Who uses the console. */
export interface Administrator {
  name: string;
  /** Whether there is a session to be ended; not while developing. */
  canSignOut: boolean;
}

/** Asks who is signed in, without asking the person to sign in. */
export async function fetchAdministrator(signal?: AbortSignal): Promise<Administrator> {
  const response = await fetch('/api/v1/me', { headers: { 'X-Xenios-Console': '1' }, signal: signal ?? AbortSignal.timeout(10_000) });
  const body: unknown = await response.json().catch(() => null);
  if (!response.ok) {
    throw Problem.of(response.status, body);
  }

  const me = body as { name?: string; email?: string };
  return { name: me.email ?? me.name ?? '', canSignOut: me.email !== undefined };
}

/** Who is signed in. */
export const whoAmI = queryOptions({ queryKey: ['me'], queryFn: ({ signal }) => fetchAdministrator(signal), staleTime: 60_000, retry: false });

/** Where an administrator signs in, and comes back to where they were. */
export function signInAddress(back: string): string {
  return `/console/signin?return_to=${encodeURIComponent(back)}`;
}

/** Ends the session and leaves. */
export async function signOut(): Promise<void> {
  await fetch('/api/v1/me/session', { method: 'DELETE', headers: { 'X-Xenios-Console': '1' }, signal: AbortSignal.timeout(10_000) });
  location.assign(environmentSlug === undefined ? '/console' : `/console/e/${environmentSlug}`);
}
