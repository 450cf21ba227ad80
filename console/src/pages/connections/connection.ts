import { useQueryClient } from '@tanstack/react-query';
import { api, read, unwrapAnswer, type Answer } from '../../api/client';
import type { Patch } from '../../api/mergePatch';
import type { Connection } from '../../api/types';
import { settled } from '../../parts/settled';

/** One connection. */
export function connectionQuery(id: string) {
  return read('/api/v1/connections/{id}', { params: { path: { id } } });
}

/** Reads and changes one connection; what else shows it is read anew. */
export function useConnectionChanges(id: string) {
  const queries = useQueryClient();
  const query = connectionQuery(id);
  const take = (answer: Answer<Connection>) => {
    queries.setQueryData(query.queryKey, answer);
    void queries.invalidateQueries({ queryKey: ['/api/v1/connections'] });
    void queries.invalidateQueries({ queryKey: read('/api/v1/connections/{id}/callbacks', { params: { path: { id } } }).queryKey });
  };
  return {
    save: async (patch: Patch, etag: string | null, force = false): Promise<Answer<Connection>> => {
      const header = etag === null ? {} : { 'If-Match': etag };
      const answer = await unwrapAnswer(api.PATCH('/api/v1/connections/{id}', { params: { path: { id }, header, query: force ? { force: true } : {} }, body: patch as never }));
      take(answer);
      return answer;
    },
    reload: () => queries.query({ ...query, staleTime: 0 }),
  };
}

/** What a form about some fields needs: those fields as they count, saving and reading anew. */
export function useConnectionForm<T extends object>(loaded: Answer<Connection>, usual: T) {
  const changes = useConnectionChanges(loaded.value.slug);
  return {
    loaded: settled(loaded, usual),
    save: async (patch: Patch, etag: string | null) => settled(await changes.save(patch, etag), usual),
    reload: async () => settled(await changes.reload(), usual),
  };
}

/** The path that a style of callback stands for. */
export function callbackPath(style: 'login_callback' | 'commonauth'): string {
  return style === 'commonauth' ? '/commonauth' : '/login/callback';
}

/** How it speaks with X: said, or as its preset has it. */
export function protocolOf(connection: Pick<Connection, 'protocol' | 'preset'>): 'oauth2' | 'oauth1a' {
  return connection.protocol ?? (connection.preset === 'wso2' ? 'oauth1a' : 'oauth2');
}

/** A free slug that begins with a name. */
export function slugFor(name: string, taken: readonly string[]): string {
  const plain = name.toLowerCase().normalize('NFKD').replace(/[^a-z0-9]+/g, '-').replace(/^-+|-+$/g, '').slice(0, 50) || 'connection';
  const numbers = [plain, ...Array.from({ length: 99 }, (_, index) => `${plain}-${index + 2}`)];
  return numbers.find((slug) => !taken.includes(slug)) ?? plain;
}
