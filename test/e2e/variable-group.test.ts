import { expect } from '@jest/globals';
import { organizationName } from '../../sandbox/index.ts';
import { days, expectFailure, type Scene, scenario } from './harness.ts';

const inputs = {
  operation: 'rotate',
  'display-name': 'build',
  'token-destinations': 'azure-devops-variable-group:Tools/builds/PAT',
};

function populate({ sandbox }: Scene) {
  const now = sandbox.clock.now();
  const life = { validFrom: now - 20 * days, validTo: now + 20 * days };
  sandbox.azureDevOps.addPat({ displayName: 'build', scope: 'vso.code', ...life });
  return sandbox.azureDevOps.variableGroups.add({
    name: 'builds',
    projects: ['Tools', 'Web'],
    variables: { url: 'x', other: { value: 'kept', isSecret: true } },
  });
}

/** Somebody saves an older copy of the group while the new PAT takes its name. */
function duringRename({ sandbox }: Scene, change: () => void): void {
  sandbox.onAnswered = ({ method, host }) => {
    if (method === 'PUT' && host === 'vssps.dev.azure.com') change();
  };
}

scenario('a variable that somebody removed before the run ended is stored again', async (scene) => {
  const group = populate(scene);
  duringRename(scene, () => group.variables.delete('PAT'));
  const run = await scene.run(inputs);
  expect(run.exitCode).toBe(0);
  const { azureDevOps } = scene.sandbox;
  expect(azureDevOps.works(azureDevOps.variableGroups.value('builds', 'PAT') ?? '', organizationName)).toBe(true);
});

scenario('another variable that was lost before the run ended is reported, beside the outputs', async (scene) => {
  const group = populate(scene);
  duringRename(scene, () => group.variables.delete('other'));
  const run = await scene.run(inputs);
  expectFailure(run, 'destination-failed', '"other" disappeared');
  expect(run.outputs.changed).toBe('true');
  const { azureDevOps } = scene.sandbox;
  expect(azureDevOps.works(azureDevOps.variableGroups.value('builds', 'PAT') ?? '', organizationName)).toBe(true);
});
