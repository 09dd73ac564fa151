import { expect, test } from '@jest/globals';
import { readAccepted, readRefusal } from '../../../src/adapters/http/answer-limit.ts';
import type { HttpRequest } from '../../../src/adapters/http/types.ts';

/** A body that the network delivers in pieces of one byte. */
async function* bytesOf(...bytes: readonly Buffer[]): AsyncGenerator<Uint8Array> {
  for (const byte of Buffer.concat(bytes)) yield Uint8Array.of(byte);
}

const request: HttpRequest = { method: 'GET', url: 'https://example.com', what: 'Asking', idempotent: true };

test.each<[what: string, body: readonly Buffer[], text: string]>([
  ['characters of several bytes', [Buffer.from('{"name":"Zoë 日本 😀"}')], '{"name":"Zoë 日本 😀"}'],
  ['a byte order mark', [Buffer.from('\ufeff{}')], '{}'],
  ['a byte that is not UTF-8', [Buffer.from('é'), Buffer.from([0xfc]), Buffer.from('日')], 'é\ufffd日'],
  ['a last character that is cut off', [Buffer.from('a日').subarray(0, 3)], 'a\ufffd'],
  ['nothing', [], ''],
])('an answer with %s is read, however the network splits it', async (_, body, text) => {
  expect(await readAccepted(bytesOf(...body), request)).toBe(text);
  expect(await readRefusal(bytesOf(...body))).toBe(text);
});
