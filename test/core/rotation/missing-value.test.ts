import { describe, expect, test } from '@jest/globals';
import type { ErrorCode } from '../../../src/core/error-code.ts';
import { Failure } from '../../../src/core/failure.ts';
import { rotate } from '../../../src/core/operations/rotate.ts';
import type { StoredValue } from '../../../src/core/stored-value.ts';
import { day, minute, now, pat, play, type Scene, second } from '../fake-ports.ts';

/** A PAT that began ten days ago and is not due. */
const build = pat('old', 'build');
const began = build.validFrom;

/** What a rotation that is not due by its dates plans, in a dry run. */
async function plan(scene: Scene): Promise<{ action?: string; reason?: string; failure?: string; calls: string[] }> {
  const inputs = { operation: 'rotate', 'display-name': 'build', 'rotate-within': '7d', 'dry-run': 'true' };
  const { result, transcript } = await play(rotate, inputs, { pats: [build], ...scene });
  const calls = transcript.filter((line) => line.startsWith('inspect'));
  if (typeof result === 'string') return { failure: result, calls };
  const { action, reason } = result.plan?.[0] ?? {};
  return { ...(action ? { action } : {}), ...(reason ? { reason } : {}), calls };
}

describe('a PAT that is not due by its dates is due', () => {
  test.each<[what: string, holds: Partial<StoredValue>, reason: string]>([
    ['if a destination holds nothing', { exists: false }, 'two holds no value'],
    [
      'if a destination holds the value of an earlier PAT',
      { exists: true, updatedAt: began - day },
      'two holds a value from 2026-09-20T00:00:00Z, which is older than the PAT',
    ],
    [
      'if the value is older by more than two clocks may differ',
      { exists: true, updatedAt: began - minute - 1 },
      'two holds a value from 2026-09-20T23:58:59.999Z, which is older than the PAT',
    ],
    [
      'if the end that the destination stores is over',
      { exists: true, updatedAt: began + second, expires: now },
      'two holds a value that ended on 2026-10-01T00:00:00Z',
    ],
  ])('%s', async (_what, holds, reason) => {
    const planned = await plan({ stores: ['one', 'two'], holds: { two: holds } });
    expect(planned).toEqual({ action: 'rotate', reason, calls: ['inspect one', 'inspect two'] });
  });

  test('with a reason for each destination', async () => {
    const holds = { one: { exists: false }, two: { exists: false } };
    expect(await plan({ stores: ['two', 'one'], holds })).toMatchObject({
      reason: 'one holds no value; two holds no value',
    });
  });
});

describe('a PAT that is not due by its dates is not due', () => {
  test.each<[what: string, holds: Partial<StoredValue>]>([
    ['if it was stored seconds after it was made', { exists: true, updatedAt: began + 4 * second }],
    ['if that time was cut to the second', { exists: true, updatedAt: began - 999 }],
    ['if the other clock is a minute behind', { exists: true, updatedAt: began - minute }],
    ['if a person stored it days later', { exists: true, updatedAt: began + 3 * day }],
    ['if nobody says since when', { exists: true }],
    ['if the destination stores its end', { exists: true, updatedAt: began, expires: build.validTo }],
  ])('%s', async (_what, holds) => {
    expect(await plan({ stores: ['one'], holds: { one: holds } })).toMatchObject({ action: 'none' });
  });

  test.each<ErrorCode>(['network', 'timeout', 'rate-limited', 'service-unavailable'])(
    'if a destination fails with %s, which is reported',
    async (code) => {
      const answers = { 'inspect one': new Failure(code, { what: 'Looking', why: 'no answer' }) };
      expect(await plan({ stores: ['one'], answers })).toMatchObject({ action: 'none' });
      const inputs = { operation: 'rotate', 'display-name': 'build', 'rotate-within': '7d' };
      const { transcript } = await play(rotate, inputs, { pats: [build], stores: ['one'], answers });
      expect(transcript).toContain('warning: It is not known whether one holds the PAT "build": Looking: no answer.');
    },
  );
});

test('a destination that does not accept the access token fails the run, because it will refuse the next request as well', async () => {
  const answers = { 'inspect one': new Failure('unauthorized', { what: 'Looking', why: 'no valid token' }) };
  expect(await plan({ stores: ['one'], answers })).toMatchObject({
    failure: 'unauthorized: Looking: no valid token. No PAT of "build" was made or changed.',
  });
});

test('if the PAT is due anyway, no destination is asked', async () => {
  const due = { ...build, validTo: now + day };
  expect(await plan({ pats: [due], stores: ['one'], holds: { one: { exists: false } } })).toMatchObject({
    reason: 'expires in 1 d',
    calls: [],
  });
});

test('all missing destinations are reported together, and nothing is made', async () => {
  const answers = {
    'inspect one': new Failure('destination-not-found', { what: 'Looking', why: 'there is no one' }),
    'inspect two': new Failure('destination-denied', { what: 'Asking', why: 'no right to two', hint: 'Ask.' }),
  };
  expect(await plan({ stores: ['one', 'two'], answers })).toMatchObject({
    failure:
      'destination-not-found: Looking: there is no one; Asking: no right to two. Ask. No PAT of "build" was made or changed.',
  });
});
