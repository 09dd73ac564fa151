import { expect } from '@jest/globals';
import { organizationId } from '../../sandbox/index.ts';
import { days, expectFailure, hours, messagesOf, minutes, scenario } from './harness.ts';

const create = { operation: 'create', 'display-name': 'build', scopes: 'vso.code' };

scenario('makes a PAT that works, and shows everything about it except its value', async (scene) => {
  const run = await scene.run(create);
  const { sandbox } = scene;
  const [pat] = sandbox.azureDevOps.activePats('build');
  expect(run.calls).toEqual(['exchange', 'list', 'create', 'verify', 'update']);
  expect(run.outputs).toEqual({
    token: pat?.token,
    'authorization-id': pat?.authorizationId,
    'display-name': 'build',
    scopes: 'vso.code',
    'valid-from': expect.stringMatching(/Z$/u),
    'valid-to': expect.stringMatching(/Z$/u),
    'all-organizations': 'false',
    changed: 'true',
    'refresh-token': sandbox.entra.refreshTokens.at(-1)?.token,
  });
  expect(pat?.targetAccounts).toEqual([organizationId]);
  expect(sandbox.azureDevOps.works(run.outputs.token ?? '', 'contoso')).toBe(true);
  expect(run.summary).toContain('### ✅ create in contoso');
  expect(run.summary).toContain(`\`${pat?.authorizationId}\``);
  expect(messagesOf(run, 'notice')).toEqual([expect.stringMatching(/stored nowhere.*90 days.*24 hours/u)]);
});

const lifetimes: readonly [given: Record<string, string>, expected: number][] = [
  [{}, 30 * days],
  [{ 'valid-for': '90m' }, 90 * minutes],
  [{ 'valid-for': '12h' }, 12 * hours],
  [{ 'valid-for': '8w' }, 56 * days],
];
for (const [given, expected] of lifetimes) {
  scenario(`lives ${given['valid-for'] ?? 'for 30 days if nothing is said'}`, async (scene) => {
    const { outputs } = await scene.run({ ...create, ...given });
    const life = Date.parse(outputs['valid-to'] ?? '') - Date.parse(outputs['valid-from'] ?? '');
    expect(Math.abs(life - expected)).toBeLessThan(10_000);
  });
}

scenario('lives until the instant in valid-to', async (scene) => {
  const { outputs } = await scene.run({ ...create, 'valid-to': new Date(Date.now() + days).toISOString() });
  expect(Math.abs(Date.parse(outputs['valid-to'] ?? '') - Date.now() - days)).toBeLessThan(60_000);
});

const scopeForms: readonly [name: string, given: string, sent: string][] = [
  ['spaces', 'vso.code  vso.packaging_write', 'vso.code vso.packaging_write'],
  ['commas', 'vso.code, vso.packaging_write', 'vso.code vso.packaging_write'],
  ['lines', 'vso.code\nvso.packaging_write\n', 'vso.code vso.packaging_write'],
  ['full', 'full', 'app_token'],
];
for (const [name, given, sent] of scopeForms) {
  scenario(`takes scopes as ${name}`, async (scene) => {
    const { outputs } = await scene.run({ ...create, scopes: given });
    expect(outputs.scopes).toBe(sent);
    expect(scene.sandbox.azureDevOps.activePats('build')).toMatchObject([{ scope: sent }]);
  });
}

scenario('lets the service decide on a scope that it does not know', async (scene) => {
  const run = await scene.run({ ...create, scopes: 'vso.code vso.moonbase' });
  expectFailure(run, 'invalid-scope', 'Creating the PAT');
  expect(messagesOf(run, 'warning')).toEqual([expect.stringContaining('"vso.moonbase"')]);
});

scenario('if-exists: fail refuses a second PAT of the name', async (scene) => {
  const { authorizationId } = scene.sandbox.azureDevOps.addPat({ displayName: 'build' });
  const run = await scene.run(create);
  expectFailure(run, 'pat-exists', authorizationId);
  expect(scene.sandbox.azureDevOps.pats).toHaveLength(1);
});

scenario('if-exists: allow makes a second PAT of the name and leaves the first alone', async (scene) => {
  const first = scene.sandbox.azureDevOps.addPat({ displayName: 'build' });
  const run = await scene.run({ ...create, 'if-exists': 'allow' });
  expect(run.outputs).toMatchObject({ changed: 'true', 'display-name': 'build' });
  expect(scene.sandbox.azureDevOps.activePats('build')).toHaveLength(2);
  expect(first.revoked).toBe(false);
});

scenario('if-exists: rotate replaces the PAT of the name', async (scene) => {
  const first = scene.sandbox.azureDevOps.addPat({ displayName: 'build' });
  const run = await scene.run({ ...create, 'if-exists': 'rotate', scopes: 'vso.code_write' });
  expect(run.outputs).toMatchObject({ changed: 'true', 'previous-authorization-id': first.authorizationId });
  expect(first.revoked).toBe(true);
  expect(scene.sandbox.azureDevOps.activePats()).toMatchObject([{ displayName: 'build', scope: 'vso.code_write' }]);
});

scenario('if-exists: rotate makes the first PAT of the name', async (scene) => {
  const run = await scene.run({ ...create, 'if-exists': 'rotate' });
  expect(run.outputs).toMatchObject({ changed: 'true', token: expect.any(String) });
});

scenario('a PAT of the name in another organization is no obstacle, and is not touched', async (scene) => {
  const other = scene.sandbox.azureDevOps.addPat({ displayName: 'build', organization: 'fabrikam' });
  const run = await scene.run(create);
  expect(run.outputs.changed).toBe('true');
  expect(other).toMatchObject({ displayName: 'build', revoked: false });
});

scenario('all-organizations is refused by the service, and the message explains why', async (scene) => {
  const run = await scene.run({ ...create, 'all-organizations': 'true' });
  expectFailure(run, 'pat-policy-violation', /all.organizations.*2026/iu);
  expect(scene.sandbox.azureDevOps.pats).toEqual([]);
});

scenario('warns if a policy shortens the life, and uses the granted end', async (scene) => {
  scene.sandbox.azureDevOps.policies.maxLifespanDays = 7;
  const run = await scene.run({ ...create, 'valid-for': '30d' });
  expect(messagesOf(run, 'warning')).toEqual([expect.stringMatching(/granted.*earlier/u)]);
  const life = Date.parse(run.outputs['valid-to'] ?? '') - Date.parse(run.outputs['valid-from'] ?? '');
  expect(Math.abs(life - 7 * days)).toBeLessThan(10_000);
});

scenario('a create whose answer is lost leaves no PAT behind', async (scene) => {
  const { sandbox } = scene;
  let answerLost = false;
  sandbox.fault = ({ method, host }) => {
    if (answerLost || method !== 'POST' || host !== 'vssps.dev.azure.com') return undefined;
    answerLost = true;
    return { kind: 'reset-after' };
  };
  const run = await scene.run(create);
  expect(run.outputs.changed).toBe('true');
  expect(sandbox.azureDevOps.pats).toHaveLength(2);
  expect(sandbox.azureDevOps.activePats()).toMatchObject([{ token: run.outputs.token, displayName: 'build' }]);
});

scenario('accepts a PAT in the older format', async (scene) => {
  scene.sandbox.azureDevOps.patApi.tokenFormat = 'legacy';
  const run = await scene.run(create);
  expect(run.outputs.token).toMatch(/^[a-z2-7]{52}$/u);
});
