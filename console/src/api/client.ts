import createClient, { type FetchResponse, type MaybeOptionalInit } from 'openapi-fetch';
import { queryOptions } from '@tanstack/react-query';
import type { PathsWithMethod } from 'openapi-typescript-helpers';
import { apiBase, environmentSlug } from './environment';
import { Problem } from './problem';
import type { paths } from './schema';
import { session } from './session';

/** Milliseconds that a call may take. */
const patience = 30_000;

// A foreign page cannot send this header, so the session's cookie alone never suffices.
const headers = { 'X-Xenios-Console': '1' };

/** The management API of this environment, typed by docs/openapi.json. Calls answer `{data, error, response}`; see {@link unwrap}. */
export const api = createClient<paths>({ baseUrl: apiBase, headers, fetch: call });

/** The same API of the default environment, whose administrators manage all environments. */
export const home = environmentSlug === undefined ? api : createClient<paths>({ baseUrl: '', headers, fetch: call });

async function call(request: Request): Promise<Response> {
  // A body is read by its first sending.
  const again = request.clone();
  const response = await send(request);
  if (response.status !== 401) {
    return response;
  }

  await session.again();
  return send(again);
}

async function send(request: Request): Promise<Response> {
  try {
    return await fetch(request, { signal: AbortSignal.any([request.signal, AbortSignal.timeout(patience)]) });
  } catch (thrown) {
    throw request.signal.aborted ? thrown : new Problem(0, 'unreachable', '');
  }
}

/** What a call answered: its body, and the version to send with the next change. */
export interface Answer<T> {
  value: T;
  /** For `If-Match`; null where the server gave none. */
  etag: string | null;
}

/** The body of an answer; throws {@link Problem} for a refusal. */
export async function unwrap<T>(answer: Promise<{ data?: T; error?: unknown; response: Response }>): Promise<T> {
  return (await unwrapAnswer(answer)).value;
}

/** Body and version of an answer; throws {@link Problem} for a refusal. */
export async function unwrapAnswer<T>(answer: Promise<{ data?: T; error?: unknown; response: Response }>): Promise<Answer<T>> {
  const { data, error, response } = await answer;
  if (!response.ok) {
    throw Problem.of(response.status, error);
  }

  // 204 has no body; its callers ask for nothing.
  return { value: data as T, etag: response.headers.get('ETag') };
}

type GetPath = PathsWithMethod<paths, 'get'>;
type Got<P extends GetPath, I> = Required<FetchResponse<paths[P]['get'] & object, I, 'application/json'>>['data'];

/** A read for `useQuery`: its key is the path with what was sent. */
export function read<P extends GetPath, I extends MaybeOptionalInit<paths[P], 'get'>>(path: P, init?: I) {
  return queryOptions<Answer<Got<P, I>>, Problem>({
    queryKey: [path, init ?? {}],
    queryFn: ({ signal }) => {
      const get = api.GET as unknown as (path: P, init: unknown) => Promise<{ data?: Got<P, I>; error?: unknown; response: Response }>;
      return unwrapAnswer(get(path, { ...init, signal }));
    },
  });
}
