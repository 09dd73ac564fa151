import { checkTheWayTo } from '../../core/answers/transport-failure.ts';
import { Failure } from '../../core/failure.ts';
import type { HttpRequest } from './types.ts';

/** The largest answer that is read. A real one (a page of 100 PATs) is below 100 kB. */
const longestAnswer = 8 * 1024 * 1024;

/**
 * The largest text that is searched for secrets. Searching a larger one would take seconds, so nothing of it is quoted:
 * of a larger refusal, only the status is read.
 */
export const redactionLimit = 1024 * 1024;

/**
 * The text of an answer that accepts the request.
 * @throws Failure `unexpected-response` if it is too large
 */
export async function readAccepted(body: AsyncIterable<Uint8Array>, { what }: HttpRequest): Promise<string> {
  const text = await readText(body, longestAnswer);
  if (text !== undefined) return text;
  throw new Failure('unexpected-response', {
    what,
    why: `the answer is larger than ${longestAnswer / 1024 / 1024} MB and was cut off`,
    hint: checkTheWayTo('the service'),
    mayHaveActed: true,
  });
}

/** The text of an answer that refuses the request; empty if it is too large. */
export async function readRefusal(body: AsyncIterable<Uint8Array>): Promise<string> {
  return (await readText(body, redactionLimit)) ?? '';
}

/**
 * The whole text; undefined if it has more bytes than `limit`. Then no part of it is kept, because a cut can halve a
 * secret.
 */
async function readText(body: AsyncIterable<Uint8Array>, limit: number): Promise<string | undefined> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of body) {
    size += chunk.byteLength;
    if (size > limit) return undefined;
    chunks.push(chunk);
  }
  // Decode all chunks at once: to decode them one by one, Node loads a converter, which takes longer than the decoding.
  return new TextDecoder().decode(Buffer.concat(chunks));
}
