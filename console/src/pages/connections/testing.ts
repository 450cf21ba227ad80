import { api, unwrap } from '../../api/client';
import type { components } from '../../api/schema';

type Schemas = components['schemas'];

/** Where a set of credentials lies. */
export type Place = Schemas['CredentialsPlace'];

/** A connection test, line by line. */
export type ConnectionTest = Schemas['ConnectionTestView'];

/** One set of credentials, without its secrets. */
export type CredentialSet = Schemas['CredentialSetView'];

/** The sets of a connection. */
export type CredentialSets = Schemas['CredentialsView'];

const at = (id: string) => ({ path: { id } });

/** Begins a test with a set of credentials. */
export function startTest(connection: string, credentials: Place): Promise<ConnectionTest> {
  return unwrap(api.POST('/api/v1/connections/{id}/test', { params: at(connection), body: { credentials } }));
}

/** Reads how a test stands. */
export function readTest(connection: string, resultId: string, signal?: AbortSignal): Promise<ConnectionTest> {
  return unwrap(api.GET('/api/v1/connections/{id}/test/{resultId}', { params: { path: { id: connection, resultId } }, signal }));
}

/** Reads the sets of credentials. */
export function readCredentials(connection: string, signal?: AbortSignal): Promise<CredentialSets> {
  return unwrap(api.GET('/api/v1/connections/{id}/credentials', { params: at(connection), signal }));
}

/** Stores the next set, beside the one in use. */
export function setNext(connection: string, keys: Schemas['CredentialsResource']): Promise<CredentialSets> {
  return unwrap(api.PUT('/api/v1/connections/{id}/credentials/next', { params: at(connection), body: keys }));
}

/** Puts a set into use. */
export function activate(connection: string, place: 'next' | 'former', force: boolean): Promise<CredentialSets> {
  return unwrap(api.POST('/api/v1/connections/{id}/credentials/{place}/activate', { params: { path: { id: connection, place } }, body: { force } }));
}

/** Forgets a set. */
export function forget(connection: string, place: 'next' | 'former'): Promise<unknown> {
  return unwrap(api.DELETE('/api/v1/connections/{id}/credentials/{place}', { params: { path: { id: connection, place } } }));
}
