import type { Column } from './DataTable';

/** Rows as CSV (RFC 4180), with the columns' names in the first line. A cell that a spreadsheet would run as a formula gets an apostrophe before it. */
export function csv<T>(columns: Column<T>[], rows: T[]): string {
  const said = columns.filter((column) => column.text !== undefined);
  const cell = (value: string | number | boolean | null | undefined) => {
    const text = String(value ?? '');
    const safe = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
    return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
  };
  const lines = [said.map((column) => cell(column.header)), ...rows.map((row) => said.map((column) => cell(column.text?.(row))))];
  return lines.map((line) => `${line.join(',')}\r\n`).join('');
}

/** Rows as JSON, one a line. */
export function jsonLines(rows: unknown[]): string {
  return rows.map((row) => `${JSON.stringify(row)}\n`).join('');
}

/** Hands a text to the browser as a file. */
export function saveFile(name: string, text: string, type: string): void {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(new Blob([text], { type: `${type};charset=utf-8` }));
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}
