import { expect } from '@jest/globals';
import {
  appToken,
  certificateClientId,
  clientSecret,
  organizationId,
  repositoryName,
  secretClientId,
  vaultName,
} from '../../sandbox/index.ts';
import { days, errorOf, json, type Scene, scenario } from './harness.ts';

const build = ['--display-name', 'build'];

function active(scene: Scene): string[] {
  const now = scene.sandbox.clock.now();
  const { pats } = scene.sandbox.azureDevOps;
  return pats.filter((pat) => !pat.revoked && pat.validTo > now).map(({ displayName }) => displayName);
}

function tokenOf(scene: Scene, id: unknown): string | undefined {
  return scene.sandbox.azureDevOps.pats.find((pat) => pat.authorizationId === id)?.token;
}

scenario('create: the new PAT goes to the pipe', async (scene) => {
  const run = await scene.run(['create', ...scene.who, ...build, '--scopes', 'vso.code', '--valid-for', '7d']);
  expect(run.code).toBe(0);
  const result = json(run);
  expect(result).toEqual({
    token: tokenOf(scene, result['authorization-id']),
    'authorization-id': expect.stringMatching(/^[0-9a-f-]{36}$/u),
    'display-name': 'build',
    scopes: 'vso.code',
    'valid-from': expect.any(String),
    'valid-to': expect.any(String),
    'all-organizations': false,
    'organization-ids': [organizationId],
    changed: true,
  });
  expect(result.token).toMatch(/^\w{84}$/u);
  expect(active(scene)).toEqual(['build']);
});

scenario('create: a stored PAT is shown only with --print', async (scene) => {
  const words = [
    'create',
    ...scene.who,
    '--scopes',
    'vso.code',
    '--token-destinations',
    'github-secret:contoso/app/PAT',
  ];
  const hidden = await scene.run([...words, '--display-name', 'one']);
  expect(hidden.code).toBe(0);
  expect(json(hidden).token).toBeUndefined();
  expect(scene.secret('PAT')).toBe(tokenOf(scene, json(hidden)['authorization-id']));
  const shown = await scene.run([...words, '--display-name', 'two', '--print']);
  expect(json(shown).token).toBe(scene.secret('PAT'));
  expect(json(shown)['refresh-token']).toBe(scene.sandbox.entra.refreshTokens.at(-1)?.token);
});

scenario('create: scopes and destinations may be given several times', async (scene) => {
  const destinations = ['github-secret:contoso/app/ONE', 'github-environment-secret:contoso/app/production/TWO'];
  const words = destinations.flatMap((destination) => ['--token-destinations', destination]);
  const scopes = ['--scopes', 'vso.code', '--scopes', 'vso.wiki,vso.build'];
  const run = await scene.run(['create', ...scene.who, ...build, ...scopes, ...words]);
  expect(run.code).toBe(0);
  expect(json(run).scopes).toBe('vso.code vso.wiki vso.build');
  expect(scene.secret('ONE')).toBe(tokenOf(scene, json(run)['authorization-id']));
  expect(scene.sandbox.github.environmentSecret(repositoryName, 'production', 'TWO')).toBe(scene.secret('ONE'));
});

scenario('rotate: the successor goes to the pipe, and the old PAT is revoked', async (scene) => {
  const old = scene.sandbox.azureDevOps.addPat({ displayName: 'build', scope: 'vso.code' });
  const run = await scene.run(['rotate', ...scene.who, ...build]);
  expect(run.code).toBe(0);
  expect(json(run)).toMatchObject({
    token: expect.stringMatching(/^\w{84}$/u),
    'display-name': 'build',
    'previous-authorization-id': old.authorizationId,
    changed: true,
  });
  expect(old.revoked).toBe(true);
});

scenario('rotate: the new PAT is printed before the old one is retired', async (scene) => {
  const old = scene.sandbox.azureDevOps.addPat({ displayName: 'build', scope: 'vso.code' });
  scene.sandbox.fault = ({ method, path }) =>
    method === 'DELETE' && path.includes(old.authorizationId) ? { kind: 'status', status: 403 } : undefined;
  const run = await scene.run(['rotate', ...scene.who, ...build]);
  expect(run.code).toBe(1);
  expect(json(run)).toMatchObject({ token: expect.stringMatching(/^\w{84}$/u), 'error-code': errorOf(run) });
  expect(old.revoked).toBe(false);
});

scenario('rotate: --dry-run shows the plan and changes nothing', async (scene) => {
  const old = scene.sandbox.azureDevOps.addPat({ displayName: 'build', scope: 'vso.code' });
  const run = await scene.run(['rotate', ...scene.who, ...build, '--dry-run']);
  expect(run.code).toBe(0);
  expect(json(run)).toMatchObject({ changed: false, plan: [{ action: 'rotate', 'display-name': 'build' }] });
  expect(json(run).token).toBeUndefined();
  expect(old.revoked).toBe(false);
});

scenario('revoke: works by name and by ids, and a second time', async (scene) => {
  const named = scene.sandbox.azureDevOps.addPat({ displayName: 'build', scope: 'vso.code' });
  const others = ['a', 'b'].map((displayName) => scene.sandbox.azureDevOps.addPat({ displayName, scope: 'vso.code' }));
  expect((await scene.run(['revoke', ...scene.who, ...build])).code).toBe(0);
  expect(named.revoked).toBe(true);
  const ids = others.flatMap(({ authorizationId }) => ['--authorization-id', authorizationId]);
  const run = await scene.run(['revoke', ...scene.who, ...ids]);
  expect(json(run)).toEqual({ changed: true });
  expect(others.map(({ revoked }) => revoked)).toEqual([true, true]);
  expect((await scene.run(['revoke', ...scene.who, ...build])).code).toBe(0);
});

scenario('update: changes the PAT in place', async (scene) => {
  const pat = scene.sandbox.azureDevOps.addPat({ displayName: 'build', scope: 'vso.code' });
  const run = await scene.run([
    'update',
    ...scene.who,
    ...build,
    '--new-display-name',
    'built',
    '--scopes',
    'vso.wiki',
  ]);
  expect(json(run)).toMatchObject({ 'display-name': 'built', scopes: 'vso.wiki', changed: true });
  expect(pat).toMatchObject({ displayName: 'built', scope: 'vso.wiki' });
});

scenario('get: shows the metadata, never the value', async (scene) => {
  const pat = scene.sandbox.azureDevOps.addPat({ displayName: 'build', scope: 'vso.code' });
  const run = await scene.run(['get', ...scene.who, '--authorization-id', pat.authorizationId]);
  expect(json(run)).toMatchObject({ 'authorization-id': pat.authorizationId, 'display-name': 'build', changed: false });
  expect(run.stdout).not.toContain(pat.token);
});

scenario('list: JSON in a pipe; the alarm has an exit code of its own', async (scene) => {
  const { azureDevOps, clock } = scene.sandbox;
  azureDevOps.addPat({ displayName: 'timedOut', scope: 'vso.code', validTo: clock.now() + 90 * days });
  azureDevOps.addPat({ displayName: 'soon', scope: 'vso.code', validTo: clock.now() + 3 * days });
  const all = await scene.run(['list', ...scene.who]);
  expect(json(all)).toMatchObject({ count: 2, pats: [{ 'display-name': 'soon' }, { 'display-name': 'timedOut' }] });
  const alarm = await scene.run(['list', ...scene.who, '--expiring-within', '14d', '--fail-on-expiring']);
  expect(alarm.code).toBe(6);
  expect(json(alarm)).toMatchObject({ count: 1, 'error-code': 'tokens-expiring' });
  expect(alarm.stderr).toContain('Warning: PAT "soon"');
  const quiet = await scene.run(['list', ...scene.who, '--expiring-within', '1d', '--fail-on-expiring', 'true']);
  expect(quiet.code).toBe(0);
});

scenario('check: JSON in a pipe; what fails has an exit code of its own', async (scene) => {
  const failed = await scene.run(['check', ...scene.who, '--display-name', 'build']);
  expect(failed.code).toBe(7);
  expect(json(failed)).toMatchObject({ changed: false, 'error-code': 'check-failed' });
  scene.sandbox.azureDevOps.addPat({ displayName: 'build' });
  const well = await scene.run(['check', ...scene.who, '--display-name', 'build']);
  expect(well.code).toBe(0);
  expect(json(well).checks).toContainEqual(expect.objectContaining({ check: 'pat', subject: 'build', state: 'ok' }));
});

scenario('sync: shows the plan of a manifest, then carries it out', async (scene) => {
  const manifest = `
organization: contoso
tokens:
  - display-name: nuget
    scopes: [vso.packaging]
    destinations: [github-secret:contoso/app/NUGET_PAT]
`;
  const words = ['sync', ...scene.who.slice(2), '--manifest', manifest];
  const plan = await scene.run([...words, '--dry-run']);
  expect(json(plan)).toMatchObject({ changed: false, plan: [{ action: 'create', 'display-name': 'nuget' }] });
  expect(active(scene)).toEqual([]);
  const run = await scene.run(words);
  expect(json(run)).toMatchObject({ changed: true });
  expect(active(scene)).toEqual(['nuget']);
  expect(scene.secret('NUGET_PAT')).toMatch(/^\w{84}$/u);
  const wrong = await scene.run([...words.slice(0, -1), 'organisation: contoso\ntokens: []']);
  expect([wrong.code, errorOf(wrong), wrong.requests.length]).toEqual([2, 'manifest-invalid', 0]);
});

scenario('exchange: both tokens go to the pipe, except a stored refresh token', async (scene) => {
  const words = ['exchange', ...scene.who.slice(2)];
  const shown = json(await scene.run(words));
  expect(scene.sandbox.entra.accept(String(shown['access-token']))).toBeDefined();
  expect(scene.sandbox.entra.refreshToken(String(shown['refresh-token']))).toBeDefined();
  const destination = ['--refresh-token-destinations', `azure-key-vault:${vaultName}/refresh`];
  const stored = json(await scene.run([...words, ...destination]));
  expect(stored['refresh-token']).toBeUndefined();
  expect(scene.sandbox.entra.refreshToken(scene.sandbox.keyVault.secret(vaultName, 'refresh') ?? '')).toBeDefined();
});

scenario('exchange: the new token of the legacy provider is never lost', async (scene) => {
  const { azureDevOpsOAuth } = scene.sandbox;
  const app = azureDevOpsOAuth.addApp({
    secret: 'legacy-app-secret-0123456789',
    redirectUri: 'https://contoso.example/callback',
  });
  const first = azureDevOpsOAuth.issueRefreshToken(app);
  const words = ['exchange', '--identity-provider', 'azure-devops-oauth', '--client-id', 'LEGACY-APP'];
  const run = await scene.run(
    [...words, '--redirect-uri', app.redirectUri, '--refresh-token-destinations', 'github-secret:contoso/app/LEGACY'],
    { env: { AZURE_DEVOPS_REFRESH_TOKEN: first, AZURE_CLIENT_SECRET: app.secret } },
  );
  expect(run.code).toBe(0);
  expect(json(run)['refresh-token']).toBe(scene.secret('LEGACY'));
  expect(scene.secret('LEGACY')).not.toBe(first);
});

scenario('confidential clients take their credential from the environment', async (scene) => {
  const who = (client: string): string[] => [
    'list',
    '--organization',
    'contoso',
    '--tenant-id',
    'contoso.com',
    '--client-id',
    client,
  ];
  const secret = await scene.run(who(secretClientId), {
    env: { AZURE_CLIENT_SECRET: clientSecret, AZURE_DEVOPS_REFRESH_TOKEN: scene.refreshToken(secretClientId) },
  });
  expect(secret.code).toBe(0);
  const certificate = await scene.run(who(certificateClientId), {
    env: {
      AZURE_CLIENT_CERTIFICATE: await scene.sandbox.clientCertificate(),
      AZURE_DEVOPS_REFRESH_TOKEN: scene.refreshToken(certificateClientId),
    },
  });
  expect(certificate.code).toBe(0);
  const wrong = await scene.run(who(secretClientId), {
    env: { AZURE_CLIENT_SECRET: 'not the secret', AZURE_DEVOPS_REFRESH_TOKEN: scene.refreshToken(secretClientId) },
  });
  expect(errorOf(wrong)).toBe('client-authentication-failed');
  expect(wrong.stderr).toContain('AZURE_CLIENT_SECRET');
});

scenario('a failure is one line with its code and an exit code, and leaves standard output empty', async (scene) => {
  const run = await scene.run(['get', ...scene.who, ...build]);
  expect([run.code, errorOf(run), run.stdout]).toEqual([1, 'pat-not-found', '']);
  scene.sandbox.entra.failWith(50173);
  const revoked = await scene.run(['list', ...scene.who]);
  expect([revoked.code, errorOf(revoked)]).toEqual([1, 'refresh-token-revoked']);
  expect(revoked.stderr).toContain('Sign in again with the command sign-in');
});

scenario('all wrong inputs are reported together, before anything is sent', async (scene) => {
  const run = await scene.run(['create', '--organization', 'con toso', '--valid-for', 'soon', '--verify', 'perhaps']);
  expect([run.code, errorOf(run), run.requests.length]).toEqual([2, 'invalid-input', 0]);
  for (const name of ['organization', 'client-id', 'display-name', 'scopes', 'valid-for', 'verify']) {
    expect(run.stderr).toMatch(new RegExp(`${name}: `, 'u'));
  }
});

scenario('a new PAT is removed if the reader of the pipe has gone', async (scene) => {
  const run = await scene.run(['create', ...scene.who, ...build, '--scopes', 'vso.code'], {
    ownProcess: true,
    onWords: (words, child) => {
      // Before the PAT is made, the reader leaves.
      if (words.includes('Signed in')) child.stdout?.destroy();
    },
  });
  expect([run.code, errorOf(run)]).toEqual([1, 'destination-failed']);
  expect(active(scene)).toEqual([]);
});

scenario('GITHUB_TOKEN is used if there is no GH_TOKEN', async (scene) => {
  const words = [
    'create',
    ...scene.who,
    ...build,
    '--scopes',
    'vso.code',
    '--token-destinations',
    'github-secret:contoso/app/PAT',
  ];
  const none = await scene.run(words, { env: { GH_TOKEN: '' } });
  expect([none.code, errorOf(none), none.requests.length]).toEqual([2, 'invalid-input', 0]);
  expect(none.stderr).toContain('environment variable GH_TOKEN or GITHUB_TOKEN');
  const run = await scene.run(words, { env: { GH_TOKEN: '', GITHUB_TOKEN: appToken } });
  expect(run.code).toBe(0);
});

scenario('Ctrl-C ends the command within seconds and removes the new PAT', async (scene) => {
  const old = scene.sandbox.azureDevOps.addPat({ displayName: 'build', scope: 'vso.code' });
  scene.sandbox.fault = ({ path }) => (path.includes('connectionData') ? { kind: 'hang' } : undefined);
  const run = await scene.run(['rotate', ...scene.who, ...build], {
    ownProcess: true,
    onWords: (words, child) => {
      if (words.includes('Created PAT')) child.kill('SIGINT');
    },
  });
  expect([run.code, run.stdout]).toEqual([130, '']);
  expect(old.revoked).toBe(false);
  expect(active(scene)).toEqual(['build']);
});
