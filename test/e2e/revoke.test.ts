import { expect } from '@jest/globals';
import { expectFailure, type Scene, scenario } from './harness.ts';

const unknown = '01234567-89ab-cdef-0123-456789abcdef';

function build(scene: Scene, displayName = 'build', more: object = {}) {
  return scene.sandbox.azureDevOps.addPat({ displayName, ...more });
}

scenario('revokes by id', async (scene) => {
  const [gone, other] = [build(scene), build(scene)];
  const run = await scene.run({ operation: 'revoke', 'authorization-id': gone.authorizationId });
  expect(run.calls).toEqual(['exchange', 'revoke']);
  expect(run.outputs).toEqual({ changed: 'true', 'refresh-token': expect.any(String) });
  expect([gone.revoked, other.revoked]).toEqual([true, false]);
});

scenario('revokes several ids, one per line', async (scene) => {
  const pats = [build(scene), build(scene), build(scene)];
  const ids = pats.map(({ authorizationId }) => authorizationId).join('\n');
  const run = await scene.run({ operation: 'revoke', 'authorization-id': `${ids}\n` });
  expect(run.outputs.changed).toBe('true');
  expect(scene.sandbox.azureDevOps.activePats()).toEqual([]);
});

scenario('revokes by name, with what its rotations left', async (scene) => {
  build(scene);
  await scene.run({ operation: 'rotate', 'display-name': 'build', 'previous-token': 'keep' });
  build(scene, 'build~pending-g77.1-0123456789ab');
  const other = build(scene, 'build2');
  expect(scene.sandbox.azureDevOps.activePats()).toHaveLength(4);
  await scene.run({ operation: 'revoke', 'display-name': 'build' });
  expect(scene.sandbox.azureDevOps.activePats()).toEqual([other]);
});

scenario('leaves a PAT alone that a person named like a leftover, and reports it', async (scene) => {
  const theirs = ['build~superseded', 'build~pending-2024-07', 'build~pending-17-0123456789ab'];
  const pats = theirs.map((name) => build(scene, name));
  build(scene);
  const rotated = await scene.run({ operation: 'rotate', 'display-name': 'build' });
  const revoked = await scene.run({ operation: 'revoke', 'display-name': 'build' });
  expect(scene.sandbox.azureDevOps.activePats()).toEqual(pats);
  for (const run of [rotated, revoked]) {
    for (const name of theirs) expect(run.log).toContain(`"${name}" looks as if a rotation`);
  }
});

for (const how of ['404', '204', 'SessionTokenNotFound', 'patTokenError'] as const) {
  scenario(`revoking again succeeds if the service says ${how}`, async (scene) => {
    scene.sandbox.azureDevOps.patApi.revokeUnknown = how;
    const inputs = { operation: 'revoke', 'authorization-id': build(scene).authorizationId };
    await scene.run(inputs);
    expect((await scene.run(inputs)).exitCode).toBe(0);
    expect((await scene.run({ ...inputs, 'authorization-id': unknown })).exitCode).toBe(0);
  });
}

scenario('revoking a name again succeeds and changes nothing', async (scene) => {
  build(scene);
  await scene.run({ operation: 'revoke', 'display-name': 'build' });
  const again = await scene.run({ operation: 'revoke', 'display-name': 'build' });
  expect(again.outputs.changed).toBe('false');
  expect(again.log).toContain('was revoked already');
});

scenario('fails for an unknown name, unless if-missing is ignore', async (scene) => {
  expectFailure(await scene.run({ operation: 'revoke', 'display-name': 'build' }), 'pat-not-found', '"build"');
  const ignored = await scene.run({ operation: 'revoke', 'display-name': 'build', 'if-missing': 'ignore' });
  expect(ignored.outputs).toEqual({ changed: 'false', 'refresh-token': expect.any(String) });
});

scenario('never guesses between two PATs of one name', async (scene) => {
  const ids = [build(scene), build(scene)].map(({ authorizationId }) => authorizationId);
  const run = await scene.run({ operation: 'revoke', 'display-name': 'build' });
  for (const id of ids) expectFailure(run, 'pat-ambiguous', id);
  expect(scene.sandbox.azureDevOps.activePats('build')).toHaveLength(2);
});

scenario('never touches a namesake in another organization', async (scene) => {
  const there = build(scene, 'build', { organization: 'fabrikam' });
  expectFailure(await scene.run({ operation: 'revoke', 'display-name': 'build' }), 'pat-not-found', '"build"');
  build(scene);
  await scene.run({ operation: 'revoke', 'display-name': 'build' });
  expect(scene.sandbox.azureDevOps.activePats()).toEqual([there]);
});

scenario('an organization that does not exist is reported as such, and not as a missing PAT', async (scene) => {
  const run = await scene.run({ operation: 'revoke', 'authorization-id': unknown, organization: 'contosso' });
  expectFailure(run, 'organization-not-found', 'contosso');
});

scenario('goes on after an id that is gone already', async (scene) => {
  const pat = build(scene);
  const ids = `${unknown}\n${pat.authorizationId}`;
  const run = await scene.run({ operation: 'revoke', 'authorization-id': ids });
  expect(run.outputs.changed).toBe('true');
  expect(pat.revoked).toBe(true);
});
