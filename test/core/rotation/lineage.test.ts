import { describe, expect, test } from '@jest/globals';
import type { Pat } from '../../../src/core/pat.ts';
import type { Log } from '../../../src/core/ports.ts';
import {
  areTwins,
  isOrphaned,
  members,
  noteSimilar,
  readLineage,
  readPending,
} from '../../../src/core/rotation/lineage.ts';
import { runLifetime } from '../../../src/core/rotation/time-limits.ts';
import { addWatermark } from '../../../src/core/rotation/watermark.ts';
import type { RunIdentity } from '../../../src/core/run-identity.ts';
import { now, patNamed } from '../fake-ports.ts';

const [minute, day] = [60_000, 86_400_000];

const pat = (displayName: string, change: Partial<Pat> = {}): Pat => patNamed(displayName, now + day, change);

describe('readLineage', () => {
  test('sorts the PATs of the name by state, newest first', () => {
    const list = [
      pat('build', { authorizationId: 'old', validFrom: now - 9 * day }),
      pat('build', { authorizationId: 'new', validFrom: now - day }),
      pat('build', { authorizationId: 'ended', validTo: now }),
      pat('build~pending-g1.1-00000000000a', { validFrom: now - 3 * minute }),
      pat('build~pending-g2.1-c00000000001', { validFrom: now - minute }),
      pat('build~pending-g3.1-ad0be0000001', { authorizationId: 'namesake', validFrom: now - 2 * day }),
      pat('build~superseded'),
      pat('Build'),
      pat('build2'),
      pat('build~superseded~pending-g1.1-00000000000a'),
      pat('build~backup'),
    ];
    const lineage = readLineage(list, 'build');
    expect(lineage.named.map(({ authorizationId }) => authorizationId)).toEqual(['new', 'ended', 'namesake', 'old']);
    expect(lineage.pending.map(({ run, kind }) => [run, kind])).toEqual([
      ['g2.1', 'first'],
      ['g1.1', 'successor'],
    ]);
    expect(lineage.superseded.map(({ displayName }) => displayName)).toEqual(['build~superseded']);
    expect(members(lineage)).toHaveLength(7);
  });

  test('a PAT that only looks like a leftover is reported, and does not belong to the lineage', () => {
    const similar = [pat('build~pending-2026', { authorizationId: 'plan' }), pat('build~superseded-by-hand')];
    const lineage = readLineage([...similar, pat('build~backup'), pat('wiki~pending-2026')], 'build');
    expect([lineage.similar, members(lineage)]).toEqual([similar, []]);
    const notices: string[] = [];
    noteSimilar(lineage, { notice: (line: string) => void notices.push(line) } as Log);
    expect(notices).toHaveLength(2);
    expect(notices[0]).toMatch(/^PAT plan "build~pending-2026" .*of "build" had left it/u);
  });

  test('names with a tilde, and names that begin another name, are kept apart', () => {
    const list = [pat('a~b'), pat('a~b~pending-g1.1-00000000000a'), pat('a'), pat('a~pending-g1.1-00000000000a')];
    expect(members(readLineage(list, 'a~b')).map(({ displayName }) => displayName)).toEqual([
      'a~b',
      'a~b~pending-g1.1-00000000000a',
    ]);
    expect(members(readLineage(list, 'a')).map(({ displayName }) => displayName)).toEqual([
      'a',
      'a~pending-g1.1-00000000000a',
    ]);
  });
});

describe('isOrphaned: whether the run that made a pending PAT is certainly over', () => {
  const [second, other]: RunIdentity[] = [
    { host: 'github', run: '1', attempt: 2, namespace: undefined },
    { host: 'github', run: '2', attempt: 1, namespace: undefined },
  ];

  test.each<[maker: string, reader: RunIdentity | undefined, age: number, orphaned: boolean]>([
    ['g1.1', other, runLifetime, true],
    ['g1.1', other, runLifetime - 1, false],
    ['g1.1', other, 0, false],
    ['g1.1', other, -50 * minute, false],
    ['g1.1', second, 0, true],
    ['g1.1', second, -50 * minute, true],
    ['t0', undefined, 0, false],
    ['t0', undefined, runLifetime, true],
  ])('made by %s, read by %j, %d ms old: %s', (maker, reader, age, orphaned) => {
    const pending = readPending(pat(`build~pending-${maker}-00000000000a`, { validFrom: now - age }));
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
    ['months apart', [twin(0), twin(60 * day)], true],
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
    expect(areTwins(readLineage(pats, 'build'))).toBe(twins);
  });
});
