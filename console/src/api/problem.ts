/** What is wrong with one field of a call (docs/api.md, *Problems*). */
export interface FieldProblem {
  /** Path of the field as forms know it: `sessions.lifetime`, `redirect_uris.0`. */
  field: string;
  code: string;
  message: string;
}

/** What stood against a call: a refusal of the server, or no answer at all. */
export class Problem extends Error {
  /** HTTP status; 0 when there was no answer. */
  readonly status: number;
  /** Stable code: the server's, or `unreachable`, `signed_out`, `unreadable`. */
  readonly code: string;
  readonly errors: readonly FieldProblem[];

  constructor(status: number, code: string, title: string, errors: readonly FieldProblem[] = []) {
    super(title);
    this.name = 'Problem';
    this.status = status;
    this.code = code;
    this.errors = errors;
  }

  /** Reads a refusal of RFC 9457; whatever else stands in the way becomes a problem of its own. */
  static of(status: number, body: unknown): Problem {
    if (!isRecord(body) || typeof body.code !== 'string') {
      return new Problem(status, 'unreadable', '');
    }

    const errors = Array.isArray(body.errors) ? body.errors.filter(isRecord).map(readField) : [];
    return new Problem(status, body.code, text(body.title), errors);
  }

  /** What was thrown, as a problem. */
  static from(thrown: unknown): Problem {
    return thrown instanceof Problem ? thrown : new Problem(0, 'unreachable', '');
  }

  /** Whether somebody else was quicker (`If-Match`). */
  get changedMeanwhile(): boolean {
    return this.status === 412;
  }

  /** The findings by field, for a form. */
  get byField(): Record<string, string> {
    return Object.fromEntries(this.errors.map((error) => [error.field, error.message]));
  }
}

/** A path of the wire, `redirect_uris[0].url`, as forms write it: `redirect_uris.0.url`. */
export function fieldPath(path: string): string {
  return path.replace(/\[(\d+)\]/g, '.$1').replace(/\["?([^"\]]+)"?\]/g, '.$1').replace(/^\./, '');
}

function readField(error: Record<string, unknown>): FieldProblem {
  return { field: fieldPath(text(error.field)), code: text(error.code), message: text(error.message) };
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
