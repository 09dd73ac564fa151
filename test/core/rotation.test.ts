import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { isMarked } from '../../src/core/hallmark.ts';
import { readLineage } from '../../src/core/lineage.ts';
import type { Pat } from '../../src/core/pat.ts';
import { endOf, leftoversOf, ownLifetime, planRotation } from '../../src/core/rotation.ts';

const now = Date.UTC(2026, 9, 1);
const [second, minute, hour, day] = [1000, 60_000, 3_600_000, 86_400_000];

function pat(displayName: string, change: Partial<Pat> = {}): Pat {
  return {
    authorizationId: `id of ${displayName}`,
    displayName,
    scope: 'vso.code',
    targetAccounts: null,
    validFrom: now - day,
    validTo: now + 10 * day,
    ...change,
  };
}

describe('planRotation', () => {
  const build = pat('build');
  const twin = pat('build', { authorizationId: 'twin' });
  const pending = pat('build~pending-1-a');

  test.each<[pats: Pat[], within: number | undefined, action: string, reason: RegExp]>([
    [[build], undefined, 'rotate', /^asked for$/u],
    [[build], 11 * day, 'rotate', /^expires in 10 d$/u],
    [[build], 10 * day, 'rotate', /^expires in 10 d$/u],
    [[build], 10 * day - 1, 'none', /^valid for another 10 d$/u],
    [[build, pat('build~superseded')], day, 'none', /^valid for another/u],
    // I6: due or not.
    [[build, pending], day, 'rotate', /did not finish/u],
    [[pending], day, 'rotate', /did not finish/u],
    [[build, twin], day, 'rotate', /at the same time/u],
  ])('%#', (pats, within, action, reason) => {
    const plan = planRotation(readLineage(pats, 'build', now), build, within, now);
    expect(plan).toEqual({ action, reason: expect.stringMatching(reason), previous: build });
  });
});

describe('ownLifetime', () => {
  test.each<[given: number, meant: number]>([
    [30 * day, 30 * day],
    [30 * day - 990, 30 * day],
    [30 * day - 4 * second, 30 * day],
    [30 * day + 3, 30 * day],
    [90 * minute - 2 * second, 90 * minute],
    [30 * day - 6 * second, 30 * day - 6 * second],
    [29 * day + 13 * hour + 22 * minute + 17 * second, 29 * day + 13 * hour + 22 * minute + 17 * second],
    [3 * second, 3 * second],
    [1, 1],
  ])('%d ms mean %d ms', (given, meant) => {
    expect(ownLifetime(pat('build', { validFrom: now, validTo: now + given }))).toBe(meant);
  });

  test('a life does not shrink, however often it is handed on', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 60 * 24 * 365 }),
        fc.array(fc.nat({ max: 3000 }), { minLength: 50, maxLength: 50 }),
        (minutes, delays) => {
          let life = minutes * minute;
          for (const delay of delays) {
            // The service acts after the instant from which the end was counted.
            const [asked, validFrom] = [now, now + delay];
            const validTo = endOf({ kind: 'for', milliseconds: life }, 'build', asked);
            life = ownLifetime(pat('build', { validFrom, validTo }));
          }
          expect(life).toBe(minutes * minute);
        },
      ),
    );
  });
});

describe('endOf', () => {
  test('a duration ends on the hallmark, an instant where the user put it', () => {
    const end = endOf({ kind: 'for', milliseconds: 30 * day }, 'build', now);
    expect(isMarked('build', end)).toBe(true);
    expect(now + 30 * day - end).toBeLessThan(second);
    expect(endOf({ kind: 'until', at: now + 12_345 }, 'build', now)).toBe(now + 12_345);
  });
});

test('leftovers are the whole lineage but the PAT that is replaced; what of it is alive, the successor tells', () => {
  const [build, twin, ended, pending] = [
    pat('build'),
    pat('build', { validFrom: now - 2 * day }),
    pat('build~superseded'),
    pat('build~pending-7-a', { validFrom: now - minute }),
  ];
  const lineage = readLineage([build, twin, ended, pending], 'build', now);
  expect(leftoversOf(lineage, build)).toEqual([twin, pending, ended]);
  expect(leftoversOf(lineage, undefined)).toEqual([build, twin, pending, ended]);
});
