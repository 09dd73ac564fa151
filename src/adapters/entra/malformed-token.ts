import type { Json } from '../../core/answers/json.ts';
import { Failure } from '../../core/failure.ts';
import { isTokenText } from '../../core/secret.ts';

/** The longest token in characters. No service here takes a header half as long, and a GitHub secret holds at most 48 kB. */
const longestToken = 64 * 1024;

/** Fields of answers that hold tokens. */
const tokenFields = ['access_token', 'refresh_token', 'id_token', 'client_info', 'device_code', 'value', 'oidcToken'];

/**
 * Refuses an answer whose token is far too short or too long, before anything uses it: a text of a few characters can't be
 * masked, and masking all forms of a text of megabytes takes minutes.
 * @throws Failure `unexpected-response`, which holds nothing of the token
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
        ? `the answer of ${from} holds a token of ${value.length} characters (${field}), and the longest that is read has ${longestToken}`
        : `the answer of ${from} holds a text in place of a token (${field}): it is too short, or has characters that no token has`,
      hint: 'Check what stands between this machine and the service (a proxy, a captive portal).',
    });
  }
}
