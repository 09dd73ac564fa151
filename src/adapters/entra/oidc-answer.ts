import { readField, readPlainText } from '../../core/answers/json.ts';
import { checkTheWayTo, transportFailure } from '../../core/answers/transport-failure.ts';
import { Failure } from '../../core/failure.ts';
import type { Log } from '../../core/ports.ts';
import { quoteForeign } from '../../core/sanitize.ts';
import { Secret } from '../../core/secret.ts';
import type { HttpAnswer } from '../http/types.ts';
import { refuseMalformedTokens } from './malformed-token.ts';

interface TokenRequest {
  readonly what: string;
  /** The service that gives the OIDC token. */
  readonly service: 'GitHub' | 'Azure DevOps';
  /** True if the service limits its caller, whatever the status is. */
  readonly isRateLimited?: boolean;
  /** True if the service refuses the request although the status does not say so. */
  readonly refused?: boolean;
}

/**
 * The OIDC token in that field of an answer, masked; undefined if the answer holds none.
 * @throws Failure `unexpected-response` if it is too large for a token
 */
export function tokenIn(
  { status, text }: HttpAnswer,
  field: 'value' | 'oidcToken',
  { what, service }: TokenRequest,
  log: Pick<Log, 'mask'>,
): Secret | undefined {
  const value = status === 200 ? readField(text, field) : '';
  if (value === '') return undefined;
  refuseMalformedTokens({ [field]: value }, { what, from: service });
  const token = new Secret(value);
  log.mask(token);
  return token;
}

/**
 * The Failure for an answer that holds no OIDC token. Neither service documents its refusals, so the message quotes the
 * service and guesses no advice.
 */
export function withoutToken({ status, text }: HttpAnswer, about: TokenRequest): Failure {
  const { what, service, isRateLimited = false, refused = status >= 400 } = about;
  const message = status < 400 ? '' : readField(text, 'message') || readPlainText(text);
  const proof = `(HTTP ${status}${message === '' ? '' : `: "${quoteForeign(message)}"`})`;
  const transport = transportFailure(status, { what, service, proof, isRateLimited });
  if (transport) return transport;
  if (!refused) {
    return new Failure('unexpected-response', {
      what,
      why: `the answer holds no token (HTTP ${status})`,
      hint: checkTheWayTo(service),
    });
  }
  return new Failure('client-authentication-failed', { what, why: `${service} gives no token ${proof}` });
}
