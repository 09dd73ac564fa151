import { isRateLimit } from '../../core/answers/azure-devops-answer.ts';
import type { Secret } from '../../core/secret.ts';
import type { OidcIssuer, OidcRequest } from './oidc.ts';
import { tokenIn, withoutToken } from './oidc-answer.ts';

const what = 'Asking Azure DevOps for the token of the service connection';

/** Azure DevOps answers 404 for a connection that the run may not use. */
const notAuthorized = 'Check that this run is authorized to use the service connection, and that it still exists.';

/**
 * Azure DevOps as the issuer: it gives a run the assertion of a service connection with workload identity federation.
 * @param connection the id of the connection
 */
export function connectionIssuer(connection: string): OidcIssuer {
  return { what, ask: (request) => connectionAssertion(connection, request) };
}

/**
 * Exchanges the run's own access token for the assertion (REST "Oidctoken - Create"). The connection determines its
 * audience.
 * @throws Failure `client-authentication-failed`, `rate-limited`, `service-unavailable`, `unexpected-response`, or a
 *   network code
 */
async function connectionAssertion(connection: string, { url, token, http, log }: OidcRequest): Promise<Secret> {
  url.searchParams.set('api-version', '7.1');
  url.searchParams.set('serviceConnectionId', connection);
  const answer = await http.send({
    method: 'POST',
    url: url.href,
    headers: {
      authorization: `Bearer ${token.reveal()}`,
      accept: 'application/json',
      'content-type': 'application/json',
    },
    body: '',
    what,
    // A second token does no harm.
    idempotent: true,
    isRateLimit,
  });
  const about = { what, service: 'Azure DevOps' } as const;
  const assertion = tokenIn(answer, 'oidcToken', about, log);
  if (assertion) return assertion;
  const { status } = answer;
  const isRateLimited = isRateLimit(answer);
  // Azure DevOps refuses a bearer token by a redirect to its sign-in page, or by that page, more often than by 401.
  const refused = status >= 400 || status === 302 || status === 203;
  const failure = withoutToken(answer, { ...about, isRateLimited, refused });
  throw status === 404 ? failure.with({ hint: notAuthorized }) : failure;
}
