import { expect } from '@jest/globals';
import { appToken, organizationName, repositoryName } from '../../sandbox/index.ts';
import { days, expectFailure, type Inputs, type Run, type Scene, scenario } from './harness.ts';

/** Runs the operation with `dry-run`: nothing has changed, and only requests that read were sent. */
async function dryRun(scene: Scene, inputs: Inputs): Promise<Run> {
  const { azureDevOps, github } = scene.sandbox;
  const before = structuredClone(azureDevOps.pats);
  const run = await scene.run({ ...inputs, 'dry-run': 'true' });
  expect(azureDevOps.pats).toEqual(before);
  expect(github.writes).toEqual([]);
  for (const { method, host } of run.requests) expect(`${method} ${host}`).toMatch(/^GET |^POST login\./u);
  expect(run.outputs).not.toHaveProperty('token');
  return run;
}

function plan(run: Run): unknown {
  expect(run.outputs.changed).toBe('false');
  expect(run.summary).toContain('(dry run)');
  return JSON.parse(run.outputs.plan ?? '[]');
}

function build(scene: Scene, more: object = {}) {
  return scene.sandbox.azureDevOps.addPat({ displayName: 'build', ...more });
}

const entry = { organization: organizationName, 'display-name': 'build' };

scenario('create says what it would make', async (scene) => {
  const run = await dryRun(scene, { operation: 'create', 'display-name': 'build', scopes: 'vso.code' });
  expect(plan(run)).toEqual([{ ...entry, action: 'create', reason: 'there is no such PAT', 'valid-to': null }]);
  expect(run.log).toContain('Would create "build" (dry run).');
  expect(run.outputs['refresh-token']).toBe(scene.sandbox.entra.refreshTokens.at(-1)?.token);
});

scenario('create refuses if the PAT exists', async (scene) => {
  build(scene);
  const create = { operation: 'create', 'display-name': 'build', scopes: 'vso.code' };
  expectFailure(await dryRun(scene, create), 'pat-exists', 'exists in contoso');
  expect(plan(await dryRun(scene, { ...create, 'if-exists': 'rotate' }))).toMatchObject([{ action: 'rotate' }]);
});

scenario('create with revoke-on-exit leaves nothing to revoke', async (scene) => {
  const inputs = { operation: 'create', 'display-name': 'build', scopes: 'vso.code', 'revoke-on-exit': 'true' };
  const run = await dryRun(scene, inputs);
  expect(run.state).toEqual({});
  expect((await scene.post(run, inputs)).requests).toEqual([]);
});

scenario('rotate says what it would replace', async (scene) => {
  build(scene);
  const run = await dryRun(scene, { operation: 'rotate', 'display-name': 'build' });
  expect(plan(run)).toEqual([{ ...entry, action: 'rotate', reason: 'asked for', 'valid-to': expect.any(String) }]);
});

scenario('rotate says that the PAT is not due', async (scene) => {
  build(scene);
  const run = await dryRun(scene, { operation: 'rotate', 'display-name': 'build', 'rotate-within': '7d' });
  expect(plan(run)).toMatchObject([{ action: 'none', reason: expect.stringContaining('valid for another') }]);
});

scenario('rotate says that an earlier rotation has not finished', async (scene) => {
  build(scene);
  build(scene, { displayName: 'build~pending-g77.1-0123456789ab' });
  build(scene, { displayName: 'build~superseded' });
  const run = await dryRun(scene, { operation: 'rotate', 'display-name': 'build', 'rotate-within': '7d' });
  expect(plan(run)).toMatchObject([{ action: 'rotate', reason: 'an earlier rotation has not finished' }]);
});

scenario('rotate says what if-missing would do', async (scene) => {
  const rotate = { operation: 'rotate', 'display-name': 'build', scopes: 'vso.code' };
  expectFailure(await dryRun(scene, rotate), 'pat-not-found', '"build"');
  expect(plan(await dryRun(scene, { ...rotate, 'if-missing': 'create' }))).toMatchObject([{ action: 'create' }]);
  expect(plan(await dryRun(scene, { ...rotate, 'if-missing': 'ignore' }))).toMatchObject([{ action: 'none' }]);
});

scenario('rotate does not find a PAT of another organization', async (scene) => {
  build(scene, { organization: 'fabrikam' });
  expectFailure(await dryRun(scene, { operation: 'rotate', 'display-name': 'build' }), 'pat-not-found', '"build"');
});

scenario('rotate checks a destination, and does not write it', async (scene) => {
  build(scene);
  const inputs = { operation: 'rotate', 'display-name': 'build', 'github-token': appToken };
  const run = await dryRun(scene, { ...inputs, 'token-destinations': 'github-secret:NUGET_PAT' });
  expect(run.calls).toContain('GET api.github.com/repos/contoso/app/actions/secrets/public-key');
  const wrong = await dryRun(scene, { ...inputs, 'token-destinations': 'github-secret:contoso/nothing/PAT' });
  expectFailure(wrong, 'destination-not-found', 'contoso/nothing');
});

scenario('revoke says what it would revoke', async (scene) => {
  const [one, two] = [build(scene), build(scene, { displayName: 'other' })];
  const ids = `${one.authorizationId}\n${two.authorizationId}`;
  const byId = await dryRun(scene, { operation: 'revoke', 'authorization-id': ids });
  expect(plan(byId)).toMatchObject([{ action: 'revoke' }, { action: 'revoke' }]);
  const byName = await dryRun(scene, { operation: 'revoke', 'display-name': 'build' });
  expect(plan(byName)).toMatchObject([{ action: 'revoke', 'display-name': 'build' }]);
});

scenario('update says what it would change', async (scene) => {
  build(scene);
  const run = await dryRun(scene, { operation: 'update', 'display-name': 'build', scopes: 'vso.wiki' });
  expect(plan(run)).toMatchObject([{ action: 'update', 'display-name': 'build' }]);
  const same = await dryRun(scene, { operation: 'update', 'display-name': 'build', 'new-display-name': 'build' });
  expect(plan(same)).toMatchObject([{ action: 'none' }]);
});

scenario('sync says what it would do with each token', async (scene) => {
  const { azureDevOps, github } = scene.sandbox;
  for (const name of ['drifted', 'fine'])
    github.store({ kind: 'repository', repository: repositoryName }, name, 'held');
  azureDevOps.addPat({ displayName: 'due', validTo: Date.now() + days });
  azureDevOps.addPat({ displayName: 'drifted' });
  azureDevOps.addPat({ displayName: 'fine' });
  azureDevOps.addPat({ displayName: 'not named' });
  const manifest = [
    'defaults: { rotate-within: 7d, scopes: vso.code }',
    'tokens:',
    ...['missing', 'due', 'fine'].map(
      (name) => `  - { display-name: ${name}, scopes: vso.code, destinations: ["github-secret:${name}"] }`,
    ),
    '  - { display-name: drifted, scopes: vso.wiki, destinations: ["github-secret:drifted"] }',
  ];
  const text = manifest
    .filter((line) => !line.startsWith('defaults'))
    .join('\n')
    .replace('tokens:', 'defaults: { rotate-within: 7d }\ntokens:');
  const run = await dryRun(scene, { operation: 'sync', manifest: text, 'github-token': appToken });
  expect(plan(run)).toMatchObject([
    { 'display-name': 'missing', action: 'create', 'valid-to': null },
    { 'display-name': 'due', action: 'rotate' },
    { 'display-name': 'fine', action: 'none' },
    { 'display-name': 'drifted', action: 'update' },
  ]);
});

scenario('an operation that changes nothing ignores dry-run', async (scene) => {
  build(scene);
  expect((await dryRun(scene, { operation: 'list' })).outputs.count).toBe('1');
  expect((await dryRun(scene, { operation: 'get', 'display-name': 'build' })).outputs['display-name']).toBe('build');
  expect((await dryRun(scene, { operation: 'exchange' })).outputs['access-token']).toMatch(/^eyJ/u);
});

scenario('the new refresh token is stored as always, because the old one was exchanged', async (scene) => {
  build(scene);
  const run = await scene.run({
    operation: 'rotate',
    'display-name': 'build',
    'dry-run': 'true',
    'github-token': appToken,
    'refresh-token-destinations': 'github-secret:REFRESH_TOKEN',
  });
  expect(scene.sandbox.github.secret('contoso/app', 'REFRESH_TOKEN')).toBe(run.outputs['refresh-token']);
  expect(scene.sandbox.azureDevOps.activePats()).toHaveLength(1);
});
