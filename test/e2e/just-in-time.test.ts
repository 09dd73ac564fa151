import { expect } from '@jest/globals';
import { runJob } from '../../sandbox/index.ts';
import { expectFailure, hours, scenario } from './harness.ts';

const create = { operation: 'create', 'display-name': 'job', scopes: 'vso.code', 'revoke-on-exit': 'true' };

scenario('revoke-on-exit: the post step revokes the PAT, hours later too', async (scene) => {
  const { sandbox } = scene;
  const made = await scene.run(create);
  const [pat] = sandbox.azureDevOps.activePats('job');
  expect(Object.values(made.state)).toEqual([pat?.authorizationId]);
  sandbox.elapse(6 * hours);
  const post = await scene.post(made, create);
  expect(post.calls).toEqual(['exchange', 'revoke']);
  expect(post.log).toContain(`Revoked PAT ${pat?.authorizationId}`);
  expect(sandbox.azureDevOps.activePats()).toEqual([]);
});

scenario('a whole job: the PAT works in its steps and is gone afterwards', async (scene) => {
  const { sandbox } = scene;
  const inputs = { ...scene.inputs, ...create };
  const get = { ...scene.inputs, operation: 'get', 'display-name': 'job' };
  const job = await runJob(sandbox, { steps: [{ id: 'pat', inputs }, { inputs: get }] });
  expect(job.outcome).toBe('success');
  expect(job.steps[1]?.outputs['authorization-id']).toBe(job.outputs.pat?.['authorization-id']);
  expect(job.posts).toHaveLength(2);
  expect(sandbox.azureDevOps.activePats()).toEqual([]);
});

scenario('the PAT is gone also where a later step fails', async (scene) => {
  const { sandbox } = scene;
  const inputs = { ...scene.inputs, ...create };
  const broken = { ...scene.inputs, operation: 'get', 'display-name': 'nobody' };
  const job = await runJob(sandbox, { steps: [{ inputs }, { inputs: broken }] });
  expect(job.outcome).toBe('failure');
  expect(sandbox.azureDevOps.activePats()).toEqual([]);
});

scenario('a PAT that is pending when the step dies is revoked by the post step', async (scene) => {
  const { sandbox } = scene;
  // Nothing after the create gets through, so that the step cannot tidy up after itself.
  sandbox.fault = ({ method, path }) =>
    method === 'DELETE' || path.includes('connectionData') ? { kind: 'status', status: 400, body: {} } : undefined;
  const made = await scene.run(create);
  expect(made.exitCode).toBe(1);
  expect(sandbox.azureDevOps.activePats()).toHaveLength(1);
  sandbox.fault = undefined;
  expect((await scene.post(made, create)).exitCode).toBe(0);
  expect(sandbox.azureDevOps.activePats()).toEqual([]);
});

scenario('the post step succeeds where the PAT is gone already', async (scene) => {
  const made = await scene.run(create);
  await scene.run({ operation: 'revoke', 'display-name': 'job' });
  expect((await scene.post(made, create)).exitCode).toBe(0);
});

scenario('the post step says so where it cannot revoke', async (scene) => {
  const made = await scene.run(create);
  scene.sandbox.entra.revokeSessions(scene.user);
  expectFailure(await scene.post(made, create), 'refresh-token-revoked', 'Exchanging the refresh token');
});

scenario('the post step without saved state does nothing and says nothing', async (scene) => {
  for (const inputs of [{ ...create, 'revoke-on-exit': 'false' }, { operation: 'list' }]) {
    const made = await scene.run(inputs);
    expect(made.state).toEqual({});
    const post = await scene.post(made, inputs);
    expect(post).toMatchObject({ exitCode: 0, stdout: '', requests: [], outputs: {}, rawSummary: '' });
  }
});

scenario('a create that fails saves nothing to revoke', async (scene) => {
  scene.sandbox.azureDevOps.addPat({ displayName: 'job' });
  const made = await scene.run(create);
  expect(made.state).toEqual({});
  expect((await scene.post(made, create)).requests).toEqual([]);
});
