import { describe, expect, test } from '@jest/globals';
import { Failure } from '../../../src/core/failure.ts';
import type { Pat } from '../../../src/core/pat.ts';
import { formatInstant } from '../../../src/core/request/instant.ts';
import { readLineage } from '../../../src/core/rotation/lineage.ts';
import {
  endOf,
  leftoversOf,
  type RotationOptions,
  rotateLineage,
  warnIfAlwaysDue,
} from '../../../src/core/rotation/rotate-lineage.ts';
import { addWatermark, hasWatermark } from '../../../src/core/rotation/watermark.ts';
import {
  day,
  FakePorts,
  hour,
  minute,
  now,
  ours,
  patNamed,
  reported,
  type Scene,
  second,
  theirs,
} from '../fake-ports.ts';

const pat = (displayName: string, change: Partial<Pat> = {}): Pat => patNamed(displayName, now + 10 * day, change);

describe('endOf', () => {
  test('a duration ends on the watermark, an instant where the user put it', () => {
    const end = endOf({ kind: 'for', milliseconds: 30 * day }, 'build', now);
    expect(hasWatermark('build', end)).toBe(true);
    expect(now + 30 * day - end).toBeLessThan(second);
    expect(endOf({ kind: 'until', at: now + 12_345 }, 'build', now)).toBe(now + 12_345);
  });
});

test('leftovers are all of the lineage except the replaced PAT, and the plan names those that may be alive', () => {
  const [build, twin, ended, pending] = [
    pat('build'),
    pat('build', { validFrom: now - 2 * day }),
    pat('build~superseded'),
    pat('build~pending-g7.1-00000000000a', { validFrom: now - minute }),
  ];
  const lineage = readLineage([build, twin, ended, pending], 'build');
  expect(leftoversOf(lineage, build)).toEqual([twin, pending, ended]);
  expect(leftoversOf(lineage, undefined)).toEqual([build, twin, pending, ended]);
});

describe('rotateLineage', () => {
  const options: RotationOptions = {
    scope: undefined,
    lifetime: undefined,
    previousToken: { kind: 'revoke' },
    verify: false,
  };
  const build = pat('build', { authorizationId: 'old', targetAccounts: [ours], validTo: now + 10 * day });

  interface Rotated {
    readonly made: Pat | string;
    readonly transcript: readonly string[];
  }

  /** Rotates the first of the PATs. */
  async function rotated(previous: Pat, change: Partial<RotationOptions> = {}, scene: Scene = {}): Promise<Rotated> {
    const pats = [previous, ...(scene.pats ?? [])];
    const ports = new FakePorts({ ...scene, pats });
    const { transcript } = ports;
    try {
      const lineage = readLineage(pats, 'build');
      return {
        made: await rotateLineage(lineage, previous, { ...options, ...change }, ports.context({ operation: 'list' })),
        transcript,
      };
    } catch (thrown) {
      if (!(thrown instanceof Failure)) throw thrown;
      return { made: reported(thrown), transcript };
    }
  }

  function successor(life: number, change: Partial<Pat> = {}): Pat {
    const validTo = addWatermark('build', now + life);
    return { ...build, authorizationId: 'new', validFrom: now, validTo, ...change };
  }

  function created(life: number, scope = 'vso.code'): string[] {
    return [
      `create build~pending-g7.2-000000000001 (${scope} until ${formatInstant(addWatermark('build', now + life))})`,
      'info: Created PAT new for "build", named "build~pending-g7.2-000000000001" for now.',
    ];
  }

  const renamed = ['update new {"displayName":"build"}', 'info: PAT new is "build" now.'];
  const finished = ['hand over new', 'revoke old', 'info: Revoked the old PAT old of "build".', ...renamed];

  test('takes scope and life from the PAT that it replaces', async () => {
    const transcript = [...created(11 * day), ...finished];
    expect(await rotated(build)).toEqual({ made: successor(11 * day), transcript });
  });

  test('takes the scope of the input', async () => {
    const transcript = [...created(11 * day, 'vso.wiki'), ...finished];
    expect(await rotated(build, { scope: 'vso.wiki' })).toEqual({
      made: successor(11 * day, { scope: 'vso.wiki' }),
      transcript,
    });
  });

  test('takes the longest lifetime of the PATs in use, removes what a dead run left, and reports a PAT of a run that may be alive', async () => {
    const near = { targetAccounts: [ours] };
    const dead = pat('build~pending-g8.1-00000000000a', {
      ...near,
      authorizationId: 'dead',
      validFrom: now - 20 * minute,
    });
    const alive = pat('build~pending-g9.1-00000000000a', {
      ...near,
      authorizationId: 'alive',
      validFrom: now - minute,
      validTo: addWatermark('build', now + hour),
    });
    const ownRun = pat('build~pending-g7.1-00000000000a', {
      ...near,
      authorizationId: 'own',
      validFrom: now - minute,
      validTo: now + hour,
    });
    const short = { ...build, validTo: now + hour };
    const life = dead.validTo - dead.validFrom;
    expect(await rotated(short, {}, { pats: [dead, alive, ownRun] })).toEqual({
      made: successor(life),
      transcript: [
        ...created(life),
        'hand over new',
        'warning: PAT alive may belong to run g9.1, which may still rotate "build", so it is left alone. A later rotation retires it.',
        'get own',
        'revoke own',
        'info: Revoked PAT own (build~pending-g7.1-00000000000a), left by an earlier run.',
        'get dead',
        'revoke dead',
        'info: Revoked PAT dead (build~pending-g8.1-00000000000a), left by an earlier run.',
        'get old',
        'revoke old',
        'info: Revoked the old PAT old of "build".',
        ...renamed,
      ],
    });
  });

  test('warns that the successor of a PAT of all organizations works only in this one', async () => {
    expect(await rotated({ ...build, targetAccounts: null })).toEqual({
      made: successor(11 * day),
      transcript: [
        ...created(11 * day),
        ...finished,
        'warning: The old PAT old of "build" was made for all organizations. Azure DevOps retired such PATs, so the new one works only in this organization. If this run revoked the old PAT, that one no longer works in any organization.',
      ],
    });
  });

  test.each<[what: string, rotateWithin: number | undefined, warned: string[]]>([
    ['no rotate-within, no warning', undefined, []],
    ['a life that is longer, no warning', hour - 1, []],
    [
      'a life as long as rotate-within',
      hour,
      [
        'warning: The new PAT of "build" ends 2026-10-01T01:00:00Z, within rotate-within (1 h): every run will rotate it. Choose a rotate-within shorter than its life.',
      ],
    ],
    [
      'a life shorter than rotate-within',
      day,
      [
        'warning: The new PAT of "build" ends 2026-10-01T01:00:00Z, within rotate-within (1 d): every run will rotate it. Choose a rotate-within shorter than its life.',
      ],
    ],
  ])('warns if every run will rotate: %s', (_what, rotateWithin, warned) => {
    const ports = new FakePorts();
    warnIfAlwaysDue('build', { ...build, validTo: now + hour }, rotateWithin, ports);
    expect(ports.transcript).toEqual(warned);
  });

  test.each<[what: string, accounts: string[] | null, home: string[] | null, asked: boolean, refused: boolean]>([
    ['of the same organization', [ours], [ours], false, false],
    ['of the same organization, written in another case', [ours.toUpperCase()], [ours], false, false],
    ['of several organizations, this one among them', [theirs, ours], [ours], false, false],
    ['of all organizations', null, [ours], false, false],
    ['of the same organization, if the answer names none', [ours], null, true, false],
    ['of another organization', [theirs], [ours], false, true],
    ['of another organization, if the answer names none', [theirs], null, true, true],
    ['of no organization', [], [ours], false, true],
  ])('a PAT %s (I8)', async (_what, accounts, home, asked, refused) => {
    const grants = { targetAccounts: home };
    const { made, transcript } = await rotated({ ...build, targetAccounts: accounts }, {}, { grants });
    const examined = transcript.slice(0, transcript.indexOf(refused ? 'revoke new' : 'hand over new'));
    expect(examined.filter((line) => !line.startsWith('warning: ')).slice(2)).toEqual(asked ? ['organizationId'] : []);
    expect(made).toEqual(
      refused
        ? 'pat-not-found: Selecting the PAT "build": PAT old of this name belongs to another organization of the same user. Check organization and display-name; the operation list shows which PATs exist.'
        : expect.objectContaining({ authorizationId: 'new', displayName: 'build' }),
    );
  });
});
