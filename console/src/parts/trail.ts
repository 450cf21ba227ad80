/** The parts of a list that were walked through, by cursor, first to last; undefined is the beginning. The browser's own Back and Forward move within it. */
export type Trail = readonly (string | undefined)[];

/** Whether the trail knows what stands before a part. */
export function knowsBefore(trail: Trail, cursor: string | undefined): boolean {
  return trail.indexOf(cursor) > 0;
}

/** The part before this one; the beginning where the trail does not know. */
export function before(trail: Trail, cursor: string | undefined): string | undefined {
  return trail[trail.indexOf(cursor) - 1];
}

/** The trail after a step on from a part; what was walked beyond that part is another way now. */
export function onward(trail: Trail, cursor: string | undefined, next: string): Trail {
  const at = trail.indexOf(cursor);
  return at < 0 ? [cursor, next] : [...trail.slice(0, at + 1), next];
}
