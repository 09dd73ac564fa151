import { describe, expect, test } from '@jest/globals';
import { Failure } from '../../../src/core/failure.ts';
import { rotate } from '../../../src/core/operations/rotate.ts';
import type { PlanEntry } from '../../../src/core/outcome.ts';
import type { Pat } from '../../../src/core/pat.ts';
import { formatInstant } from '../../../src/core/request/instant.ts';
import { addWatermark, stripWatermark } from '../../../src/core/rotation/watermark.ts';
import {
  day,
  type Effects,
  effectsOf,
  type Inputs,
  minute,
  now,
  ours,
  type PlanLine,
  type Played,
  pat,
  play,
  renamed,
  type Scene,
  theirs,
} from '../fake-ports.ts';

const build = pat('old', 'build');
const ofOtherOrganization = pat('old', 'build', { targetAccounts: [theirs] });
const ending = pat('ending', 'build~superseded');
const inThirtyDays = addWatermark('build', now + 30 * day);

function made(change: Partial<Pat> = {}): Pat {
  return { ...pat('new', 'build', { validFrom: now, validTo: inThirtyDays }), ...change };
}

function sent(nonce: string, validTo = inThirtyDays, scope = 'vso.code'): string {
  return `create build~pending-g7.2-${nonce} (${scope} until ${formatInstant(validTo)})`;
}

const succeeded = (id: string): string[] => [sent('000000000001'), 'verify', 'hand over new', `revoke ${id}`, renamed];

function rotated(calls: readonly string[], previousAuthorizationId = 'old', change: Partial<Pat> = {}): Effects {
  return { result: { changed: true, pat: made(change), previousAuthorizationId }, calls };
}

function planned(action: PlanEntry['action'], reason: string): PlanLine {
  return { organization: 'contoso', displayName: 'build', action, reason, validTo: build.validTo };
}

function missing(selector: string, kind: string, calls: readonly string[]): Effects {
  const result = `pat-not-found: Selecting the PAT ${selector}: the user of this refresh token has no active PAT of this ${kind} in contoso. The operation list shows which PATs exist; names are case-sensitive.`;
  return { result, calls: [...calls, 'list expired'] };
}

/** What becomes of a successor that turned out to be in another organization than the PAT it was made for. */
const strange = ['list active', sent('000000000001'), 'revoke new'];
const notFoundText =
  'Selecting the PAT "build": PAT old of this name belongs to another organization of the same user. Check organization and display-name; the operation list shows which PATs exist.';

const none: PlanLine = {
  organization: 'contoso',
  displayName: 'build',
  action: 'none',
  reason: 'there is no such PAT',
};

const byName: Inputs = { operation: 'rotate', 'display-name': 'build' };
const byId: Inputs = { operation: 'rotate', 'authorization-id': ours };
const denied = new Failure('destination-denied', { what: 'Asking', why: 'no right' });

type Row = [what: string, inputs: Inputs, scene: Scene, expected: Effects];

async function check(inputs: Inputs, scene: Scene, expected: Effects): Promise<void> {
  expect(effectsOf(await play(rotate, inputs, scene))).toEqual(expected);
}

describe('rotate by name', () => {
  test.each<Row>([
    [
      'checks every destination, makes the successor, stores it, and only then revokes the old PAT',
      {},
      { pats: [build], stores: ['one'] },
      rotated([
        'list active',
        'prepare one',
        sent('000000000001'),
        'verify',
        'write one: value of new (Azure DevOps PAT build)',
        'hand over new',
        'get old',
        'revoke old',
        renamed,
      ]),
    ],
    [
      'follows the inputs: scopes, lifetime, end of the old PAT, no verification',
      { scopes: 'vso.wiki', 'valid-for': '7d', 'previous-token': 'keep', verify: 'false' },
      { pats: [build] },
      rotated(
        [
          'list active',
          sent('000000000001', addWatermark('build', now + 7 * day), 'vso.wiki'),
          'hand over new',
          `update old {"displayName":"build~superseded","validTo":${addWatermark('build', build.validTo)}}`,
          renamed,
        ],
        'old',
        { scope: 'vso.wiki', validTo: addWatermark('build', now + 7 * day) },
      ),
    ],
    [
      'rotates a PAT that ends within rotate-within',
      { 'rotate-within': '20d' },
      { pats: [build] },
      rotated(['list active', ...succeeded('old')]),
    ],
    [
      'leaves a PAT alone that is not due, after it has checked that the PAT belongs to the organization',
      { 'rotate-within': '19d' },
      { pats: [build], stores: ['one'] },
      {
        result: { changed: false, pat: build, plan: [planned('none', 'valid for another 20 d')] },
        calls: ['list active', 'organizationId', 'inspect one'],
      },
    ],
    [
      'finds no PAT if the one that is not due belongs to another organization',
      { 'rotate-within': '19d', 'if-missing': 'ignore' },
      { pats: [ofOtherOrganization] },
      {
        result: { changed: false, plan: [none] },
        calls: ['list active', 'organizationId'],
      },
    ],
    [
      'in a dry run checks the destinations and says what it would do',
      { 'dry-run': 'true' },
      { pats: [build], stores: ['one'], readWhenQueued: ['one'] },
      {
        result: { changed: false, pat: build, plan: [planned('rotate', 'asked for')] },
        calls: ['list active', 'organizationId', 'prepare one'],
      },
    ],
    [
      'refuses to choose between namesakes',
      {},
      { pats: [build, pat('namesake', 'build')] },
      {
        result:
          'pat-ambiguous: Selecting the PAT "build": 2 active PATs have this name: old, namesake. Give authorization-id instead of display-name, or revoke the one that is not needed. old was made 2026-09-21T00:00:00Z; namesake was made 2026-09-21T00:00:00Z.',
        calls: ['list active', 'organizationId'],
      },
    ],
    [
      'changes nothing if a destination refuses, whatever if-missing says',
      { 'if-missing': 'ignore' },
      { pats: [build], stores: ['one'], answers: { prepare: denied } },
      {
        result: 'destination-denied: Asking: no right. No PAT was made or changed.',
        calls: ['list active', 'prepare one'],
      },
    ],
  ])('%s', async (_what, inputs, scene, expected) => {
    await check({ ...byName, ...inputs }, scene, expected);
  });
});

describe('rotate, if there is no such PAT', () => {
  test.each<Row>([
    ['fails', {}, {}, missing('"build"', 'name', ['list active'])],
    [
      'does nothing with if-missing: ignore',
      { 'if-missing': 'ignore' },
      { pats: [ending] },
      {
        result: { changed: false, plan: [none] },
        calls: ['list active'],
      },
    ],
    [
      'in a dry run would make one beside that of another organization',
      { 'if-missing': 'create', scopes: 'vso.code', 'dry-run': 'true' },
      { pats: [ofOtherOrganization] },
      {
        result: { changed: false, plan: [{ ...none, action: 'create' }] },
        calls: ['list active', 'organizationId'],
      },
    ],
    [
      'makes the first PAT with if-missing: create, and removes what an earlier rotation left',
      { 'if-missing': 'create', scopes: 'vso.code' },
      { pats: [ending] },
      {
        result: { changed: true, pat: made() },
        calls: ['list active', sent('c00000000001'), 'verify', 'hand over new', 'get ending', 'revoke ending', renamed],
      },
    ],
    [
      'gives the first PAT a watermark whatever if-exists says, which is for create',
      { 'if-missing': 'create', scopes: 'vso.code', 'if-exists': 'allow' },
      {},
      {
        result: { changed: true, pat: made() },
        calls: ['list active', sent('c00000000001'), 'verify', 'hand over new', renamed],
      },
    ],
    [
      'fails if the only PAT belongs to another organization, and removes the successor',
      {},
      { pats: [ofOtherOrganization] },
      { result: `pat-not-found: ${notFoundText}`, calls: strange },
    ],
    [
      'with if-missing: ignore treats a PAT of another organization as missing',
      { 'if-missing': 'ignore' },
      { pats: [ofOtherOrganization] },
      {
        result: { changed: false, plan: [none] },
        calls: strange,
      },
    ],
    [
      'with if-missing: create makes the first PAT beside one of another organization',
      { 'if-missing': 'create', scopes: 'vso.code' },
      { pats: [ofOtherOrganization] },
      {
        result: { changed: true, pat: made({ authorizationId: 'new-2' }) },
        calls: [...strange, sent('c00000000002'), 'verify', 'hand over new-2', 'update new-2 {"displayName":"build"}'],
      },
    ],
  ])('%s', async (_what, inputs, scene, expected) => {
    await check({ ...byName, ...inputs }, scene, expected);
  });
});

describe('rotate by id', () => {
  const chosen = { ...build, authorizationId: ours };

  test.each<Row>([
    [
      'rotates only that PAT if others have its name, and gives the successor no watermark',
      {},
      { pats: [pat('namesake', 'build'), chosen, ending] },
      rotated(
        [
          'list active',
          sent('ad0be0000001', stripWatermark(inThirtyDays)),
          'verify',
          'hand over new',
          `revoke ${ours}`,
          renamed,
        ],
        ours,
        { validTo: stripWatermark(inThirtyDays) },
      ),
    ],
    [
      'leaves a PAT alone that is not due',
      { 'rotate-within': '19d' },
      { pats: [chosen] },
      {
        result: { changed: false, pat: chosen, plan: [planned('none', 'valid for another 20 d')] },
        calls: ['list active', 'organizationId'],
      },
    ],
    [
      'finds no PAT if the one that is not due belongs to another organization',
      { 'rotate-within': '19d' },
      { pats: [{ ...ofOtherOrganization, authorizationId: ours }] },
      missing(ours, 'id', ['list active', 'organizationId']),
    ],
    [
      'finds no PAT in a dry run if it belongs to another organization',
      { 'dry-run': 'true' },
      { pats: [{ ...ofOtherOrganization, authorizationId: ours }] },
      missing(ours, 'id', ['list active', 'organizationId']),
    ],
    [
      'does not ask for the organization if the PAT works in all of them',
      { 'rotate-within': '19d' },
      { pats: [{ ...chosen, targetAccounts: null }] },
      {
        result: {
          changed: false,
          pat: { ...chosen, targetAccounts: null },
          plan: [planned('none', 'valid for another 20 d')],
        },
        calls: ['list active'],
      },
    ],
    ['fails if it is unknown', {}, { pats: [build] }, missing(ours, 'id', ['list active'])],
    [
      'fails if an unreadable entry of the list has the id',
      { 'if-missing': 'ignore' },
      { pats: [build], unreadable: [{ authorizationId: ours, displayName: 'build', why: 'it has no end' }] },
      {
        result: `unexpected-response: Selecting the PAT ${ours}: the list holds an unreadable entry that could be this PAT (it has no end). Run again. If this keeps happening, please report it.`,
        calls: ['list active'],
      },
    ],
    [
      'does nothing if the id is unknown and if-missing is ignore',
      { 'if-missing': 'ignore' },
      { pats: [build] },
      {
        result: { changed: false, plan: [] },
        calls: ['list active'],
      },
    ],
  ])('%s', async (_what, inputs, scene, expected) => {
    await check({ ...byId, ...inputs }, scene, expected);
  });
});

describe('rotate by id, in a list that does not tell all', () => {
  const chosen = { ...build, authorizationId: ours };
  const unknown = pat('unknown', 'wiki', { targetAccounts: undefined });

  test('asks where that PAT works, and no other', async () => {
    const { result, transcript } = await play(rotate, byId, {
      pats: [unknown, { ...chosen, targetAccounts: undefined }],
      answers: { [`get ${chosen.authorizationId}`]: () => chosen },
    });
    expect(result).toMatchObject({ changed: true, previousAuthorizationId: chosen.authorizationId });
    expect(transcript.filter((call) => call.startsWith('get'))).toEqual([`get ${chosen.authorizationId}`]);
  });

  test.each<[what: string, second: Pat, count: number]>([
    ['the PAT itself', chosen, 2],
    ['another one', unknown, 2],
  ])('reads two of several pages if the second reading adds %s', async (_what, second, count) => {
    const readings = [[], [second], [chosen, second]].map((pats) => () => ({ pats, pages: 2, unreadable: [] }));
    const scene = { answers: { 'list active': readings } };
    const { transcript } = await play(rotate, { ...byId, 'if-missing': 'ignore', 'rotate-within': '1d' }, scene);
    expect(transcript.filter((call) => call === 'list active')).toHaveLength(count);
  });

  test('concludes nothing from an entry without a name, unless the PAT was found', async () => {
    const unreadable = [{ authorizationId: undefined, displayName: undefined, why: 'no name' }];
    expect((await play(rotate, byId, { pats: [build], unreadable })).result).toMatch(/^unexpected-response: /u);
    expect((await play(rotate, byId, { pats: [chosen], unreadable })).result).toMatchObject({ changed: true });
  });
});

test('a PAT that has expired cannot be rotated, and the advice says how to get another one', async () => {
  const gone = pat('gone', 'build', { validTo: now - day });
  const answers = { 'list expired': () => ({ pats: [gone], pages: 1, unreadable: [] }) };
  const { result } = await play(rotate, byName, { answers });
  expect(result).toMatch(/^pat-not-found: .*PAT gone .*expired on 2026-09-30.*if-missing: create/u);
});

describe('a PAT that is unknown only after its successor was made is not missing', () => {
  const gone = new Failure('pat-not-found', { what: 'Changing PAT new', why: 'the user has no such PAT' });
  const answers = { 'update new': gone };

  test.each<Inputs>([{ 'if-missing': 'ignore' }, { 'if-missing': 'create', scopes: 'vso.code' }])(
    'after it was stored: %j',
    async (inputs) => {
      const { result, transcript } = await play(rotate, { ...byName, ...inputs }, { pats: [build], answers });
      expect(result).toMatch(/^pat-not-found: .*The new PAT new works and was handed over\./u);
      expect(transcript.filter((line) => line.startsWith('create'))).toHaveLength(1);
    },
  );

  test('if the successor in the wrong organization could not be revoked', async () => {
    const refused = new Failure('forbidden', { what: 'Revoking', why: 'refused' });
    const scene = { pats: [ofOtherOrganization], answers: { 'revoke new': refused } };
    const { result } = await play(rotate, { ...byName, 'if-missing': 'ignore' }, scene);
    expect(result).toMatch(/^pat-not-found: .*The new PAT new could not be revoked \(refused\)/u);
  });

  test('unless that successor was revoked, even if its create may have made a second one', async () => {
    const unchanged = (): unknown => ({ pats: [ofOtherOrganization], pages: 1, unreadable: [] });
    const scene = { createsTwo: true, answers: { 'list active': unchanged } };
    const { result, transcript } = await play(rotate, { ...byName, 'if-missing': 'ignore' }, scene);
    expect(result).toMatchObject({ changed: false });
    expect(transcript).toContain('revoke new');
  });
});

test.each<[change: Inputs, pats: Pat[], sentence: string]>([
  [{}, [build], 'Rotating "build" (old): this run asks for it.'],
  [{ 'rotate-within': '20d' }, [build], 'Rotating "build" (old): it expires in 20 d.'],
  [{ 'rotate-within': '19d' }, [build], '"build" (old) is not due: it is valid for another 20 d.'],
  [{ 'dry-run': 'true' }, [build], 'Would rotate "build" (old): this run asks for it (dry run).'],
  [{ 'if-missing': 'ignore' }, [], 'There is no such active PAT (build); nothing to do, as if-missing is ignore.'],
  [{ 'if-missing': 'ignore' }, [ofOtherOrganization], notFoundText],
  [{ 'if-missing': 'create', scopes: 'vso.code' }, [], 'There is no active PAT "build", and if-missing is create.'],
])('says what it does: %j', async (change, pats, sentence) => {
  const { transcript } = await play(rotate, { ...byName, ...change }, { pats });
  expect(transcript).toContain(`info: ${sentence}`);
});

describe('workflow runs that are queued already', () => {
  const refused = new Failure('network', { what: 'Asking', why: 'no answer' });
  const notice =
    'notice: The old PAT of "build" is revoked. A run that was already queued may still get an old value, and is then refused. With previous-token: 24h, an old value stays valid for another day.';

  test.each<[what: string, readWhenQueued: string[], previous: string, reported: string[]]>([
    ['are told of once the old PAT is revoked', ['two'], 'revoke', [notice]],
    ['go on with an old PAT that ends by itself', ['two'], '24h', []],
    ['go on with an old PAT that is kept', ['two'], 'keep', []],
    ['read the new one from destinations that are read late', [], 'revoke', []],
  ])('%s', async (_what, readWhenQueued, previous, reported) => {
    const scene = { pats: [build], stores: ['one', 'two'], readWhenQueued };
    const { transcript } = await play(rotate, { ...byName, 'previous-token': previous }, scene);
    expect(transcript.filter((line) => line.startsWith('notice'))).toEqual(reported);
    if (reported.length > 0) expect(transcript.slice(-1)).toEqual(reported);
    const failed = { ...scene, answers: { verify: new Failure('forbidden', { what: 'Verifying', why: 'refused' }) } };
    const { transcript: instead } = await play(rotate, { ...byName, 'previous-token': previous }, failed);
    expect(instead.filter((line) => line.startsWith('notice'))).toEqual([]);
  });

  test.each<[what: string, pats: Pat[], answers: Record<string, unknown>, reported: string[]]>([
    ['was renamed meanwhile', [build], { 'get old': () => pat('old', 'deploy') }, []],
    ['was not found when it was read again', [build], { 'get old': () => undefined }, []],
    ['may belong to another run', [pat('old', 'build~pending-g8.1-00000000000a', { validFrom: now - minute })], {}, []],
    ['could not be revoked', [build], { 'revoke old': refused }, []],
    // Perhaps this run revoked it, and the first answer was lost.
    ['is gone when this run revokes it', [build], { 'revoke old': () => 'already-gone' }, [notice]],
    ['was revoked, but the rotation failed afterwards', [build], { 'update new': refused }, [notice]],
  ])('are told of only if the old PAT is revoked: it %s', async (_what, pats, answers, reported) => {
    const scene = { pats, stores: ['two'], readWhenQueued: ['two'], answers };
    const { transcript } = await play(rotate, byName, scene);
    expect(transcript.filter((line) => line.startsWith('notice: The old PAT of'))).toEqual(reported);
  });
});

describe('the first PAT, with if-missing: create', () => {
  const first: Inputs = { ...byName, 'if-missing': 'create', scopes: 'vso.code' };

  test('is refused if its name looks like that of an active PAT', async () => {
    const pats = [pat('accent', 'cafe\u0301')];
    const { result, transcript } = await play(rotate, { ...first, 'display-name': 'caf\u00e9' }, { pats });
    expect(result).toMatch(/^pat-exists: .*the active PAT accent has a name that looks the same/u);
    expect(transcript).toEqual(['list active']);
  });

  test('warns if rotate-within makes it due at once', async () => {
    const { transcript } = await play(rotate, { ...first, 'valid-for': '1d', 'rotate-within': '2d' });
    expect(transcript.at(-1)).toMatch(/^warning: .* within rotate-within \(2 d\): every run will rotate it/u);
  });
});

describe('a list of several pages', () => {
  /** Each reading shows other PATs. */
  const read = (inputs: Inputs, readings: readonly (readonly Pat[])[]): Promise<Played> =>
    play(rotate, inputs, {
      answers: { 'list active': readings.map((pats) => () => ({ pats, pages: 2, unreadable: [] })) },
    });
  const ignored: Inputs = { ...byName, 'if-missing': 'ignore' };

  test.each<[what: string, second: Pat, count: number]>([
    ['of another name', pat('wiki', 'wiki'), 2],
    ['that seems to be of the name', pat('similar', 'build~pending-2026'), 3],
  ])('is read until a reading shows no new PAT of the name: a PAT %s', async (_what, second, count) => {
    const { transcript } = await read(ignored, [[], [second], [second]]);
    expect(transcript.filter((call) => call === 'list active')).toHaveLength(count);
  });

  test('finds no PAT of another organization, even if it is the only one in the list', async () => {
    const { transcript } = await read(ignored, [[ofOtherOrganization], [ofOtherOrganization]]);
    expect(transcript).toContain('organizationId');
    expect(transcript.at(-1)).toMatch(/nothing to do, as if-missing is ignore/u);
  });
});
