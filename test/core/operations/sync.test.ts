import { describe, expect, test } from '@jest/globals';
import { Failure } from '../../../src/core/failure.ts';
import { sync } from '../../../src/core/operations/sync.ts';
import type { Pat } from '../../../src/core/pat.ts';
import type { Destination } from '../../../src/core/request/destination/destination.ts';
import { formatInstant } from '../../../src/core/request/instant.ts';
import type { ManifestToken } from '../../../src/core/request/manifest/manifest.ts';
import { addWatermark } from '../../../src/core/rotation/watermark.ts';
import { describeReason } from '../../../src/shell/plan-reason-text.ts';
import { day, endOfPat, FakePorts, type Inputs, now, ours, type Scene, stopped, theirs } from '../fake-ports.ts';

const month = 30 * day;

function secret(name: string): Destination {
  return { kind: 'github-secret', text: `github-secret:${name}`, owner: 'contoso', repository: 'app', name };
}

function vault(name: string): Destination {
  const host = 'contoso.vault.azure.net';
  return { kind: 'azure-key-vault', text: `azure-key-vault:contoso/${name}`, vault: 'contoso', host, name };
}

function tokenOf(displayName = 'build', change: Partial<ManifestToken> = {}): ManifestToken {
  return {
    organization: 'contoso',
    displayName,
    scope: 'vso.code',
    lifetime: { kind: 'for', milliseconds: month },
    allOrganizations: false,
    rotateWithin: 7 * day,
    previousToken: { kind: 'revoke' },
    verify: true,
    destinations: [secret(displayName)],
    ...change,
  };
}

/** A PAT of contoso that was made 20 days ago and ends in so many milliseconds. */
function patOf(displayName = 'build', left = 10 * day, change: Partial<Pat> = {}): Pat {
  return {
    authorizationId: `old-${displayName}`,
    displayName,
    scope: 'vso.code',
    targetAccounts: [ours],
    validFrom: now - 20 * day,
    validTo: endOfPat(displayName, now + left),
    ...change,
  };
}

const write = { 'github-token': 'g' };
const dry = { 'dry-run': 'true' };

async function play(
  manifest: readonly ManifestToken[],
  scene: Scene & { readonly list?: readonly Pat[] } = {},
  raw: Inputs = write,
) {
  const { list = [], ...rest } = scene;
  const fleet = new FakePorts({ pats: list, ...rest });
  const { changed, plan, failure } = await sync(fleet.fleet(manifest, raw));
  const lines = plan.map((entry) => {
    const { organization, displayName, action, reason, life } = entry;
    const end = life ? formatInstant(life.validTo) : 'none';
    const failed = entry.failure ? [`${entry.failure.code}: ${entry.failure.message}`] : [];
    return [organization, displayName, action, describeReason(reason), end, ...failed];
  });
  const { problems } = failure ?? {};
  return {
    fleet,
    calls: fleet.calls,
    changed,
    plan: lines,
    problems,
    failure: failure && [failure.code, failure.message],
  };
}

/** The instant as a plan shows it if the PAT has the watermark of its name. */
function endOf(name: string, life = month): string {
  return formatInstant(addWatermark(name, now + life));
}

const closed = new Failure('destination-denied', { what: 'Checking the destination', why: 'it is closed' });
const refused = new Failure('pat-policy-violation', { what: 'Changing', why: 'a policy forbids it', hint: 'Ask.' });
const report = 'Please report it with the debug log.';
const goesOn = 'The warnings in the log say why each one failed. The next run goes on from there.';

describe('what sync does with a token', () => {
  const until = (at: number): Partial<ManifestToken> => ({ lifetime: { kind: 'until', at: now + at } });
  const elsewhere = { targetAccounts: [theirs] };
  const twin = { validTo: addWatermark('build', now + 20 * day) };
  const both = { scope: 'vso.code vso.build', allOrganizations: true };

  test.each<[what: string, list: Pat[], action: string, reason: string, change?: Partial<ManifestToken>]>([
    ['no PAT', [], 'create', 'there is no such PAT'],
    ['a PAT of another name', [patOf('wiki')], 'create', 'there is no such PAT'],
    ['a PAT of another organization', [patOf('build', day, elsewhere)], 'create', 'there is no such PAT'],
    ['a PAT that is over by this clock, and active by the list', [patOf('build', -day)], 'rotate', 'expires in 0 s'],
    ['one that was rotated already', [patOf('build~superseded')], 'create', 'there is no such PAT'],
    ['a PAT that is good', [patOf()], 'none', 'valid for another 10 d'],
    ['one that is due', [patOf('build', day)], 'rotate', 'expires in 1 d'],
    ['one that is due just now', [patOf('build', 7 * day)], 'rotate', 'expires in 7 d'],
    ['one that is not due yet', [patOf('build', 7 * day + 1)], 'none', 'valid for another 7 d'],
    [
      'an unfinished rotation',
      [patOf(), patOf('build~pending-g1.1-00000000000a')],
      'rotate',
      'an earlier rotation has not finished',
    ],
    [
      'an unfinished create',
      [patOf('build~pending-g1.1-c00000000000')],
      'rotate',
      'an earlier rotation has not finished',
    ],
    ['twins', [patOf('build', 0, twin), patOf('build', 0, twin)], 'rotate', 'several rotations left PATs of this name'],
    ['other scopes', [patOf('build', 10 * day, { scope: 'vso.build' })], 'update', 'scopes drifted'],
    [
      'the same scopes in another order',
      [patOf('build', 10 * day, { scope: 'vso.code vso.build' })],
      'none',
      'valid for another 10 d',
      { scope: 'vso.build vso.code' },
    ],
    [
      'scopes that the service does not list',
      [patOf('build', 10 * day, { scope: '' })],
      'none',
      'valid for another 10 d',
    ],
    ['another reach', [patOf()], 'update', 'all-organizations drifted', { allOrganizations: true }],
    ['too far a reach', [patOf('build', 10 * day, { targetAccounts: null })], 'update', 'all-organizations drifted'],
    ['both of them', [patOf()], 'update', 'scopes and all-organizations drifted', both],
    ['both of them if it is due', [patOf('build', day)], 'rotate', 'expires in 1 d', both],
    ['the end that is wanted', [patOf('build', day)], 'none', 'valid for another 1 d', until(day)],
    ['an end rounded by a second', [patOf('build', day)], 'none', 'valid for another 1 d', until(day + 1000)],
    ['an end that is too early', [patOf('build', day)], 'rotate', 'expires in 1 d', until(day + 1001)],
    ['an end that is later', [patOf('build', 2 * day)], 'none', 'valid for another 2 d', until(day)],
  ])('%s', async (_what, list, action, reason, change = {}) => {
    const { plan, calls, changed, failure, fleet } = await play([tokenOf('build', change)], { list }, dry);
    const current = reason === 'there is no such PAT' ? undefined : list[0];
    const end = current ? formatInstant(current.validTo) : 'none';
    expect(plan).toEqual([['contoso', 'build', action, reason, end]]);
    expect([changed, failure]).toEqual([false, undefined]);
    expect(calls.filter((call) => !/^(contoso: (list active|organizationId)|open: )$/u.test(call))).toEqual([]);
    const counts = ['create', 'rotate', 'update', 'none'].map((name) => `${name === action ? 1 : 0} ${name}`);
    expect(fleet.toldAs('info')).toEqual([
      `contoso: the list has ${list.length} active PATs, and the manifest names 1.`,
      `Plan for 1 tokens: ${counts.join(', ')} (dry run).`,
    ]);
  });

  test.each<[left: number, at: number, warnings: string[]]>([
    [
      7 * day,
      7 * day,
      [
        '"build" in contoso ends in 7 d, at the "valid-to" of the manifest, and no rotation can change that. Set a new date, or remove it from the manifest.',
      ],
    ],
    [7 * day + 1, 7 * day + 1, []],
    [7 * day, 9 * day, []],
  ])('an end that no rotation can change is reported when it is near (%d of %d)', async (left, at, warnings) => {
    const token = tokenOf('build', { lifetime: { kind: 'until', at: now + at } });
    const { fleet } = await play([token], { list: [patOf('build', left)] }, dry);
    expect(fleet.toldAs('warning')).toEqual(warnings);
  });

  test('does not warn of a PAT with a lifetime that is not due', async () => {
    const { fleet } = await play([tokenOf()], { list: [patOf()] });
    expect(fleet.toldAs('warning')).toEqual([]);
  });

  test('two PATs of the name that no rotation left make the token fail, and the other tokens go on', async () => {
    const list = [patOf(), patOf('build', 10 * day, { authorizationId: 'other' }), patOf('wiki')];
    const { plan, changed, failure, fleet } = await play([tokenOf(), tokenOf('wiki')], { list });
    const message =
      'Selecting the PAT "build": 2 active PATs have this name: old-build, other. Give authorization-id instead of display-name, or revoke the one that is not needed. old-build was made 2026-09-11T00:00:00Z; other was made 2026-09-11T00:00:00Z.';
    expect(plan).toEqual([
      ['contoso', 'build', 'none', 'could not be planned', 'none', `pat-ambiguous: ${message}`],
      ['contoso', 'wiki', 'none', 'valid for another 10 d', '2026-10-11T00:00:00Z'],
    ]);
    expect(fleet.reported.slice(1)).toEqual([
      `warning: "build" in contoso: ${message}`,
      'info: Plan for 2 tokens: 0 create, 0 rotate, 0 update, 1 none, 1 failed.',
    ]);
    expect(changed).toBe(false);
    expect(failure).toEqual([
      'partial-failure',
      `Syncing the manifest: 1 of 2 tokens failed (pat-ambiguous). ${goesOn}`,
    ]);
  });

  test.each<[list: Pat[], what: string, action: string, reason: string, end: string]>([
    [[], 'Creating', 'create', 'there is no such PAT', 'none'],
    [[patOf('build', day)], 'Rotating', 'rotate', 'expires in 1 d', '2026-10-02T00:00:00Z'],
  ])('a token without a destination gets no new PAT: %#', async (list, what, action, reason, end) => {
    const { plan, calls } = await play([tokenOf('build', { destinations: [] })], { list });
    const why = 'it has no destination in the manifest, so the value of the new PAT would be lost';
    const message = `invalid-input: ${what} "build": ${why}. Give it destinations.`;
    expect(plan).toEqual([['contoso', 'build', action, reason, end, message]]);
    expect(calls.filter((call) => !call.endsWith(': organizationId'))).toEqual(['contoso: list active']);
  });

  test('a token without a destination can be changed', async () => {
    const token = tokenOf('build', { destinations: [], scope: 'vso.build' });
    const { changed, failure } = await play([token], { list: [patOf()] });
    expect([changed, failure]).toEqual([true, undefined]);
  });
});

describe('what sync sends', () => {
  test('a create checks the destinations before, and writes one line to the log', async () => {
    const { plan, calls, changed, failure, fleet } = await play([tokenOf()]);
    expect(calls).toEqual([
      'open: github-secret:build',
      'contoso: list active',
      'open: github-secret:build',
      'prepare github-secret:build',
      `contoso: create build~pending-g7.2-c00000000001 (vso.code until ${endOf('build')})`,
      'contoso: verify',
      'write github-secret:build: value of new (Azure DevOps PAT build)',
      'contoso: update new {"displayName":"build"}',
    ]);
    expect(plan).toEqual([['contoso', 'build', 'create', 'there is no such PAT', endOf('build')]]);
    expect([changed, failure]).toEqual([true, undefined]);
    expect(fleet.toldAs('info')).toEqual([
      'contoso: the list has 0 active PATs, and the manifest names 1.',
      'Plan for 1 tokens: 1 create, 0 rotate, 0 update, 0 none.',
      `1 of 1: created "build" in contoso, valid until ${endOf('build')}.`,
    ]);
    expect(fleet.toldAs('debug')).toEqual([
      'Created PAT new for "build", named "build~pending-g7.2-c00000000001" for now.',
      'Verified: the new PAT of "build" authenticates.',
      'Stored the new PAT of "build" in github-secret:build.',
      'PAT new is "build" now.',
    ]);
    expect([fleet.toldAs('notice'), fleet.toldAs('warning')]).toEqual([[], []]);
  });

  test('a create follows the manifest, removes what is left of its name, and looks for rivals', async () => {
    const settings = {
      scope: 'vso.build',
      allOrganizations: true,
      verify: false,
      destinations: [vault('a'), secret('b')],
    };
    const token = tokenOf('build', { ...settings, lifetime: { kind: 'until', at: now + 40 * day } });
    const { calls } = await play([token], { list: [patOf('build~superseded', day)] });
    expect(calls.slice(4)).toEqual([
      'prepare azure-key-vault:contoso/a',
      'prepare github-secret:b',
      'contoso: create build~pending-g7.2-c00000000001 (vso.build until 2026-11-10T00:00:00Z everywhere)',
      'write azure-key-vault:contoso/a: value of new (Azure DevOps PAT build)',
      'write github-secret:b: value of new (Azure DevOps PAT build)',
      'contoso: get old-build~superseded',
      'contoso: revoke old-build~superseded',
      'contoso: list active',
      'contoso: update new {"displayName":"build"}',
    ]);
  });

  test('a PAT whose value a destination lacks is rotated, and the log says why', async () => {
    const scene = { list: [patOf()], holds: { 'github-secret:build': { exists: false } } };
    const { fleet, plan } = await play([tokenOf()], scene);
    expect(plan[0]?.slice(2, 4)).toEqual(['rotate', expect.stringContaining('github-secret:build')]);
    expect(fleet.toldAs('info')).toContainEqual(
      expect.stringMatching(/^"build" \(old-build\) is due: .*github-secret:build/u),
    );
    expect(fleet.calls).toContain('contoso: revoke old-build');
  });

  test('a create is refused if its name looks like that of an active PAT', async () => {
    const { fleet, plan } = await play([tokenOf('caf\u00e9')], { list: [patOf('wiki'), patOf('cafe\u0301')] });
    expect(plan[0]?.at(-1)).toMatch(/^pat-exists: .*the active PAT old-cafe\u0301 has a name that looks the same/u);
    expect(fleet.calls.filter((call) => call.includes('create'))).toEqual([]);
  });

  test('a create warns if the service grants a life that is not longer than rotate-within', async () => {
    const { fleet } = await play([tokenOf()], { latestEnd: now + 5 * day });
    expect(fleet.toldAs('warning').at(-1)).toMatch(/within rotate-within \(7 d\): every run will rotate it/u);
  });

  test.each([
    ['that the service ended earlier', now + day, 1],
    ['that ends as the manifest says', Number.POSITIVE_INFINITY, 0],
  ])('a rotation warns that every run will rotate only a PAT %s', async (_what, latestEnd, count) => {
    const token = tokenOf('build', { lifetime: { kind: 'until', at: now + 3 * day } });
    const scene = { list: [patOf('build', 3 * day)], holds: { 'github-secret:build': { exists: false } }, latestEnd };
    const { fleet } = await play([token], scene);
    expect(fleet.calls).toContain('contoso: revoke old-build');
    expect(fleet.toldAs('warning').filter((line) => line.includes('every run will rotate it'))).toHaveLength(count);
  });

  test('a rotation retires the old PAT as the manifest says', async () => {
    const token = tokenOf('build', { scope: 'vso.build', previousToken: { kind: 'grace', milliseconds: 3_600_000 } });
    const { plan, calls, fleet } = await play([token], { list: [patOf('build', day)] });
    expect(calls.slice(4)).toEqual([
      'prepare github-secret:build',
      `contoso: create build~pending-g7.2-000000000001 (vso.build until ${endOf('build')})`,
      'contoso: verify',
      'write github-secret:build: value of new (Azure DevOps PAT build)',
      'contoso: get old-build',
      `contoso: update old-build {"displayName":"build~superseded","validTo":${addWatermark('build', now + 3_600_000)}}`,
      'contoso: update new {"displayName":"build"}',
    ]);
    expect(plan).toEqual([['contoso', 'build', 'rotate', 'expires in 1 d', endOf('build')]]);
    expect(fleet.toldAs('info').at(-1)).toBe(`1 of 1: rotated "build" in contoso, valid until ${endOf('build')}.`);
  });

  test.each<[pat: Partial<Pat>, change: Partial<ManifestToken>, sent: string]>([
    [{}, { scope: 'vso.build' }, '{"scope":"vso.build"}'],
    [{}, { allOrganizations: true }, '{"allOrganizations":true}'],
    [{ targetAccounts: null }, {}, '{"allOrganizations":false}'],
    [{}, { scope: 'vso.build', allOrganizations: true }, '{"scope":"vso.build","allOrganizations":true}'],
  ])('an update sends what differs, and writes to no destination: %#', async (pat, change, sent) => {
    const { calls, changed, fleet } = await play([tokenOf('build', change)], { list: [patOf('build', 10 * day, pat)] });
    expect(calls.filter((call) => !call.endsWith(': organizationId'))).toEqual([
      'open: github-secret:build',
      'contoso: list active',
      'open: github-secret:build',
      'inspect github-secret:build',
      `contoso: update old-build ${sent}`,
    ]);
    expect(changed).toBe(true);
    expect(fleet.toldAs('info').at(-1)).toBe('1 of 1: updated "build" in contoso, valid until 2026-10-11T00:00:00Z.');
  });

  test('a new value that an update gives the PAT is stored, and fails the token if it cannot be', async () => {
    const scene = { list: [patOf('build', 10 * day, { scope: 'vso.build' })], renewed: 'second' };
    const { calls, failure } = await play([tokenOf()], scene);
    expect(calls.slice(-3)).toEqual([
      'contoso: update old-build {"scope":"vso.code"}',
      'open: github-secret:build',
      'write github-secret:build: second (Azure DevOps PAT build)',
    ]);
    expect(failure).toBeUndefined();
    const unstored = await play([tokenOf()], { ...scene, answers: { write: closed } });
    expect(unstored.plan[0]?.at(-1)).toContain('destination-denied: ');
    expect(unstored.plan[0]?.at(-1)).toContain(
      'may be missing in: github-secret:build; what is there may no longer work',
    );
    const answers = { open: [undefined, undefined, closed] };
    const shut = await play([tokenOf()], { ...scene, answers });
    expect(shut.plan[0]?.at(-1)).toMatch(/^destination-denied: .*a new value, which is stored nowhere/u);
  });

  test('nothing is done if nothing differs', async () => {
    const { calls, changed, failure } = await play([tokenOf()], { list: [patOf()] });
    expect(calls).toEqual([
      'open: github-secret:build',
      'contoso: list active',
      'contoso: organizationId',
      'open: github-secret:build',
      'inspect github-secret:build',
    ]);
    expect([changed, failure]).toEqual([false, undefined]);
  });

  test('warnings and details of a step are reported at once', async () => {
    const noAnswer = new Failure('network', { what: 'Verifying', why: 'no answer', mayHaveActed: true });
    const { fleet } = await play([tokenOf('build', { lifetime: { kind: 'for', milliseconds: 5 * day } })], {
      list: [patOf('build', day, { targetAccounts: null })],
      answers: { 'contoso: verify': [noAnswer] },
    });
    expect(fleet.toldAs('debug')).toContain(
      'The new PAT does not authenticate yet (no answer); asking again in 500 ms',
    );
    expect(fleet.toldAs('warning')[0]).toMatch(/^The old PAT old-build of "build" was made for all organizations\./u);
  });

  test('a PAT that a create made twice is revoked before the run ends', async () => {
    const { calls, fleet } = await play([tokenOf()], { createsTwo: true });
    expect(calls.slice(-2)).toEqual(['contoso: list active', 'contoso: revoke new-twin']);
    expect(fleet.toldAs('info').at(-1)).toBe('Revoked PAT new-twin: it was made, but its value never arrived.');
  });
});

describe('one token can fail without the others', () => {
  const list = [patOf('one'), patOf('two', day), patOf('three')];
  const manifest = [tokenOf('one', { scope: 'vso.build' }), tokenOf('two'), tokenOf('three', { scope: 'vso.build' })];

  test('the steps of the token that failed are reported, and the others are done', async () => {
    const call = 'write github-secret:two: value of new (Azure DevOps PAT two)';
    const { plan, changed, failure, fleet } = await play(manifest, { list, answers: { [call]: closed } });
    expect(plan).toEqual([
      ['contoso', 'one', 'update', 'scopes drifted', '2026-10-11T00:00:00Z'],
      ['contoso', 'two', 'rotate', 'expires in 1 d', '2026-10-02T00:00:00Z', `destination-denied: ${closed.message}`],
      ['contoso', 'three', 'update', 'scopes drifted', '2026-10-11T00:00:00Z'],
    ]);
    expect(fleet.reported.filter((line) => !/^(debug|notice): /u.test(line)).slice(1)).toEqual([
      'info: Plan for 3 tokens: 0 create, 1 rotate, 2 update, 0 none.',
      'info: 1 of 3: updated "one" in contoso, valid until 2026-10-11T00:00:00Z.',
      'info: 2 of 3: "two" in contoso failed. Its log until then:',
      'info:   Created PAT new for "two", named "two~pending-g7.2-000000000001" for now.',
      'info:   Verified: the new PAT of "two" authenticates.',
      'info:   Revoked the new PAT new; nothing else was changed for "two".',
      `warning: "two" in contoso: ${closed.message}`,
      'info: 3 of 3: updated "three" in contoso, valid until 2026-10-11T00:00:00Z.',
    ]);
    expect(changed).toBe(true);
    expect(failure).toEqual([
      'partial-failure',
      `Syncing the manifest: 1 of 3 tokens failed (destination-denied) and 2 changed. ${goesOn}`,
    ]);
  });

  test('a token that fails after its new PAT was stored counts as changed', async () => {
    const two = tokenOf('two', { destinations: [secret('two'), secret('more')] });
    const problems = [{ input: 'token-destinations', text: 'it is closed' }];
    const answers = { 'write github-secret:more': closed.with({ problems }) };
    const { changed, failure, problems: found } = await play([two], { list, answers });
    expect(found).toEqual(problems);
    expect([changed, failure?.[1]]).toEqual([
      true,
      `Syncing the manifest: 1 of 1 tokens failed (destination-denied). ${goesOn}`,
    ]);
  });

  test('each code is reported once, and a defect is reported as a defect', async () => {
    const scopes = '{"scope":"vso.build"}';
    const answers = {
      [`contoso: update old-one ${scopes}`]: refused,
      'prepare github-secret:two': new TypeError('x'),
      [`contoso: update old-three ${scopes}`]: refused,
    };
    const { plan, changed, failure } = await play(manifest, { list, answers });
    const why = `an error that this version does not know (TypeError: x). ${report} No PAT of "two" was made or changed.`;
    expect(plan.map(([, name, , , , failed]) => [name, failed])).toEqual([
      ['one', 'pat-policy-violation: Changing: a policy forbids it. Ask.'],
      ['two', `unexpected-response: Checking github-secret:two: ${why}`],
      ['three', 'pat-policy-violation: Changing: a policy forbids it. Ask.'],
    ]);
    expect(changed).toBe(false);
    expect(failure).toEqual([
      'partial-failure',
      `Syncing the manifest: 3 of 3 tokens failed (pat-policy-violation, unexpected-response). ${goesOn}`,
    ]);
  });

  test('a change that the answer does not show is a warning', async () => {
    const unchanged = {
      'contoso: update old-one': () => ({ pat: list.find(({ displayName }) => displayName === 'one') }),
    };
    const { fleet } = await play(manifest.slice(0, 1), { list, answers: unchanged });
    expect(fleet.toldAs('warning')).toEqual([
      'The answer to the update of "one" (old-one) does not show what was asked for: scopes. The operation get shows what the PAT has.',
    ]);
  });

  test('a defect outside of the destinations names the token', async () => {
    const answers = { 'contoso: update old-one {"scope":"vso.build"}': new TypeError('x') };
    const { plan } = await play(manifest.slice(0, 1), { list, answers });
    const message = `Syncing "one": an error that this version does not know (TypeError: x). ${report}`;
    expect(plan[0]?.[5]).toBe(`unexpected-response: ${message}`);
  });

  test('if a destination cannot be opened, only the token that needs it fails', async () => {
    const answers = { 'open: github-secret:two': closed };
    const { plan, calls } = await play([...manifest].reverse().slice(1), { list, answers });
    expect(plan.map(([, name, action, , , failed]) => [name, action, failed])).toEqual([
      ['two', 'rotate', `destination-denied: ${closed.message}`],
      ['one', 'update', undefined],
    ]);
    expect(calls.filter((call) => call.includes('open'))).toEqual([
      'open: github-secret:two',
      'open: github-secret:two',
      'open: github-secret:one',
    ]);
  });

  test('tokens that a stopped run has not begun are left as they are, and this is reported once', async () => {
    const stopsDuring = 'contoso: update old-one {"scope":"vso.build"}';
    const { plan, calls, changed, failure, fleet } = await play(manifest, { list, stopsDuring });
    const message =
      'Syncing: the run was asked to stop before this token was begun. Run again; the next run goes on from there.';
    expect(plan.map(([, name, , , , failed]) => [name, failed])).toEqual([
      ['one', undefined],
      ['two', `timeout: ${message}`],
      ['three', `timeout: ${message}`],
    ]);
    expect(calls.at(-1)).toBe(stopsDuring);
    expect(fleet.toldAs('warning')).toEqual([`${message} Tokens left as they are: 2.`]);
    expect(changed).toBe(true);
    expect(failure?.[1]).toBe(`Syncing the manifest: 2 of 3 tokens failed (timeout) and 1 changed. ${goesOn}`);
  });
});

describe('a dry run', () => {
  const manifest = [
    tokenOf('one', { destinations: [vault('one'), secret('one')] }),
    tokenOf('two', { destinations: [secret('two'), vault('two')] }),
    tokenOf('three', { scope: 'vso.build' }),
  ];
  const list = [patOf('two', day), patOf('three')];
  const plans = [
    ['contoso', 'one', 'create', 'there is no such PAT', 'none'],
    ['contoso', 'two', 'rotate', 'expires in 1 d', '2026-10-02T00:00:00Z'],
    ['contoso', 'three', 'update', 'scopes drifted', '2026-10-11T00:00:00Z'],
  ];

  test.each<[raw: Inputs, calls: string[]]>([
    // Without the token that some of them need, none is looked at.
    [dry, []],
    [
      { ...dry, ...write },
      [
        'open: azure-key-vault:contoso/one, github-secret:one',
        'open: github-secret:two, azure-key-vault:contoso/two',
        'open: github-secret:three',
        'inspect github-secret:three',
        'prepare azure-key-vault:contoso/one',
        'prepare github-secret:one',
        'prepare github-secret:two',
        'prepare azure-key-vault:contoso/two',
      ],
    ],
  ])('checks the destinations that it can, and does nothing else: %#', async (raw, expected) => {
    const { plan, calls, changed, failure, fleet } = await play(manifest, { list }, raw);
    expect(plan).toEqual(plans);
    expect(calls.filter((call) => !call.startsWith('contoso: '))).toEqual(expected);
    expect(calls.filter((call) => call.startsWith('contoso: '))).toEqual([
      'contoso: list active',
      'contoso: organizationId',
    ]);
    expect([changed, failure]).toEqual([false, undefined]);
    expect(fleet.toldAs('info').slice(1)).toEqual([
      'Plan for 3 tokens: 1 create, 1 rotate, 1 update, 0 none (dry run).',
    ]);
  });

  test('a run that is not a dry run opens every destination, with or without github-token', async () => {
    const { calls } = await play(manifest, { list }, {});
    expect(calls.filter((call) => call.startsWith('open'))).toEqual([
      'open: azure-key-vault:contoso/one, github-secret:one',
      'open: azure-key-vault:contoso/one, github-secret:one',
      'open: github-secret:two, azure-key-vault:contoso/two',
      'open: github-secret:three',
    ]);
  });

  test('if a destination refuses, its token fails', async () => {
    const { plan, failure, fleet } = await play(
      manifest,
      { list, answers: { 'prepare azure-key-vault:contoso/one': closed } },
      { ...dry, ...write },
    );
    const message = `${closed.message} No PAT of "one" was made or changed.`;
    expect(plan).toEqual([[...(plans[0] ?? []), `destination-denied: ${message}`], ...plans.slice(1)]);
    expect(fleet.toldAs('warning')).toEqual([`"one" in contoso: ${message}`]);
    expect(failure?.[1]).toBe(`Syncing the manifest: 1 of 3 tokens failed (destination-denied). ${goesOn}`);
  });

  test('if the run is asked to stop, the tokens that were not examined fail', async () => {
    const { plan, calls } = await play(
      manifest,
      { list, stopsDuring: 'prepare azure-key-vault:contoso/one' },
      {
        ...dry,
        ...write,
      },
    );
    const failed = `timeout: ${stopped.message}`;
    expect(plan.map((entry) => entry[5])).toEqual([undefined, failed, failed]);
    expect(calls).not.toContain('prepare azure-key-vault:contoso/two');
  });
});

describe('queued runs that hold the old PAT', () => {
  const reported = (what: string): string[] => [
    `${what} revoked. A run that was already queued may still get an old value, and is then refused. With previous-token: 24h, an old value stays valid for another day.`,
  ];
  const onlyOne = reported('The old PAT of "one" is');
  const grace: Partial<ManifestToken> = { previousToken: { kind: 'grace', milliseconds: day } };
  const keep: Partial<ManifestToken> = { previousToken: { kind: 'keep' } };
  const due = [patOf('one', day), patOf('two', day), patOf('three', day)];

  test.each<[what: string, manifest: ManifestToken[], list: Pat[], notices: string[]]>([
    ['one rotation', [tokenOf('one')], due, onlyOne],
    ['two rotations', [tokenOf('one'), tokenOf('two')], due, reported('The old PATs of "one" and 1 more are')],
    [
      'three rotations',
      [tokenOf('one'), tokenOf('two'), tokenOf('three')],
      due,
      reported('The old PATs of "one" and 2 more are'),
    ],
    ['one destination of two', [tokenOf('one', { destinations: [vault('one'), secret('one')] })], due, onlyOne],
    ['the second one alone', [tokenOf('two', grace), tokenOf('one')], due, onlyOne],
    ['a destination that is read anew', [tokenOf('one', { destinations: [vault('one')] })], due, []],
    ['an old PAT that ends by itself', [tokenOf('one', grace)], due, []],
    ['an old PAT that stays', [tokenOf('one', keep)], due, []],
    ['a create', [tokenOf('one')], [], []],
    ['an update', [tokenOf('one', { scope: 'vso.build' })], [patOf('one')], []],
    ['nothing to do', [tokenOf('one')], [patOf('one')], []],
  ])('%s', async (_what, manifest, list, notices) => {
    const { fleet } = await play(manifest, { list });
    expect(fleet.toldAs('notice')).toEqual(notices);
    expect((await play(manifest, { list }, { ...dry, ...write })).fleet.toldAs('notice')).toEqual([]);
  });

  test('are reported after the rotation, and for a token that failed only if its old PAT was revoked', async () => {
    const { fleet } = await play([tokenOf('one')], { list: due });
    expect(fleet.reported.at(-2)).toMatch(/^info: 1 of 1: rotated "one"/u);
    expect(fleet.reported.at(-1)).toMatch(/^notice: The old PAT of "one" is revoked/u);
    const failed = await play([tokenOf('one')], { list: due, answers: { 'prepare github-secret:one': closed } });
    expect(failed.fleet.toldAs('notice')).toEqual([]);
    const late = await play([tokenOf('one')], { list: due, answers: { 'contoso: update new': closed } });
    expect(late.failure?.[0]).toBe('partial-failure');
    expect(late.fleet.toldAs('notice')).toEqual(onlyOne);
  });
});

describe('several organizations', () => {
  const fabrikam = { organization: 'fabrikam' };
  const manifest = [tokenOf('one'), tokenOf('two', fabrikam), tokenOf('three')];

  test('each is listed once, and the tokens are done in the order of the manifest', async () => {
    const { plan, calls, changed, fleet } = await play(manifest);
    expect(calls.filter((call) => /^open|list|create/u.test(call))).toEqual([
      'open: github-secret:one',
      'contoso: list active',
      'open: github-secret:one',
      'open: github-secret:three',
      'fabrikam: list active',
      'open: github-secret:two',
      `contoso: create one~pending-g7.2-c00000000001 (vso.code until ${endOf('one')})`,
      `fabrikam: create two~pending-g7.2-c00000000002 (vso.code until ${endOf('two')})`,
      `contoso: create three~pending-g7.2-c00000000003 (vso.code until ${endOf('three')})`,
    ]);
    expect(plan.map(([organization, name]) => `${organization}/${name}`)).toEqual([
      'contoso/one',
      'fabrikam/two',
      'contoso/three',
    ]);
    expect(changed).toBe(true);
    expect(fleet.toldAs('info').slice(0, 3)).toEqual([
      'contoso: the list has 0 active PATs, and the manifest names 2.',
      'fabrikam: the list has 0 active PATs, and the manifest names 1.',
      'Plan for 3 tokens: 3 create, 0 rotate, 0 update, 0 none.',
    ]);
  });

  test('lists and changes run at the same time, up to the limit', async () => {
    const { calls } = await play(manifest, {}, { ...write, 'max-concurrency': '2' });
    const lists = calls.filter((call) => call.includes('list active'));
    expect(calls.slice(0, 3)).toEqual(['open: github-secret:one', ...lists]);
    const begun = calls.filter((call) => /create|: update/u.test(call)).map((call) => call.split('~')[0]);
    expect(begun.slice(0, 2)).toEqual(['contoso: create one', 'fabrikam: create two']);
  });

  test.each<[thrown: Error, code: string, message: string]>([
    [refused, 'pat-policy-violation', 'Changing: a policy forbids it. Ask.'],
    [
      new TypeError('x'),
      'unexpected-response',
      `Listing the PATs of contoso: an error that this version does not know (TypeError: x). ${report}`,
    ],
  ])('a list that fails leaves the tokens of its organization as they are: %#', async (thrown, code, message) => {
    const { plan, changed, failure, fleet } = await play(manifest, { answers: { 'contoso: list active': thrown } });
    const failed = ['none', 'could not be planned', 'none', `${code}: ${message}`];
    expect(plan).toEqual([
      ['contoso', 'one', ...failed],
      ['fabrikam', 'two', 'create', 'there is no such PAT', endOf('two')],
      ['contoso', 'three', ...failed],
    ]);
    expect(fleet.toldAs('warning')).toEqual([`${message} Tokens left as they are: 2.`]);
    expect(fleet.toldAs('info').slice(0, 2)).toEqual([
      'fabrikam: the list has 0 active PATs, and the manifest names 1.',
      'Plan for 3 tokens: 1 create, 0 rotate, 0 update, 0 none, 2 failed.',
    ]);
    expect(changed).toBe(true);
    expect(failure?.[1]).toBe(`Syncing the manifest: 2 of 3 tokens failed (${code}) and 1 changed. ${goesOn}`);
  });

  test('a run that was asked to stop before lists nothing', async () => {
    const { plan, calls, fleet } = await play(manifest, { stopsDuring: '' });
    expect(plan.map((entry) => entry[5])).toEqual(Array.from({ length: 3 }, () => `timeout: ${stopped.message}`));
    expect(calls).toEqual(['open: github-secret:one']);
    expect(fleet.toldAs('warning')).toEqual([
      `${stopped.message} Tokens left as they are: 2.`,
      `${stopped.message} Tokens left as they are: 1.`,
    ]);
  });

  test('the code for the destinations of the first token is loaded early, and no code without a destination', async () => {
    const bare = { destinations: [] };
    const good = { list: [patOf('one'), patOf('three')] };
    const opened = async (tokens: ManifestToken[]): Promise<string[]> =>
      (await play(tokens, good)).calls.filter((call) => call.startsWith('open'));
    const three = 'open: github-secret:three';
    expect(await opened([tokenOf('one', bare), tokenOf('three')])).toEqual([three, three]);
    expect(await opened([tokenOf('one', bare), tokenOf('three', bare)])).toEqual([]);
  });
});
