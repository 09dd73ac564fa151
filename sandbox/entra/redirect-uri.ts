import type { Client, RedirectUri } from './directory.ts';

/**
 * The registration that a requested redirect URI matches. The two must be equal, except for the port of
 * `localhost`, which is ignored. `127.0.0.1` is another name (entra-docs, `reply-url.md` and
 * `v2-oauth2-auth-code-flow.md`).
 */
export function findRedirectUri(client: Client, requested: string): RedirectUri | undefined {
  return client.redirectUris.find(({ uri }) => uri === requested || sameOnLocalhost(uri, requested));
}

function sameOnLocalhost(registered: string, requested: string): boolean {
  if (!URL.canParse(registered) || !URL.canParse(requested)) return false;
  const a = new URL(registered);
  const b = new URL(requested);
  const alike = a.protocol === b.protocol && a.pathname === b.pathname && a.search === b.search && b.hash === '';
  return alike && a.hostname === 'localhost' && b.hostname === 'localhost';
}
