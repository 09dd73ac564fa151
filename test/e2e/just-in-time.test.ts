import { expect } from '@jest/globals';
import { appToken, repositoryName, runJob, vaultName } from '../../sandbox/index.ts';
import { expectFailure, hours, type Run, scenario, warm } from './harness.ts';

const create = { operation: 'create', 'display-name': 'job', scopes: 'vso.code', 'revoke-on-exit': 'true' };

scenario('revoke-on-exit: the post step revokes the PAT, also hours later', async (scene) => {
  const { sandbox } = scene;
  const made = await scene.run(create);
  const [pat] = sandbox.azureDevOps.activePats('job');
  expect(made.state['just-in-time-pat']).toBe(pat?.authorizationId);
  sandbox.elapse(6 * hours);
  const post = await scene.post(made, create);
  expect(post.calls).toEqual(['exchange', 'revoke']);
  expect(post.log).toContain(`Revoked PAT ${pat?.authorizationId}`);
  expect(sandbox.azureDevOps.activePats()).toEqual([]);
});

scenario('the PAT works in the steps of the job and is gone afterwards', async (scene) => {
  const { sandbox } = scene;
  const inputs = { ...scene.inputs, ...create };
  const get = { ...scene.inputs, operation: 'get', 'display-name': 'job' };
  const job = await runJob(sandbox, {
    steps: [
      { ...warm, id: 'pat', inputs },
      { ...warm, inputs: get },
    ],
  });
  expect(job.outcome).toBe('success');
  expect(job.steps[1]?.outputs['authorization-id']).toBe(job.outputs.pat?.['authorization-id']);
  expect(job.posts).toHaveLength(2);
  expect(sandbox.azureDevOps.activePats()).toEqual([]);
});

scenario('the PAT is gone also if a later step fails', async (scene) => {
  const { sandbox } = scene;
  const inputs = { ...scene.inputs, ...create };
  const broken = { ...scene.inputs, operation: 'get', 'display-name': 'nobody' };
  const job = await runJob(sandbox, {
    steps: [
      { ...warm, inputs },
      { ...warm, inputs: broken },
    ],
  });
  expect(job.outcome).toBe('failure');
  expect(sandbox.azureDevOps.activePats()).toEqual([]);
});

scenario('a PAT that is pending when the step dies is revoked by the post step', async (scene) => {
  const { sandbox } = scene;
  // No request after the create gets through, so the step can't clean up.
  sandbox.fault = ({ method, path }) =>
    method === 'DELETE' || path.includes('connectionData') ? { kind: 'status', status: 400, body: {} } : undefined;
  const made = await scene.run(create);
  expect(made.exitCode).toBe(1);
  expect(sandbox.azureDevOps.activePats()).toHaveLength(1);
  sandbox.fault = undefined;
  expect((await scene.post(made, create)).exitCode).toBe(0);
  expect(sandbox.azureDevOps.activePats()).toEqual([]);
});

scenario('the post step succeeds if the PAT is gone already', async (scene) => {
  const made = await scene.run(create);
  await scene.run({ operation: 'revoke', 'display-name': 'job' });
  expect((await scene.post(made, create)).exitCode).toBe(0);
});

scenario('the post step reports that it cannot revoke', async (scene) => {
  const made = await scene.run(create);
  scene.sandbox.entra.revokeSessions(scene.user);
  expectFailure(await scene.post(made, create), 'refresh-token-revoked', 'Asking for an access token');
});

scenario('the post step without saved state does nothing and prints nothing', async (scene) => {
  for (const inputs of [{ ...create, 'revoke-on-exit': 'false' }, { operation: 'list' }]) {
    const made = await scene.run(inputs);
    expect(made.state).toEqual({});
    const post = await scene.post(made, inputs);
    expect(post).toMatchObject({ exitCode: 0, stdout: '', requests: [], outputs: {}, rawSummary: '' });
  }
});

scenario('the PAT is revoked even if the job is cancelled while the post step runs', async (scene) => {
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    for (const at of ['exchange', 'revoke']) {
      const made = await scene.run(create);
      expect(scene.sandbox.azureDevOps.activePats()).toHaveLength(1);
      let stop = (): void => {};
      scene.sandbox.fault = ({ host }) => {
        if (host.startsWith('login.') === (at === 'exchange')) stop();
        return undefined;
      };
      const post = await scene.post(made, create, { onSpawn: (child) => (stop = () => child.kill(signal)) });
      scene.sandbox.fault = undefined;
      expect([signal, at, post.exitCode, post.calls]).toEqual([signal, at, 0, ['exchange', 'revoke']]);
      expect(scene.sandbox.azureDevOps.activePats()).toEqual([]);
    }
  }
});

scenario('a create that fails saves nothing to revoke', async (scene) => {
  scene.sandbox.azureDevOps.addPat({ displayName: 'job' });
  const made = await scene.run(create);
  expect(made.state).toEqual({});
  expect((await scene.post(made, create)).requests).toEqual([]);
});

scenario('the PAT is revoked first, even if the refresh token cannot be stored', async (scene) => {
  const { sandbox } = scene;
  const places = {
    github: { 'refresh-token-destinations': 'github-secret:REFRESH', 'github-token': appToken },
    vault: { 'refresh-token-destinations': `azure-key-vault:${vaultName}/refresh` },
  };
  const answers: Record<string, number> = { 'api.github.com': 401, [`${vaultName}.vault.azure.net`]: 404 };
  for (const place of Object.values(places)) {
    const inputs = { ...create, ...place };
    const made = await scene.run(inputs);
    expect(made.exitCode).toBe(0);
    sandbox.fault = ({ host }) => {
      const status = answers[host];
      return status === undefined ? undefined : { kind: 'status', status, body: {} };
    };
    const post = await scene.post(made, inputs);
    sandbox.fault = undefined;
    expect(post.exitCode).toBe(1);
    expect(post.outputs['error-message']).toMatch(/Revoking came first/u);
    expect(sandbox.azureDevOps.activePats()).toEqual([]);
  }
});

scenario('the PAT is revoked although the exchange for the vault of the refresh token fails', async (scene) => {
  const { sandbox } = scene;
  const inputs = { ...create, 'refresh-token-destinations': `azure-key-vault:${vaultName}/refresh` };
  const made = await scene.run(inputs);
  let exchanges = 0;
  sandbox.fault = ({ host, path }) =>
    host === 'login.microsoftonline.com' && path.includes('/token') && ++exchanges > 1
      ? { kind: 'status', status: 400, body: { error: 'invalid_grant', error_codes: [65001] } }
      : undefined;
  const post = await scene.post(made, inputs);
  expectFailure(post, 'consent-required', /Revoking came first/u);
  expect(sandbox.azureDevOps.activePats()).toEqual([]);
});

scenario('the PAT is revoked although an input for what comes after is wrong', async (scene) => {
  const made = await scene.run(create);
  const wrong = { ...create, 'refresh-token-destinations': 'github-secret:', 'max-attempts': 'many', scopes: '?' };
  const post = await scene.post(made, wrong);
  expectFailure(post, 'invalid-input', /max-attempts.*is revoked. The new refresh token is stored nowhere/u);
  expect(scene.sandbox.azureDevOps.activePats()).toEqual([]);
});

scenario('the PAT is revoked although expected-user names another user', async (scene) => {
  const made = await scene.run(create);
  const post = await scene.post(made, { ...create, 'expected-user': 'somebody.else@contoso.com' });
  expectFailure(post, 'wrong-user', /is revoked/u);
  expect(scene.sandbox.azureDevOps.activePats()).toEqual([]);
});

scenario('the PAT is revoked although the event is unsafe, because the step was allowed to run', async (scene) => {
  const inputs = { ...create, 'allow-unsafe-events': 'true' };
  const made = await scene.run(inputs, { event: { name: 'workflow_run' } });
  expect(made.exitCode).toBe(0);
  await scene.post(made, create, { event: { name: 'workflow_run' } });
  expect(scene.sandbox.azureDevOps.activePats()).toEqual([]);
});

scenario('if the PAT cannot be revoked, the error says until when it may live', async (scene) => {
  const made = await scene.run(create);
  scene.sandbox.fault = ({ method }) => (method === 'DELETE' ? { kind: 'status', status: 403, body: {} } : undefined);
  const [pat] = scene.sandbox.azureDevOps.activePats();
  const end = new Date(pat?.validTo ?? 0).toISOString().slice(0, 16);
  const alive = `The just-in-time PAT ${pat?.authorizationId} may still be active. Revoke it, or it stays valid until`;
  const reported = (post: Run): void => {
    expect(post.outputs['error-message']).toMatch(new RegExp(`${alive} ${end}`, 'u'));
    expect(post.rawSummary).toContain(`${pat?.authorizationId} may still be active`);
  };
  const post = await scene.post(made, create);
  expectFailure(post, 'forbidden', 'HTTP 403');
  reported(post);
  // The user can no longer see the organization.
  scene.sandbox.fault = ({ host }) =>
    host.startsWith('vssps.') ? { kind: 'status', status: 404, body: {} } : undefined;
  const gone = await scene.post(made, create);
  expectFailure(gone, 'organization-not-found', 'contoso');
  reported(gone);
  scene.sandbox.fault = undefined;
  const blind = await scene.post(made, { ...create, 'refresh-token': '' });
  expectFailure(blind, 'invalid-input', 'may still be active. Revoke it');
});

scenario('revoke ends the PATs even if the refresh token cannot be stored', async (scene) => {
  const { sandbox } = scene;
  const pat = sandbox.azureDevOps.addPat({ displayName: 'leaked' });
  sandbox.fault = ({ host }) => (host === 'api.github.com' ? { kind: 'status', status: 401, body: {} } : undefined);
  const run = await scene.run({
    operation: 'revoke',
    'display-name': 'leaked',
    'refresh-token-destinations': 'github-secret:REFRESH',
    'github-token': appToken,
  });
  expectFailure(run, 'destination-denied', /lets it be used again/u);
  expect([pat.revoked, run.outputs.changed]).toEqual([true, 'true']);
});

scenario('a revoke that finds nothing still stores the new refresh token', async (scene) => {
  const run = await scene.run({
    operation: 'revoke',
    'display-name': 'nobody',
    'refresh-token-destinations': 'github-secret:REFRESH',
    'github-token': appToken,
  });
  expectFailure(run, 'pat-not-found', 'nobody');
  expect(scene.sandbox.github.secret(repositoryName, 'REFRESH')).toBe(run.outputs['refresh-token']);
});
