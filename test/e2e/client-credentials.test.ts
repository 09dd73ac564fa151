import { generateKeyPairSync } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { expect } from '@jest/globals';
import {
  certificateClientId,
  clientSecret,
  federatedClientId,
  federatedSubject,
  publicClientId,
  secretClientId,
} from '../../sandbox/index.ts';
import { expectFailure, hours, type Inputs, type Scene, scenario } from './harness.ts';

const permission = { idTokenPermission: true };

/** The inputs of a rotation with that app; the PAT is there already. */
function rotateWith(scene: Scene, clientId: string, more: Inputs = {}): Inputs {
  scene.sandbox.azureDevOps.addPat({ displayName: 'build' });
  const refreshToken = scene.signIn(clientId);
  return {
    operation: 'rotate',
    'display-name': 'build',
    'client-id': clientId,
    'refresh-token': refreshToken,
    ...more,
  };
}

scenario('public: sends no credential', async (scene) => {
  const run = await scene.run(rotateWith(scene, publicClientId));
  expect(run.outputs.changed).toBe('true');
  expect(run.requests[0]?.body).not.toMatch(/client_secret|client_assertion/u);
});

scenario('secret: sends the client secret', async (scene) => {
  const run = await scene.run(rotateWith(scene, secretClientId, { 'client-secret': clientSecret }));
  expect(run.outputs.changed).toBe('true');
  expect(run.calls).toEqual(['exchange', 'list', 'create', 'verify', 'revoke', 'update']);
  expect(new URLSearchParams(run.requests[0]?.body).get('client_secret')).toBe(clientSecret);
});

/** The PEM of a secret as people store it, from that of a certificate and its key. */
const pemForms: Readonly<Record<string, (certificate: string, key: string, scene: Scene) => string>> = {
  'certificate first': (certificate, key) => certificate + key,
  'key first': (certificate, key) => key + certificate,
  'with CRLF': (certificate, key) => (key + certificate).replaceAll('\n', '\r\n'),
  'without a last line end': (certificate, key) => (key + certificate).trim(),
  'on one line, with \\n written out': (certificate, key) => (key + certificate).replaceAll('\n', '\\n'),
  'on one line, with \\r\\n written out': (certificate, key) => (key + certificate).replaceAll('\n', '\\r\\n'),
  'with its line ends folded into spaces': (certificate, key) => (key + certificate).replaceAll('\n', ' '),
  'as base64': (certificate, key) => Buffer.from(key + certificate).toString('base64'),
  'indented, as in a YAML block': (certificate, key) => (key + certificate).replace(/^/gmu, '  '),
};
for (const [form, write] of Object.entries(pemForms)) {
  scenario(`certificate: ${form}`, async (scene) => {
    const [certificate, key] = await certificateAndKey(scene);
    const pem = write(certificate, key, scene);
    const run = await scene.run(rotateWith(scene, certificateClientId, { 'client-certificate': pem }));
    expect(run.outputs).toMatchObject({ changed: 'true' });
    const [header = ''] = assertionOf(run.requests[0]?.body).split('.');
    expect(JSON.parse(Buffer.from(header, 'base64url').toString())).toMatchObject({
      alg: 'PS256',
      'x5t#S256': expect.stringMatching(/^[\w-]{43}$/u),
    });
  });
}

scenario('certificate: the chain may be in any order', async (scene) => {
  const [certificate, key] = await certificateAndKey(scene);
  const issuer = await readFile(scene.sandbox.caFile, 'utf8');
  for (const pem of [issuer + key + certificate, certificate + issuer + key]) {
    const run = await scene.run({
      ...rotateWith(scene, certificateClientId, { 'client-certificate': pem }),
      operation: 'exchange',
    });
    expect(run.exitCode).toBe(0);
  }
});

scenario('certificate: a mistake in it is reported before any request', async (scene) => {
  const [certificate, key] = await certificateAndKey(scene);
  const { privateKey } = generateKeyPairSync('rsa', {
    modulusLength: 2048,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  });
  const mistakes: readonly [pem: string, why: RegExp][] = [
    [certificate, /0 private keys/u],
    [key, /no certificate/u],
    [privateKey + certificate, /belongs to none/u],
    [key.slice(0, 400), /private keys|unreadable|end is missing/u],
    [`${certificate}${key}${privateKey}`, /2 private keys/u],
    ['-----BEGIN CERTIFICATE-----', /its end is missing/u],
  ];
  const inputs = rotateWith(scene, certificateClientId);
  for (const [pem, why] of mistakes) {
    const run = await scene.run({ ...inputs, 'client-certificate': pem });
    expectFailure(run, 'invalid-input', why);
    expect(run.outputs['error-message']).toContain('client-certificate');
    expect(run.requests).toEqual([]);
  }
});

scenario('certificate: one that is not registered is refused', async (scene) => {
  const [certificate, key] = await certificateAndKey(scene);
  scene.sandbox.entra.client(certificateClientId).certificate = undefined;
  const run = await scene.run(rotateWith(scene, certificateClientId, { 'client-certificate': certificate + key }));
  expectFailure(run, 'client-authentication-failed', '700027');
});

scenario("federated: the job's own token is the assertion, and no secret is stored", async (scene) => {
  const inputs = rotateWith(scene, federatedClientId, { 'federated-credential': 'true' });
  const run = await scene.run(inputs, permission);
  expect(run.calls).toEqual(['id-token', 'exchange', 'list', 'create', 'verify', 'revoke', 'update']);
  const [, claims = ''] = assertionOf(run.requests[1]?.body).split('.');
  expect(JSON.parse(Buffer.from(claims, 'base64url').toString())).toMatchObject({
    aud: 'api://AzureADTokenExchange',
    sub: federatedSubject,
  });
});

scenario('federated: the audience can be given', async (scene) => {
  const client = scene.sandbox.entra.client(federatedClientId);
  client.federated = { issuer: '', subject: '', ...client.federated, audience: 'api://contoso pats?&' };
  const inputs = rotateWith(scene, federatedClientId, { 'federated-credential': 'true' });
  const wrong = await scene.run(inputs, permission);
  expectFailure(wrong, 'client-authentication-failed', '7002121');
  const right = await scene.run({ ...inputs, 'federated-audience': 'api://contoso pats?&' }, permission);
  expect(right.exitCode).toBe(0);
});

scenario('federated: a missing permission of the job is reported before any request', async (scene) => {
  const run = await scene.run(rotateWith(scene, federatedClientId, { 'federated-credential': 'true' }));
  expectFailure(run, 'invalid-input', 'id-token: write');
  expect(run.requests).toEqual([]);
});

scenario('federated: a wrong subject is shown, to be copied into the credential', async (scene) => {
  const inputs = rotateWith(scene, federatedClientId, { 'federated-credential': 'true' });
  const run = await scene.run(inputs, { ...permission, ref: 'refs/heads/feature' });
  expectFailure(run, 'client-authentication-failed', 'repo:contoso/app:ref:refs/heads/feature');
  scene.sandbox.idTokens.immutableSubject = true;
  const immutable = await scene.run(inputs, permission);
  expectFailure(immutable, 'client-authentication-failed', 'repo:contoso@6154722/app@1296269:ref:refs/heads/main');
});

scenario('federated: a refusal of GitHub to give a token is reported', async (scene) => {
  scene.sandbox.fault = ({ host }) => (host.startsWith('pipelines') ? { kind: 'status', status: 403 } : undefined);
  const run = await scene.run(rotateWith(scene, federatedClientId, { 'federated-credential': 'true' }), permission);
  expectFailure(run, 'client-authentication-failed', 'HTTP 403');
  expect(run.calls).toEqual(['id-token']);
});

scenario('federated: the post step asks for a token of its own', async (scene) => {
  const inputs = {
    ...rotateWith(scene, federatedClientId, { 'federated-credential': 'true', 'revoke-on-exit': 'true' }),
    operation: 'create',
    'display-name': 'job',
    scopes: 'vso.code',
  };
  const made = await scene.run(inputs, permission);
  scene.sandbox.elapse(5 * hours);
  const post = await scene.post(made, inputs, permission);
  expect(post.calls).toEqual(['id-token', 'exchange', 'revoke']);
  expect(scene.sandbox.azureDevOps.activePats('job')).toEqual([]);
});

const mistakes: Readonly<Record<string, { clientId: string; more: Inputs; number: string }>> = {
  'a wrong secret': {
    clientId: secretClientId,
    more: { 'client-secret': 'some~other~secret~value' },
    number: '7000215',
  },
  'no secret': { clientId: secretClientId, more: {}, number: '7000218' },
  'a secret for a public client': {
    clientId: publicClientId,
    more: { 'client-secret': clientSecret },
    number: '700025',
  },
};
for (const [mistake, { clientId, more, number }] of Object.entries(mistakes)) {
  scenario(`${mistake} is reported by Entra's number`, async (scene) => {
    const run = await scene.run(rotateWith(scene, clientId, more));
    expectFailure(run, 'client-authentication-failed', number);
    expect(run.calls).toEqual(['exchange']);
  });
}

scenario('an expired secret is reported', async (scene) => {
  scene.sandbox.entra.client(secretClientId).secretExpired = true;
  const run = await scene.run(rotateWith(scene, secretClientId, { 'client-secret': clientSecret }));
  expectFailure(run, 'client-authentication-failed', '7000222');
});

scenario('two kinds of credential are refused', async (scene) => {
  const [certificate, key] = await certificateAndKey(scene);
  const run = await scene.run({
    ...rotateWith(scene, secretClientId),
    'client-secret': clientSecret,
    'client-certificate': certificate + key,
  });
  expectFailure(run, 'invalid-input', 'client-secret and client-certificate');
  expect(run.requests).toEqual([]);
});

const legacySecret = 'legacy~App+Secret/With=Odd&Signs%';

/** The inputs of an exchange with the legacy provider. */
function legacy(scene: Scene): Inputs {
  const app = { secret: legacySecret, redirectUri: 'https://contoso.example/callback' };
  const registered = scene.sandbox.azureDevOpsOAuth.addApp(app);
  return {
    operation: 'exchange',
    'identity-provider': 'azure-devops-oauth',
    'client-secret': legacySecret,
    'redirect-uri': app.redirectUri,
    'refresh-token': scene.sandbox.azureDevOpsOAuth.issueRefreshToken(registered, scene.user),
  };
}

scenario('azure-devops-oauth: exchanges, and hands on the successor of the spent token', async (scene) => {
  const inputs = legacy(scene);
  const run = await scene.run(inputs);
  expect(run.calls).toEqual(['POST app.vssps.visualstudio.com/oauth2/token']);
  expect(run.outputs).toEqual({
    'access-token': expect.any(String),
    'refresh-token': scene.sandbox.azureDevOpsOAuth.refreshTokens.at(-1)?.token,
    changed: 'false',
  });
  for (const style of ['pascal', 'oauth'] as const) {
    scene.sandbox.azureDevOpsOAuth.errorStyle = style;
    expectFailure(await scene.run(inputs), 'refresh-token-invalid', 'Azure DevOps OAuth');
  }
});

scenario('azure-devops-oauth: cannot manage PATs, and says so before any request', async (scene) => {
  const run = await scene.run({ ...legacy(scene), operation: 'list' });
  expectFailure(run, 'invalid-input', 'cannot manage PATs');
  expect(run.requests).toEqual([]);
});

scenario('azure-devops-oauth: a wrong secret is reported', async (scene) => {
  const run = await scene.run({ ...legacy(scene), 'client-secret': 'not~the~secret~of~the~app' });
  expectFailure(run, 'client-authentication-failed', 'Azure DevOps OAuth');
});

scenario('azure-devops-oauth: a spent token is not sent twice', async (scene) => {
  const inputs = legacy(scene);
  scene.sandbox.fault = () => ({ kind: 'reset-after' });
  const run = await scene.run({ ...inputs, 'max-attempts': '3' });
  expectFailure(run, 'network', /the connection to \S+ .*was lost/u);
  expect(run.requests).toHaveLength(1);
});

/** The certificate that the app has, and its key. */
async function certificateAndKey(scene: Scene): Promise<[certificate: string, key: string]> {
  const bundle = await scene.sandbox.clientCertificate();
  const at = bundle.indexOf('-----BEGIN PRIVATE KEY-----');
  return [bundle.slice(0, at), bundle.slice(at)];
}

function assertionOf(body = ''): string {
  return new URLSearchParams(body).get('client_assertion') ?? '';
}
