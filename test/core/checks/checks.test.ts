import { describe, expect, test } from '@jest/globals';
import { failedCheck } from '../../../src/core/checks/check.ts';
import { checkDestination } from '../../../src/core/checks/destination.ts';
import { checkMachine } from '../../../src/core/checks/machine.ts';
import { checkLineage, type PatExpectations } from '../../../src/core/checks/pats.ts';
import { checkCertificate, checkSignIn } from '../../../src/core/checks/sign-in.ts';
import { Failure } from '../../../src/core/failure.ts';
import type { Pat } from '../../../src/core/pat.ts';
import type { ClockDifference, StoredValue } from '../../../src/core/ports.ts';
import { readLineage } from '../../../src/core/rotation/lineage.ts';
import { addWatermark } from '../../../src/core/rotation/watermark.ts';
import { Secret } from '../../../src/core/secret.ts';
import { day, hour, minute, now, pat, second } from '../fake-ports.ts';

const denied = new Failure('destination-denied', { what: 'Checking x', why: 'no right.', hint: 'Ask.' });

test('what could not be done is a line with its code and its advice', () => {
  expect(failedCheck('organization', 'contoso', denied)).toEqual({
    check: 'organization',
    subject: 'contoso',
    state: 'failed',
    text: 'Checking x: no right (destination-denied).',
    advice: 'Ask.',
    problems: [],
  });
});

describe('sign-in', () => {
  const tokens = (scopes: readonly string[], refreshTokenLife?: number, names = ['ci@contoso.com']) => ({
    accessToken: new Secret('access'),
    refreshTokenLife,
    claims: { names, scopes },
  });

  test.each([
    [undefined, 'ok', /does not say how long.*90 days without use/u],
    [8 * day, 'ok', /lasts another 8 d/u],
    [7 * day + 1, 'ok', /lasts another/u],
    [7 * day, 'warning', /lasts another 7 d/u],
  ])('a life of %p is %s', (life, state, text) => {
    const [signIn] = checkSignIn(tokens(['vso.pats', 'vso.pats_manage'], life), 7 * day);
    expect(signIn).toMatchObject({
      check: 'sign-in',
      subject: 'ci@contoso.com',
      state,
      text: expect.stringMatching(text),
    });
    expect(signIn?.advice === undefined).toBe(state === 'ok');
  });

  test.each([
    [['vso.pats', 'vso.pats_manage'], 'ok', 'The access token has vso.pats vso.pats_manage.'],
    [[], 'ok', 'The access token does not say which permissions it has; the organization decides.'],
    [['vso.pats'], 'failed', 'The access token lacks vso.pats_manage.'],
    [['vso.code'], 'failed', 'The access token lacks vso.pats and vso.pats_manage.'],
  ])('permissions %j are %s', (scopes, state, text) => {
    const permissions = checkSignIn(tokens(scopes), day)[1];
    expect(permissions).toMatchObject({ check: 'permissions', state, text });
    expect(permissions?.advice === undefined).toBe(state === 'ok');
  });

  test('a token that names nobody says so', () => {
    expect(checkSignIn(tokens([], undefined, []), day)[0]?.subject).toBe('a user whom the token does not name');
  });

  test.each([
    [now + 8 * day, 'ok', /lasts another 8 d, until 2026-10-09/u],
    [now + 7 * day, 'warning', /lasts another 7 d/u],
    [now, 'failed', /ended 2026-10-01/u],
  ])('a certificate until %p is %s', (ends, state, text) => {
    const check = checkCertificate('client', ends, now, 7 * day);
    expect(check).toMatchObject({ check: 'certificate', state, text: expect.stringMatching(text) });
    expect(check.advice === undefined).toBe(state === 'ok');
  });
});

describe('a PAT', () => {
  const usual: PatExpectations = {
    now,
    threshold: 7 * day,
    rotateWithin: undefined,
    scope: undefined,
    lookalike: undefined,
  };
  const states = (pats: readonly Pat[], change: Partial<PatExpectations> = {}) =>
    checkLineage(readLineage(pats, 'build'), { ...usual, ...change }).map(({ state, text }) => `${state}: ${text}`);
  const build = (change: Partial<Pat> = {}, id = 'one') => pat(id, 'build', change);

  test.each<[string, Pat[], Partial<PatExpectations>, RegExp]>([
    ['missing', [], {}, /^failed: There is no active PAT/u],
    ['well', [build()], {}, /^ok: It is valid until 2026-10-21.*\(another 20 d\)/u],
    ['ending', [build({ validTo: now + 7 * day })], {}, /^warning: It ends soon/u],
    ['not ending yet', [build({ validTo: now + 7 * day + 1 })], {}, /^ok/u],
    ['due', [build()], { rotateWithin: 20 * day }, /^warning: It is due/u],
    ['not due yet', [build()], { rotateWithin: 20 * day - 1 }, /^ok/u],
    ['global', [build({ targetAccounts: null })], {}, /^warning: It works in all organizations/u],
    ['drifted', [build()], { scope: 'vso.wiki' }, /^warning: Its scopes are not those/u],
    ['as the manifest has it', [build()], { scope: 'vso.code' }, /^ok/u],
  ])('%s', (_, pats, change, line) => {
    const lines = states(pats, change);
    expect(lines).toHaveLength(1);
    expect(lines[0]).toMatch(line);
  });

  test('doubled by hand, doubled by two rotations', () => {
    expect(states([build(), build({}, 'two')])[1]).toMatch(
      /^failed: 2 active PATs have this name: (one, two|two, one)\./u,
    );
    const validTo = addWatermark('build', now + 20 * day);
    const twins = [
      build({ validTo, validFrom: now - hour }),
      build({ validTo, validFrom: now - hour - minute }, 'two'),
    ];
    expect(states(twins)[1]).toMatch(/^warning: Two rotations at the same time left 2 PATs: one, two\./u);
  });

  test('missing beside one that looks the same', () => {
    expect(states([], { lookalike: pat('other', 'buіld') })).toEqual([
      'failed: There is no active PAT of this name; PAT other has one that looks the same, but is written with other Unicode characters.',
    ]);
  });

  test('named by a person as a rotation names its own', () => {
    const theirs = ['build~superseded', 'build~pending-2024-07'].map((name) =>
      pat(`id of ${name}`, name, { validTo: now + 20 * day }),
    );
    const lines = theirs.map(
      ({ displayName }) =>
        `ok: PAT id of ${displayName} "${displayName}" looks as if a rotation of "build" had left it, but nothing proves that: no operation touches it.`,
    );
    expect(states([build(), ...theirs]).slice(1)).toEqual(lines);
    expect(states(theirs)).toEqual([expect.stringMatching(/^failed: There is no active PAT/u), ...lines]);
  });

  test('left over, and ending by itself', () => {
    const pending = pat('next', 'build~pending-g1.1-0123456789ab', { validFrom: now - second });
    const old = pat('old', 'build~superseded', { validTo: addWatermark('build', now + day) });
    expect(states([build(), pending, old])).toEqual([
      expect.stringMatching(/^ok/u),
      'warning: A rotation did not finish and left: next.',
      expect.stringMatching(/^ok: The previous PAT old ends by itself at 2026-10-01T23:59/u),
    ]);
  });
});

describe('a place', () => {
  const look = (value: StoredValue, held: Pat | undefined = pat('one', 'build')) =>
    checkDestination(
      { name: 'x', readWhenQueued: false, prepare: async () => {}, inspect: async () => value, write: async () => {} },
      held,
      now,
    ).then(({ state, text }) => `${state}: ${text}`);
  const began = now - 10 * day;

  test.each<[StoredValue, RegExp]>([
    [{ exists: true }, /^ok: It can be reached, and holds a value\.$/u],
    [{ exists: true, updatedAt: began }, /^ok: .* since 2026-09-21T00:00:00Z\.$/u],
    [{ exists: true, updatedAt: began - minute }, /^ok/u],
    [{ exists: true, updatedAt: began - minute - 1 }, /^failed: What it holds is older than the PAT/u],
    [{ exists: true, expires: now }, /^failed: What it holds ended 2026-10-01/u],
    [{ exists: true, expires: now + 1 }, /^ok/u],
    [{ exists: false }, /^failed: It can be reached, and holds no value\.$/u],
    [{ exists: 'unknown' }, /^ok: It can be reached\. The service does not say whether it holds a value\.$/u],
    [{ exists: 'unknown', updatedAt: now }, /does not say.*It was last changed 2026-10-01T00:00:00Z\.$/u],
  ])('that holds %j', async (value, line) => {
    expect(await look(value)).toMatch(line);
  });

  test('that holds nothing while there is no PAT yet is no failure', async () => {
    const [store, held] = [{ exists: false } as const, undefined];
    const check = await checkDestination(
      { name: 'x', readWhenQueued: false, prepare: async () => {}, inspect: async () => store, write: async () => {} },
      held,
      now,
    );
    expect(check.state).toBe('warning');
  });

  test('that cannot be written is reported by its own failure', async () => {
    const check = await checkDestination(
      {
        name: 'x',
        readWhenQueued: false,
        prepare: () => Promise.reject(denied),
        inspect: async () => ({ exists: true }),
        write: async () => {},
      },
      undefined,
      now,
    );
    expect(check).toMatchObject({ state: 'failed', text: 'Checking x: no right (destination-denied).' });
  });
});

describe('the machine', () => {
  const machine = (
    milliseconds: number | undefined,
    proxy?: string,
    service: ClockDifference['service'] = 'Azure DevOps',
  ) =>
    checkMachine({
      clockAhead: () => (milliseconds === undefined ? undefined : { milliseconds, service }),
      proxy,
      hosts: new Map(),
      runtime: 'Node.js 24',
      certificateEnds: undefined,
    });

  test.each([
    [undefined, 'ok', 'No answer of a service carried a time.'],
    [0, 'ok', 'The clock agrees with that of Azure DevOps.'],
    [5 * minute - 1, 'ok', 'The clock agrees with that of Azure DevOps.'],
    [5 * minute, 'warning', /5 min ahead of/u],
    [-hour, 'warning', /1 h behind/u],
  ])('a clock that is %p ahead', (ahead, state, text) => {
    expect(machine(ahead)[0]).toMatchObject({
      check: 'clock',
      state,
      text: typeof text === 'string' ? text : expect.stringMatching(text),
    });
  });

  test('a clock that only another service was compared with', () => {
    expect(machine(-hour, undefined, 'another service')[0]?.text).toBe(
      'The clock is 1 h behind that of another service.',
    );
  });

  test('the proxy and the program, with what its host says of its own version', () => {
    expect(machine(0).slice(1)).toMatchObject([
      { check: 'proxy', subject: 'none', text: 'No proxy is set.' },
      { check: 'runtime', subject: 'Node.js 24', text: 'This runs on Node.js 24.' },
    ]);
    const runtime = 'agent 4.265.1, Node.js 24';
    const reported = {
      clockAhead: () => undefined,
      proxy: undefined,
      hosts: new Map(),
      certificateEnds: undefined,
      runtime,
    };
    expect(checkMachine(reported)[2]).toMatchObject({ subject: runtime, text: `This runs on ${runtime}.` });
    expect(checkMachine({ ...reported, runtimeNote: 'So it is.' })[2]?.text).toBe(`This runs on ${runtime}. So it is.`);
    expect(machine(0, 'proxy:8080')[1]).toMatchObject({ text: 'Requests go through the proxy proxy:8080.' });
    const through = (...hosts: readonly (readonly [host: string, way: 'proxied' | 'direct'])[]) =>
      checkMachine({ ...reported, proxy: 'proxy:8080', hosts: new Map(hosts) })[1]?.text;
    expect(through(['a.com', 'proxied'], ['b.com', 'direct'], ['c.com', 'direct'])).toBe(
      'Requests go through the proxy proxy:8080, except to b.com, c.com.',
    );
    expect(through(['b.com', 'direct'])).toBe(
      'The proxy proxy:8080 is set, but no request went through it: every host is an exception.',
    );
  });
});
