import { expect } from '@jest/globals';
import { appToken, clientSecret, runJob, SecretMasker, secretClientId, vaultName } from '../../sandbox/index.ts';
import { expectFailure, type Inputs, type Scene, scenario, warm } from './harness.ts';

// Every run of every scenario is searched for secrets (harness.ts). These runs print more than others.

/** A confidential client, with destinations of every kind of token that it can hold. */
function everySecret(scene: Scene): Inputs {
  return {
    'client-id': secretClientId,
    'client-secret': clientSecret,
    'refresh-token': scene.signIn(secretClientId),
    'github-token': appToken,
    'token-destinations': `github-secret:NUGET_PAT\nazure-key-vault:${vaultName}/nuget`,
    'refresh-token-destinations': 'github-secret:REFRESH_TOKEN',
  };
}

const stories: Readonly<Record<string, Inputs>> = {
  create: { operation: 'create', 'display-name': 'new', scopes: 'vso.code', 'revoke-on-exit': 'true' },
  rotate: { operation: 'rotate', 'display-name': 'build', 'previous-token': '24h' },
  revoke: { operation: 'revoke', 'display-name': 'build' },
  update: { operation: 'update', 'display-name': 'build', scopes: 'vso.wiki' },
  get: { operation: 'get', 'display-name': 'build' },
  list: { operation: 'list', filter: 'all' },
  exchange: { operation: 'exchange' },
};
for (const [operation, inputs] of Object.entries(stories)) {
  scenario(`${operation} with debug logging tells no secret, whether it succeeds or fails`, async (scene) => {
    const { sandbox } = scene;
    sandbox.azureDevOps.addPat({ displayName: 'build' });
    const all = { ...everySecret(scene), ...inputs };
    expect((await scene.run(all, { debug: true })).exitCode).toBe(0);
    sandbox.fault = ({ host }) => (host === 'vssps.dev.azure.com' ? { kind: 'garbage' } : undefined);
    const failed = await scene.run(all, { debug: true });
    if (operation !== 'exchange') expectFailure(failed, 'unexpected-response', 'not the JSON');
    if (failed.exitCode === 1) expect(failed.log).toMatch(/##\[debug\].*Failure/u);
  });
}

scenario('a defect shows its stack in the debug log alone', async (scene) => {
  const broken = { operation: 'list', 'valid-for': 'soon' };
  expect((await scene.run(broken)).log).not.toContain('##[debug]');
  expect((await scene.run(broken, { debug: true })).log).toMatch(/##\[debug\]Failure: Reading the inputs/u);
});

scenario('each new secret is masked before the next request is sent', async (scene) => {
  const { sandbox } = scene;
  let stdout = '';
  const seen: Record<string, boolean> = {};
  const printed = async (secret: string): Promise<boolean> => {
    // The step waits for this answer: whatever it printed before is on its way, and nothing else will come.
    for (let turn = 0; turn < 200 && !stdout.includes(`::add-mask::${secret}`); turn++) {
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    return stdout.includes(`::add-mask::${secret}`);
  };
  sandbox.fault = async ({ method, host, path, headers }) => {
    if (host.startsWith('login.')) seen.clientSecret = await printed(clientSecret.replaceAll('%', '%25'));
    if (host === 'vssps.dev.azure.com' && method === 'GET') {
      seen.accessToken = await printed((headers.authorization ?? '').replace('Bearer ', ''));
      seen.refreshToken = await printed(sandbox.entra.refreshTokens.at(-1)?.token ?? '?');
    }
    if (path.includes('connectionData')) seen.pat = await printed(sandbox.azureDevOps.pats.at(-1)?.token ?? '?');
    return undefined;
  };
  const { 'token-destinations': _, 'refresh-token-destinations': __, ...inputs } = everySecret(scene);
  await scene.run(
    { ...inputs, operation: 'create', 'display-name': 'build', scopes: 'vso.code' },
    {
      onSpawn: (child) => {
        child.stdout?.on('data', (chunk: Buffer) => {
          stdout += chunk.toString();
        });
      },
    },
  );
  expect(seen).toEqual({ clientSecret: true, accessToken: true, refreshToken: true, pat: true });
});

scenario('a later step that prints the PAT, raw or as a header, shows nothing', async (scene) => {
  const masker = new SecretMasker();
  const create = { operation: 'create', 'display-name': 'build', scopes: 'vso.code' };
  const { outputs } = await scene.run(create, { masker });
  const token = outputs.token ?? '';
  const refreshToken = outputs['refresh-token'] ?? '';
  for (const secret of [token, refreshToken]) {
    const forms = [
      secret,
      Buffer.from(`:${secret}`).toString('base64'),
      Buffer.from(secret).toString('base64'),
      Buffer.from(secret).toString('base64url'),
      Buffer.from(secret).toString('hex'),
      Buffer.from(secret).toString('hex').toUpperCase(),
      encodeURIComponent(secret),
    ];
    for (const form of forms) expect(masker.mask(`Authorization: ${form}`)).toBe('Authorization: ***');
  }
  expect(masker.mask(`PAT "build" ${outputs['authorization-id']}`)).not.toContain('***');
});

scenario('a secret that was pasted into the wrong input is printed nowhere, not even as entities', async (scene) => {
  const secrets = { 'client-id': secretClientId, 'client-secret': clientSecret };
  for (const input of ['operation', 'organization', 'valid-for', 'manifest']) {
    const run = await scene.run({ operation: 'sync', manifest: 'pats.yml', ...secrets, [input]: clientSecret });
    expect(run.exitCode).toBe(1);
    expect(run.requests).toEqual([]);
  }
});

scenario('the masks of a step hold for the whole job, its post step included', async (scene) => {
  const inputs = {
    ...scene.inputs,
    operation: 'create',
    'display-name': 'job',
    scopes: 'vso.code',
    'revoke-on-exit': 'true',
  };
  const job = await runJob(scene.sandbox, { steps: [{ ...warm, id: 'pat', inputs }] });
  expect(job.posts[0]?.masks).toContain(job.outputs.pat?.token);
});

scenario('without an output file nothing secret is printed in its place', async (scene) => {
  const create = { operation: 'create', 'display-name': 'build', scopes: 'vso.code' };
  const run = await scene.run(create, { env: { GITHUB_OUTPUT: '' } });
  expect(run.exitCode).toBe(1);
  expect(scene.sandbox.azureDevOps.activePats()).toEqual([]);
});

scenario('a secret that was stored with spaces and a line end around it is masked as it is used', async (scene) => {
  const refreshToken = scene.inputs['refresh-token'];
  const run = await scene.run({ operation: 'list', 'refresh-token': ` ${refreshToken}\r\n` });
  expect(run.exitCode).toBe(0);
  expect(run.masks).toContain(refreshToken);
});
