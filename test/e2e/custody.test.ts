import { expect } from '@jest/globals';
import { appToken, environmentName, publicClientId, repositoryName, vaultName } from '../../sandbox/index.ts';
import { expectFailure, type Inputs, messagesOf, minutes, type Scene, scenario } from './harness.ts';

const rotate = { operation: 'rotate', 'display-name': 'build', 'github-token': appToken };
const keep: Inputs = { ...rotate, 'refresh-token-destinations': 'github-secret:REFRESH_TOKEN' };

function build(scene: Scene) {
  return scene.sandbox.azureDevOps.addPat({ displayName: 'build' });
}

function stored(scene: Scene, name: string): string | undefined {
  return scene.sandbox.github.secret(repositoryName, name);
}

scenario(
  'stores the new refresh token before it does anything else, and then gives no notice about it',
  async (scene) => {
    build(scene);
    const { sandbox } = scene;
    const order: string[] = [];
    sandbox.onAnswered = ({ method, host, path }) => {
      if (method === 'PUT' && path.endsWith('/REFRESH_TOKEN')) order.push('kept');
      if (method === 'POST' && host === 'vssps.dev.azure.com') order.push('created');
    };
    const run = await scene.run(keep);
    expect(order).toEqual(['kept', 'created']);
    expect(stored(scene, 'REFRESH_TOKEN')).toBe(run.outputs['refresh-token']);
    expect(messagesOf(run, 'notice')).toEqual([]);
  },
);

scenario('changes nothing if the new refresh token cannot be stored', async (scene) => {
  const old = build(scene);
  scene.sandbox.fault = ({ method, host }) =>
    host === 'api.github.com' && method === 'PUT' ? { kind: 'status', status: 403 } : undefined;
  const run = await scene.run(keep);
  expectFailure(run, 'destination-denied', /No PAT was touched.*lets it be used again/u);
  expect(scene.sandbox.azureDevOps.pats).toEqual([old]);
});

scenario('stores the new PAT everywhere before it revokes the old one', async (scene) => {
  const old = build(scene);
  const destinations = [
    'github-secret:NUGET_PAT',
    `github-environment-secret:${environmentName}/NUGET_PAT`,
    `azure-key-vault:${vaultName}/nuget`,
  ];
  const { sandbox } = scene;
  const alive: boolean[] = [];
  sandbox.onAnswered = ({ method, host }) => {
    if (method === 'PUT' && host !== 'vssps.dev.azure.com') alive.push(!old.revoked);
  };
  const run = await scene.run({ ...rotate, 'token-destinations': destinations.join('\n') });
  const { token } = run.outputs;
  expect(alive).toEqual([true, true, true]);
  expect(old.revoked).toBe(true);
  expect([
    stored(scene, 'NUGET_PAT'),
    sandbox.github.environmentSecret(repositoryName, environmentName, 'NUGET_PAT'),
    sandbox.keyVault.secret(vaultName, 'nuget'),
  ]).toEqual([token, token, token]);
  expect(messagesOf(run, 'notice').join()).toMatch(/already queued.*With previous-token: 24h/u);
});

scenario(
  'leaves the old PAT alone if one of several destinations cannot be written, and the next run finishes',
  async (scene) => {
    const old = build(scene);
    const { sandbox } = scene;
    const inputs = { ...rotate, 'token-destinations': `github-secret:NUGET_PAT\nazure-key-vault:${vaultName}/nuget` };
    sandbox.keyVault.deny(vaultName, 'set', 'ForbiddenByRbac');
    const run = await scene.run(inputs);
    expectFailure(run, 'destination-denied', /is in: github-secret:NUGET_PAT.*It is not in: azure-key-vault/u);
    expect(old.revoked).toBe(false);
    expect(sandbox.azureDevOps.works(stored(scene, 'NUGET_PAT') ?? '', 'contoso')).toBe(true);
    sandbox.keyVault.deny(vaultName, 'set', undefined);
    // Another job of the same run and attempt might still be at work on what the first one left.
    sandbox.elapse(20 * minutes);
    const next = await scene.run(inputs);
    expect(next.outputs.changed).toBe('true');
    expect(sandbox.azureDevOps.activePats()).toMatchObject([{ token: stored(scene, 'NUGET_PAT') }]);
    expect(sandbox.keyVault.secret(vaultName, 'nuget')).toBe(stored(scene, 'NUGET_PAT'));
  },
);

scenario('sync changes what the manifest names, and touches nothing else', async (scene) => {
  const { sandbox } = scene;
  sandbox.azureDevOps.addPat({ displayName: 'due', validTo: Date.now() + 86_400_000 });
  const drifted = sandbox.azureDevOps.addPat({ displayName: 'drifted', scope: 'vso.code' });
  const other = sandbox.azureDevOps.addPat({ displayName: 'not named' });
  const manifest = `
organization: contoso
defaults: { valid-for: 30d, rotate-within: 7d }
tokens:
  - { display-name: missing, scopes: vso.code, destinations: ["github-secret:MISSING"] }
  - { display-name: due, scopes: vso.code, destinations: ["github-secret:DUE"] }
  - { display-name: drifted, scopes: vso.wiki }
`;
  const run = await scene.run({ operation: 'sync', organization: '', manifest, 'github-token': appToken });
  const actions = JSON.parse(run.outputs.plan ?? '').map((entry: Record<string, string>) => [
    entry['display-name'],
    entry.action,
  ]);
  expect(run.outputs.changed).toBe('true');
  expect(actions).toEqual([
    ['missing', 'create'],
    ['due', 'rotate'],
    ['drifted', 'update'],
  ]);
  for (const name of ['missing', 'due']) {
    const [pat] = sandbox.azureDevOps.activePats(name);
    expect(stored(scene, name.toUpperCase())).toBe(pat?.token);
  }
  expect(drifted.scope).toBe('vso.wiki');
  expect(other).toMatchObject({ displayName: 'not named', revoked: false });
  expect(run.outputs).not.toHaveProperty('token');
});

scenario('a vault of another cloud gets a token of that cloud', async (scene) => {
  const { keyVault, entra } = scene.sandbox;
  const [tenantId = ''] = entra.directory.users.map((user) => user.tenantId);
  keyVault.addVault({ name: 'gov-vault', tenantId, domain: 'vault.usgovcloudapi.net' });
  const client = entra.client(publicClientId);
  client.permissions = [...client.permissions, 'https://vault.usgovcloudapi.net/user_impersonation'];
  const run = await scene.run({
    operation: 'exchange',
    'refresh-token-destinations': 'azure-key-vault:gov-vault.vault.usgovcloudapi.net/refresh',
  });
  expect(run.exitCode).toBe(0);
  expect(keyVault.secret('gov-vault', 'refresh')).toBe(run.outputs['refresh-token']);
});

scenario(
  'a refresh token in a variable group needs the organization, which is checked before anything is sent',
  async (scene) => {
    const run = await scene.run({
      operation: 'exchange',
      organization: '',
      'refresh-token-destinations': 'azure-devops-variable-group:Tools/builds/REFRESH',
    });
    expectFailure(run, 'invalid-input', 'organization: it is required for azure-devops-variable-group:');
    expect(run.requests).toEqual([]);
  },
);
