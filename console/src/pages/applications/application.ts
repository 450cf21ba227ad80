import { useQueryClient } from '@tanstack/react-query';
import { api, read, unwrapAnswer, type Answer } from '../../api/client';
import type { Patch } from '../../api/mergePatch';
import type { Application } from '../../api/types';
import type { components } from '../../api/schema';
import { settled } from '../../parts/settled';

/** What kind of program an application is. */
export type ApplicationType = components['schemas']['ApplicationType'];

/** A step of a login flow. */
export type Step = components['schemas']['LoginStepResource'];

/** A way to pass a step. */
export type Option = components['schemas']['SignInOptionResource'];

/** One application. */
export function applicationQuery(id: string) {
  return read('/api/v1/applications/{id}', { params: { path: { id } } });
}

/** Reads and changes one application; what else shows it is read anew. */
export function useApplicationChanges(id: string) {
  const queries = useQueryClient();
  const query = applicationQuery(id);
  return {
    save: async (patch: Patch, etag: string | null): Promise<Answer<Application>> => {
      const header = etag === null ? {} : { 'If-Match': etag };
      const answer = await unwrapAnswer(api.PATCH('/api/v1/applications/{id}', { params: { path: { id }, header }, body: patch }));
      queries.setQueryData(query.queryKey, answer);
      void queries.invalidateQueries({ predicate: (one) => one.queryKey[0] === 'list' || one.queryKey[0] === '/api/v1/applications' });
      return answer;
    },
    reload: () => queries.query({ ...query, staleTime: 0 }),
  };
}

/** What a form about some fields needs: those fields as they count, saving and reading anew. */
export function useApplicationForm<T extends object>(loaded: Answer<Application>, usual: T) {
  const changes = useApplicationChanges(loaded.value.client_id);
  return {
    loaded: settled(loaded, usual),
    save: async (patch: Patch, etag: string | null) => settled(await changes.save(patch, etag), usual),
    reload: async () => settled(await changes.reload(), usual),
  };
}

/** Whether it runs where a secret cannot be kept. */
export function isPublic(type: ApplicationType | undefined): boolean {
  return type === 'spa' || type === 'native';
}
