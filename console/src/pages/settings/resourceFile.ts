import { api, unwrap } from '../../api/client';

/** The environment as a resource file, without secrets. */
export async function exportFile(format: 'yaml' | 'json'): Promise<string> {
  const text: string = await unwrap(api.GET('/api/v1/resources', { headers: { Accept: `application/${format}` }, parseAs: 'text' }));
  return format === 'json' ? JSON.stringify(JSON.parse(text), null, 2) : text;
}

/** Says what a file would change, or makes it so. The server reads YAML and JSON; JSON is YAML. */
export async function sendFile(deed: 'plan' | 'apply', text: string) {
  const call = { body: text as never, bodySerializer: () => text, headers: { 'Content-Type': 'application/yaml' } };
  return unwrap(deed === 'plan' ? api.POST('/api/v1/resources/plan', call) : api.POST('/api/v1/resources/apply', call));
}
