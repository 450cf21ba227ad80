import type { ApplicationType } from './application';
import { express, next, react } from './nodeFrameworks';
import { aspnet, django, flask, laravel, spring } from './otherFrameworks';

/** What the lines of a framework are filled with. */
export interface Place {
  issuer: string;
  /** Whether the issuer is asked without TLS, which libraries refuse unless told otherwise. */
  isPlain: boolean;
  clientId: string;
  /** The client secret while it is known, else words that stand for it. */
  secret: string;
  redirectUri: string;
  /** Path, origin, port and front page of the redirect address. */
  path: string;
  origin: string;
  port: string;
  home: string;
  /** Whether the application runs on this computer, and so listens where people open it. */
  isHere: boolean;
}

/** Lines that stand together: a file, or what is typed in a terminal. */
export interface Part {
  /** Its path in the application. */
  file: string;
  lines: (place: Place) => string;
}

/** A framework: what an application built with it needs here, and the parts that make one from an empty folder. Next.js, Express, React and Flask were run as they stand. */
export interface Framework {
  id: string;
  title: string;
  /** Short form, on the tile. */
  mark: string;
  /** Where it usually comes back to. */
  redirectUri: string;
  afterSignOut?: string;
  origins?: string[];
  authMethod?: 'client_secret_post' | 'client_secret_basic' | 'none';
  scopes?: string[];
  parts: Part[];
}

const plain: Framework = {
  id: 'plain',
  title: 'OpenID Connect',
  mark: 'OIDC',
  redirectUri: 'http://localhost:3000/callback',
  parts: [
    {
      file: 'settings',
      lines: ({ issuer, clientId, redirectUri }) => `Issuer         ${issuer}
Discovery      ${issuer}/.well-known/openid-configuration
Client ID      ${clientId}
Redirect URI   ${redirectUri}
Scope          openid profile email
Flow           authorization code with PKCE (S256)
To X directly  add connection=x to the authorization request`,
    },
  ],
};

const curl: Framework = {
  id: 'curl',
  title: 'Client credentials',
  mark: '$',
  redirectUri: '',
  scopes: ['manage:read'],
  parts: [
    {
      file: 'Terminal',
      lines: ({ issuer, clientId, secret }) => `export XENIOS_CLIENT_SECRET='${secret}'
TOKEN=$(curl -s -u "${clientId}:$XENIOS_CLIENT_SECRET" -d grant_type=client_credentials -d scope=manage:read \\
  ${issuer}/oauth2/token | sed 's/.*"access_token":"\\([^"]*\\).*/\\1/')

curl -H "Authorization: Bearer $TOKEN" ${issuer}/api/v1/users`,
    },
  ],
};

/** The frameworks for each kind of application, the usual ones first. */
export const frameworks: Record<ApplicationType, Framework[]> = {
  web: [next, express, aspnet, spring, laravel, flask, django, plain],
  spa: [react, { ...plain, redirectUri: 'http://localhost:5173/', afterSignOut: 'http://localhost:5173/', origins: ['http://localhost:5173'] }],
  native: [{ ...plain, redirectUri: 'com.example.app:/callback' }],
  machine: [curl],
};

const partsOf = (address: string) => (URL.canParse(address) ? new URL(address) : undefined);

/** The framework whose usual address an application has. */
export function frameworkOf(type: ApplicationType | undefined, redirectUris: readonly string[]): Framework {
  const list = frameworks[type ?? 'web'];
  const path = (address: string) => partsOf(address)?.pathname;
  return list.find((one) => redirectUris.some((address) => path(address) === path(one.redirectUri) && one.id !== 'plain')) ?? list.at(-1) ?? plain;
}

/** What the lines are filled with for one application. */
export function placeOf(issuer: string, clientId: string, redirectUri: string, secret: string): Place {
  const address = partsOf(redirectUri);
  const isHere = address !== undefined && /^(localhost|127\.0\.0\.1|\[::1\])$/.test(address.hostname);
  return {
    issuer,
    isPlain: issuer.startsWith('http:'),
    clientId,
    secret,
    redirectUri,
    path: address?.pathname ?? '/callback',
    origin: address?.origin ?? '',
    port: isHere && address.port !== '' ? address.port : '3000',
    home: `${address?.origin ?? ''}/`,
    isHere,
  };
}

/** Where the browser may go after sign-out when the application comes back to another address than the usual one. */
export function afterSignOut(framework: Framework, redirectUri: string): string | undefined {
  const usual = partsOf(framework.afterSignOut ?? '');
  const address = partsOf(redirectUri);
  return usual === undefined || address === undefined || address.origin === 'null' ? undefined : address.origin + usual.pathname;
}
