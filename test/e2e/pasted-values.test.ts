import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from '@jest/globals';
import { appToken, organizationName } from '../../sandbox/index.ts';
import { expectFailure, type Inputs, messagesOf, type Run, type Scene, scenario } from './harness.ts';

const list = { operation: 'list' };
const jwt = `eyJ0eXAiOiJKV1QifQ.${'eyJ1cG4iOiJhIn0'.repeat(9)}.c2lnbmF0dXJl`;

/** A mistake with only one possible meaning is corrected: the token works, and it is masked in the form that is used. */
const around: readonly (readonly [name: string, store: (token: string) => string])[] = [
  ['quotation marks', (token) => `"${token}"`],
  ['a byte order mark and zero-width spaces', (token) => `\ufeff${token.slice(0, 40)}\u200b${token.slice(40)}`],
  ['a name before it', (token) => `AZURE_DEVOPS_REFRESH_TOKEN=${token}`],
  ['the answer of Entra', (token) => JSON.stringify({ access_token: jwt, refresh_token: token })],
  ['base64', (token) => Buffer.from(token).toString('base64')],
];
for (const [name, store] of around) {
  scenario(`a refresh token in ${name} works`, async (scene) => {
    const token = scene.signIn();
    const run = await scene.run({ ...list, 'refresh-token': store(token) });
    expect(run.exitCode).toBe(0);
    expect(run.masks).toContain(token);
    expect(scene.sandbox.entra.refreshToken(token)?.uses).toBe(1);
  });
}

/** A value that can't work is refused, and the message names its kind, before anything is sent. */
const refused: readonly (readonly [name: string, inputs: Inputs, says: string])[] = [
  ['an access token', { 'refresh-token': jwt }, 'it is a JWT, such as an access token or an ID token'],
  ['a PAT', { 'refresh-token': 'b2c3'.repeat(13) }, 'it is an Azure DevOps PAT'],
  ['a macro of Azure Pipelines', { 'refresh-token': '$(refreshToken)' }, 'was not replaced by its value'],
  ['a path', { 'refresh-token': '/run/secrets/refresh-token' }, 'it is the path of a file'],
  ['two refresh tokens', { 'refresh-token': '1.AXfirsttoken\n1.AXsecondtoken' }, 'it has 2 lines'],
  ['a certificate by its path', { 'client-certificate': '/etc/ssl/client.pem' }, 'it is the path of a file'],
  [
    'a PFX',
    { 'client-certificate': Buffer.from(`0\x82\x09\x71\x02\x01\x03${'x'.repeat(400)}`, 'latin1').toString('base64') },
    'PKCS#12',
  ],
  [
    'an app key',
    { 'github-token': '-----BEGIN RSA PRIVATE KEY-----\nabcdefgh\n-----END RSA PRIVATE KEY-----' },
    'it is a PEM',
  ],
  ['a macro as an organization', { organization: '$(organization)' }, 'was not replaced by a value'],
];
for (const [name, inputs, says] of refused) {
  scenario(`${name} is reported by its kind before anything is sent`, async (scene) => {
    const run = await scene.run({ ...list, ...inputs });
    expectFailure(run, 'invalid-input', says);
    expect([run.requests, scene.sandbox.connects]).toEqual([[], []]);
  });
}

scenario('an organization may be an address for cloning', async (scene) => {
  for (const organization of [
    `https://${organizationName}@dev.azure.com/${organizationName}/app/_git/app`,
    `git@ssh.dev.azure.com:v3/${organizationName}/app/app`,
    `https://${organizationName}.visualstudio.com/DefaultCollection/app`,
  ]) {
    const run = await scene.run({ ...list, organization });
    expect(run.exitCode).toBe(0);
    expect(run.requests[1]?.path).toMatch(new RegExp(`^/${organizationName}/_apis/tokens/pats`, 'u'));
  }
});

scenario('destinations may have commas between them', async (scene) => {
  scene.sandbox.azureDevOps.addPat({ displayName: 'build', scope: 'vso.code' });
  const run = await scene.run({
    operation: 'rotate',
    'display-name': 'build',
    'token-destinations': 'github-secret:FIRST, github-secret:SECOND',
    'github-token': appToken,
  });
  expect(run.exitCode).toBe(0);
  for (const name of ['FIRST', 'SECOND']) expect(scene.sandbox.github.secret('contoso/app', name)).toBeDefined();
});

const manifest = `tokens:
  - display-name: Müller-Nürnberg
    scopes: vso.code
    destinations: github-secret: NUGET_PAT
`.replace('destinations: github-secret: NUGET_PAT', 'destinations:\n      - github-secret: NUGET_PAT');

async function sync(scene: Scene, bytes: Uint8Array): Promise<Run> {
  const workspace = await mkdtemp(join(tmpdir(), 'pat-manifest-'));
  try {
    await writeFile(join(workspace, 'fleet.yml'), bytes);
    return await scene.run({ operation: 'sync', manifest: 'fleet.yml', 'github-token': appToken }, { workspace });
  } finally {
    await rm(workspace, { recursive: true });
  }
}

const utf16 = (text: string): Buffer => Buffer.from(text, 'utf16le');
for (const [name, bytes] of [
  ['UTF-8 with a byte order mark', Buffer.from(`\ufeff${manifest}`)],
  ['UTF-16, as PowerShell writes it', utf16(`\ufeff${manifest.replaceAll('\n', '\r\n')}`)],
  ['UTF-16 without a byte order mark', utf16(manifest)],
  ['big-endian UTF-16', utf16(`\ufeff${manifest}`).swap16()],
] as const) {
  scenario(`a manifest in ${name} names the PATs that it means`, async (scene) => {
    const run = await sync(scene, bytes);
    expect(run.exitCode).toBe(0);
    expect(scene.sandbox.azureDevOps.activePats().map(({ displayName }) => displayName)).toEqual(['Müller-Nürnberg']);
    expect(messagesOf(run, 'notice').some((message) => message.includes('UTF-16'))).toBe(name.includes('UTF-16'));
  });
}

for (const [name, bytes, says] of [
  ['Latin-1', Buffer.from(manifest, 'latin1'), 'line 2, column 20: the file is not encoded in UTF-8'],
  ['UTF-32', Buffer.concat([Buffer.from([0xff, 0xfe, 0, 0]), Buffer.alloc(40, 1)]), 'encoded in UTF-32'],
  ['Latin-1 that was converted once too often', Buffer.from(manifest.replaceAll('ü', '\ufffd')), 'U+FFFD'],
  ['two documents', Buffer.from(`${manifest}---\n${manifest}`), 'line 7, column 1: a second document begins here'],
  [
    'a template',
    Buffer.from(manifest.replace('vso.code', '$' + '{{ inputs.scopes }}')),
    'nothing evaluates expressions',
  ],
] as const) {
  scenario(`a manifest in ${name} is refused before anything is sent`, async (scene) => {
    const run = await sync(scene, bytes);
    expectFailure(run, 'manifest-invalid', says);
    expect([run.requests, scene.sandbox.connects]).toEqual([[], []]);
  });
}
