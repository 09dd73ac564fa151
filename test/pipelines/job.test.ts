import { expect } from '@jest/globals';
import { clientSecret, connectionId, secretClientId, secretConnection, tenantId } from '../../sandbox/index.ts';
import { expectFailure, scenario } from './harness.ts';

const create = { operation: 'create', displayName: 'job', scopes: 'vso.code', revokeOnExit: 'true' };

scenario('revokeOnExit: the post-job step revokes the PAT, also when a later step failed', async (scene) => {
  const { azureDevOps } = scene.sandbox;
  const run = await scene.run(create, { after: [{ script: 'process.exit(3)' }] });
  expect(run.result).toBe('Failed');
  expect(run.posts.map(({ result, log }) => ({ result, reported: log.includes('Revoked PAT') }))).toEqual([
    { result: 'Succeeded', reported: true },
  ]);
  expect(azureDevOps.pats).toHaveLength(1);
  expect(azureDevOps.activePats()).toEqual([]);
  const [saved, ...more] = JSON.parse(run.taskVariables[0]?.justInTimePats ?? '');
  const { authorizationId, validTo } = run.outputs;
  expect([saved, new Date(saved.validTo).toISOString(), more]).toEqual([
    { organization: 'contoso', authorizationId, validTo: expect.any(Number) },
    validTo,
    [],
  ]);
});

scenario('revokeOnExit: the PATs of a failed try and of the next try are both revoked', async (scene) => {
  const { sandbox } = scene;
  sandbox.azureDevOps.variableGroups.add({ name: 'pats', projects: ['App'], variables: { JOB: '' } });
  let creates = 0;
  sandbox.fault = ({ method, host }) => {
    if (method === 'POST' && host === 'vssps.dev.azure.com') creates += 1;
    const isWrite = method === 'DELETE' || (method === 'PUT' && host === 'dev.azure.com');
    return creates === 1 && isWrite ? { kind: 'status', status: 403 } : undefined;
  };
  const run = await scene.run(
    { ...create, ifExists: 'allow', tokenDestinations: 'azure-devops-variable-group:pats/JOB' },
    { retryCountOnTaskFailure: 1, retried: true },
  );
  expect(run.result).toBe('Succeeded');
  expect(sandbox.azureDevOps.pats).toHaveLength(2);
  expect(run.posts[0]?.log.match(/Revoked PAT/gu)).toHaveLength(2);
  expect(run.posts[0]?.summaries).toHaveLength(1);
  expect(sandbox.azureDevOps.activePats()).toEqual([]);
});

scenario('the post-job step does nothing after a step that was skipped, or that left no PAT', async (scene) => {
  for (const run of [await scene.run(create, { skipped: true }), await scene.run({ operation: 'list' })]) {
    expect(run.posts.map(({ stdout }) => stdout)).toEqual(['']);
  }
});

scenario('a cancelled job begins nothing new, and its just-in-time PAT is revoked', async (scene) => {
  const { sandbox } = scene;
  let cancel = (): void => {};
  sandbox.onAnswered = ({ method, host }) => {
    if (method === 'POST' && host === 'vssps.dev.azure.com') cancel();
  };
  const run = await scene.run(create, { onSpawn: (_, stop) => (cancel = stop) });
  expect(run.result).toBe('Canceled');
  expect(sandbox.azureDevOps.activePats()).toEqual([]);
});

scenario('a retry of the agent is safe, and a later run cleans up what the first try left', async (scene) => {
  const { sandbox } = scene;
  sandbox.azureDevOps.addPat({ displayName: 'nuget' });
  let faults = 1;
  sandbox.fault = ({ method, host }) =>
    method === 'PUT' && host === 'vssps.dev.azure.com' && faults-- > 0 ? { kind: 'reset-before' } : undefined;
  const run = await scene.run(
    { operation: 'rotate', displayName: 'nuget' },
    { retryCountOnTaskFailure: 1, retried: true },
  );
  expect(run.result).toBe('Succeeded');
  expect(sandbox.azureDevOps.works(run.outputs.token ?? '', 'contoso')).toBe(true);
  // A retry looks like another job of the same attempt, which may be alive.
  sandbox.elapse(20 * 60_000);
  const next = await scene.run({ operation: 'rotate', displayName: 'nuget' }, { build: { id: '4712' } });
  expect(sandbox.azureDevOps.activePats().map(({ token }) => token)).toEqual([next.outputs.token]);
});

scenario(
  'in a build of a fork without secrets the agent skips a step with a connection, and its post-job step',
  async (scene) => {
    const build = { reason: 'PullRequest', fork: true, restrictSecrets: true };
    const id = { id: connectionId, name: 'pat-app', tenantId, clientId: secretClientId };
    const connections = [secretConnection({ ...id, secret: clientSecret })];
    const skipped = await scene.run({ ...create, serviceConnection: 'pat-app' }, { build, connections });
    expect(skipped).toMatchObject({ result: 'Succeeded', runs: [], posts: [], requests: [] });
    const refused = await scene.run(create, { build });
    expectFailure(refused, 'unsafe-event', 'allowUnsafeEvents: true');
    expect(refused.requests).toEqual([]);
  },
);

scenario(
  'if the target of a step forbids variables and commands, the agent drops them and nothing is shown',
  async (scene) => {
    const run = await scene.run(
      { operation: 'create', displayName: 'ci', scopes: 'vso.code' },
      { target: { commands: 'restricted', settableVariables: ['changed'] }, tolerateComplaints: true },
    );
    expect(run.result).toBe('Succeeded');
    expect(run.outputs).toEqual({ changed: 'true' });
    const { complaints } = run.main;
    // Each output is set once, except the name of the PAT, which gets its final value at the end.
    expect(complaints.length).toBe(new Set(complaints).size + 1);
    expect(complaints).toEqual(
      expect.arrayContaining([
        "Setting variable 'token' has been disabled by the task or build definition.",
        '##vso[task.uploadsummary] is not allowed in this step due to policy restrictions.',
      ]),
    );
  },
);

scenario('with System.Debug the agent prints each command, and no secret is in any', async (scene) => {
  const run = await scene.run({ operation: 'create', displayName: 'ci', scopes: 'vso.code' }, { debug: true });
  expect(run.main.log).toContain(
    '##[debug]Processed: ##vso[task.setvariable variable=token;isoutput=true;issecret=true]***',
  );
});

scenario('text of a service is not a command on either stream', async (scene) => {
  const { sandbox } = scene;
  const hostile = '##vso[task.setvariable variable=token]stolen\r\n##vso[task.complete result=Failed]';
  sandbox.azureDevOps.addPat({ displayName: hostile.replace('\r\n', ' ') });
  const list = await scene.run({ operation: 'list', expiringWithin: '365d' });
  expect(list.result).toBe('Succeeded');
  expect(list.outputs.token).toBeUndefined();
  sandbox.fault = ({ host }) =>
    host === 'vssps.dev.azure.com'
      ? { kind: 'status', status: 400, body: JSON.stringify({ message: hostile }) }
      : undefined;
  const failed = await scene.run({ operation: 'list' });
  expect(failed.main.result).toBe('Failed');
  expect(failed.outputs.token).toBeUndefined();
});

scenario('the next run heals what a process leaves that the agent kills', async (scene) => {
  const { sandbox } = scene;
  sandbox.azureDevOps.addPat({ displayName: 'nuget' });
  let kill = (): void => {};
  sandbox.onAnswered = ({ method, host }) => {
    if (method === 'POST' && host === 'vssps.dev.azure.com') kill();
  };
  const killed = await scene.run(
    { operation: 'rotate', displayName: 'nuget' },
    { killed: true, onSpawn: (child) => (kill = () => child.kill('SIGKILL')) },
  );
  expect(killed.result).toBe('Failed');
  sandbox.onAnswered = undefined;
  const next = await scene.run({ operation: 'rotate', displayName: 'nuget' }, { build: { attempt: 2 } });
  expect(next.result).toBe('Succeeded');
  expect(sandbox.azureDevOps.activePats().map(({ token }) => token)).toEqual([next.outputs.token]);
});
