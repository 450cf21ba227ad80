import { api, unwrap } from '../../api/client';
import type { SignInHop, SignInOutcome } from '../../api/types';

/** Where a set of credentials lies. */
export type Place = 'current' | 'next' | 'former';

/** A connection test, line by line. */
export interface ConnectionTest {
  result_id: string;
  /** To be opened once, within ten minutes; absent once somebody did. */
  url?: string;
  state: 'waiting' | 'opened' | 'finished' | 'expired';
  outcome: SignInOutcome;
  hops: SignInHop[];
}

/** One set of credentials, without its secrets. */
export interface CredentialSet {
  client_id?: string;
  has_client_secret: boolean;
  api_key?: string;
  has_api_key_secret: boolean;
  credentials: 'own' | 'shared' | 'sandbox' | 'missing';
  created_at?: string;
  tested_at?: string;
  until?: string;
}

/** The sets of a connection. */
export interface CredentialSets {
  current: CredentialSet;
  next?: CredentialSet;
  former?: CredentialSet;
}

type Call = (path: string, init: object) => Promise<{ data?: unknown; error?: unknown; response: Response }>;

// The OpenAPI document names these operations with the next version of its tools.
async function send<T>(method: 'GET' | 'POST' | 'PUT' | 'DELETE', path: string, body?: object, signal?: AbortSignal): Promise<T> {
  const call = api[method] as unknown as Call;
  return unwrap(call(path, { ...(body === undefined ? {} : { body }), signal }) as Promise<{ data?: T; response: Response }>);
}

/** Begins a test with a set of credentials. */
export function startTest(connection: string, credentials: Place): Promise<ConnectionTest> {
  return send('POST', `/api/v1/connections/${encodeURIComponent(connection)}/test`, { credentials });
}

/** Reads how a test stands. */
export function readTest(connection: string, result: string, signal?: AbortSignal): Promise<ConnectionTest> {
  return send('GET', `/api/v1/connections/${encodeURIComponent(connection)}/test/${encodeURIComponent(result)}`, undefined, signal);
}

/** Reads the sets of credentials. */
export function readCredentials(connection: string, signal?: AbortSignal): Promise<CredentialSets> {
  return send('GET', `/api/v1/connections/${encodeURIComponent(connection)}/credentials`, undefined, signal);
}

/** Stores the next set, beside the one in use. */
export function setNext(connection: string, keys: object): Promise<CredentialSets> {
  return send('PUT', `/api/v1/connections/${encodeURIComponent(connection)}/credentials/next`, keys);
}

/** Puts a set into use. */
export function activate(connection: string, place: 'next' | 'former', force: boolean): Promise<CredentialSets> {
  return send('POST', `/api/v1/connections/${encodeURIComponent(connection)}/credentials/${place}/activate`, { force });
}

/** Forgets a set. */
export function forget(connection: string, place: 'next' | 'former'): Promise<void> {
  return send('DELETE', `/api/v1/connections/${encodeURIComponent(connection)}/credentials/${place}`);
}

