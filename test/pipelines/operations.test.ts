import { expect } from '@jest/globals';
import { organizationName, scenario } from './harness.ts';

scenario('rotate: six requests, and the outputs are variables of the step', async (scene) => {
  const { azureDevOps } = scene.sandbox;
  const old = azureDevOps.addPat({ displayName: 'nuget', scope: 'vso.packaging' });
  const run = await scene.run({ operation: 'rotate', displayName: 'nuget' });
  expect(run.calls).toEqual(['exchange', 'list', 'create', 'verify', 'revoke', 'update']);
  const [pat] = azureDevOps.activePats();
  expect(run.result).toBe('Succeeded');
  expect(run.outputs).toMatchObject({
    token: pat?.token,
    displayName: 'nuget',
    authorizationId: pat?.authorizationId,
    previousAuthorizationId: old.authorizationId,
    changed: 'true',
  });
  expect(run.variables['pat.token']).toEqual({ value: pat?.token, secret: true });
  expect(run.main.summaries).toEqual([{ heading: 'Azure DevOps PAT', text: expect.stringContaining('nuget') }]);
  expect(run.main.exitCode).toBe(0);
  expect(azureDevOps.works(pat?.token ?? '', organizationName)).toBe(true);
});
