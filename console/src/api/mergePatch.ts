import type { FieldChange } from './types';

/** A JSON merge patch (RFC 7396): what is not named stays, null removes. */
export type Patch = Record<string, unknown>;

/** The patch that makes one thing another. Objects are compared member by member, lists as a whole. */
export function patchBetween(before: object, after: object): Patch {
  const was = before as Patch;
  const will = after as Patch;
  const patch: Patch = {};
  for (const name of new Set([...Object.keys(was), ...Object.keys(will)])) {
    const [left, right] = [was[name] ?? null, will[name] ?? null];
    if (isObject(left) && isObject(right)) {
      const inner = patchBetween(left, right);
      if (Object.keys(inner).length > 0) {
        patch[name] = inner;
      }
    } else if (!isSame(left, right)) {
      patch[name] = right;
    }
  }

  return patch;
}

/** A thing with a patch applied. */
export function patched<T extends object>(thing: T, patch: Patch): T {
  const result = new Map(Object.entries(thing as Patch));
  for (const [name, value] of Object.entries(patch)) {
    const now = result.get(name);
    if (value === null) {
      result.delete(name);
    } else {
      result.set(name, isObject(value) ? patched(isObject(now) ? now : {}, value) : value);
    }
  }

  return Object.fromEntries(result) as T;
}

/** The patch that takes another back, for a thing as it was before it. */
export function reversed(before: object, patch: Patch): Patch {
  const was = before as Patch;
  return Object.fromEntries(
    Object.entries(patch).map(([name, value]) => {
      const left = was[name] ?? null;
      return [name, isObject(value) && isObject(left) ? reversed(left, value) : left];
    }),
  );
}

/** The fields that a patch changes, by dotted path, for people to read. */
export function changesOf(before: object, patch: Patch, parent = ''): FieldChange[] {
  const was = before as Patch;
  return Object.entries(patch).flatMap(([name, value]) => {
    const field = parent === '' ? name : `${parent}.${name}`;
    const left = was[name] ?? undefined;
    return isObject(value) ? changesOf(isObject(left) ? left : {}, value, field) : [{ field, before: left, after: value ?? undefined }];
  });
}

/** Whether two values are the same in JSON. */
export function isSame(left: unknown, right: unknown): boolean {
  if (Array.isArray(left) && Array.isArray(right)) {
    return left.length === right.length && left.every((item, index) => isSame(item, right[index]));
  }

  if (isObject(left) && isObject(right)) {
    return Object.keys(patchBetween(left, right)).length === 0;
  }

  return (left ?? null) === (right ?? null);
}

function isObject(value: unknown): value is Patch {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
