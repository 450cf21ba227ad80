import type { Answer } from '../api/client';

/** The part of a thing that a form is about, each field with what counts while it is not set. Its version stays the whole thing's. */
export function settled<T extends object>(answer: Answer<object>, usual: T): Answer<T> {
  const given = answer.value as Partial<T>;
  const value = Object.fromEntries(Object.entries(usual).map(([name, standard]) => [name, merged(given[name as keyof T], standard)])) as T;
  return { value, etag: answer.etag };
}

// What is an object has members of its own that may be missing.
function merged(given: unknown, standard: unknown): unknown {
  if (given === undefined || given === null) {
    return standard;
  }

  const isObject = (thing: unknown): thing is object => typeof thing === 'object' && thing !== null && !Array.isArray(thing);
  return isObject(given) && isObject(standard) ? { ...standard, ...given } : given;
}
