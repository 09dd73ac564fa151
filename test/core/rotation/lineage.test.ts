import { describe, expect, test } from '@jest/globals';
import type { Pat } from '../../../src/core/pat.ts';
import { isReserved, lineageName, pendingName, supersededName } from '../../../src/core/pat-name.ts';
import { runLifetime } from '../../../src/core/rotation/deadlines.ts';
import { areTwins, isOrphaned, members, readLineage, readPending } from '../../../src/core/rotation/lineage.ts';
import { addWatermark } from '../../../src/core/rotation/watermark.ts';
import { fc } from '../../seed.ts';

const now = Date.UTC(2026, 9, 1);
const [minute, day] = [60_000, 86_400_000];

function pat(displayName: string, change: Partial<Pat> = {}): Pat {
  return {
    authorizationId: `id of ${displayName}`,
    displayName,
    scope: 'vso.code',
    targetAccounts: null,
    validFrom: now - day,
    validTo: now + day,
    ...change,
  };
}

const names = fc.oneof(
  fc.string({ minLength: 1, unit: 'grapheme' }),
  fc.constantFrom('build', 'a~b', '~', 'build~pending-', 'build~pending-x-1', '~superseded', 'übung 名前 🔑', 'a\nb'),
);
const runs = fc.oneof(fc.constant('0'), fc.bigInt({ min: 1n, max: 10n ** 20n }).map(String));
const nonces = fc.oneof(fc.stringMatching(/^[0-9a-f]{12}$/u), fc.constantFrom('ad0be0000000', 'c00000000000'));
const kinds = fc.constantFrom('successor', 'first', 'namesake');

describe('display names', () => {
  test('what is written into a pending name is read from it again', () => {
    fc.assert(
      fc.property(names, runs, nonces, kinds, (name, run, nonce, kind) => {
        const displayName = pendingName(name, run, nonce, kind);
        expect(lineageName(displayName)).toBe(name);
        expect(isReserved(displayName)).toBe(true);
        const pending = readPending(pat(displayName));
        expect(pending).toMatchObject({ run, kind });
        expect(displayName.endsWith(nonce.slice(5))).toBe(true);
        expect(lineageName(supersededName(name))).toBe(name);
        expect(readPending(pat(supersededName(name)))).toBeUndefined();
      }),
    );
  });

  test.each<[displayName: string, name: string]>([
    ['build', 'build'],
    ['build~pending-17-0a', 'build'],
    ['build~superseded', 'build'],
    ['a~b~pending-17-0a', 'a~b'],
    ['build~pending-1-a~pending-2-b', 'build~pending-1-a'],
    ['build~superseded~superseded', 'build~superseded'],
    ['näht – 名前~pending-17-0a', 'näht – 名前'],
    // What only looks similar is a name like any other.
    ['~superseded', '~superseded'],
    ['~pending-17-0a', '~pending-17-0a'],
    ['build~pending', 'build~pending'],
    ['build~pending-17', 'build~pending-17'],
    ['build~pending--0a', 'build~pending--0a'],
    ['build~pending-17-', 'build~pending-17-'],
    ['build~pending-17-0A', 'build~pending-17-0A'],
    ['build~pending-x-0a', 'build~pending-x-0a'],
    ['build~pending-١٧-0a', 'build~pending-١٧-0a'],
    ['build~pending-17-0a ', 'build~pending-17-0a '],
    ['build~Superseded', 'build~Superseded'],
    ['build~superseded-2', 'build~superseded-2'],
    ['build-superseded', 'build-superseded'],
    ['', ''],
  ])('%j belongs to the lineage %j', (displayName, name) => {
    expect(lineageName(displayName)).toBe(name);
    expect(isReserved(displayName)).toBe(name !== displayName);
  });
});

describe('readLineage', () => {
  test('sorts by state, newest first; what has ended or has another name is not in it', () => {
    const list = [
      pat('build', { authorizationId: 'old', validFrom: now - 9 * day }),
      pat('build', { authorizationId: 'new', validFrom: now - day }),
      pat('build', { authorizationId: 'ended', validTo: now }),
      pat('build~pending-1-a', { validFrom: now - 3 * minute }),
      pat('build~pending-2-c1', { validFrom: now - minute }),
      pat('build~pending-3-ad0be1', { authorizationId: 'namesake', validFrom: now - 2 * day }),
      pat('build~superseded'),
      pat('Build'),
      pat('build2'),
      pat('build~superseded~pending-1-a'),
      pat('build~backup'),
    ];
    const lineage = readLineage(list, 'build', now);
    expect(lineage.named.map(({ authorizationId }) => authorizationId)).toEqual(['new', 'namesake', 'old']);
    expect(lineage.pending.map(({ run, kind }) => [run, kind])).toEqual([
      ['2', 'first'],
      ['1', 'successor'],
    ]);
    expect(lineage.superseded.map(({ displayName }) => displayName)).toEqual(['build~superseded']);
    expect(members(lineage)).toHaveLength(6);
  });

  test('a name with a tilde, or that is part of another', () => {
    const list = [pat('a~b'), pat('a~b~pending-1-a'), pat('a'), pat('a~pending-1-a')];
    expect(members(readLineage(list, 'a~b', now)).map(({ displayName }) => displayName)).toEqual([
      'a~b',
      'a~b~pending-1-a',
    ]);
    expect(members(readLineage(list, 'a', now)).map(({ displayName }) => displayName)).toEqual(['a', 'a~pending-1-a']);
  });
});

describe('isOrphaned: whether the run that made a pending PAT is over for certain', () => {
  test.each<[maker: string, reader: string, age: number, orphaned: boolean]>([
    ['1', '2', runLifetime, true],
    ['1', '2', runLifetime - 1, false],
    ['1', '2', 0, false],
    ['1', '2', -50 * minute, false],
    ['1', '1', 0, true],
    ['1', '1', -50 * minute, true],
    // Outside of GitHub nothing tells one run from another.
    ['0', '0', 0, false],
    ['0', '0', runLifetime, true],
    ['1', '0', 0, false],
    ['1', '11', 0, false],
  ])('made by %s, read by %s, %d ms old: %s', (maker, reader, age, orphaned) => {
    const pending = readPending(pat(`build~pending-${maker}-a`, { validFrom: now - age }));
    expect(pending && isOrphaned(pending, reader, now)).toBe(orphaned);
  });
});

describe('areTwins', () => {
  const end = now + 30 * day;
  const twin = (age: number, validTo = addWatermark('build', end)): Pat =>
    pat('build', { validFrom: now - age, validTo });

  test.each<[what: string, pats: Pat[], twins: boolean]>([
    ['two that bear the watermark', [twin(0), twin(minute)], true],
    ['three of them', [twin(0), twin(minute), twin(2 * minute)], true],
    ['half an hour apart', [twin(0), twin(30 * minute)], true],
    ['an hour apart', [twin(0), twin(60 * minute)], false],
    ['one that a person made beside one of a rotation', [twin(0), twin(minute, end)], false],
    ['two that a person made', [twin(0, end), twin(minute, end)], false],
    [
      'two with the watermark of another name',
      [twin(0, addWatermark('wiki', end)), twin(0, addWatermark('wiki', end))],
      false,
    ],
    ['one alone', [twin(0)], false],
    ['none', [], false],
  ])('%s: %#', (_what, pats, twins) => {
    expect(areTwins(readLineage(pats, 'build', now))).toBe(twins);
  });
});
