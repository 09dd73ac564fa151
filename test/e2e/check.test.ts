import { expect } from '@jest/globals';
import { appToken, certificateClientId, publicClientId, repositoryName, vaultName } from '../../sandbox/index.ts';
import type { Check, CheckWords } from '../../src/core/checks/check.ts';
import { expectFailure, type Inputs, messagesOf, type Run, type Scene, scenario } from './harness.ts';

const day = 86_400_000;
const destination = 'github-secret:NUGET_PAT';
const check: Inputs = { operation: 'check', 'display-name': 'nuget' };
const stored: Inputs = { ...check, 'token-destinations': destination, 'github-token': appToken };

/** A line as users see it. */
type Line = Pick<Check, 'check' | 'state'> & CheckWords;

function checksOf(run: Run): Line[] {
  return JSON.parse(run.outputs.checks ?? '[]');
}

/** The lines of one check, as `state: text`. */
function lines(run: Run, name: Check['check']): string[] {
  return checksOf(run)
    .filter((each) => each.check === name)
    .map(({ state, text }) => `${state}: ${text}`);
}

/** A PAT that a rotation made and stored. */
async function rotated(scene: Scene, inputs: Inputs = {}): Promise<Run> {
  const create = { operation: 'create', 'display-name': 'nuget', scopes: 'vso.packaging', 'valid-for': '30d' };
  return scene.run({ ...create, 'token-destinations': destination, 'github-token': appToken, ...inputs });
}

scenario(
  'if all is well, there is a line for each thing, nothing is changed, and the exit code is 0',
  async (scene) => {
    const { sandbox } = scene;
    await rotated(scene);
    const before = structuredClone(sandbox.azureDevOps.pats);
    const run = await scene.run({ ...stored, 'refresh-token-destinations': 'github-secret:REFRESH' });
    expect(run.exitCode).toBe(0);
    expect(checksOf(run).filter(({ state }) => state !== 'ok')).toEqual([]);
    expect(checksOf(run).map((each) => each.check)).toEqual([
      'sign-in',
      'permissions',
      'refresh-token-destination',
      'organization',
      'pat',
      'token-destination',
      'clock',
      'proxy',
      'runtime',
    ]);
    expect(run.outputs.changed).toBe('false');
    expect(structuredClone(sandbox.azureDevOps.pats)).toEqual(before);
    expect(sandbox.github.secret(repositoryName, 'REFRESH')).toBe(run.outputs['refresh-token']);
    expect(messagesOf(run, 'warning')).toEqual([]);
    expect(run.summary).toContain('| ✅ | pat | nuget |');
  },
);

scenario('reports a revoked sign-in, and makes the checks that need no sign-in', async (scene) => {
  scene.sandbox.entra.revokeSessions(scene.user);
  const run = await scene.run(check);
  expectFailure(run, 'check-failed', /sign-in client .*\(refresh-token-revoked\)/u);
  expect(checksOf(run).map((each) => each.check)).toEqual(['sign-in', 'clock', 'proxy', 'runtime']);
});

scenario('another user than the expected one fails the sign-in', async (scene) => {
  const run = await scene.run({ ...check, 'expected-user': 'else@contoso.com' });
  expect(lines(run, 'sign-in').join()).toContain('(wrong-user)');
});

scenario('reports a missing organization, and what cannot be checked without it', async (scene) => {
  const run = await scene.run({ ...stored, organization: 'nowhere' });
  expect(run.outputs['error-code']).toBe('check-failed');
  expect(lines(run, 'organization').join()).toContain('(organization-not-found)');
  expect(lines(run, 'pat')).toEqual([]);
  expect(lines(run, 'token-destination')).toEqual(['warning: It can be reached, but it holds no value.']);
});

scenario(
  'reports a missing destination, one without a value, and one whose value is older than the PAT',
  async (scene) => {
    await rotated(scene);
    const destinations = `${destination}\ngithub-secret:EMPTY\ngithub-secret:contoso/nowhere/PAT`;
    const run = await scene.run({ ...stored, 'token-destinations': destinations });
    expect(lines(run, 'token-destination')).toEqual([
      expect.stringMatching(/^ok: It can be reached, and holds a value that was stored at /u),
      'failed: It can be reached, but it holds no value.',
      expect.stringMatching(/^failed: .*\(destination-not-found\)/u),
    ]);
    scene.sandbox.elapse(2 * day);
    await rotated(scene, { operation: 'rotate', 'token-destinations': '' });
    const later = await scene.run(stored);
    expect(lines(later, 'token-destination').join()).toMatch(/^failed: The value that it holds is older than the PAT/u);
  },
);

scenario('reports a vault for which there is no consent', async (scene) => {
  const client = scene.sandbox.entra.client(publicClientId);
  client.permissions = client.permissions.filter((name) => !name.includes('vault'));
  const run = await scene.run({ ...check, 'token-destinations': `azure-key-vault:${vaultName}/nuget` });
  expect(lines(run, 'token-destination').join()).toMatch(/^failed: .*\(consent-required\)/u);
  expect(lines(run, 'organization').join()).toMatch(/^ok/u);
});

scenario('examines every PAT and destination of a manifest', async (scene) => {
  await rotated(scene);
  const manifest = `
organization: contoso
tokens:
  - { display-name: nuget, scopes: vso.packaging, destinations: ["${destination}"] }
  - { display-name: npm, scopes: vso.packaging, destinations: ["github-secret:NPM"] }
`;
  const run = await scene.run({ operation: 'check', organization: '', manifest, 'github-token': appToken });
  expect(run.outputs['error-code']).toBe('check-failed');
  expect(checksOf(run).map(({ check: name, subject, state }) => `${name} ${subject} ${state}`)).toEqual(
    expect.arrayContaining([
      'organization contoso ok',
      'pat nuget ok',
      `token-destination ${destination} ok`,
      'pat npm failed',
      'token-destination github-secret:NPM warning',
    ]),
  );
});

scenario('reports each of many faults in its own line, with what to do', async (scene) => {
  const { sandbox } = scene;
  const client = sandbox.entra.client(certificateClientId);
  client.permissions = client.permissions.filter((name) => name.endsWith('/vso.pats'));
  sandbox.azureDevOps.addPat({ displayName: 'nuget', validTo: Date.now() + 300 * day });
  const certified = {
    ...stored,
    'client-id': certificateClientId,
    'client-certificate': await sandbox.clientCertificate(),
    'refresh-token': scene.signIn(certificateClientId),
    'refresh-token-destinations': 'github-secret:contoso/nowhere/REFRESH',
    // The certificate of the sandbox is valid for a year.
    'expiring-within': '400d',
  };
  const run = await scene.run(certified);
  const found = (each: Run) => checksOf(each).map(({ check: name, state, text }) => `${name} ${state}: ${text}`);
  expect(found(run)).toEqual([
    expect.stringMatching(/^sign-in ok: /u),
    'permissions failed: The access token lacks vso.pats_manage.',
    expect.stringMatching(/^certificate warning: The client certificate is valid for another 36[45] d/u),
    expect.stringMatching(/^refresh-token-destination failed: .*\(destination-not-found\)/u),
    expect.stringMatching(/^organization ok: /u),
    expect.stringMatching(/^pat warning: It ends soon/u),
    'token-destination failed: It can be reached, but it holds no value.',
    'clock ok: The clock differs from that of Azure DevOps by less than 5 min.',
    `proxy ok: Requests go through the proxy ${new URL(sandbox.proxyUrl).host}.`,
    expect.stringMatching(
      /^runtime ok: This runs on Node\.js .*; runners from 2\.327\.1 on run actions on Node\.js 24\./u,
    ),
  ]);
  for (const { state, advice } of checksOf(run)) if (state !== 'ok') expect(advice).toMatch(/\S\.$/u);

  // Entra takes no assertion from a clock that is wrong, and its answer tells why.
  sandbox.clock.ahead = 20 * 60_000;
  expect(found(await scene.run(certified))).toEqual([
    expect.stringMatching(/^sign-in failed: .*AADSTS500133/u),
    expect.stringMatching(/^certificate warning/u),
    expect.stringMatching(/^clock warning: The clock is .* behind that of the service that answered last\./u),
    expect.stringMatching(/^proxy ok/u),
    expect.stringMatching(/^runtime ok/u),
  ]);
});

scenario('requires the organization, unless a manifest may name it', async (scene) => {
  const run = await scene.run({ operation: 'check', organization: '' });
  expectFailure(run, 'invalid-input', 'organization: it is required for check');
});
