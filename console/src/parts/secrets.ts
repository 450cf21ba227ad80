const name = /secret|password|private_key/;

// A member whose name is that of a secret, with a value in sight: in YAML or JSON, on the line or below it. ${NAME} is a place for one, and none itself.
const inText = /(?:secret|password|private_key)\w*["']?\s*:\s*(?!["']?\$\{\w+\}|null\b|["']{2})\S|PRIVATE KEY-----/i;

/** Whether a field of this name holds a secret, which is never kept in the browser. */
export function isSecret(field: string): boolean {
  return name.test(field);
}

/** Whether a resource file, finished or half typed, holds a secret. What only looks like one counts as one. */
export function holdsSecret(file: string): boolean {
  return inText.test(file);
}
