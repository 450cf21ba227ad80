import { useQuery, useQueryClient } from '@tanstack/react-query';
import { api, read, unwrapAnswer, type Answer } from '../../api/client';
import type { Patch } from '../../api/mergePatch';
import type { Environment } from '../../api/types';

const query = read('/api/v1/settings');

/** The settings of the environment, with every group there so that forms can bind its fields. */
export function useSettings() {
  const queries = useQueryClient();
  const found = useQuery({ ...query, select: shaped });
  const keep = (answer: Answer<Environment>) => {
    queries.setQueryData(query.queryKey, answer);
    return shaped(answer);
  };
  return {
    found,
    save: async (patch: Patch, etag: string | null) => {
      const header = etag === null ? {} : { 'If-Match': etag };
      return keep(await unwrapAnswer(api.PATCH('/api/v1/settings', { params: { header }, body: patch, headers: header })));
    },
    reload: async () => shaped(await queries.query({ ...query, staleTime: 0 })),
  };
}

/** The settings of an environment with its groups. */
export type Settings = Environment & { sessions: NonNullable<Environment['sessions']>; signing_keys: NonNullable<Environment['signing_keys']> };

function shaped(answer: Answer<Environment>): Answer<Settings> {
  return { ...answer, value: { ...answer.value, sessions: answer.value.sessions ?? {}, signing_keys: answer.value.signing_keys ?? {} } };
}
