import { expect, test } from '@jest/globals';
import { type Check, checkNames, failedCheck } from '../../../src/core/checks/check.ts';
import { Failure } from '../../../src/core/failure.ts';
import { check, checkFailure } from '../../../src/core/operations/check.ts';
import type { Machine, Services } from '../../../src/core/ports.ts';
import type { ManifestToken } from '../../../src/core/request/manifest/manifest.ts';
import type { RequestFor } from '../../../src/core/request/request.ts';
import { Secret } from '../../../src/core/secret.ts';
import { azureDevOpsResource, noClaims, type Tokens } from '../../../src/core/tokens/tokens.ts';
import { describeCheck } from '../../../src/shell/check-text.ts';
import { explainReason } from '../../../src/shell/plan-reason-text.ts';
import {
  day,
  FakePorts,
  type Scene as FakeScene,
  hour,
  type Inputs,
  now,
  pat,
  requestOf,
  theirs,
} from '../fake-ports.ts';

const held = 'github-secret:PAT';
const custody = 'github-secret:REFRESH';
const vault = 'azure-key-vault:contoso-vault/pat';
const ofVault = { ...noClaims, audience: 'https://vault.azure.net', scopes: ['user_impersonation'] };
const ofUser = { ...noClaims, audience: azureDevOpsResource, names: ['ci@contoso.com'] };
/** The PAT is chosen by its id. */
const id = 'cccccccc-3333-4333-8333-333333333333';
const byId = { 'display-name': '', 'authorization-id': id };
const denied = new Failure('destination-denied', { what: 'Asking', why: 'no right', hint: 'Ask for it.' });

interface Scene extends FakeScene {
  readonly inputs?: Inputs;
  readonly machine?: Partial<Machine>;
  /** What the exchange gives beside what it usually gives. */
  readonly tokens?: Partial<Tokens>;
  readonly manifest?: readonly ManifestToken[];
}

const seen = new Map<Check['check'], Set<Check['state']>>();

interface Played {
  readonly lines: readonly string[];
  readonly checks: readonly Check[];
  readonly writes: readonly string[];
  readonly logged: readonly string[];
  /** What the host was handed. */
  readonly handed: readonly string[];
  /** The vaults that were open, at each opening of a destination. */
  readonly vaults: readonly string[][];
}

async function play(scene: Scene): Promise<Played> {
  const ports = new FakePorts({ pats: [pat('one', 'nuget')], ...scene });
  const inputs: Inputs = {
    operation: 'check',
    'github-token': 'g',
    'display-name': 'nuget',
    'token-destinations': held,
    'refresh-token-destinations': custody,
    ...scene.inputs,
  };
  const silent = (): void => {};
  const handed: string[] = [];
  const vaults: string[][] = [];
  const clockAhead = () => ({ milliseconds: 0, service: 'azure-devops' }) as const;
  const services: Services = {
    ...{ clock: ports.clock, log: ports.log, cancellation: ports.cancellation, run: ports.run, nonce: ports.nonce },
    machine: {
      clockAhead,
      proxy: undefined,
      hosts: new Map(),
      runtime: 'Node.js 24',
      runtimeNote: undefined,
      certificateEnds: undefined,
      ...scene.machine,
    },
    exchange: (_token, resource) => {
      const isVault = resource !== azureDevOpsResource;
      return ports.call(isVault ? 'vault exchange' : 'exchange', () => ({
        accessToken: new Secret('access'),
        refreshToken: new Secret(isVault ? 'third' : 'second'),
        refreshTokenLife: undefined,
        claims: { ...ofUser, scopes: ['vso.pats', 'vso.pats_manage'] },
        ...scene.tokens,
        ...(isVault ? { claims: ofVault } : {}),
      }));
    },
    openPats: (name) => (scene.manifest ? ports.fleet([], {}).openPats(name) : ports.context(inputs).pats),
    openStores: async (destinations, session) => {
      vaults.push([...(session?.keyVaults ?? [])].map(([vault, token]) => `${vault}: ${token.reveal()}`));
      return destinations.map(({ text }) => ports.openStore(text));
    },
    loadManifest: () => Promise.reject(new Error('no manifest is read here')),
    warm: silent,
  };
  const receiver = {
    refreshToken: (token: Secret) => void handed.push(token.reveal()),
    ...{ accessToken: silent, onCreated: silent, token: silent, onStored: silent },
    explainReason,
    describeCheck,
  };
  const request = requestOf(inputs) as RequestFor<'check'>;
  const { checks, failure, changed } = await check({ request, manifest: scene.manifest ?? [], services, receiver });
  expect(changed).toBe(false);
  const failed = checks.filter(({ state }) => state === 'failed');
  expect(failure?.code).toBe(failed.length > 0 ? 'check-failed' : undefined);
  for (const problem of failure?.problems ?? []) expect(problem).toMatchObject({ input: expect.any(String) });
  for (const each of failed) expect(failure?.why).toContain(describeCheck(each).text.replace(/\.$/u, ''));
  for (const each of checks) {
    seen.set(each.check, (seen.get(each.check) ?? new Set()).add(each.state));
    expect(describeCheck(each).advice === undefined).toBe(each.state === 'ok');
  }
  const writes = ports.calls.filter((call) => call.startsWith('write '));
  const lines = checks.map((each) => `${each.check} ${each.state}: ${describeCheck(each).text}`);
  return { checks, writes, lines, handed, vaults, logged: ports.reported };
}

test('reports ok for each thing if all is well', async () => {
  const { lines, checks, writes, logged, handed } = await play({
    machine: { certificateEnds: now + 90 * day },
    holds: { [custody]: { exists: true, updatedAt: now - day } },
  });
  expect(checks.map(({ state }) => state)).toEqual(checks.map(() => 'ok'));
  expect(checks.map((each) => each.check)).toEqual([...checkNames].sort(byOrderOf(lines)));
  expect(lines).toContain(
    `refresh-token-destination ok: It held a value that was stored at 2026-09-30T00:00:00Z. The new refresh token is stored there.`,
  );
  expect(writes).toEqual([`write ${custody}: second (Entra refresh token)`]);
  expect(handed).toEqual(['second']);
  expect(logged.filter((line) => line.startsWith('info: ok: '))).toHaveLength(lines.length);
  expect(logged.at(-1)).toMatch(/^info: ok: runtime .*: /u);
});

test('reports what the last exchange yields, because a vault needs a second one', async () => {
  const { lines, writes, vaults } = await play({ inputs: { 'token-destinations': vault } });
  expect(lines).toContainEqual(expect.stringMatching(/^token-destination ok: /u));
  expect(writes).toEqual([`write ${custody}: third (Entra refresh token)`]);
  expect(vaults).toEqual([1, 2].map(() => ['https://vault.azure.net: access']));
});

test('the vaults of each cloud are opened once', async () => {
  const { vaults } = await play({
    inputs: { 'token-destinations': `${held}\n${vault}\n${vault}2\nazure-key-vault:kv1.vault.azure.cn/pat` },
  });
  expect(vaults.at(-1)).toEqual(['https://vault.azure.net: access', 'https://vault.azure.cn: access']);
});

test('reports each organization of a manifest by name, then each PAT with its destinations', async () => {
  const token = (organization: string, displayName: string, kinds: readonly string[]): ManifestToken => ({
    ...{ organization, displayName, scope: 'vso.code', allOrganizations: false, rotateWithin: 7 * day, verify: true },
    lifetime: { kind: 'for', milliseconds: 30 * day },
    previousToken: { kind: 'revoke' },
    destinations: kinds.map((name) => ({
      ...{ kind: 'github-secret', text: `github-secret:${name}`, owner: 'contoso', repository: 'app', name },
    })),
  });
  const { checks, logged } = await play({
    inputs: { manifest: 'pats.yml', organization: '', 'display-name': '', 'token-destinations': '' },
    manifest: [token('fabrikam', 'docs', ['A']), token('contoso', 'nuget', ['B', 'C']), token('litware', 'docs', [])],
    elsewhere: [pat('two', 'docs', { targetAccounts: [theirs], scope: 'vso.wiki' })],
    answers: { 'prepare github-secret:C': denied },
  });
  const found = checks.map((each) => `${each.check} ${each.subject} ${each.state}`);
  expect(found.slice(found.indexOf('organization contoso ok'), -3)).toEqual([
    'organization contoso ok',
    'organization fabrikam ok',
    'organization litware ok',
    'pat docs warning',
    'token-destination github-secret:A ok',
    'pat nuget ok',
    'token-destination github-secret:B ok',
    'token-destination github-secret:C failed',
    'pat docs failed',
  ]);
  expect(logged).toContain(
    'warning: token-destination github-secret:C: Asking: no right (destination-denied). Ask for it.',
  );
});

test.each<[call: string, what: string]>([
  ['exchange', 'Exchanging the refresh token'],
  ['list', 'Listing the PATs of contoso'],
  ['organizationId', 'Looking for the PAT nuget'],
  ['vault exchange', 'Exchanging the refresh token for the vault'],
  [`prepare ${held}`, `Checking ${held}`],
])('a defect at %s is reported with the step in which it happened', async (call, what) => {
  const inputs = { 'token-destinations': `${held}\n${vault}` };
  const { lines } = await play({ inputs, answers: { [call]: new TypeError('no') } });
  expect(lines.filter((line) => line.includes('TypeError'))).toEqual([
    expect.stringContaining(`failed: ${what}: an error that this version does not know (TypeError: no)`),
  ]);
});

test('the failure has the advice and the problems of every check that failed', async () => {
  const problems = [{ input: 'organization', text: 'it is unknown' }] as const;
  const failed = (subject: string, why: string, hint: string): Check =>
    failedCheck('pat', subject, new Failure('invalid-input', { what: 'Looking', why, hint, problems }));
  const fine: Check = { check: 'runtime', subject: 'x', state: 'ok', finding: { kind: 'runtime', note: undefined } };
  const failure = checkFailure([failed('one', 'a', 'Do A.'), fine, failed('two', 'b', 'Do B.')], describeCheck);
  expect(failure).toMatchObject({ code: 'check-failed', what: 'Checking', problems: [...problems, ...problems] });
  expect(failure?.why).toMatch(/^2 of 3 checks failed: pat one: Looking: a \(invalid-input\); pat two: Looking: b/u);
  expect(failure?.hint).toBe('Do A. Do B.');
});

/** The order in which the lines come. */
function byOrderOf(lines: readonly string[]): (a: string, b: string) => number {
  const lineOf = (name: string): number => lines.findIndex((line) => line.startsWith(`${name} `));
  return (a, b) => lineOf(a) - lineOf(b);
}

test.each<[string, Scene, RegExp]>([
  ['no sign-in', { answers: { exchange: denied } }, /^sign-in failed: Asking: no right \(destination-denied\)\.$/u],
  ['a sign-in that ends', { tokens: { refreshTokenLife: hour } }, /^sign-in warning: .* is valid for another 1 h\.$/u],
  [
    'a permission that is missing',
    { tokens: { claims: { ...ofUser, scopes: ['vso.pats'] } } },
    /^permissions failed: The access token lacks vso\.pats_manage\.$/u,
  ],
  [
    'the same if a vault gives another token, which says nothing about this one',
    {
      inputs: { 'token-destinations': vault },
      tokens: { claims: { ...ofUser, scopes: ['vso.pats'] } },
    },
    /^permissions failed: The access token lacks vso\.pats_manage\.$/u,
  ],
  ['a certificate that ends', { machine: { certificateEnds: now + day } }, /^certificate warning: /u],
  ['a certificate that is over', { machine: { certificateEnds: now } }, /^certificate failed: /u],
  [
    'the same without a sign-in',
    { answers: { exchange: denied }, machine: { certificateEnds: now } },
    /^certificate failed: /u,
  ],
  ['custody that is closed', { answers: { [`write ${custody}`]: denied } }, /^refresh-token-destination failed: /u],
  [
    'a refresh token destination that does not exist',
    { answers: { [`prepare ${custody}`]: denied } },
    /^refresh-token-destination failed: /u,
  ],
  [
    'a refresh token destination that was empty',
    { holds: { [custody]: { exists: false } } },
    /^refresh-token-destination ok: It held no value\. The new refresh token is stored there\.$/u,
  ],
  [
    'a refresh token destination that is empty and stays empty',
    { holds: { [custody]: { exists: false } }, tokens: { refreshToken: undefined } },
    /^refresh-token-destination failed: It held no value\. The service sent no new refresh token\.$/u,
  ],
  [
    'a refresh token destination that does not say what it holds',
    { holds: { [custody]: { exists: 'unknown' } }, tokens: { refreshToken: undefined } },
    /^refresh-token-destination ok: The service does not say whether it held a value\. The service sent no new refresh token\.$/u,
  ],
  ['PATs that cannot be listed', { answers: { list: denied } }, /^organization failed: Asking: no right/u],
  ['a PAT that is missing', { pats: [] }, /^pat failed: There is no active PAT/u],
  ['a PAT by its id', { inputs: byId, pats: [pat(id, 'nuget')] }, /^pat ok: It is valid/u],
  [
    'a PAT by its id if the list leaves out where PATs work',
    {
      inputs: byId,
      pats: [pat('other', 'docs', { targetAccounts: undefined }), pat(id, 'nuget', { targetAccounts: undefined })],
      answers: { [`get ${id}`]: () => pat(id, 'nuget') },
    },
    /^pat ok: It is valid/u,
  ],
  [
    'a PAT by its id beside an entry that cannot be read',
    {
      inputs: byId,
      pats: [pat(id, 'nuget')],
      unreadable: [{ authorizationId: undefined, displayName: undefined, why: 'it has no end' }],
    },
    /^pat ok: It is valid/u,
  ],
  ['no PAT at all', { inputs: { 'display-name': '' } }, /^organization ok: /u],
  ['an id that no PAT has', { inputs: byId, pats: [] }, /^pat failed: No active PAT of this organization has this id/u],
  [
    "an id of another organization's PAT",
    { inputs: byId, pats: [pat(id, 'nuget', { targetAccounts: [theirs] })] },
    /^pat failed: No active PAT of this organization has this id/u,
  ],
  [
    'an id that an unreadable entry may have',
    { inputs: byId, pats: [], unreadable: [{ authorizationId: undefined, displayName: 'wiki', why: 'it has no end' }] },
    /^pat failed: .*unreadable entry that could be this PAT \(it has no end\)/u,
  ],
  ['a PAT that ends', { inputs: { 'expiring-within': '30d' } }, /^pat warning: It ends soon/u],
  ['a PAT that is due', { inputs: { 'rotate-within': '30d' } }, /^pat warning: It is due/u],
  [
    'a destination that cannot be written',
    { answers: { [`prepare ${held}`]: denied } },
    /^token-destination failed: Asking: no right/u,
  ],
  [
    'a destination that is empty',
    { holds: { [held]: { exists: false } } },
    /^token-destination failed: .* holds no value/u,
  ],
  [
    'an empty destination before the PAT',
    { pats: [], holds: { [held]: { exists: false } } },
    /^token-destination warning/u,
  ],
  [
    'a vault without consent',
    { inputs: { 'token-destinations': vault }, answers: { 'vault exchange': denied } },
    /^token-destination failed: Asking: no right/u,
  ],
  [
    'a clock that is wrong',
    { machine: { clockAhead: () => ({ milliseconds: hour, service: 'last-to-answer' }) } },
    /^clock warning: The clock is 1 h ahead of/u,
  ],
  [
    'a proxy',
    { machine: { proxy: { address: 'proxy:8080' } } },
    /^proxy ok: Requests go through the proxy proxy:8080\.$/u,
  ],
])('%s', async (_, scene, line) => {
  const { lines, checks } = await play(scene);
  const [found] = checks.filter((_each, index) => line.test(lines[index] ?? ''));
  expect([lines, found?.check]).toEqual([lines, expect.any(String)]);
  // One problem hides no other line: the checks that need no sign-in follow it.
  expect(checks.slice(-3).map((each) => each.check)).toEqual(['clock', 'proxy', 'runtime']);
});

test('the cases cover every state that a line can have', () => {
  const states = Object.fromEntries([...seen].map(([name, found]) => [name, [...found].sort()]));
  expect(states).toEqual({
    'sign-in': ['failed', 'ok', 'warning'],
    permissions: ['failed', 'ok'],
    certificate: ['failed', 'ok', 'warning'],
    'refresh-token-destination': ['failed', 'ok'],
    organization: ['failed', 'ok'],
    pat: ['failed', 'ok', 'warning'],
    'token-destination': ['failed', 'ok', 'warning'],
    clock: ['ok', 'warning'],
    proxy: ['ok'],
    runtime: ['ok'],
  });
});
