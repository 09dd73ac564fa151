import { expect, test } from '@jest/globals';
import { parse } from 'yaml';
import {
  browse,
  certificateClientId,
  clientSecret,
  organizationName,
  publicClientId,
  repositoryName,
  secretClientId,
  tenantDomain,
  tenantId,
  userObjectId,
  userPrincipalName,
  vaultName,
} from '../../sandbox/index.ts';
import { starterWorkflow } from '../../src/cli/starter-workflow.ts';
import { inputs } from '../../src/core/interface.ts';
import { freePort } from '../free-port.ts';
import { errorOf, type Scene, scenario, scenarioOnTerminal } from './harness.ts';
import { signIn, through } from './sign-in-steps.ts';

const app = ['--client-id', publicClientId, '--tenant-id', tenantDomain];
const secretStore = ['--store', `github-secret:${repositoryName}/REFRESH`];

/** An expression as a workflow writes it. */
function expression(text: string): string {
  return `\${{ ${text} }}`;
}

/** Whether a refresh token is one that works. */
function works(scene: Scene, token: string | undefined): boolean {
  const entry = scene.sandbox.entra.refreshToken(token ?? '');
  return entry !== undefined && !entry.revoked && !entry.spa;
}

scenario(
  'after the consent, the token is stored without being shown, and a workflow to paste is printed',
  async (scene) => {
    const { sandbox } = scene;
    sandbox.entra.client(publicClientId).consent = 'ask';
    const { run, seen } = await signIn(scene, [...scene.who, ...secretStore], through(scene));
    expect(run.code).toBe(0);
    expect(seen).toMatchObject({
      titles: ['Sign in to your account', 'Permissions requested', 'Working...'],
      status: 200,
      body: expect.stringContaining(`Signed in as ${userPrincipalName}.`),
    });
    expect(works(scene, scene.secret('REFRESH'))).toBe(true);
    expect(run.stderr).toContain(`Signed in as ${userPrincipalName} in the tenant ${tenantId}.`);
    expect(run.stderr).toContain('This sign-in can list the PATs of contoso');
    const { jobs } = parse(run.stdout);
    expect(jobs.rotate.steps[1].with).toMatchObject({
      operation: 'rotate',
      organization: organizationName,
      'tenant-id': tenantId,
      'client-id': publicClientId,
      'expected-user': userPrincipalName,
      'refresh-token': expression('secrets.REFRESH'),
      'refresh-token-destinations': `github-secret:${repositoryName}/REFRESH`,
    });
  },
);

scenario(
  'destinations are checked before the browser opens, and the code is redeemed once with PKCE',
  async (scene) => {
    const { run } = await signIn(scene, [...app, ...secretStore], through(scene));
    expect(run.code).toBe(0);
    const seen = run.requests.map(({ method, host, path }) => `${method} ${host}${path.split('?', 1)[0]}`);
    const token = `POST login.microsoftonline.com/${tenantDomain}/oauth2/v2.0/token`;
    expect(seen[0]).toBe(`GET api.github.com/repos/${repositoryName}/actions/secrets/public-key`);
    expect(seen.indexOf(token)).toBeGreaterThan(0);
    expect(seen.at(-1)).toBe(`PUT api.github.com/repos/${repositoryName}/actions/secrets/REFRESH`);
    const [code, refresh, ...more] = run.requests
      .filter(({ path }) => path.includes('/token'))
      .map(({ body }) => new URLSearchParams(body));
    expect(more).toEqual([]);
    expect(code?.get('grant_type')).toBe('authorization_code');
    expect(code?.get('code_verifier')).toMatch(/^[\w-]{43,128}$/u);
    expect(code?.get('scope')).toContain('499b84ac-1321-427f-aa17-267ca6975798/.default');
    expect(code?.get('scope')).toContain('offline_access');
    expect(refresh?.get('grant_type')).toBe('refresh_token');
    expect(scene.sandbox.entra.signIn.codes.map(({ redeemed }) => redeemed)).toEqual([true]);
  },
);

scenario(
  'the address has S256, form_post, state and nonce, and asks for the expected account or a choice',
  async (scene) => {
    const parameters = async (...more: string[]): Promise<object> => {
      const { seen } = await signIn(scene, [...app, ...secretStore, ...more], async (asked) => {
        await browse(scene.sandbox, asked.url);
        return new URL(asked.url);
      });
      expect(`${seen?.origin}${seen?.pathname}`).toBe(
        `https://login.microsoftonline.com/${tenantDomain}/oauth2/v2.0/authorize`,
      );
      return Object.fromEntries(seen?.searchParams ?? []);
    };
    const anybody = await parameters();
    expect(anybody).toMatchObject({
      client_id: publicClientId,
      response_type: 'code',
      response_mode: 'form_post',
      redirect_uri: expect.stringMatching(/^http:\/\/localhost:\d+$/u),
      code_challenge: expect.stringMatching(/^[\w-]{43}$/u),
      code_challenge_method: 'S256',
      state: expect.stringMatching(/^[\w-]{43}$/u),
      nonce: expect.stringMatching(/^[\w-]{43}$/u),
      prompt: 'select_account',
    });
    expect(await parameters('--expected-user', userPrincipalName)).toMatchObject({ login_hint: userPrincipalName });
    expect(await parameters('--expected-user', userObjectId)).toMatchObject({ prompt: 'select_account' });
  },
);

scenario('an answer in the query is accepted too', async (scene) => {
  const { run, seen } = await signIn(scene, [...app, ...secretStore], ({ url }) => {
    const address = new URL(url);
    address.searchParams.set('response_mode', 'query');
    return browse(scene.sandbox, address.href);
  });
  expect([run.code, seen?.status]).toEqual([0, 200]);
  expect(works(scene, scene.secret('REFRESH'))).toBe(true);
});

scenario(
  'without a destination the token goes to the pipe alone, and the workflow to standard error',
  async (scene) => {
    const { run } = await signIn(scene, scene.who, through(scene));
    expect(run.code).toBe(0);
    expect(run.stdout).toMatch(/^\S+\n$/u);
    expect(works(scene, run.stdout.trim())).toBe(true);
    expect(run.stderr).toContain('name: Rotate the Azure DevOps PAT');
  },
);

scenario('stores in every kind of destination at once', async (scene) => {
  const { sandbox } = scene;
  const { variableGroups } = sandbox.azureDevOps;
  variableGroups.add({ name: 'tokens', projects: ['Web'], variables: { other: 'stays' } });
  const stores = [
    `github-secret:${repositoryName}/ONE`,
    `github-environment-secret:${repositoryName}/production/TWO`,
    'github-organization-secret:contoso/THREE',
    `github-dependabot-secret:${repositoryName}/FOUR`,
    `azure-key-vault:${vaultName}/five`,
    'azure-devops-variable-group:Web/tokens/six',
  ];
  const words = stores.flatMap((store) => ['--store', store]);
  const { run } = await signIn(scene, [...scene.who, ...words], through(scene));
  expect(run.stderr).toContain('Stored the refresh token in azure-devops-variable-group:Web/tokens/six.');
  expect(run.code).toBe(0);
  const value = sandbox.github.secret(repositoryName, 'ONE');
  expect(works(scene, value)).toBe(true);
  expect([
    sandbox.github.environmentSecret(repositoryName, 'production', 'TWO'),
    sandbox.github.organizationSecret('contoso', 'THREE'),
    sandbox.github.dependabotSecret(repositoryName, 'FOUR'),
    sandbox.keyVault.secret(vaultName, 'five'),
    variableGroups.value('tokens', 'six'),
  ]).toEqual([value, value, value, value, value]);
});

scenario('confidential clients sign in with a secret or with a certificate', async (scene) => {
  const words = (client: string): string[] => [
    ...scene.who.slice(0, 2),
    '--client-id',
    client,
    '--tenant-id',
    tenantDomain,
    ...secretStore,
  ];
  const secret = await signIn(scene, words(secretClientId), through(scene), {
    env: { AZURE_CLIENT_SECRET: clientSecret },
  });
  expect(secret.run.code).toBe(0);
  expect(parse(secret.run.stdout).jobs.rotate.steps[1].with['client-secret']).toBe(
    expression('secrets.AZURE_CLIENT_SECRET'),
  );
  const federated = await signIn(scene, [...words(secretClientId), '--federated-credential'], through(scene), {
    env: { AZURE_CLIENT_SECRET: clientSecret },
  });
  expect(parse(federated.run.stdout)).toMatchObject({ permissions: { 'id-token': 'write' } });
  expect(federated.run.stdout).not.toContain('client-secret');
  const pem = await scene.sandbox.clientCertificate();
  const certificate = await signIn(scene, words(certificateClientId), through(scene), {
    env: { AZURE_CLIENT_CERTIFICATE: pem },
  });
  expect(certificate.run.code).toBe(0);
  const assertion = certificate.run.requests.map(({ body }) => new URLSearchParams(body).get('client_assertion'));
  expect(assertion.filter(Boolean).length).toBeGreaterThan(0);
});

scenario('--port names the port', async (scene) => {
  const port = await freePort();
  const { run, seen } = await signIn(scene, [...app, ...secretStore, '--port', port], through(scene));
  expect([run.code, seen?.url]).toEqual([0, `http://localhost:${port}`]);
});

scenarioOnTerminal(
  'on a terminal nothing is shown, and without a destination the sign-in does not begin',
  async (scene) => {
    const none = await scene.run(['sign-in', ...scene.who, '--no-browser'], { terminal: true });
    expect([none.code, errorOf(none), none.requests.length]).toEqual([2, 'invalid-input', 0]);
    expect(none.stderr).toContain('--print');
    expect(none.stderr).not.toContain('https://login');
  },
);

test('the workflow is complete for all combinations of destinations', () => {
  const facts = {
    organization: 'contoso',
    tenant: tenantId,
    clientId: publicClientId,
    credential: 'federated',
    user: userPrincipalName,
    authorityHost: 'https://login.microsoftonline.us',
    stores: [
      {
        kind: 'github-environment-secret',
        text: 'github-environment-secret:contoso/app/pat rotation/REFRESH',
        owner: 'contoso',
        repository: 'app',
        environment: 'pat rotation',
        name: 'REFRESH',
      },
      { kind: 'azure-key-vault', text: 'azure-key-vault:v/n', vault: 'v', host: 'v.vault.azure.net', name: 'n' },
    ],
    displayName: '42: "build" #1',
    scopes: 'vso.code vso.wiki',
    destinations: [],
  } as const;
  const read = parse(starterWorkflow(facts));
  const [token, step] = read.jobs.rotate.steps;
  expect(read.jobs.rotate.environment).toBe('pat rotation');
  expect(token.with).toMatchObject({ 'permission-secrets': 'write', 'permission-environments': 'write' });
  expect(Object.keys(step.with).filter((name) => !(name in inputs))).toEqual([]);
  expect(step.with).toMatchObject({
    'federated-credential': true,
    'authority-host': 'https://login.microsoftonline.us',
    'refresh-token': expression('secrets.REFRESH'),
    'display-name': '42: "build" #1',
    'refresh-token-destinations': 'github-environment-secret:contoso/app/pat rotation/REFRESH\nazure-key-vault:v/n\n',
  });
  const plain = parse(starterWorkflow({ ...facts, stores: [], credential: 'none', authorityHost: undefined }));
  expect(plain.permissions).toEqual({});
  expect(plain.jobs.rotate.steps[1].with['refresh-token']).toBe(expression('secrets.AZURE_DEVOPS_REFRESH_TOKEN'));
});
