import { expect, test } from '@jest/globals';
import { type Check, checkNames } from '../../../src/core/checks/check.ts';
import { Failure } from '../../../src/core/failure.ts';
import { check } from '../../../src/core/operations/check.ts';
import type { Machine, Services } from '../../../src/core/ports.ts';
import type { RequestFor } from '../../../src/core/request/request.ts';
import { Secret } from '../../../src/core/secret.ts';
import { azureDevOpsResource, type Tokens } from '../../../src/core/tokens/tokens.ts';
import { describeCheck } from '../../../src/shell/check-text.ts';
import { explain } from '../../../src/shell/reason-text.ts';
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
/** The PAT is chosen by its id. */
const id = '33333333-3333-4333-8333-333333333333';
const byId = { 'display-name': '', 'authorization-id': id };
const denied = new Failure('destination-denied', { what: 'Asking', why: 'no right', hint: 'Ask for it.' });

interface Scene extends FakeScene {
  readonly inputs?: Inputs;
  readonly machine?: Partial<Machine>;
  /** What the exchange gives beside what it usually gives. */
  readonly tokens?: Partial<Tokens>;
}

const seen = new Map<Check['check'], Set<Check['state']>>();

async function play(scene: Scene): Promise<{ lines: string[]; checks: readonly Check[]; writes: string[] }> {
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
  const clockAhead = () => ({ milliseconds: 0, service: 'Azure DevOps' }) as const;
  const services: Services = {
    ...{ clock: ports.clock, log: ports.log, cancellation: ports.cancellation, run: ports.run, nonce: ports.nonce },
    machine: {
      clockAhead,
      proxy: undefined,
      hosts: new Map(),
      runtime: 'Node.js 24',
      certificateEnds: undefined,
      ...scene.machine,
    },
    exchange: (_token, resource) => {
      const isVault = resource !== azureDevOpsResource;
      return ports.call(isVault ? 'vault exchange' : 'exchange', () => ({
        accessToken: new Secret('access'),
        refreshToken: new Secret(isVault ? 'third' : 'second'),
        claims: { audience: azureDevOpsResource, names: ['ci@contoso.com'], scopes: ['vso.pats', 'vso.pats_manage'] },
        ...scene.tokens,
      }));
    },
    openPats: () => ports.context(inputs).pats,
    openStores: async (destinations) => destinations.map(({ text }) => ports.openStore(text)),
    loadManifest: () => Promise.reject(new Error('no manifest is read here')),
    warm: silent,
  };
  const receiver = {
    ...{ refreshToken: silent, accessToken: silent, onCreated: silent, token: silent, onStored: silent },
    explain,
    describeCheck,
  };
  const request = requestOf(inputs) as RequestFor<'check'>;
  const { checks, failure, changed } = await check({ request, manifest: [], services, receiver });
  expect(changed).toBe(false);
  const failed = checks.filter(({ state }) => state === 'failed');
  expect(failure?.code).toBe(failed.length > 0 ? 'check-failed' : undefined);
  for (const each of failed) expect(failure?.why).toContain(describeCheck(each).text.replace(/\.$/u, ''));
  for (const each of checks) {
    seen.set(each.check, (seen.get(each.check) ?? new Set()).add(each.state));
    expect(describeCheck(each).advice === undefined).toBe(each.state === 'ok');
  }
  const writes = ports.calls.filter((call) => call.startsWith('write '));
  return { checks, writes, lines: checks.map((each) => `${each.check} ${each.state}: ${describeCheck(each).text}`) };
}

test('all is well', async () => {
  const { lines, checks, writes } = await play({
    machine: { certificateEnds: now + 90 * day },
    holds: { [custody]: { exists: true, updatedAt: now - day } },
  });
  expect(checks.map(({ state }) => state)).toEqual(checks.map(() => 'ok'));
  expect(checks.map((each) => each.check)).toEqual([...checkNames].sort(byOrderOf(lines)));
  expect(lines).toContain(
    `refresh-token-destination ok: It held a refresh token since 2026-09-30T00:00:00Z. The new one is stored there.`,
  );
  expect(writes).toEqual([`write ${custody}: second (Entra refresh token)`]);
});

/** The order in which the lines come. */
function byOrderOf(lines: readonly string[]): (a: string, b: string) => number {
  const place = (name: string): number => lines.findIndex((line) => line.startsWith(`${name} `));
  return (a, b) => place(a) - place(b);
}

test.each<[string, Scene, RegExp]>([
  ['no sign-in', { answers: { exchange: denied } }, /^sign-in failed: Asking: no right \(destination-denied\)\.$/u],
  ['a sign-in that ends', { tokens: { refreshTokenLife: hour } }, /^sign-in warning: .* is valid for another 1 h\.$/u],
  [
    'a permission that is missing',
    { tokens: { claims: { audience: azureDevOpsResource, names: [], scopes: ['vso.pats'] } } },
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
    'custody that is not there',
    { answers: { [`prepare ${custody}`]: denied } },
    /^refresh-token-destination failed: /u,
  ],
  [
    'custody that was empty',
    { holds: { [custody]: { exists: false } } },
    /^refresh-token-destination ok: It held no refresh token\. The new one is stored there\.$/u,
  ],
  [
    'custody that is empty and stays so',
    { holds: { [custody]: { exists: false } }, tokens: { refreshToken: undefined } },
    /^refresh-token-destination failed: It held no refresh token\. The service sent no new one\.$/u,
  ],
  [
    'custody that tells nothing',
    { holds: { [custody]: { exists: 'unknown' } }, tokens: { refreshToken: undefined } },
    /^refresh-token-destination ok: The service does not say whether it held a refresh token\. The service sent no new one\.$/u,
  ],
  ['PATs that cannot be listed', { answers: { list: denied } }, /^organization failed: Asking: no right/u],
  ['a PAT that is missing', { pats: [] }, /^pat failed: There is no active PAT/u],
  ['a PAT by its id', { inputs: byId, pats: [pat(id, 'nuget')] }, /^pat ok: It is valid/u],
  ['an id that no PAT has', { inputs: byId, pats: [] }, /^pat failed: No active PAT of this organization has this id/u],
  [
    "an id of another organization's PAT",
    { inputs: byId, pats: [pat(id, 'nuget', { targetAccounts: [theirs] })] },
    /^pat failed: No active PAT of this organization has this id/u,
  ],
  [
    'an id that an unreadable entry may have',
    { inputs: byId, pats: [], unreadable: [{ displayName: undefined, why: 'it has no end' }] },
    /^pat failed: .*unreadable entry that could be this PAT \(it has no end\)/u,
  ],
  ['a PAT that ends', { inputs: { 'expiring-within': '30d' } }, /^pat warning: It ends soon/u],
  ['a PAT that is due', { inputs: { 'rotate-within': '30d' } }, /^pat warning: It is due/u],
  [
    'a place that is closed',
    { answers: { [`prepare ${held}`]: denied } },
    /^token-destination failed: Asking: no right/u,
  ],
  ['a place that is empty', { holds: { [held]: { exists: false } } }, /^token-destination failed: .* holds no value/u],
  ['an empty place before the PAT', { pats: [], holds: { [held]: { exists: false } } }, /^token-destination warning/u],
  [
    'a vault without consent',
    { inputs: { 'token-destinations': vault }, answers: { 'vault exchange': denied } },
    /^token-destination failed: Asking: no right/u,
  ],
  [
    'a clock that is wrong',
    { machine: { clockAhead: () => ({ milliseconds: hour, service: 'another service' }) } },
    /^clock warning: The clock is 1 h ahead of/u,
  ],
  ['a proxy', { machine: { proxy: 'proxy:8080' } }, /^proxy ok: Requests go through the proxy proxy:8080\.$/u],
])('%s', async (_, scene, line) => {
  const { lines, checks } = await play(scene);
  const [found] = checks.filter((_each, index) => line.test(lines[index] ?? ''));
  expect([lines, found?.check]).toEqual([lines, expect.any(String)]);
  // One problem hides no other line: the checks that need no sign-in follow it.
  expect(checks.slice(-3).map((each) => each.check)).toEqual(['clock', 'proxy', 'runtime']);
});

test('there was a case for every state that a line can have', () => {
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
