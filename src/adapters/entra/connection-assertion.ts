import { isThrottled } from '../../core/answers/azure-devops.ts';
import { readField } from '../../core/answers/json.ts';
import type { Log } from '../../core/ports.ts';
import { Secret } from '../../core/secret.ts';
import type { Http } from '../http/types.ts';
import type { OidcSource } from './oidc.ts';
import { withoutToken } from './without-token.ts';

export interface AssertionRequest {
  readonly what: string;
  readonly url: URL;
  /** Id of the service connection. */
  readonly connection: string;
  readonly http: Http;
  readonly log: Log;
}

/** Azure DevOps answers 404 for a connection that the caller was not handed. */
const notAuthorized = 'Check that the pipeline is authorized to use the service connection, and that it still exists.';

/**
 * The assertion of a service connection with workload identity federation, which Azure DevOps gives to a job for the job's
 * own access token (REST "Oidctoken - Create"). The connection fixes its audience.
 * @throws Failure `client-authentication-failed`, `rate-limited`, `service-unavailable`, `unexpected-response`, or a
 *   network code
 */
export async function connectionAssertion(source: OidcSource, request: AssertionRequest): Promise<Secret> {
  const { what, url, connection, http, log } = request;
  url.searchParams.set('api-version', '7.1');
  url.searchParams.set('serviceConnectionId', connection);
  const answer = await http.send({
    method: 'POST',
    url: url.href,
    headers: {
      authorization: `Bearer ${source.token.reveal()}`,
      accept: 'application/json',
      'content-type': 'application/json',
    },
    body: '',
    what,
    // A second token does no harm.
    idempotent: true,
    isRateLimit: isThrottled,
  });
  const value = answer.status === 200 ? readField(answer.text, 'oidcToken') : '';
  if (value !== '') {
    const token = new Secret(value);
    log.mask(token);
    return token;
  }
  const { status } = answer;
  const limited = isThrottled(answer);
  // Azure DevOps refuses a bearer by a redirect to its sign-in page, or by that page, more often than by 401.
  const refused = status >= 400 || status === 302 || status === 203;
  const failure = withoutToken(answer, { what, service: 'Azure DevOps', limited, refused });
  throw status === 404 ? failure.with({ hint: notAuthorized }) : failure;
}
