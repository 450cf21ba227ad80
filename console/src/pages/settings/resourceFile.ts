import { api, unwrap } from '../../api/client';

/** The environment as a resource file, without secrets. */
export async function exportFile(format: 'yaml' | 'json'): Promise<string> {
  const text: string = await unwrap(api.GET('/api/v1/resources', { headers: { Accept: `application/${format}` }, parseAs: 'text' }));
  return format === 'json' ? JSON.stringify(JSON.parse(text), null, 2) : text;
}

// A secret stands in an export as ${NAME}, to be filled by the command. What a file does not name stays as it is.
const place = /^\$\{\w+\}$/;

/** An exported file without its places for secrets, so that it can be sent back as it is. */
export function withoutPlaces(file: string, format: 'yaml' | 'json'): string {
  return format === 'json'
    ? JSON.stringify(JSON.parse(file, (_, value: unknown) => (typeof value === 'string' && place.test(value) ? undefined : value)), null, 2)
    : file.replace(/^[ ]*\w+: ["']?\$\{\w+\}["']?\r?\n/gm, '');
}

/** Says what a file would change, or makes it so. The server reads YAML and JSON; JSON is YAML. */
export async function sendFile(deed: 'plan' | 'apply', text: string) {
  const call = { body: text as never, bodySerializer: () => text, headers: { 'Content-Type': 'application/yaml' } };
  return unwrap(deed === 'plan' ? api.POST('/api/v1/resources/plan', call) : api.POST('/api/v1/resources/apply', call));
}
