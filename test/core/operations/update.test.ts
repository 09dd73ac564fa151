import { describe, expect, test } from '@jest/globals';
import { Failure } from '../../../src/core/failure.ts';
import { update } from '../../../src/core/operations/update.ts';
import type { Pat } from '../../../src/core/pat.ts';
import {
  day,
  type Inputs,
  now,
  ours,
  type PlanLine,
  type Played,
  pat,
  play,
  type Scene,
  second,
  theirs,
} from '../fake-ports.ts';

const build = pat('old', 'build', { scope: 'vso.code vso.build' });
const end = build.validTo;

/** How the list, and the question for the organization, that a selection by name takes. */
const selected = ['list active', 'organizationId'];

function plan(action: 'update' | 'none', reason: string): PlanLine {
  return { organization: 'contoso', displayName: 'build', action, reason, validTo: end };
}

function changed(fields: string, change: Partial<Pat>, request: object, asked: readonly string[] = selected): Played {
  const after = { ...build, ...change };
  return {
    result: { changed: true, pat: after },
    transcript: [
      ...asked,
      `info: Updating "build" (old): the inputs change ${fields}.`,
      `update old ${JSON.stringify(request)}`,
      `info: Updated "${after.displayName}" (old).`,
    ],
  };
}

const unchanged: Played = {
  result: { changed: false, pat: build, plan: [plan('none', 'nothing to change')] },
  transcript: [...selected, 'info: "build" (old) already is as requested, so there is nothing to change.'],
};

/** An instant so many milliseconds after the end that the PAT has. */
function instant(after: number): string {
  return new Date(end + after).toISOString();
}

type Row = [what: string, inputs: Inputs, scene: Scene, expected: Played];

describe('update', () => {
  test.each<Row>([
    ['changes the scopes', { scopes: 'vso.code' }, {}, changed('scopes', { scope: 'vso.code' }, { scope: 'vso.code' })],
    ['leaves scopes that only come in another order', { scopes: 'vso.build vso.code' }, {}, unchanged],
    [
      'lengthens the life, counted from now',
      { 'valid-for': '30d' },
      {},
      changed('valid-to', { validTo: now + 30 * day }, { validTo: now + 30 * day }),
    ],
    [
      'sets an end',
      { 'valid-to': '2026-10-05' },
      {},
      changed('valid-to', { validTo: now + 4 * day }, { validTo: now + 4 * day }),
    ],
    ['leaves an end that is one second later', { 'valid-to': instant(second) }, {}, unchanged],
    ['leaves an end that is one second earlier', { 'valid-to': instant(-second) }, {}, unchanged],
    [
      'sets an end that is more than a second later',
      { 'valid-to': instant(second + 1) },
      {},
      changed('valid-to', { validTo: end + second + 1 }, { validTo: end + second + 1 }),
    ],
    [
      'sets an end that is more than a second earlier',
      { 'valid-to': instant(-second - 1) },
      {},
      changed('valid-to', { validTo: end - second - 1 }, { validTo: end - second - 1 }),
    ],
    [
      'makes it work in all organizations',
      { 'all-organizations': 'true' },
      {},
      changed('all-organizations', { targetAccounts: null }, { allOrganizations: true }),
    ],
    ['leaves it in its organization', { 'all-organizations': 'false' }, {}, unchanged],
    [
      'renames it, after it has looked for a namesake',
      { 'new-display-name': 'wiki' },
      {},
      changed('display-name', { displayName: 'wiki' }, { displayName: 'wiki' }, [...selected, 'list active']),
    ],
    ['leaves its name, without a look for namesakes', { 'new-display-name': 'build' }, {}, unchanged],
    [
      'changes several fields at once, in one request',
      { 'new-display-name': 'wiki', scopes: 'vso.wiki', 'valid-for': '1d', 'all-organizations': 'true' },
      {},
      changed(
        'display-name, scopes, valid-to and all-organizations',
        { displayName: 'wiki', scope: 'vso.wiki', validTo: now + day, targetAccounts: null },
        { displayName: 'wiki', scope: 'vso.wiki', validTo: now + day, allOrganizations: true },
        [...selected, 'list active'],
      ),
    ],
    [
      'sends nothing in a dry run',
      { scopes: 'vso.wiki', 'valid-for': '1d', 'dry-run': 'true' },
      {},
      {
        result: { changed: false, pat: build, plan: [plan('update', 'changes scopes and valid-to')] },
        transcript: [...selected, 'info: Would update "build" (old): the inputs change scopes and valid-to (dry run).'],
      },
    ],
    [
      'accepts an end that is a second earlier than requested',
      { 'valid-for': '30d' },
      { grants: { validTo: now + 30 * day - second } },
      changed('valid-to', { validTo: now + 30 * day - second }, { validTo: now + 30 * day }),
    ],
    [
      'warns if the service grants less',
      { 'valid-for': '30d' },
      { grants: { validTo: now + 30 * day - second - 1 } },
      {
        result: { changed: true, pat: { ...build, validTo: now + 30 * day - second - 1 } },
        transcript: [
          ...selected,
          'info: Updating "build" (old): the inputs change valid-to.',
          `update old {"validTo":${now + 30 * day}}`,
          'info: Updated "build" (old).',
          'warning: The service granted "build" (old) a life until 2026-10-30T23:59:58.999Z, earlier than the 2026-10-31T00:00:00Z that was asked for. A lifespan policy may limit it, and such a policy counts from the day the PAT was made.',
        ],
      },
    ],
    [
      'warns of what the answer does not show',
      { 'new-display-name': 'wiki', scopes: 'vso.wiki', 'valid-to': '2026-10-02', 'all-organizations': 'true' },
      { answers: { update: () => ({ pat: build }) } },
      {
        result: { changed: true, pat: build },
        transcript: [
          ...selected,
          'list active',
          'info: Updating "build" (old): the inputs change display-name, scopes, valid-to and all-organizations.',
          `update old {"displayName":"wiki","scope":"vso.wiki","validTo":${now + day},"allOrganizations":true}`,
          'info: Updated "build" (old).',
          'warning: The answer to the update of "build" (old) does not show what was asked for: name, scopes, an earlier end, organizations. The operation get shows what the PAT has.',
        ],
      },
    ],
    [
      'does not warn of what the answer leaves out',
      { scopes: 'vso.wiki', 'all-organizations': 'true' },
      { grants: { scope: ' ', targetAccounts: undefined } },
      changed(
        'scopes and all-organizations',
        { scope: ' ', targetAccounts: undefined },
        { scope: 'vso.wiki', allOrganizations: true },
      ),
    ],
    [
      'does not warn of the end if none was asked for',
      { scopes: 'vso.code' },
      { grants: { validTo: now + day } },
      changed('scopes', { scope: 'vso.code', validTo: now + day }, { scope: 'vso.code' }),
    ],
  ])('%s', async (_what, inputs, scene, expected) => {
    const all = { operation: 'update', 'display-name': 'build', ...inputs };
    expect(await play(update, all, { pats: [build], ...scene })).toEqual(expected);
  });

  test('by id requests that PAT alone', async () => {
    const chosen = pat(ours, 'build');
    const pats = [chosen, pat('namesake', 'build')];
    const inputs = { operation: 'update', 'authorization-id': ours, scopes: 'vso.wiki' };
    expect(await play(update, inputs, { pats })).toEqual({
      result: { changed: true, pat: { ...chosen, scope: 'vso.wiki' } },
      transcript: [
        `get ${ours}`,
        `info: Updating "build" (${ours}): the inputs change scopes.`,
        `update ${ours} {"scope":"vso.wiki"}`,
        `info: Updated "build" (${ours}).`,
      ],
    });
  });

  test.each<[what: string, validTo: number, expired: boolean]>([
    ['a PAT that ends this very moment is dead', now, true],
    ['one that has a millisecond left is not', now + 1, false],
  ])('%s', async (_what, validTo, expired) => {
    const pats = [pat(ours, 'build', { validTo })];
    const inputs = { operation: 'update', 'authorization-id': ours, scopes: 'vso.code' };
    const { result } = await play(update, inputs, { pats });
    const message = `pat-not-found: Updating the PAT ${ours}: it expired on 2026-10-01T00:00:00Z, and update changes only active PATs. Create a new one.`;
    expect(typeof result === 'string' ? result : result.changed).toBe(expired ? message : false);
  });

  test('a PAT that the list of active PATs shows is active, whatever the clock says', async () => {
    const pats = [pat(ours, 'build', { validTo: now })];
    const inputs = { operation: 'update', 'display-name': 'build', scopes: 'vso.code' };
    expect((await play(update, inputs, { pats })).result).toMatchObject({ changed: false });
  });
});

describe('update to a name that another PAT may have', () => {
  const inputs: Inputs = { operation: 'update', 'display-name': 'build', 'new-display-name': 'wiki' };
  const renamed = changed('display-name', { displayName: 'wiki' }, { displayName: 'wiki' }, [
    ...selected,
    'list active',
  ]);
  const refused = (id: string): Played => ({
    result: `pat-exists: Renaming the PAT old: an active PAT named "wiki" exists in contoso: ${id}. Choose another new-display-name, or revoke the one that has it.`,
    transcript: [...selected, 'list active'],
  });

  test.each<[what: string, other: Pat, expected: Played]>([
    ['is refused if one has it', pat('other', 'wiki'), refused('other')],
    ['is refused if one is about to have it', pat('other', 'wiki~pending-g8.1-0000000000a1'), refused('other')],
    ['is done if one that had it ends', pat('other', 'wiki~superseded'), renamed],
    ['is done if one of another organization has it', pat('other', 'wiki', { targetAccounts: [theirs] }), renamed],
  ])('%s', async (_what, other, expected) => {
    expect(await play(update, inputs, { pats: [build, other] })).toEqual(expected);
  });

  test('is refused if its rotation is unfinished, because no run would find its successor under the old name', async () => {
    const pats = [pat(ours, 'build'), pat(theirs, 'build~pending-g8.1-0000000000a1')];
    const byId = { operation: 'update', 'authorization-id': ours, 'new-display-name': 'wiki' };
    const { result, transcript } = await play(update, byId, { pats });
    expect(result).toMatch(new RegExp(`^pat-ambiguous: Renaming the PAT ${ours}: .*${theirs}.* Rotate it first`, 'u'));
    expect(transcript.filter((line) => line.startsWith('update '))).toEqual([]);
  });

  test('is done if the list is too late to show it', async () => {
    const byId = { operation: 'update', 'authorization-id': ours, 'new-display-name': 'wiki' };
    const answers = { 'list active': () => ({ pats: [], pages: 1, unreadable: [] }) };
    const { result } = await play(update, byId, { pats: [pat(ours, 'build')], answers });
    expect(result).toMatchObject({ changed: true, pat: { displayName: 'wiki' } });
  });

  test('a pending PAT may take the name that its rotation meant it to have', async () => {
    const pending = pat(ours, 'build~pending-g8.1-0000000000a1');
    const byId = { operation: 'update', 'authorization-id': ours, 'new-display-name': 'build' };
    expect(await play(update, byId, { pats: [pending] })).toEqual({
      result: { changed: true, pat: { ...pending, displayName: 'build' } },
      transcript: [
        `get ${ours}`,
        'list active',
        'organizationId',
        `info: Updating "${pending.displayName}" (${ours}): the inputs change display-name.`,
        `update ${ours} {"displayName":"build"}`,
        `info: Updated "build" (${ours}).`,
      ],
    });
  });
});

describe('a name that looks like another name', () => {
  const accent = pat('accent', 'cafe\u0301');
  const renaming = { operation: 'update', 'new-display-name': 'caf\u00e9' };

  test('is refused if another PAT has that name', async () => {
    const { result, transcript } = await play(
      update,
      { ...renaming, 'display-name': 'build' },
      { pats: [accent, build] },
    );
    expect(result).toMatch(/^pat-exists: Renaming the PAT old: the active PAT accent has a name that looks the same/u);
    expect(transcript).toEqual([...selected, 'list active']);
  });

  test('is accepted if the PAT itself has that name', async () => {
    const { result } = await play(
      update,
      { ...renaming, 'display-name': accent.displayName },
      { pats: [build, accent] },
    );
    expect(result).toMatchObject({ changed: true, pat: { authorizationId: 'accent', displayName: 'caf\u00e9' } });
  });
});

test('a new value that the change gives the PAT is stored, and the run fails if it cannot be', async () => {
  const inputs = { operation: 'update', 'display-name': 'build', scopes: 'vso.wiki' };
  const scene = { pats: [build], renewed: 'second', stores: ['one'] };
  const stored = await play(update, inputs, scene);
  expect(stored.transcript).toContain('write one: second (Azure DevOps PAT build)');
  expect(stored.result).not.toHaveProperty('failure');
  const denied = new Failure('destination-denied', { what: 'Writing', why: 'no right' });
  expect((await play(update, inputs, { ...scene, answers: { 'write one': denied } })).result).toMatchObject({
    changed: true,
    failure: expect.stringMatching(/^destination-denied: .*may be missing in: one/u),
  });
});
