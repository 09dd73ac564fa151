import type { Json } from '../../core/answers/json.ts';
import { checkTheWayTo } from '../../core/answers/transport-failure.ts';
import { Failure } from '../../core/failure.ts';
import { isTokenText } from '../../core/secret.ts';

/** The longest token in characters. No service here accepts a header half as long, and a GitHub secret holds 48 kB. */
const longestToken = 64 * 1024;

/** Fields of answers that hold tokens. */
const tokenFields = ['access_token', 'refresh_token', 'id_token', 'client_info', 'device_code', 'value', 'oidcToken'];

/**
 * Refuses an answer whose token is far too short or too long, before anything uses it: a text of a few characters can't
 * be masked, and masking all forms of a text of megabytes takes minutes.
 * @throws Failure `unexpected-response`, which quotes nothing of the token
 */
export function refuseMalformedTokens(answer: Json, { what, from }: { what: string; from: string }): void {
  for (const field of tokenFields) {
    const value = answer[field];
    if (typeof value !== 'string' || value === '') continue;
    const isTooLong = value.length > longestToken;
    if (!isTooLong && isTokenText(value)) continue;
    throw new Failure('unexpected-response', {
      what,
      why: isTooLong
        ? `the answer of ${from} holds a token of ${value.length} characters (${field}), more than the ${longestToken} that are accepted`
        : `the answer of ${from} holds a text that cannot be a token (${field}): it is too short, or it has characters that a token never has`,
      hint: checkTheWayTo(from),
    });
  }
}
