import { describe, expect, test } from '@jest/globals';
import { openAndCheck } from '../../../src/core/checks/access.ts';
import { checkCertificate, checkSignIn } from '../../../src/core/checks/account.ts';
import type { Check } from '../../../src/core/checks/check.ts';
import { checkDestination } from '../../../src/core/checks/destination.ts';
import type { ActivePatFinding, Finding } from '../../../src/core/checks/finding.ts';
import { checkLineage, type PatExpectations } from '../../../src/core/checks/lineage.ts';
import { checkMachine } from '../../../src/core/checks/machine.ts';
import { Failure } from '../../../src/core/failure.ts';
import type { Pat } from '../../../src/core/pat.ts';
import type { MissingValue } from '../../../src/core/plan-reason.ts';
import type { Machine, Store } from '../../../src/core/ports.ts';
import { readLineage } from '../../../src/core/rotation/lineage.ts';
import { addWatermark } from '../../../src/core/rotation/watermark.ts';
import { Secret } from '../../../src/core/secret.ts';
import type { StoredValue } from '../../../src/core/stored-value.ts';
import { noClaims } from '../../../src/core/tokens/tokens.ts';
import { day, hour, minute, now, pat, requestOf, second, storedValue } from '../fake-ports.ts';

/** `Omit` for each member of a union. */
type DistributiveOmit<T, K extends PropertyKey> = T extends unknown ? Omit<T, K> : never;

describe('sign-in', () => {
  const tokens = (scopes: readonly string[], refreshTokenLife?: number, names = ['ci@contoso.com']) => ({
    accessToken: new Secret('access'),
    refreshToken: undefined,
    refreshTokenLife,
    claims: { ...noClaims, names, scopes, tenant: 'contoso', objectId: 'id' },
  });

  test.each<[left: number | undefined, state: Check['state']]>([
    [undefined, 'ok'],
    [7 * day + 1, 'ok'],
    [7 * day, 'warning'],
  ])('a life of %p gives the state %s', (left, state) => {
    const finding = { kind: 'signed-in', tenant: 'contoso', left };
    expect(checkSignIn(tokens(['vso.pats', 'vso.pats_manage'], left), 7 * day)).toEqual([
      { check: 'sign-in', subject: 'ci@contoso.com', state, finding },
      {
        check: 'permissions',
        subject: 'ci@contoso.com',
        state: 'ok',
        finding: { kind: 'permissions', scopes: ['vso.pats', 'vso.pats_manage'] },
      },
    ]);
  });

  test.each<[scopes: string[], state: Check['state'], finding: Finding]>([
    [[], 'ok', { kind: 'permissions', scopes: [] }],
    [['vso.pats'], 'failed', { kind: 'permissions-missing', missing: ['vso.pats_manage'] }],
    [['vso.code'], 'failed', { kind: 'permissions-missing', missing: ['vso.pats', 'vso.pats_manage'] }],
  ])('the permissions %j give the state %s', (scopes, state, finding) => {
    expect(checkSignIn(tokens(scopes), day)[1]).toMatchObject({ state, finding });
  });

  test('a user without a name is named by the id', () => {
    expect(checkSignIn(tokens([], undefined, []), day).map(({ subject }) => subject)).toEqual(['id', 'id']);
  });

  test.each<[left: number, state: Check['state']]>([
    [7 * day + 1, 'ok'],
    [7 * day, 'warning'],
    [1, 'warning'],
    [0, 'failed'],
  ])('a certificate that lives for another %p gives the state %s', (left, state) => {
    const end = now + left;
    expect(checkCertificate('client', end, { now, threshold: 7 * day })).toEqual({
      check: 'certificate',
      subject: 'client',
      state,
      finding: { kind: 'certificate', end, left },
    });
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
  const found = (pats: readonly Pat[], change: Partial<PatExpectations> = {}) =>
    checkLineage(readLineage(pats, 'build'), { ...usual, ...change }).map(({ check, subject, state, finding }) => {
      expect([check, subject]).toEqual(['pat', 'build']);
      return { state, ...finding };
    });
  const build = (change: Partial<Pat> = {}, id = 'one') => pat(id, 'build', change);

  test.each<[string, Pat, Partial<PatExpectations>, ActivePatFinding['concern']]>([
    ['well', build(), {}, undefined],
    ['ending', build({ validTo: now + 7 * day }), {}, 'ends-soon'],
    ['not ending yet', build({ validTo: now + 7 * day + 1 }), {}, undefined],
    ['due', build(), { rotateWithin: 20 * day }, 'due'],
    ['not due yet', build(), { rotateWithin: 20 * day - 1 }, undefined],
    ['global', build({ targetAccounts: null }), {}, 'global'],
    ['drifted', build(), { scope: 'vso.wiki' }, 'scopes-drifted'],
    ['as the manifest has it', build(), { scope: 'vso.code' }, undefined],
    ['of scopes that the service does not list', build({ scope: '' }), { scope: 'vso.code' }, undefined],
  ])('%s', (_, active, change, concern) => {
    const state = concern === undefined ? 'ok' : 'warning';
    expect(found([active], change)).toEqual([
      { state, kind: 'active-pat', pat: active, left: active.validTo - now, concern },
    ]);
  });

  test('is missing, with or without a PAT whose name looks the same', () => {
    expect(found([])).toEqual([{ state: 'failed', kind: 'no-such-pat', lookalike: undefined }]);
    const lookalike = pat('other', 'buіld');
    expect(found([], { lookalike })).toEqual([{ state: 'failed', kind: 'no-such-pat', lookalike }]);
  });

  test('exists twice, either made by hand or by two rotations', () => {
    const [, byHand] = found([build(), build({}, 'two')]);
    expect(byHand).toMatchObject({ state: 'failed', kind: 'several-of-one-name' });
    expect(byHand && 'ids' in byHand && byHand.ids.toSorted()).toEqual(['one', 'two']);
    const validTo = addWatermark('build', now + 20 * day);
    const twins = [
      build({ validTo, validFrom: now - hour }),
      build({ validTo, validFrom: now - hour - minute }, 'two'),
    ];
    expect(found(twins)[1]).toEqual({ state: 'warning', kind: 'concurrent-rotations', ids: ['one', 'two'] });
  });

  test('has a name that a person gave in the form of a rotation', () => {
    const theirs = ['build~superseded', 'build~pending-2024-07'].map((name) =>
      pat(`id of ${name}`, name, { validTo: now + 20 * day }),
    );
    const lines = theirs.map((each) => ({ state: 'ok', kind: 'similar-name', pat: each }));
    expect(found([build(), ...theirs]).slice(1)).toEqual(lines);
    expect(found(theirs)).toEqual([expect.objectContaining({ kind: 'no-such-pat' }), ...lines]);
  });

  test('is a leftover, or an old PAT that ends by itself', () => {
    const pending = pat('next', 'build~pending-g1.1-0123456789ab', { validFrom: now - second });
    const end = addWatermark('build', now + day);
    const old = pat('old', 'build~superseded', { validTo: end });
    expect(found([build(), pending, old]).slice(1)).toEqual([
      { state: 'warning', kind: 'unfinished-rotation', ids: ['next'] },
      { state: 'ok', kind: 'superseded', id: 'old', end },
    ]);
  });
});

describe('a destination', () => {
  const held = pat('one', 'build');
  const began = held.validFrom;
  const open = (value: Partial<StoredValue>): Store => ({
    name: 'x',
    readWhenQueued: false,
    prepare: async () => {},
    inspect: async () => storedValue(value),
    write: async () => {},
  });
  const value = (stored: Partial<StoredValue>) => ({ kind: 'value', held: storedValue(stored) }) as const;
  const missing = (why: DistributiveOmit<MissingValue, 'destination'>) => ({
    kind: 'value-missing',
    missing: { destination: 'x', ...why },
  });

  test.each<[Partial<StoredValue>, Pat | undefined, Check['state'], object]>([
    [{ exists: true }, held, 'ok', value({ exists: true })],
    [{ exists: 'unknown' }, held, 'ok', value({ exists: 'unknown' })],
    [{ exists: true, updatedAt: began - minute }, held, 'ok', value({ exists: true, updatedAt: began - minute })],
    [
      { exists: true, updatedAt: began - minute - 1 },
      held,
      'failed',
      missing({ found: 'older', storedAt: began - minute - 1, validFrom: began }),
    ],
    [{ exists: true, updatedAt: 0 }, undefined, 'ok', value({ exists: true, updatedAt: 0 })],
    [{ exists: true, updatedAt: 0, expires: now }, held, 'failed', missing({ found: 'ended', endedAt: now })],
    [{ exists: true, expires: now }, undefined, 'failed', missing({ found: 'ended', endedAt: now })],
    [{ exists: true, expires: now + 1 }, held, 'ok', value({ exists: true, expires: now + 1 })],
    [{ exists: false }, held, 'failed', missing({ found: 'nothing' })],
    [{ exists: false }, undefined, 'warning', missing({ found: 'nothing' })],
  ])('with the stored value %j and the PAT %j has the state %s', async (stored, inUse, state, finding) => {
    const check = await checkDestination(open(stored), inUse, now);
    expect(check).toEqual({ check: 'token-destination', subject: 'x', state, finding });
  });

  test('that cannot be written is reported by its own failure', async () => {
    const failure = new Failure('destination-denied', { what: 'Checking x', why: 'no right' });
    const closed = { ...open({ exists: true }), prepare: () => Promise.reject(failure) };
    const access = { session: { azureDevOps: new Secret('access'), keyVaults: new Map() }, vaultFailures: new Map() };
    const services = { openStores: async () => [closed] };
    const checkStore = (store: Store) => checkDestination(store, undefined, now);
    const { destinations } = requestOf({
      operation: 'check',
      'github-token': 'g',
      'token-destinations': 'github-secret:X',
    });
    const options = { check: 'token-destination', access, services, checkStore } as const;
    for (const destination of destinations) {
      expect(await openAndCheck(destination, options)).toEqual([
        {
          check: 'token-destination',
          subject: 'github-secret:X',
          state: 'failed',
          finding: { kind: 'failure', failure },
        },
      ]);
    }
    expect(destinations).toHaveLength(1);
  });
});

describe('the machine', () => {
  const machine: Machine = {
    clockAhead: () => undefined,
    proxy: undefined,
    hosts: new Map(),
    runtime: 'Node.js 24',
    runtimeNote: undefined,
    certificateEnds: undefined,
  };
  const service = 'azure-devops';

  test.each<[ahead: number, state: Check['state'], finding: Finding]>([
    [0, 'ok', { kind: 'clock-agrees', service }],
    [5 * minute - 1, 'ok', { kind: 'clock-agrees', service }],
    [5 * minute, 'warning', { kind: 'clock-differs', service, ahead: 5 * minute }],
    [-hour, 'warning', { kind: 'clock-differs', service, ahead: -hour }],
  ])('checks a clock that is %p ahead', (milliseconds, state, finding) => {
    const [clock] = checkMachine({ ...machine, clockAhead: () => ({ milliseconds, service }) });
    expect(clock).toEqual({ check: 'clock', subject: undefined, state, finding });
  });

  test('says so if no clock was compared and there is no proxy, and names the program with the note of its host', () => {
    expect(checkMachine({ ...machine, runtimeNote: 'So it is.' })).toEqual([
      { check: 'clock', subject: undefined, state: 'ok', finding: { kind: 'clock-not-compared' } },
      { check: 'proxy', subject: undefined, state: 'ok', finding: { kind: 'no-proxy' } },
      { check: 'runtime', subject: 'Node.js 24', state: 'ok', finding: { kind: 'runtime', note: 'So it is.' } },
    ]);
  });

  test.each<[hosts: readonly (readonly [host: string, way: 'proxied' | 'direct'])[], direct: string[], boolean]>([
    [[], [], false],
    [[['a.com', 'proxied']], [], false],
    [
      [
        ['a.com', 'proxied'],
        ['b.com', 'direct'],
        ['c.com', 'direct'],
      ],
      ['b.com', 'c.com'],
      false,
    ],
    [[['b.com', 'direct']], ['b.com'], true],
  ])('names the proxy, and the hosts %j', (hosts, direct, isBypassed) => {
    expect(checkMachine({ ...machine, proxy: { address: 'proxy:8080' }, hosts: new Map(hosts) })[1]).toEqual({
      check: 'proxy',
      subject: 'proxy:8080',
      state: 'ok',
      finding: { kind: 'proxy', direct, isBypassed },
    });
  });
});
