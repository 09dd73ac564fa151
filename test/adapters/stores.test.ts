import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { appToken, publicClientId, tenantId, vaultName } from '../../sandbox/index.ts';
import { openStores, type StoreDependencies } from '../../src/adapters/stores.ts';
import type { Store } from '../../src/core/ports.ts';
import { Secret } from '../../src/core/secret.ts';
import { parseDestinations } from '../destinations.ts';
import { type Bench, failureOf, startBench } from './service-sandbox.ts';

const pat = new Secret('a1B2c3D4'.repeat(10));
const githubToken = new Secret(appToken);
const never = (): Promise<Secret> => Promise.reject(new Error('nobody should ask for this token'));

let bench: Bench;
let deps: StoreDependencies;

function issue(audience: string): Secret {
  const { user } = bench.sandbox.entra.directory;
  const options = {
    clientId: publicClientId,
    tenantId,
    audience,
    scopes: ['user_impersonation'],
    user,
  };
  return new Secret(bench.sandbox.entra.issueAccessToken(options));
}

beforeEach(async () => {
  bench = await startBench();
  deps = {
    http: bench.http,
    githubToken,
    githubApiUrl: 'https://api.github.com',
    azureDevOpsToken: never,
    keyVaultToken: never,
  };
});

afterEach(() => bench.close());

function open(lines: readonly string[], change: Partial<StoreDependencies> = {}): Promise<Store[]> {
  const { destinations, problems } = parseDestinations(lines.join('\n'), {
    repository: 'contoso/app',
    organization: 'contoso',
  });
  expect(problems).toEqual([]);
  return openStores(destinations, { ...deps, ...change });
}

describe('the stores of a run', () => {
  test('come in the order of the destinations, for each kind', async () => {
    bench.sandbox.azureDevOps.variableGroups.add({ name: 'builds', projects: ['Tools'], variables: { a: '1' } });
    const lines = [
      'azure-devops-variable-group:Tools/builds/PAT',
      'github-secret:PAT',
      `azure-key-vault:${vaultName}/pat`,
      'github-environment-secret:production/PAT',
      'github-organization-secret:contoso/PAT',
      'github-dependabot-secret:PAT',
      'azure-devops-service-connection:Tools/feed',
      'github-agents-secret:PAT',
      'github-organization-dependabot-secret:contoso/PAT',
    ];
    bench.sandbox.azureDevOps.serviceEndpoints.add({ name: 'feed', projects: ['Tools'] });
    const stores = await open(lines, {
      azureDevOpsToken: async () => issue('499b84ac-1321-427f-aa17-267ca6975798'),
      keyVaultToken: async (resource) => issue(resource),
    });
    expect(stores.map((store) => store.name)).toEqual(lines);
    await Promise.all(stores.map((store) => store.prepare()));
    for (const store of stores) await store.write(pat, { label: 'Azure DevOps PAT build' });
    const { github, keyVault, azureDevOps } = bench.sandbox;
    const held = [
      azureDevOps.variableGroups.value('builds', 'PAT'),
      github.secret('contoso/app', 'PAT'),
      keyVault.secret(vaultName, 'pat'),
      github.environmentSecret('contoso/app', 'production', 'PAT'),
      github.organizationSecret('contoso', 'PAT'),
      github.dependabotSecret('contoso/app', 'PAT'),
      azureDevOps.serviceEndpoints.value('feed'),
      github.stored({ kind: 'agents', repository: 'contoso/app' }, 'PAT')?.value,
      github.stored({ kind: 'organization-dependabot', organization: 'contoso' }, 'PAT')?.value,
    ];
    expect(new Set(held)).toEqual(new Set([pat.reveal()]));
  });

  test('are empty without destinations, and then need no token', async () => {
    expect(await open([], { githubToken: undefined })).toEqual([]);
    expect(bench.requests()).toEqual([]);
  });

  test('request no token and no key before they are used', async () => {
    await open(['github-secret:PAT', `azure-key-vault:${vaultName}/pat`, 'azure-devops-variable-group:T/g/P']);
    expect(bench.requests()).toEqual([]);
  });

  test('share public keys, also when they are opened one after the other', async () => {
    const [first] = await open(['github-secret:A']);
    const [second] = await open(['github-secret:B']);
    await first?.prepare();
    await second?.prepare();
    expect(bench.requests()).toHaveLength(1);
  });

  test('do not share public keys between tokens, because each token has to be checked', async () => {
    const [first] = await open(['github-secret:A']);
    const [second] = await open(['github-secret:B'], { githubToken: new Secret('nonsense') });
    await first?.prepare();
    expect(await failureOf(second?.prepare() ?? Promise.resolve())).toMatchObject({ code: 'destination-denied' });
  });

  test('on GitHub need github-token', async () => {
    const failure = await failureOf(open(['github-secret:A'], { githubToken: new Secret('') }));
    expect(failure).toMatchObject({ code: 'invalid-input' });
    expect(failure.message).toContain('github-token is empty');
  });

  test('find out that an id and a name mean one destination before two secrets overwrite each other', async () => {
    const { variableGroups, serviceEndpoints } = bench.sandbox.azureDevOps;
    variableGroups.add({ id: 42, name: 'g', projects: ['T', 'U'], variables: { other: '1' } });
    const { id } = serviceEndpoints.add({ name: 'feed', projects: ['T', 'U'] });
    const azureDevOpsToken = async (): Promise<Secret> => issue('499b84ac-1321-427f-aa17-267ca6975798');
    for (const [first, second] of [
      ['variable-group:T/g/PAT', 'variable-group:U/42/pat'],
      ['variable-group:T/g/RT', 'variable-group:U/g/RT'],
      ['service-connection:T/feed', `service-connection:T/${id}`],
    ]) {
      const [one] = await open([`azure-devops-${first}`], { azureDevOpsToken });
      const [again] = await open([`azure-devops-${first}`], { azureDevOpsToken });
      const [two] = await open([`azure-devops-${second}`], { azureDevOpsToken });
      await one?.prepare();
      await again?.prepare();
      for (const step of [() => two?.prepare(), () => two?.inspect(), () => two?.write(pat, { label: 'x' })]) {
        const failure = await failureOf(Promise.resolve(step()));
        expect(failure).toMatchObject({ code: 'destination-failed', mayHaveActed: false });
        expect(failure.message).toContain(`it is the same destination as azure-devops-${first}`);
      }
    }
    const [neighbor] = await open(['azure-devops-variable-group:T/42/other'], { azureDevOpsToken });
    await neighbor?.prepare();
  });

  test('of one variable group write one after the other, even if they were opened separately', async () => {
    const group = bench.sandbox.azureDevOps.variableGroups.add({
      name: 'g',
      projects: ['T'],
      variables: { other: '1' },
    });
    const azureDevOpsToken = async (): Promise<Secret> => issue('499b84ac-1321-427f-aa17-267ca6975798');
    const lines = ['A', 'B', 'C'].map((name) => `azure-devops-variable-group:T/g/${name}`);
    const stores = (await Promise.all(lines.map((line) => open([line], { azureDevOpsToken })))).flat();
    await Promise.all(stores.map((store) => store.write(pat, { label: 'x' })));
    expect([...group.variables.keys()].sort()).toEqual(['A', 'B', 'C', 'other']);
    expect(bench.requests().filter((request) => request.startsWith('PUT'))).toHaveLength(3);
    // One check at the end serves all destinations. It stores again what is gone by then.
    const before = bench.requests().length;
    await Promise.all(stores.map((store) => store.confirm?.()));
    expect(bench.requests()).toHaveLength(before + 1);
  });
});
