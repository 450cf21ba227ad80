import { useQueryClient } from '@tanstack/react-query';
import { api, read, unwrapAnswer, type Answer } from '../../api/client';
import type { Patch } from '../../api/mergePatch';
import type { User } from '../../api/types';
import type { components } from '../../api/schema';

/** An identity at an upstream. */
export type Identity = components['schemas']['IdentityView'];

/** A browser in which somebody is signed in. */
export type Session = components['schemas']['SessionView'];

/** One person. */
export function userQuery(id: string) {
  return read('/api/v1/users/{id}', { params: { path: { id } } });
}

/** Reads and changes one person; what else shows them is read anew. */
export function useUserChanges(id: string) {
  const queries = useQueryClient();
  const query = userQuery(id);
  const isAbout = (key: readonly unknown[]) => key[0] === 'list' || String(key[0]).startsWith('/api/v1/users');
  return {
    save: async (patch: Patch, etag: string | null): Promise<Answer<User>> => {
      const header = etag === null ? {} : { 'If-Match': etag };
      const answer = await unwrapAnswer(api.PATCH('/api/v1/users/{id}', { params: { path: { id }, header }, body: patch }));
      queries.setQueryData(query.queryKey, answer);
      void queries.invalidateQueries({ predicate: (one) => isAbout(one.queryKey) && one.queryKey[0] !== query.queryKey[0] });
      return answer;
    },
    reload: () => queries.query({ ...query, staleTime: 0 }),
    /** After something that belongs to the person changed. */
    refresh: () => queries.invalidateQueries({ predicate: (one) => isAbout(one.queryKey) }),
  };
}

/** What a person is called here. */
export function nameOf(user: User): string {
  return user.attributes.name ?? user.username ?? user.email ?? user.id;
}
