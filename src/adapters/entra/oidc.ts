import { Failure } from '../../core/failure.ts';
import type { Log } from '../../core/ports.ts';
import type { Secret } from '../../core/secret.ts';
import type { Http } from '../http/types.ts';
import { tokenIn, withoutToken } from './oidc-answer.ts';

/** The address at which a run requests its OIDC token (GitHub: `ACTIONS_ID_TOKEN_REQUEST_URL` and `…_TOKEN`). */
export interface OidcSource {
  readonly url: string;
  readonly token: Secret;
  /** Domains of the service, such as `actions.githubusercontent.com`. `token` is sent to no other host. */
  readonly domains: readonly string[];
  /** The service, if it is not GitHub. */
  readonly issuer?: OidcIssuer;
}

export interface OidcRequest {
  readonly url: URL;
  readonly token: Secret;
  readonly http: Http;
  readonly log: Log;
}

/** A service that gives OIDC tokens in a way of its own. */
export interface OidcIssuer {
  /** Names the request in an error. */
  readonly what: string;
  ask(request: OidcRequest): Promise<Secret>;
}

function isInDomain(host: string, domain: string): boolean {
  return host === domain || host.endsWith(`.${domain}`);
}

/**
 * The run's own OIDC token for an audience: the client assertion of a federated credential. It expires after some
 * minutes, so call this right before each use. (GitHub Docs, "OpenID Connect reference"; the URL already has a query.)
 * @throws Failure `client-authentication-failed`, `rate-limited`, `service-unavailable`, `unexpected-response`, or a
 *   network code
 */
export async function oidcToken(source: OidcSource, audience: string, http: Http, log: Log): Promise<Secret> {
  const { issuer, token } = source;
  const what = issuer?.what ?? 'Asking GitHub for an OIDC token';
  const url = URL.parse(source.url);
  if (url?.protocol !== 'https:' || !source.domains.some((domain) => isInDomain(url.hostname, domain))) {
    throw new Failure('client-authentication-failed', {
      what,
      why: `the address of the OIDC token is not an https address of ${source.domains.join(' or ')}`,
      hint: 'Find out what sets that address in the environment. Nothing was sent.',
    });
  }
  if (issuer) return issuer.ask({ url, token, http, log });
  url.searchParams.set('audience', audience);
  const answer = await http.send({
    method: 'GET',
    url: url.href,
    headers: { authorization: `Bearer ${token.reveal()}`, accept: 'application/json' },
    what,
    idempotent: true,
  });
  const about = { what, service: 'GitHub' } as const;
  const given = tokenIn(answer, 'value', about, log);
  if (given) return given;
  throw withoutToken(answer, about);
}
