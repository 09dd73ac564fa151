import { readField } from '../../core/answers/json.ts';
import { isTransientStatus } from '../../core/answers/retryable-status.ts';
import { Failure } from '../../core/failure.ts';
import type { Log } from '../../core/ports.ts';
import { Secret } from '../../core/secret.ts';
import type { Http } from '../http/types.ts';
import type { OidcSource } from './oidc.ts';

export interface AssertionRequest {
  readonly what: string;
  readonly url: URL;
  /** Id of the service connection. */
  readonly connection: string;
  readonly http: Http;
  readonly log: Log;
}

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
  });
  const value = answer.status === 200 ? readField(answer.text, 'oidcToken') : '';
  if (value !== '') {
    const token = new Secret(value);
    log.mask(token);
    return token;
  }
  const why = `Azure DevOps answered HTTP ${answer.status} without a token`;
  if (answer.status === 429) {
    throw new Failure('rate-limited', { what, why, hint: 'Run again in some minutes.', retryable: true });
  }
  if (isTransientStatus(answer.status)) {
    const hint = 'Run again in a few minutes; https://status.dev.azure.com tells of outages.';
    throw new Failure('service-unavailable', { what, why, hint, retryable: true });
  }
  if (answer.status < 400) {
    const hint = 'Check what stands between the agent and Azure DevOps (a proxy, a captive portal).';
    throw new Failure('unexpected-response', { what, why, hint });
  }
  throw new Failure('client-authentication-failed', {
    what,
    why,
    hint: 'Check that this pipeline is authorized to use the service connection, and that the job is not a build of a pull request from a fork.',
  });
}
