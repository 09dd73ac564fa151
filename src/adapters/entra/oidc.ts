import { readField } from '../../core/answers/json.ts';
import { Failure } from '../../core/failure.ts';
import type { Log } from '../../core/ports.ts';
import { Secret } from '../../core/secret.ts';
import type { Http } from '../http/types.ts';
import { withoutToken } from './without-token.ts';

/** Where a run asks for its OIDC token (GitHub: `ACTIONS_ID_TOKEN_REQUEST_URL` and `…_TOKEN`). */
export interface OidcSource {
  readonly url: string;
  readonly token: Secret;
  /** Domains of the service that gives the token, such as `actions.githubusercontent.com`; no other host gets to see it. */
  readonly domains: readonly string[];
  /** On Azure DevOps: the id of the service connection that the token is for; it fixes the audience. */
  readonly serviceConnection?: string;
}

function isOf(host: string, domain: string): boolean {
  return host === domain || host.endsWith(`.${domain}`);
}

/**
 * The run's own OIDC token for an audience: the client assertion of a federated credential. It lives some minutes, so
 * it is asked for right before each use. (GitHub Docs, "OpenID Connect reference"; the URL has a query already.)
 * @throws Failure `client-authentication-failed`, `rate-limited`, `service-unavailable`, `unexpected-response`, or a
 *   network code
 */
export async function oidcToken(source: OidcSource, audience: string, http: Http, log: Log): Promise<Secret> {
  const { serviceConnection: connection } = source;
  const what =
    connection === undefined
      ? 'Asking GitHub for an OIDC token'
      : 'Asking Azure DevOps for the token of the service connection';
  const url = URL.canParse(source.url) ? new URL(source.url) : undefined;
  if (url?.protocol !== 'https:' || !source.domains.some((domain) => isOf(url.hostname, domain))) {
    throw new Failure('client-authentication-failed', {
      what,
      why: `its address is not an https address below ${source.domains.join(' or ')}`,
      hint: 'Look for what sets the address of the OIDC token in the environment. Nothing was sent.',
    });
  }
  if (connection !== undefined) {
    const { connectionAssertion } = await import('./connection-assertion.ts');
    return connectionAssertion(source, { what, url, connection, http, log });
  }
  url.searchParams.set('audience', audience);
  const answer = await http.send({
    method: 'GET',
    url: url.href,
    headers: { authorization: `Bearer ${source.token.reveal()}`, accept: 'application/json' },
    what,
    idempotent: true,
  });
  const value = answer.status === 200 ? readField(answer.text, 'value') : '';
  if (value !== '') {
    const token = new Secret(value);
    log.mask(token);
    return token;
  }
  throw withoutToken(answer, { what, service: 'GitHub' });
}
