import type { Json } from '../../core/answers/json.ts';
import { Failure } from '../../core/failure.ts';

/** Of a token, in characters. No service here takes a header half as long, and no secret of GitHub holds more than 48 kB. */
const longestToken = 64 * 1024;

/** Fields of the answers that give tokens. */
const tokenFields = ['access_token', 'refresh_token', 'id_token', 'client_info', 'device_code', 'value', 'oidcToken'];

/**
 * Refuses an answer with a token that is none by its size, before anything is done with it: to mask a text of megabytes in
 * all its forms takes minutes.
 * @throws Failure `unexpected-response`, which holds nothing of the token
 */
export function refuseHugeTokens(answer: Json, { what, from }: { what: string; from: string }): void {
  for (const field of tokenFields) {
    const value = answer[field];
    if (typeof value !== 'string' || value.length <= longestToken) continue;
    throw new Failure('unexpected-response', {
      what,
      why: `the answer of ${from} holds a token of ${value.length} characters (${field}), and the longest that is read has ${longestToken}`,
      hint: 'Check what stands between this machine and the service (a proxy, a captive portal).',
    });
  }
}
