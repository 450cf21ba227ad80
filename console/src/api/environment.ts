const match = /^\/console\/e\/([a-z0-9][a-z0-9-]{0,62})(?:\/|$)/.exec(location.pathname);

/** Slug of the environment that this page is about, from its own address; undefined for the default one. */
export const environmentSlug = match?.[1];

/** What every path of the console begins with. Another environment is another address, so nothing of one is left over in the other. */
export const consoleBase = consoleBaseOf(environmentSlug);

/** What every call begins with before its `/api/v1`. */
export const apiBase = environmentSlug === undefined ? '' : `/e/${environmentSlug}`;

/** What the console's paths of an environment begin with. */
export function consoleBaseOf(slug: string | undefined): string {
  return slug === undefined ? '/console' : `/console/e/${slug}`;
}

/** A name for something kept in this browser that is about this environment only. */
export function keptAs(name: string): string {
  return `xenios.${environmentSlug ?? 'default'}.${name}`;
}
