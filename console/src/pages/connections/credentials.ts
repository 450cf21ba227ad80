/** The keys of a connection to X, as they are typed. */
export interface Keys {
  protocol: 'oauth2' | 'oauth1a';
  client_id: string;
  client_secret: string;
  api_key: string;
  api_key_secret: string;
}

/** No keys yet. */
export const noKeys: Keys = { protocol: 'oauth2', client_id: '', client_secret: '', api_key: '', api_key_secret: '' };

/** What can be said about a value while it is typed. */
export interface Remark {
  kind: 'good' | 'note' | 'wrong';
  /** Key of the text below `connections.keys.`. */
  text: 'web_app' | 'native_app' | 'api_key' | 'access_token' | 'blank' | 'equal' | 'secret_alone' | 'needs_secret' | 'web_without_secret' | 'native_with_secret' | 'client_id';
}

const apiKey = /^[A-Za-z0-9]{20,26}$/;
const accessToken = /^\d+-/;

/** The type of X app that a Client ID tells (x-platform §1.2): `ci` has a secret, `na` has none; null for no Client ID. */
export function appType(value: string): string | null {
  const suffix = /:1:([a-z]{2})$/;
  const plain = suffix.exec(value) ?? suffix.exec(decoded(value));
  return plain?.[1] ?? null;
}

/** What stands out about each field (XD-01 to XD-05). Values have lost the blanks around them. `stored` says that a secret is there already. */
export function remarks(keys: Keys, stored = false): Partial<Record<keyof Keys, Remark>> {
  return keys.protocol === 'oauth2' ? oauth2(keys, stored) : oauth1a(keys, stored);
}

/** Whether the keys can be sent. */
export function areFit(keys: Keys, stored = false): boolean {
  return Object.values(remarks(keys, stored)).every((remark) => remark.kind !== 'wrong');
}

/** What of the keys is sent: the pair of the protocol, and nothing that is blank. */
export function sent(keys: Keys): Partial<Keys> {
  const pair: Partial<Keys> = keys.protocol === 'oauth2' ? { client_id: keys.client_id, client_secret: keys.client_secret } : { api_key: keys.api_key, api_key_secret: keys.api_key_secret };
  return Object.fromEntries(Object.entries(pair).filter(([, value]) => value !== ''));
}

function oauth2({ client_id: id, client_secret: secret }: Keys, stored: boolean): Partial<Record<keyof Keys, Remark>> {
  const type = appType(id);
  const hasSecret = secret !== '' || stored;
  return compact({
    client_id: blank(id) ?? (accessToken.test(id) ? wrong('access_token')
      : type === 'ci' ? good('web_app')
      : type === 'na' ? { kind: 'note', text: 'native_app' }
      : apiKey.test(id) ? { kind: 'note', text: 'api_key' }
      : id === '' && secret !== '' && !stored ? wrong('secret_alone')
      : undefined),
    client_secret: blank(secret) ?? (secret !== '' && secret === id ? wrong('equal')
      : type === 'ci' && !hasSecret ? { kind: 'note', text: 'web_without_secret' }
      : type === 'na' && secret !== '' ? { kind: 'note', text: 'native_with_secret' }
      : undefined),
  });
}

function oauth1a({ api_key: key, api_key_secret: secret }: Keys, stored: boolean): Partial<Record<keyof Keys, Remark>> {
  return compact({
    api_key: blank(key) ?? (accessToken.test(key) ? wrong('access_token') : appType(key) !== null ? wrong('client_id') : key === '' && secret !== '' && !stored ? wrong('secret_alone') : undefined),
    api_key_secret: blank(secret) ?? (secret !== '' && secret === key ? wrong('equal') : key !== '' && secret === '' && !stored ? wrong('needs_secret') : undefined),
  });
}

function blank(value: string): Remark | undefined {
  return /\s/.test(value) ? wrong('blank') : undefined;
}

function wrong(text: Remark['text']): Remark {
  return { kind: 'wrong', text };
}

function good(text: Remark['text']): Remark {
  return { kind: 'good', text };
}

function compact(found: Partial<Record<keyof Keys, Remark | undefined>>): Partial<Record<keyof Keys, Remark>> {
  return Object.fromEntries(Object.entries(found).filter(([, remark]) => Boolean(remark)));
}

function decoded(value: string): string {
  try {
    return atob(value.replaceAll('-', '+').replaceAll('_', '/'));
  } catch {
    return '';
  }
}

/** A callback address as WSO2's users know it. */
export const exampleCallback = 'https://localhost:9443/commonauth';

/** Whether a callback address may be sent as it stands: https, or http on this computer. */
export function isCallback(address: string): boolean {
  const url = URL.canParse(address) ? new URL(address) : null;
  const isLocal = url !== null && ['localhost', '127.0.0.1', '[::1]'].includes(url.hostname.replace(/^.*\.localhost$/, 'localhost'));
  return url !== null && url.hash === '' && url.username === '' && (url.protocol === 'https:' || (url.protocol === 'http:' && isLocal));
}
