import { useCallback, useMemo } from 'react';
import { keptAs } from '../api/environment';
import type { Patch } from '../api/mergePatch';
import { isSecret } from './secrets';

/** What was typed and not yet saved, kept in this tab until it is: a reload or an expired session loses nothing. Secrets are never kept. */
export function useDraft(name: string) {
  const key = keptAs(`draft.${name}`);
  const found = useMemo(() => readDraft(key), [key]);
  const keep = useCallback(
    (patch: Patch | null) => {
      try {
        if (patch === null) {
          sessionStorage.removeItem(key);
        } else {
          sessionStorage.setItem(key, JSON.stringify(withoutSecrets(patch)));
        }
      } catch {
        // A full or forbidden store only costs the comfort.
      }
    },
    [key],
  );
  return { found, keep };
}

function readDraft(key: string): Patch | null {
  try {
    const text = sessionStorage.getItem(key);
    return text === null ? null : (JSON.parse(text) as Patch);
  } catch {
    return null;
  }
}

function withoutSecrets(patch: Patch): Patch {
  return JSON.parse(JSON.stringify(patch, (name, value: unknown) => (isSecret(name) ? undefined : value))) as Patch;
}
