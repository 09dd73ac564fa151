import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from '@jest/globals';
import { organizationName, vaultName } from '../../sandbox/index.ts';
import { expectFailure, scenario, warningsOf } from './harness.ts';

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
  expect(azureDevOps.works(pat?.token ?? '', organizationName)).toBe(true);
});

scenario('create: a script of the job gets the PAT only by its env', async (scene) => {
  const run = await scene.run(
    { operation: 'create', displayName: 'ci', scopes: 'vso.code' },
    {
      after: [
        {
          script:
            'console.log(process.env.PAT?.length, Object.keys(process.env).some((name) => /PAT_TOKEN/.test(name)))',
          env: { PAT: '$(pat.token)' },
        },
      ],
    },
  );
  expect(run.result).toBe('Succeeded');
  expect(run.runs[1]?.stdout).toBe(`${run.outputs.token?.length} false\n`);
});

scenario('update, get, list and revoke set their outputs', async (scene) => {
  const { azureDevOps } = scene.sandbox;
  const { authorizationId } = azureDevOps.addPat({ displayName: 'nuget' });
  const update = await scene.run({ operation: 'update', displayName: 'nuget', newDisplayName: 'nuget-2' });
  expect(update.outputs).toMatchObject({ displayName: 'nuget-2', changed: 'true' });
  const get = await scene.run({ operation: 'get', authorizationId });
  expect(get.outputs).toMatchObject({ displayName: 'nuget-2', changed: 'false' });
  const list = await scene.run({ operation: 'list' });
  expect(list.outputs.count).toBe('1');
  expect(JSON.parse(list.outputs.pats ?? '')).toHaveLength(1);
  const revoke = await scene.run({ operation: 'revoke', displayName: 'nuget-2' });
  expect(revoke.outputs.changed).toBe('true');
  expect(azureDevOps.activePats()).toEqual([]);
});

scenario('exchange: the access token is a secret output', async (scene) => {
  const run = await scene.run({ operation: 'exchange' });
  expect(run.calls).toEqual(['exchange']);
  expect(run.variables['pat.accessToken']?.secret).toBe(true);
  expect(run.variables['pat.refreshToken']?.secret).toBe(true);
});

scenario('check: there is a line for each thing, and a failed one fails the step', async (scene) => {
  const { sandbox } = scene;
  sandbox.azureDevOps.addPat({ displayName: 'nuget' });
  sandbox.azureDevOps.variableGroups.add({
    name: 'pats',
    projects: ['App'],
    variables: { NUGET: { value: 'x', isSecret: true }, REFRESH_TOKEN: { value: 'old', isSecret: true } },
  });
  const check = {
    operation: 'check',
    displayName: 'nuget',
    tokenDestinations: 'azure-devops-variable-group:pats/NUGET',
    refreshTokenDestinations: 'azure-devops-variable-group:pats/REFRESH_TOKEN',
  };
  const well = await scene.run(check);
  const checks = JSON.parse(well.outputs.checks ?? '[]') as { check: string; state: string; text: string }[];
  expect(checks.map(({ check: name, state }) => `${name}: ${state}`)).toEqual([
    'sign-in: ok',
    'permissions: ok',
    'refresh-token-destination: ok',
    'organization: ok',
    'pat: ok',
    'token-destination: ok',
    'clock: ok',
    'proxy: ok',
    'runtime: ok',
  ]);
  expect(checks.at(-1)?.text).toMatch(new RegExp(`^This runs on agent 4\\..*, Node\\.js ${scene.node}\\.`, 'u'));
  expect(well.outputs.changed).toBe('false');
  expect(sandbox.azureDevOps.variableGroups.value('pats', 'REFRESH_TOKEN')).toBe(well.outputs.refreshToken);
  sandbox.entra.revokeSessions(sandbox.entra.directory.user);
  const over = await scene.run(check);
  expectFailure(over, 'check-failed', /sign-in client .*\(refresh-token-revoked\)/u);
  expect(over.outputs.checks).toContain('"failed"');
});

scenario(
  'sync: the manifest is a file of the sources or of a classic release, or is in the YAML of the pipeline',
  async (scene) => {
    const { azureDevOps } = scene.sandbox;
    azureDevOps.variableGroups.add({ name: 'pats', projects: ['App'], variables: { NUGET: '' } });
    const manifest = [
      'tokens:',
      '  - display-name: nuget',
      '    scopes: vso.packaging',
      '    valid-for: 30d',
      '    destinations: azure-devops-variable-group:pats/NUGET',
    ].join('\n');
    const sources = await mkdtemp(join(tmpdir(), 'pat-sources-'));
    try {
      await writeFile(join(sources, 'pats.yml'), manifest);
      const made = await scene.run({ operation: 'sync', manifest: 'pats.yml' }, { sources });
      expect(JSON.parse(made.outputs.plan ?? '')).toEqual([expect.objectContaining({ action: 'create' })]);
      const released = await scene.run(
        { operation: 'sync', manifest: 'pats.yml' },
        { sources, build: { host: 'release' } },
      );
      expect(released.outputs.changed).toBe('false');
    } finally {
      await rm(sources, { recursive: true, force: true });
    }
    expect(azureDevOps.works(azureDevOps.variableGroups.value('pats', 'NUGET') ?? '', organizationName)).toBe(true);
    const again = await scene.run({ operation: 'sync', manifest });
    expect(again.outputs.changed).toBe('false');
  },
);

scenario('the refresh token is stored in a group of the project of the pipeline, and in a key vault', async (scene) => {
  const { azureDevOps, keyVault } = scene.sandbox;
  azureDevOps.addPat({ displayName: 'nuget' });
  azureDevOps.variableGroups.add({
    name: 'pats',
    projects: ['App'],
    variables: { REFRESH_TOKEN: { value: 'old', isSecret: true } },
  });
  const run = await scene.run({
    operation: 'rotate',
    displayName: 'nuget',
    tokenDestinations: `azure-key-vault:${vaultName}/nuget`,
    refreshTokenDestinations: 'azure-devops-variable-group:pats/REFRESH_TOKEN',
  });
  expect(run.result).toBe('Succeeded');
  expect(azureDevOps.variableGroups.value('pats', 'REFRESH_TOKEN')).toBe(run.outputs.refreshToken);
  expect(keyVault.secret(vaultName, 'nuget')).toBe(run.outputs.token);
});

scenario('the project of the pipeline is not used for another organization', async (scene) => {
  const run = await scene.run({
    operation: 'rotate',
    organization: 'fabrikam',
    displayName: 'nuget',
    tokenDestinations: 'azure-devops-variable-group:pats/NUGET',
  });
  expectFailure(run, 'invalid-input', 'tokenDestinations: line 1');
  expect(run.requests).toEqual([]);
});

scenario('an output that is too long for a variable is written to a file, also in a job container', async (scene) => {
  for (let at = 0; at < 120; at++) scene.sandbox.azureDevOps.addPat({ displayName: `pat-${at}` });
  const run = await scene.run({ operation: 'list' }, { container: true });
  expect(run.outputs).toMatchObject({ count: '120', file: expect.stringMatching(/\/__w\/_temp\/.*pats\.json$/u) });
  expect(run.main.summaries).toHaveLength(1);
  expect(run.outputs.pats).toBeUndefined();
  const [, text = ''] = Object.entries(run.files).find(([path]) => path.endsWith('pats.json')) ?? [];
  expect(JSON.parse(text)).toHaveLength(120);
  expect(warningsOf(run)).toEqual([expect.stringContaining('The output pats has')]);
});
