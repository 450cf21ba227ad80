/** Which rows are chosen, by key, and in which part of a list: on another part, or when something else narrows it, none is. */
export interface Choice {
  part: string;
  keys: ReadonlySet<string>;
}

/** Nothing is chosen. */
export const noChoice: Choice = { part: '', keys: new Set() };

/** The rows of a part that are chosen and still there. */
export function chosenOf<T>(choice: Choice, part: string, rows: readonly T[], keyOf: (row: T) => string): T[] {
  return choice.part === part ? rows.filter((row) => choice.keys.has(keyOf(row))) : [];
}

/** The choice after rows of a part were chosen, or not chosen any more. */
export function withChosen(choice: Choice, part: string, keys: readonly string[], isChosen: boolean): Choice {
  const before = choice.part === part ? choice.keys : noChoice.keys;
  return { part, keys: isChosen ? new Set([...before, ...keys]) : new Set([...before].filter((key) => !keys.includes(key))) };
}

/** A row that was not done, and what was thrown. */
export interface Failure<T> {
  row: T;
  thrown: unknown;
}

/** What came of doing something to many: each row is in exactly one of the three. */
export interface Outcome<T> {
  done: T[];
  failed: Failure<T>[];
  /** Not tried: it was stopped before, or the way was closed for all. */
  left: T[];
}

interface Manner {
  /** Told before each row how many are behind it. */
  progress: (count: number) => void;
  /** Whether to stop before the next row. */
  isStopped: () => boolean;
  /** Whether what was thrown stands in the way of every further row as well. */
  endsAll: (thrown: unknown) => boolean;
}

/** Does something to one row after the other. What one row refuses keeps no other from being done. */
export async function doEach<T>(rows: readonly T[], run: (row: T) => Promise<unknown>, { progress, isStopped, endsAll }: Manner): Promise<Outcome<T>> {
  const done: T[] = [];
  const failed: Failure<T>[] = [];
  for (const [index, row] of rows.entries()) {
    progress(index);
    if (isStopped()) {
      return { done, failed, left: rows.slice(index) };
    }

    try {
      await run(row);
      done.push(row);
    } catch (thrown) {
      failed.push({ row, thrown });
      if (endsAll(thrown)) {
        return { done, failed, left: rows.slice(index + 1) };
      }
    }
  }

  return { done, failed, left: [] };
}
