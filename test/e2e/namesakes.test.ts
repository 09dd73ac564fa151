import { expect } from '@jest/globals';
import { appToken, organizationName } from '../../sandbox/index.ts';
import { days, expectFailure, type Inputs, minutes, type Run, type Scene, scenario } from './harness.ts';

const into = (name: string): Inputs => ({ 'token-destinations': `github-secret:${name}`, 'github-token': appToken });
const another: Inputs = {
  operation: 'create',
  'display-name': 'build',
  scopes: 'vso.code',
  'if-exists': 'allow',
  ...into('ONE'),
};
const rotate: Inputs = { operation: 'rotate', 'display-name': 'build', ...into('TWO') };

function addBuild({ sandbox }: Scene) {
  return sandbox.azureDevOps.addPat({
    displayName: 'build',
    scope: 'vso.code',
    validFrom: sandbox.clock.now() - 20 * days,
    validTo: sandbox.clock.now() + 20 * days,
  });
}

function works({ sandbox }: Scene, secret: string): boolean {
  return sandbox.azureDevOps.works(sandbox.github.secret('contoso/app', secret) ?? '', organizationName);
}

/** A run that dies when the new PAT is stored everywhere and only lacks its name. */
async function dieBeforeRename(scene: Scene, inputs: Inputs): Promise<Run> {
  scene.sandbox.fault = ({ method, host }) =>
    method === 'PUT' && host === 'vssps.dev.azure.com' ? { kind: 'status', status: 503 } : undefined;
  const run = await scene.run(inputs);
  scene.sandbox.fault = undefined;
  expectFailure(run, 'service-unavailable', 'by its authorization-id, because other PATs have the same name.');
  expect(run.outputs['display-name']).toMatch(/^build~pending-g\d+\.1-ad0be/u);
  expect(run.outputs.changed).toBe('true');
  scene.sandbox.elapse(20 * minutes);
  return run;
}

scenario('a second PAT of a name that is still pending is not a leftover of the first one', async (scene) => {
  addBuild(scene);
  await dieBeforeRename(scene, another);
  const run = await scene.run(rotate);
  expectFailure(run, 'pat-ambiguous', '2 active PATs have this name');
  expect(works(scene, 'ONE')).toBe(true);
  expect(scene.sandbox.azureDevOps.activePats()).toHaveLength(2);
});

scenario('a PAT that was rotated by its id beside a namesake is not a leftover of that namesake', async (scene) => {
  const namesake = addBuild(scene);
  const old = addBuild(scene);
  const byId = { operation: 'rotate', 'authorization-id': old.authorizationId, ...into('ONE') };
  const dead = await dieBeforeRename(scene, byId);
  expect(dead.outputs['previous-authorization-id']).toBe(old.authorizationId);
  expectFailure(await scene.run(rotate), 'pat-ambiguous', namesake.authorizationId);
  expect(works(scene, 'ONE')).toBe(true);
  // A rotation by its id finishes what is left.
  const id = dead.outputs['authorization-id'] ?? '';
  const finished = await scene.run({ ...byId, 'authorization-id': id, 'rotate-within': '1h' });
  expect(finished.outputs).toMatchObject({ changed: 'true', 'display-name': 'build' });
  expect(works(scene, 'ONE')).toBe(true);
  expect(scene.sandbox.azureDevOps.activePats('build')).toHaveLength(2);
  expect(scene.sandbox.azureDevOps.activePats()).toHaveLength(2);
});

scenario('a pending PAT without a namesake is rotated by its name', async (scene) => {
  const first = addBuild(scene);
  await dieBeforeRename(scene, another);
  first.revoked = true;
  const run = await scene.run({ ...rotate, ...into('ONE') });
  expect(run.outputs).toMatchObject({ changed: 'true', 'display-name': 'build' });
  expect(works(scene, 'ONE')).toBe(true);
  expect(scene.sandbox.azureDevOps.activePats()).toHaveLength(1);
});
