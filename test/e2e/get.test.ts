import { expect } from '@jest/globals';
import { days, expectFailure, scenario } from './harness.ts';

scenario('shows everything about a PAT except its value', async (scene) => {
  const pat = scene.sandbox.azureDevOps.addPat({ displayName: 'build', scope: 'vso.code vso.wiki' });
  const byId = await scene.run({ operation: 'get', 'authorization-id': pat.authorizationId });
  const byName = await scene.run({ operation: 'get', 'display-name': 'build' });
  expect(byId.calls).toEqual(['exchange', 'get']);
  expect(byName.calls).toEqual(['exchange', 'list', 'identify']);
  for (const { outputs, summary } of [byId, byName]) {
    expect(outputs).toEqual({
      'authorization-id': pat.authorizationId,
      'display-name': 'build',
      scopes: 'vso.code vso.wiki',
      'valid-from': expect.any(String),
      'valid-to': expect.any(String),
      'all-organizations': 'false',
      changed: 'false',
      'refresh-token': expect.any(String),
    });
    expect(Date.parse(outputs['valid-to'] ?? '')).toBeCloseTo(pat.validTo, -4);
    expect(summary).toContain('build');
  }
});

scenario('shows a PAT by its id in any state', async (scene) => {
  const pat = scene.sandbox.azureDevOps.addPat({ displayName: 'build', revoked: true });
  const run = await scene.run({ operation: 'get', 'authorization-id': pat.authorizationId });
  expect(run.outputs['display-name']).toBe('build');
});

scenario('finds a PAT by its name within the organization', async (scene) => {
  const here = scene.sandbox.azureDevOps.addPat({ displayName: 'build' });
  scene.sandbox.azureDevOps.addPat({ displayName: 'build', organization: 'fabrikam' });
  scene.sandbox.azureDevOps.addPat({ displayName: 'build', validTo: Date.now() - days });
  const run = await scene.run({ operation: 'get', 'display-name': 'build' });
  expect(run.outputs['authorization-id']).toBe(here.authorizationId);
});

for (const how of ['patTokenError', '404'] as const) {
  scenario(`fails for an unknown id if the service says ${how}`, async (scene) => {
    scene.sandbox.azureDevOps.patApi.getUnknown = how;
    const id = '01234567-89ab-cdef-0123-456789abcdef';
    expectFailure(await scene.run({ operation: 'get', 'authorization-id': id }), 'pat-not-found', id);
  });
}

scenario('fails for an unknown name', async (scene) => {
  expectFailure(await scene.run({ operation: 'get', 'display-name': 'build' }), 'pat-not-found', '"build"');
});
