import { describe, expect, test } from '@jest/globals';
import { Failure } from '../../../src/core/failure.ts';
import { create } from '../../../src/core/operations/create.ts';
import type { Pat } from '../../../src/core/pat.ts';
import { formatInstant } from '../../../src/core/request/instant.ts';
import { addWatermark } from '../../../src/core/rotation/watermark.ts';
import {
  day,
  hour,
  type Inputs,
  minute,
  named,
  now,
  ours,
  type Played,
  pat,
  pending,
  play,
  type Scene,
  theirs,
  verified,
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

function refused(id: string, state = ''): Played {
  return {
    result: `pat-exists: Creating the PAT "build": an active PAT of this name exists in contoso: ${id}${state}. ${hint}`,
    transcript: ['list active', 'organizationId'],
  };
}

const unfinished = ', pending from a run that has not finished';

type Row = [what: string, inputs: Inputs, scene: Scene, expected: Played];

const inputs: Inputs = { operation: 'create', 'display-name': 'build', scopes: 'vso.code' };

describe('create', () => {
  test.each<Row>([
    [
      'makes a PAT that lives 30 days, checks every destination first, and stores it in each',
      {},
      { pats: [pat('wiki', 'wiki')], stores: ['one', 'two'] },
      {
        result: { changed: true, pat: made(inThirtyDays) },
        transcript: [
          'list active',
          'prepare one',
          'prepare two',
          sent('c00000000001', inThirtyDays),
          pending,
          ...verified,
          'write one: value of new (Azure DevOps PAT build)',
          'info: Stored the new PAT of "build" in one.',
          'write two: value of new (Azure DevOps PAT build)',
          'info: Stored the new PAT of "build" in two.',
          'hand over new',
          ...named,
        ],
      },
    ],
    [
      'follows the inputs: lifetime, all organizations, no verification',
      { 'valid-for': '12h', 'all-organizations': 'true', verify: 'false' },
      {},
      {
        result: { changed: true, pat: made(addWatermark('build', now + 12 * hour), { targetAccounts: null }) },
        transcript: [
          'list active',
          sent('c00000000001', addWatermark('build', now + 12 * hour), true),
          pending,
          'hand over new',
          ...named,
        ],
      },
    ],
    [
      'keeps a chosen end to the millisecond, and checks whether others take the name',
      { 'valid-to': '2026-11-01T00:00:00.005Z' },
      {},
      {
        result: { changed: true, pat: made(Date.UTC(2026, 10, 1, 0, 0, 0, 5)) },
        transcript: [
          'list active',
          sent('c00000000001', Date.UTC(2026, 10, 1, 0, 0, 0, 5)),
          pending,
          ...verified,
          'hand over new',
          'list active',
          ...named,
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
        transcript: ['list active', 'prepare one', 'info: Would create "build" (dry run).'],
      },
    ],
    [
      'makes nothing if a destination refuses',
      {},
      { stores: ['one'], answers: { prepare: new Failure('destination-denied', { what: 'Asking', why: 'no right' }) } },
      {
        result: 'destination-denied: Asking: no right. No PAT was made or changed.',
        transcript: ['list active', 'prepare one'],
      },
    ],
    [
      'ignores a PAT of that name in another organization',
      {},
      { pats: [pat('foreign', 'build', { targetAccounts: [theirs] })] },
      {
        result: { changed: true, pat: made(inThirtyDays) },
        transcript: [
          'list active',
          'organizationId',
          sent('c00000000001', inThirtyDays),
          pending,
          ...verified,
          'hand over new',
          ...named,
        ],
      },
    ],
  ])('%s', async (_what, change, scene, expected) => {
    expect(await play(create, { ...inputs, ...change }, scene)).toEqual(expected);
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
        transcript: [
          'list active',
          'organizationId',
          sent('c00000000001', inThirtyDays),
          pending,
          ...verified,
          'hand over new',
          'get mine',
          'revoke mine',
          'info: Revoked PAT mine (build~pending-g7.1-c00000000001), left by an earlier run.',
          ...named,
        ],
      },
    ],
    [
      'rotates with if-exists: rotate, due or not',
      { 'if-exists': 'rotate', 'rotate-within': '1d' },
      { pats: [build] },
      {
        result: { changed: true, pat: made(inThirtyDays), previousAuthorizationId: 'old' },
        transcript: [
          'list active',
          'organizationId',
          'info: Rotating "build" (old): asked for.',
          sent('000000000001', inThirtyDays),
          pending,
          ...verified,
          'hand over new',
          'revoke old',
          'info: Revoked the old PAT old of "build".',
          ...named,
        ],
      },
    ],
    [
      'makes the first one with if-exists: rotate and there is none',
      { 'if-exists': 'rotate' },
      {},
      {
        result: { changed: true, pat: made(inThirtyDays) },
        transcript: [
          'list active',
          sent('c00000000001', inThirtyDays),
          pending,
          ...verified,
          'hand over new',
          ...named,
        ],
      },
    ],
    [
      'makes another PAT with if-exists: allow, without a watermark, and leaves all others alone',
      { 'if-exists': 'allow' },
      { pats: [build, left('mine', 'g7.1', 'c00000000001'), pat('ending', 'build~superseded')] },
      {
        result: { changed: true, pat: made(now + 30 * day) },
        transcript: [
          'list active',
          'organizationId',
          'info: An active PAT "build" exists (old); making another one, as asked.',
          sent('ad0be0000001', now + 30 * day),
          pending,
          ...verified,
          'hand over new',
          ...named,
        ],
      },
    ],
    [
      'makes it without a watermark with if-exists: allow and there is none',
      { 'if-exists': 'allow', 'valid-for': '12h' },
      {},
      {
        result: { changed: true, pat: made(now + 12 * hour) },
        transcript: [
          'list active',
          sent('c00000000001', now + 12 * hour),
          pending,
          ...verified,
          'hand over new',
          ...named,
        ],
      },
    ],
    [
      'keeps the chosen end of another one to the millisecond',
      { 'if-exists': 'allow', 'valid-to': '2026-11-01T00:00:00.005Z' },
      { pats: [build] },
      {
        result: { changed: true, pat: made(Date.UTC(2026, 10, 1, 0, 0, 0, 5)) },
        transcript: [
          'list active',
          'organizationId',
          'info: An active PAT "build" exists (old); making another one, as asked.',
          sent('ad0be0000001', Date.UTC(2026, 10, 1, 0, 0, 0, 5)),
          pending,
          ...verified,
          'hand over new',
          ...named,
        ],
      },
    ],
  ])('%s', async (_what, change, scene, expected) => {
    expect(await play(create, { ...inputs, ...change }, scene)).toEqual(expected);
  });

  test('ids of organizations are compared without case', async () => {
    const pats = [pat('old', 'build', { targetAccounts: [ours.toUpperCase()] })];
    expect(await play(create, inputs, { pats })).toEqual(refused('old'));
  });
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
