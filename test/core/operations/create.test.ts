import { describe, expect, test } from '@jest/globals';
import { Failure } from '../../../src/core/failure.ts';
import { create } from '../../../src/core/operations/create.ts';
import type { Pat } from '../../../src/core/pat.ts';
import { formatInstant } from '../../../src/core/request/instant.ts';
import { addWatermark } from '../../../src/core/rotation/watermark.ts';
import {
  day,
  type Effects,
  effectsOf,
  hour,
  type Inputs,
  minute,
  now,
  ours,
  pat,
  play,
  renamed,
  type Scene,
  theirs,
} from '../fake-ports.ts';

const build = pat('old', 'build');

/** The PAT that a create leaves. */
function made(validTo: number, change: Partial<Pat> = {}): Pat {
  return { ...pat('new', 'build', { validFrom: now, validTo }), ...change };
}

const inThirtyDays = addWatermark('build', now + 30 * day);

function sent(nonce: string, validTo: number, everywhere = false): string {
  return `create build~pending-g7.2-${nonce} (vso.code until ${formatInstant(validTo)}${everywhere ? ' everywhere' : ''})`;
}

const hint = 'Use operation rotate, or set if-exists to rotate or allow.';

function left(id: string, run: string, nonce: string): Pat {
  return pat(id, `build~pending-${run}-${nonce}`, { validFrom: now - minute });
}

function refused(id: string, state = ''): Effects {
  return {
    result: `pat-exists: Creating the PAT "build": an active PAT of this name exists in contoso: ${id}${state}. ${hint}`,
    calls: ['list active', 'organizationId'],
  };
}

const unfinished = ', pending from a run that has not finished';

type Row = [what: string, inputs: Inputs, scene: Scene, expected: Effects];

const inputs: Inputs = { operation: 'create', 'display-name': 'build', scopes: 'vso.code' };

describe('create', () => {
  test.each<Row>([
    [
      'makes a PAT that lives 30 days, checks every destination first, and stores it in each',
      {},
      { pats: [pat('wiki', 'wiki')], stores: ['one', 'two'] },
      {
        result: { changed: true, pat: made(inThirtyDays) },
        calls: [
          'list active',
          'prepare one',
          'prepare two',
          sent('c00000000001', inThirtyDays),
          'verify',
          'write one: value of new (Azure DevOps PAT build)',
          'write two: value of new (Azure DevOps PAT build)',
          'hand over new',
          renamed,
        ],
      },
    ],
    [
      'follows the inputs: lifetime, all organizations, no verification',
      { 'valid-for': '12h', 'all-organizations': 'true', verify: 'false' },
      {},
      {
        result: { changed: true, pat: made(addWatermark('build', now + 12 * hour), { targetAccounts: null }) },
        calls: [
          'list active',
          sent('c00000000001', addWatermark('build', now + 12 * hour), true),
          'hand over new',
          renamed,
        ],
      },
    ],
    [
      'keeps a chosen end to the millisecond, and checks whether others take the name',
      { 'valid-to': '2026-11-01T00:00:00.005Z' },
      {},
      {
        result: { changed: true, pat: made(Date.UTC(2026, 10, 1, 0, 0, 0, 5)) },
        calls: [
          'list active',
          sent('c00000000001', Date.UTC(2026, 10, 1, 0, 0, 0, 5)),
          'verify',
          'hand over new',
          'list active',
          renamed,
        ],
      },
    ],
    [
      'checks the destinations and makes nothing in a dry run',
      { 'dry-run': 'true' },
      { stores: ['one'] },
      {
        result: {
          changed: false,
          plan: [{ organization: 'contoso', displayName: 'build', action: 'create', reason: 'there is no such PAT' }],
        },
        calls: ['list active', 'prepare one'],
      },
    ],
    [
      'makes nothing if a destination refuses',
      {},
      { stores: ['one'], answers: { prepare: new Failure('destination-denied', { what: 'Asking', why: 'no right' }) } },
      {
        result: 'destination-denied: Asking: no right. No PAT was made or changed.',
        calls: ['list active', 'prepare one'],
      },
    ],
    [
      'ignores a PAT of that name in another organization',
      {},
      { pats: [pat('foreign', 'build', { targetAccounts: [theirs] })] },
      {
        result: { changed: true, pat: made(inThirtyDays) },
        calls: [
          'list active',
          'organizationId',
          sent('c00000000001', inThirtyDays),
          'verify',
          'hand over new',
          renamed,
        ],
      },
    ],
  ])('%s', async (_what, change, scene, expected) => {
    expect(effectsOf(await play(create, { ...inputs, ...change }, scene))).toEqual(expected);
  });
});

describe('create, if the name is in use', () => {
  test.each<Row>([
    ['fails', {}, { pats: [build] }, refused('old')],
    [
      'fails if a rotation that did not finish may be in use',
      {},
      { pats: [left('left', 'g7.1', '0000000000a1')] },
      refused('left', unfinished),
    ],
    [
      'fails if the create of another run may be in use',
      {},
      { pats: [left('left', 'g8.1', 'c00000000001')] },
      refused('left', unfinished),
    ],
    [
      'fails if the run has no identity, so that its own leftovers are unknown',
      {},
      { pats: [left('left', 't0', 'c00000000001')], run: 'none' },
      refused('left', unfinished),
    ],
    [
      'fails if another run left a PAT beside one that this run left',
      {},
      { pats: [left('mine', 'g7.1', 'c00000000001'), left('left', 'g8.1', 'c00000000001')] },
      refused('left', unfinished),
    ],
    [
      'removes what an earlier attempt of the same create left, and goes on',
      {},
      { pats: [left('mine', 'g7.1', 'c00000000001')] },
      {
        result: { changed: true, pat: made(inThirtyDays) },
        calls: [
          'list active',
          'organizationId',
          sent('c00000000001', inThirtyDays),
          'verify',
          'hand over new',
          'get mine',
          'revoke mine',
          renamed,
        ],
      },
    ],
    [
      'rotates with if-exists: rotate, due or not',
      { 'if-exists': 'rotate', 'rotate-within': '1d' },
      { pats: [build] },
      {
        result: { changed: true, pat: made(inThirtyDays), previousAuthorizationId: 'old' },
        calls: [
          'list active',
          'organizationId',
          sent('000000000001', inThirtyDays),
          'verify',
          'hand over new',
          'revoke old',
          renamed,
        ],
      },
    ],
    [
      'makes the first one with if-exists: rotate and there is none',
      { 'if-exists': 'rotate' },
      {},
      {
        result: { changed: true, pat: made(inThirtyDays) },
        calls: ['list active', sent('c00000000001', inThirtyDays), 'verify', 'hand over new', renamed],
      },
    ],
    [
      'makes another PAT with if-exists: allow, without a watermark, and leaves all others alone',
      { 'if-exists': 'allow' },
      { pats: [build, left('mine', 'g7.1', 'c00000000001'), pat('ending', 'build~superseded')] },
      {
        result: { changed: true, pat: made(now + 30 * day) },
        calls: [
          'list active',
          'organizationId',
          sent('ad0be0000001', now + 30 * day),
          'verify',
          'hand over new',
          renamed,
        ],
      },
    ],
    [
      'makes it without a watermark with if-exists: allow and there is none',
      { 'if-exists': 'allow', 'valid-for': '12h' },
      {},
      {
        result: { changed: true, pat: made(now + 12 * hour) },
        calls: ['list active', sent('c00000000001', now + 12 * hour), 'verify', 'hand over new', renamed],
      },
    ],
    [
      'keeps the chosen end of another one to the millisecond',
      { 'if-exists': 'allow', 'valid-to': '2026-11-01T00:00:00.005Z' },
      { pats: [build] },
      {
        result: { changed: true, pat: made(Date.UTC(2026, 10, 1, 0, 0, 0, 5)) },
        calls: [
          'list active',
          'organizationId',
          sent('ad0be0000001', Date.UTC(2026, 10, 1, 0, 0, 0, 5)),
          'verify',
          'hand over new',
          renamed,
        ],
      },
    ],
  ])('%s', async (_what, change, scene, expected) => {
    expect(effectsOf(await play(create, { ...inputs, ...change }, scene))).toEqual(expected);
  });

  test('ids of organizations are compared without case', async () => {
    const pats = [pat('old', 'build', { targetAccounts: [ours.toUpperCase()] })];
    expect(effectsOf(await play(create, inputs, { pats }))).toEqual(refused('old'));
  });
});

test.each<[change: Inputs, pats: Pat[], sentence: string]>([
  [{ 'if-exists': 'allow' }, [build], 'An active PAT "build" exists (old), and if-exists is allow.'],
  [{ 'dry-run': 'true' }, [], 'Would create "build" (dry run).'],
])('says what it does: %j', async (change, pats, sentence) => {
  const { transcript } = await play(create, { ...inputs, ...change }, { pats });
  expect(transcript).toContain(`info: ${sentence}`);
});

test('a name that looks like that of an active PAT is refused, unless another PAT of the name is allowed', async () => {
  const scene = { pats: [pat('accent', 'cafe\u0301')] };
  const refused = await play(create, { ...inputs, 'display-name': 'caf\u00e9' }, scene);
  expect(refused.result).toMatch(
    /^pat-exists: Creating the PAT "caf\u00e9": the active PAT accent has a name that looks/u,
  );
  expect(refused.transcript).toEqual(['list active']);
  const allowed = await play(create, { ...inputs, 'display-name': 'caf\u00e9', 'if-exists': 'allow' }, scene);
  expect(allowed.result).toMatchObject({ changed: true, pat: { displayName: 'caf\u00e9' } });
});
