import { EventEmitter } from 'node:events';
import { expect, test } from '@jest/globals';
import { appToken, organizationName, publicClientId, runStep, tenantDomain } from '../../sandbox/index.ts';
import { cancellationBySignal } from '../../src/adapters/cancellation.ts';
import { compileCache, nodeFlags } from '../node-process.ts';
import { scenario } from './harness.ts';

scenario(
  'a workflow and a pipeline rotate one PAT at once: both destinations work, and the next run cleans up',
  async (scene) => {
    const { sandbox } = scene;
    const { azureDevOps, github } = sandbox;
    azureDevOps.addPat({ displayName: 'nuget', scope: 'vso.packaging' });
    azureDevOps.variableGroups.add({
      name: 'pats',
      projects: ['App'],
      variables: { NUGET: { value: '', isSecret: true } },
    });
    const task = {
      operation: 'rotate',
      displayName: 'nuget',
      tokenDestinations: 'azure-devops-variable-group:pats/NUGET',
    };
    // The action runs on the same Node as the task.
    const step = runStep(sandbox, {
      node: scene.binary,
      nodeFlags,
      env: compileCache,
      inputs: {
        operation: 'rotate',
        organization: organizationName,
        'tenant-id': tenantDomain,
        'client-id': publicClientId,
        'refresh-token': scene.refreshToken,
        'display-name': 'nuget',
        'token-destinations': 'github-secret:NUGET',
        'github-token': appToken,
      },
    });
    // Each run makes its PAT before it can see that of the other. One after the other they would be two rotations.
    let creates = 0;
    let goOn = (): void => {};
    const bothCreate = new Promise<void>((resolve) => {
      goOn = resolve;
    });
    sandbox.fault = async ({ method, host }) => {
      if (method === 'POST' && host === 'vssps.dev.azure.com') {
        creates += 1;
        if (creates === 2) goOn();
        await bothCreate;
      }
      return undefined;
    };
    const [workflow, pipeline] = await Promise.all([step, scene.run(task)]);
    expect([workflow.outcome, pipeline.result]).toEqual(['success', 'Succeeded']);
    sandbox.fault = undefined;
    const held = [azureDevOps.variableGroups.value('pats', 'NUGET') ?? '', github.secret('contoso/app', 'NUGET') ?? ''];
    const works = (token: string): boolean => azureDevOps.works(token, organizationName);
    // What a destination holds works, whichever run was faster (I1). One that was not reached holds nothing new.
    expect(held.filter((token) => token !== '').map(works)).not.toContain(false);
    expect(held.some(works)).toBe(true);
    sandbox.elapse(20 * 60_000);
    const next = await scene.run(task, { build: { id: '4712' } });
    expect(next.result).toBe('Succeeded');
    expect(azureDevOps.activePats().map(({ token }) => token)).toEqual([
      azureDevOps.variableGroups.value('pats', 'NUGET'),
    ]);
  },
);

test('CTRL_BREAK, the second signal of an agent on Windows, asks the run to stop', () => {
  const process = new EventEmitter() as NodeJS.Process;
  const cancellation = cancellationBySignal(process);
  expect(cancellation.requested).toBe(false);
  process.emit('SIGBREAK');
  expect(cancellation.requested).toBe(true);
});
