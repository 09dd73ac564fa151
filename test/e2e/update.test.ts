import { expect } from '@jest/globals';
import { days, expectFailure, messagesOf, type Scene, scenario } from './harness.ts';

const update = { operation: 'update', 'display-name': 'build' };

function build(scene: Scene, more: object = {}) {
  return scene.sandbox.azureDevOps.addPat({ displayName: 'build', scope: 'vso.code', ...more });
}

scenario('changes name, scopes and end in place, and the value stays', async (scene) => {
  const pat = build(scene);
  const value = pat.token;
  const run = await scene.run({
    ...update,
    'new-display-name': 'nightly',
    scopes: 'vso.code vso.wiki',
    'valid-for': '7d',
  });
  // The second list looks whether the new name is free.
  expect(run.calls).toEqual(['exchange', 'list', 'identify', 'list', 'update']);
  expect(run.outputs).toEqual({
    'authorization-id': pat.authorizationId,
    'display-name': 'nightly',
    scopes: 'vso.code vso.wiki',
    'valid-from': expect.any(String),
    'valid-to': expect.any(String),
    'all-organizations': 'false',
    changed: 'true',
    'refresh-token': expect.any(String),
  });
  expect(Math.abs(pat.validTo - Date.now() - 7 * days)).toBeLessThan(60_000);
  expect(pat).toMatchObject({ displayName: 'nightly', token: value, revoked: false });
});

scenario('finds the PAT by its id', async (scene) => {
  const [pat, other] = [build(scene), build(scene)];
  const until = new Date(Date.now() + 3 * days).toISOString();
  const run = await scene.run({ operation: 'update', 'authorization-id': pat.authorizationId, 'valid-to': until });
  expect(run.calls).toEqual(['exchange', 'get', 'update']);
  expect(Math.abs(pat.validTo - Date.parse(until))).toBeLessThan(10);
  expect(other.validTo).toBeGreaterThan(Date.now() + 29 * days);
});

scenario('sends nothing if nothing differs', async (scene) => {
  const pat = build(scene, { scope: 'vso.wiki vso.code' });
  const run = await scene.run({ ...update, scopes: 'vso.code vso.wiki', 'new-display-name': 'build' });
  expect(run.calls).not.toContain('update');
  expect(run.outputs).toMatchObject({ changed: 'false', 'authorization-id': pat.authorizationId });
});

scenario('warns if a policy shortens the life', async (scene) => {
  build(scene);
  scene.sandbox.azureDevOps.policies.maxLifespanDays = 40;
  const run = await scene.run({ ...update, 'valid-for': '60d' });
  expect(messagesOf(run, 'warning')).toEqual([expect.stringMatching(/granted "build" .* a life until.*earlier/u)]);
});

scenario('explains why there can be no PAT of all organizations', async (scene) => {
  const pat = build(scene);
  const run = await scene.run({ ...update, 'all-organizations': 'true' });
  expectFailure(run, 'pat-policy-violation', /all.organizations/iu);
  expect(pat.targetAccounts).not.toBeNull();
});

scenario('narrows a PAT of all organizations to this one', async (scene) => {
  const pat = build(scene, { targetAccounts: null });
  const run = await scene.run({ ...update, 'all-organizations': 'false' });
  expect(run.outputs).toMatchObject({ changed: 'true', 'all-organizations': 'false' });
  expect(pat.targetAccounts).toHaveLength(1);
});

for (const extendable of [false, true]) {
  scenario(`an expired PAT is dead even if the service would ${extendable ? '' : 'not '}extend it`, async (scene) => {
    scene.sandbox.azureDevOps.policies.expiredExtendable = extendable;
    const pat = build(scene, { validFrom: Date.now() - 30 * days, validTo: Date.now() - days });
    const byId = { operation: 'update', 'authorization-id': pat.authorizationId, 'valid-for': '30d' };
    expectFailure(await scene.run(byId), 'pat-not-found', 'expired');
    expectFailure(await scene.run({ ...update, 'valid-for': '30d' }), 'pat-not-found', '"build"');
    expect(pat.validTo).toBeLessThan(Date.now());
  });
}

scenario('a revoked PAT is not changed', async (scene) => {
  const pat = build(scene, { revoked: true });
  const run = await scene.run({ operation: 'update', 'authorization-id': pat.authorizationId, scopes: 'vso.wiki' });
  expectFailure(run, 'pat-not-found', pat.authorizationId);
});

scenario(
  'never guesses between two PATs of one name, and never changes the one of another organization',
  async (scene) => {
    const [first] = [build(scene), build(scene)];
    expectFailure(await scene.run({ ...update, scopes: 'vso.wiki' }), 'pat-ambiguous', first.authorizationId);
    const there = build(scene, { displayName: 'remote', organization: 'fabrikam' });
    const remote = await scene.run({ operation: 'update', 'display-name': 'remote', scopes: 'vso.wiki' });
    expectFailure(remote, 'pat-not-found', '"remote"');
    expect(there.scope).toBe('vso.code');
  },
);
