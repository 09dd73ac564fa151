import { expect, test } from '@jest/globals';
import { appToken, jobToken, publicClientId, secretClientId, vaultName } from '../../sandbox/index.ts';
import { type ErrorCode, errorCodes } from '../../src/core/error-code.ts';
import { days, expectFailure, hurried, type Inputs, type Options, type Scene, scenario } from './harness.ts';

/** A case that ends with an error: the preparation, the inputs, and what the step says. */
interface Situation {
  readonly arrange?: (scene: Scene) => unknown;
  readonly inputs: Inputs | ((scene: Scene) => Inputs);
  readonly options?: Options;
  readonly says: RegExp;
}

const list = { operation: 'list' };
const rotate = { operation: 'rotate', 'display-name': 'build' };
const create = { operation: 'create', 'display-name': 'build', scopes: 'vso.code' };

function build(scene: Scene) {
  return scene.sandbox.azureDevOps.addPat({ displayName: 'build' });
}

function fault(kind: 'hang' | 'reset-before' | 'garbage' | { status: number; headers?: Record<string, string> }) {
  return ({ sandbox }: Scene): void => {
    sandbox.fault = ({ host }) => {
      if (host !== 'vssps.dev.azure.com') return undefined;
      return typeof kind === 'string' ? { kind } : { kind: 'status', ...kind };
    };
  };
}

/** Every value of the output `error-code`, with at least one case that causes it. */
const situations: Readonly<Record<ErrorCode, readonly Situation[]>> = {
  'invalid-input': [
    { inputs: { operation: 'rotat' }, says: /operation: "rotat".*Nothing was sent or changed/u },
    { inputs: { ...rotate, 'valid-for': 'soon' }, says: /valid-for: "soon" is not a duration; write/u },
    {
      arrange: (scene) => scene.sandbox.azureDevOps.patApi.patTokenErrorOnce('invalidDisplayName'),
      inputs: create,
      says: /name/u,
    },
    { inputs: { ...create, 'valid-for': '3000d' }, says: /valid-for|validTo|date/u },
    {
      arrange: ({ sandbox }) => {
        sandbox.azureDevOps.policies.displayNameLimit = 20;
      },
      inputs: create,
      says: /is named "build~pending-\S+" \(\d\d characters\), and the service refuses that name\. Choose a shorter/u,
    },
    {
      arrange: ({ sandbox }) => {
        sandbox.entra.client(publicClientId).singleTenant = true;
      },
      inputs: { ...list, 'tenant-id': '' },
      says: /50194.*Set tenant-id/u,
    },
  ],
  'refresh-token-expired': [
    {
      inputs: (scene) => ({ ...list, 'refresh-token': scene.signIn(undefined, { expired: true }) }),
      says: /Entra states a limit of 90 days \(AADSTS700082.*Sign in again/u,
    },
    {
      inputs: (scene) => ({ ...list, 'refresh-token': scene.signIn(undefined, { expired: true, spa: true }) }),
      says: /24 hours \(AADSTS700084.*Mobile and desktop/u,
    },
    { arrange: ({ sandbox }) => sandbox.entra.failWith(70043), inputs: list, says: /70043/u },
    {
      arrange: ({ sandbox }) =>
        sandbox.entra.failWith(70008, {
          description: 'The refresh token has expired due to inactivity. It was inactive for 12:00:00.',
        }),
      inputs: list,
      says: /12 hours/u,
    },
  ],
  'refresh-token-revoked': [
    {
      arrange: (scene) => scene.sandbox.entra.revokeSessions(scene.user),
      inputs: list,
      says: /50173.*[Ss]ign in again/u,
    },
  ],
  'refresh-token-invalid': [
    { inputs: { ...list, 'refresh-token': '1.AXcut.off' }, says: /70000.*whole/u },
    {
      inputs: (scene) => ({ ...list, 'refresh-token': scene.signIn(secretClientId) }),
      says: /70000/u,
    },
  ],
  'interaction-required': [
    { arrange: ({ sandbox }) => sandbox.entra.failWith(50076), inputs: list, says: /50076.*[Ss]ign in again/u },
    { arrange: ({ sandbox }) => sandbox.entra.failWith(53003), inputs: list, says: /53003.*policy/u },
  ],
  'wrong-user': [
    { inputs: { ...list, 'expected-user': 'other@contoso.com' }, says: /not to the expected other@contoso\.com/u },
  ],
  'unsafe-event': [
    { inputs: list, options: { event: { name: 'pull_request_target' } }, says: /allow-unsafe-events: true/u },
  ],
  'consent-required': [
    {
      arrange: ({ sandbox }) => {
        sandbox.entra.client(publicClientId).permissions = [];
      },
      inputs: list,
      says: /65001.*consent/u,
    },
  ],
  'client-authentication-failed': [
    {
      inputs: (scene) => ({ ...list, 'client-id': secretClientId, 'refresh-token': scene.signIn(secretClientId) }),
      says: /7000218/u,
    },
  ],
  'app-not-found': [
    { inputs: { ...list, 'client-id': '99999999-aaaa-2222-bbbb-3333cccc4444' }, says: /700016.*client-id/u },
    {
      arrange: ({ sandbox }) => {
        sandbox.entra.client(publicClientId).disabled = true;
      },
      inputs: list,
      says: /7000112/u,
    },
    {
      arrange: ({ sandbox }) => {
        sandbox.entra.addTenant({ id: '99998888-7777-6666-5555-444433332222', domains: ['fabrikam.com'] });
        sandbox.entra.client(publicClientId).singleTenant = true;
      },
      inputs: { ...list, 'tenant-id': 'fabrikam.com' },
      says: /700016.*tenant-id/u,
    },
  ],
  'tenant-not-found': [{ inputs: { ...list, 'tenant-id': 'nowhere.example' }, says: /90002.*tenant-id/u }],
  'organization-not-found': [
    {
      inputs: { ...list, organization: 'contosso' },
      says: /organization contosso does not exist.*https:\/\/dev\.azure\.com/u,
    },
    {
      arrange: ({ sandbox }) => {
        sandbox.azureDevOps.unknownOrganization = 'json';
      },
      inputs: { ...list, organization: 'https://dev.azure.com/contosso' },
      says: /organization contosso does not exist/u,
    },
  ],
  'service-principal-not-allowed': [
    {
      arrange: ({ sandbox }) => sandbox.entra.answerWith('app-only'),
      inputs: list,
      says: /application.*Sign in as a user/u,
    },
  ],
  unauthorized: [
    {
      arrange: ({ sandbox }) => sandbox.azureDevOps.organization('contoso').members.clear(),
      inputs: list,
      says: /organization contoso,.*vso\.pats and vso\.pats_manage.*user_impersonation/u,
    },
    {
      arrange: ({ sandbox }) => {
        sandbox.azureDevOps.impersonationSuffices = false;
        const client = sandbox.entra.client(publicClientId);
        client.permissions = client.permissions.filter((name) => !name.endsWith('vso.pats'));
      },
      inputs: list,
      says: /HTTP 401, TF400813.*vso\.pats and vso\.pats_manage/u,
    },
  ],
  forbidden: [
    {
      arrange: ({ sandbox }) => {
        sandbox.azureDevOps.impersonationSuffices = false;
        sandbox.azureDevOps.missingScopeStatus = 403;
        const client = sandbox.entra.client(publicClientId);
        client.permissions = client.permissions.filter((name) => !name.endsWith('vso.pats_manage'));
      },
      inputs: create,
      says: /HTTP 403.*vso\.pats and vso\.pats_manage/u,
    },
    {
      arrange: ({ sandbox }) => {
        sandbox.azureDevOps.nonMemberStatus = 403;
        sandbox.azureDevOps.organization('contoso').members.clear();
      },
      inputs: list,
      says: /HTTP 403, TF400813/u,
    },
  ],
  'pat-policy-violation': [
    {
      arrange: ({ sandbox }) => {
        sandbox.azureDevOps.policies.fullScopeForbidden = true;
      },
      inputs: { ...create, scopes: 'full' },
      says: /full/iu,
    },
    {
      arrange: ({ sandbox }) =>
        Object.assign(sandbox.azureDevOps.policies, { maxLifespanDays: 7, lifespanMode: 'refuse' }),
      inputs: create,
      says: /valid-for/u,
    },
    {
      arrange: ({ sandbox }) => {
        sandbox.azureDevOps.policies.creationForbidden = true;
      },
      inputs: create,
      says: /allow list|administrator/u,
    },
    {
      arrange: ({ sandbox }) =>
        Object.assign(sandbox.azureDevOps.policies, { globalsBlocked: false, globalForbidden: true }),
      inputs: { ...create, 'all-organizations': 'true' },
      says: /globalPatPolicyViolation.*all-organizations/u,
    },
  ],
  'invalid-scope': [{ inputs: { ...create, scopes: 'vso.moonbase' }, says: /scope/u }],
  'pat-api-error': [
    {
      arrange: ({ sandbox }) => sandbox.azureDevOps.patApi.patTokenErrorOnce('invalidToken'),
      inputs: create,
      says: /invalidToken/u,
    },
    { arrange: fault({ status: 400 }), inputs: list, says: /HTTP 400/u },
  ],
  'pat-not-found': [{ inputs: rotate, says: /no active PAT of this name in contoso.*case-sensitive/u }],
  'pat-ambiguous': [
    { arrange: (scene) => [build(scene), build(scene)], inputs: rotate, says: /2 active PATs.*Give authorization-id/u },
  ],
  'pat-exists': [{ arrange: build, inputs: create, says: /exists in contoso.*if-exists to rotate or allow/u }],
  'verification-failed': [
    {
      arrange: (scene) => {
        const { sandbox } = scene;
        build(scene);
        sandbox.azureDevOps.patApi.activationLag = 1000;
        sandbox.entra.accessTokenLifetime = 86_400;
      },
      inputs: rotate,
      options: hurried,
      says: /did not authenticate within 30 s/u,
    },
  ],
  'destination-denied': [
    {
      arrange: build,
      inputs: { ...rotate, 'token-destinations': 'github-secret:NUGET_PAT', 'github-token': jobToken },
      says: /github-secret:NUGET_PAT.*GITHUB_TOKEN/u,
    },
    {
      arrange: (scene) => {
        build(scene);
        scene.sandbox.keyVault.deny(vaultName, 'set', 'ForbiddenByRbac');
      },
      inputs: { ...rotate, 'token-destinations': `azure-key-vault:${vaultName}/nuget` },
      says: /Key Vault|key vault/u,
    },
  ],
  'destination-not-found': [
    {
      arrange: build,
      inputs: { ...rotate, 'token-destinations': 'github-secret:contoso/nothing/PAT', 'github-token': appToken },
      says: /contoso\/nothing/u,
    },
    {
      arrange: build,
      inputs: { ...rotate, 'token-destinations': 'azure-devops-variable-group:Nowhere/group/pat' },
      says: /Nowhere/u,
    },
  ],
  'destination-failed': [
    {
      arrange: (scene) => {
        build(scene);
        scene.sandbox.keyVault.deleteSecret(vaultName, 'nuget');
        scene.sandbox.keyVault.deny(vaultName, 'recover', 'ForbiddenByRbac');
        scene.sandbox.keyVault.vault(vaultName).beingDeleted.add('nuget');
      },
      inputs: { ...rotate, 'token-destinations': `azure-key-vault:${vaultName}/nuget` },
      says: /nuget/u,
    },
  ],
  'rate-limited': [
    { arrange: fault({ status: 429, headers: { 'retry-after': '7' } }), inputs: list, says: /limits the requests/u },
    {
      arrange: fault({ status: 429, headers: { 'retry-after': '900' } }),
      inputs: { ...list, 'max-attempts': '2' },
      says: /asks callers to wait 900 s/u,
    },
  ],
  'service-unavailable': [
    { arrange: fault({ status: 503 }), inputs: list, says: /HTTP 503/u },
    {
      arrange: ({ sandbox }) => {
        sandbox.fault = () => ({ kind: 'status', status: 503 });
      },
      inputs: list,
      says: /Asking for an access token: Microsoft Entra has a temporary fault/u,
    },
  ],
  network: [{ arrange: fault('reset-before'), inputs: list, says: /connection to vssps\.dev\.azure\.com .*was lost/u }],
  timeout: [
    {
      arrange: ({ sandbox }) => {
        sandbox.fault = () => ({ kind: 'hang' });
      },
      // Long enough for the connection itself, even on a busy machine.
      inputs: { ...list, 'request-timeout': '5s' },
      says: /login\.microsoftonline\.com did not answer within 5 s.*request-timeout/u,
    },
  ],
  'unexpected-response': [
    { arrange: fault('garbage'), inputs: list, says: /not the JSON/u },
    {
      arrange: ({ sandbox }) => sandbox.entra.answerWith('no-access-token'),
      inputs: list,
      says: /without an access token/u,
    },
    { arrange: ({ sandbox }) => sandbox.entra.answerWith('wrong-audience'), inputs: list, says: /another resource/u },
  ],
  'manifest-invalid': [
    { inputs: { operation: 'sync', manifest: 'tokens:\n  - display-nam: build\n' }, says: /line 2.*display-nam/u },
    { inputs: { operation: 'sync', manifest: 'pats.yml' }, says: /pats\.yml cannot be read/u },
  ],
  'partial-failure': [
    {
      arrange: (scene) => scene.sandbox.azureDevOps.addPat({ displayName: 'wiki' }),
      inputs: {
        operation: 'sync',
        manifest: [
          'tokens:',
          '  - { display-name: wiki, scopes: vso.code }',
          '  - { display-name: build, scopes: vso.moonbase, destinations: ["azure-key-vault:contoso-vault/build"] }',
        ].join('\n'),
      },
      says: /1 of 2 tokens failed \(invalid-scope\)/u,
    },
  ],
  'tokens-expiring': [
    {
      arrange: ({ sandbox }) => sandbox.azureDevOps.addPat({ displayName: 'soon', validTo: Date.now() + days }),
      inputs: { ...list, 'expiring-within': '7d', 'fail-on-expiring': 'true' },
      says: /"soon"/u,
    },
  ],
  'check-failed': [
    { inputs: { operation: 'check', 'display-name': 'nobody' }, says: /1 of \d+ checks failed: pat nobody/u },
  ],
};

test('there is a case for every error code', () => {
  expect(Object.keys(situations)).toEqual([...errorCodes]);
});

for (const code of errorCodes) {
  for (const { arrange, inputs, options, says } of situations[code]) {
    scenario(`${code}: ${says.source}`, async (scene) => {
      arrange?.(scene);
      const { azureDevOps } = scene.sandbox;
      const before = structuredClone(azureDevOps.activePats());
      const run = await scene.run(typeof inputs === 'function' ? inputs(scene) : inputs, options);
      expectFailure(run, code, says);
      expect(run.outputs).not.toHaveProperty('token');
      expect(azureDevOps.activePats()).toEqual(before);
    });
  }
}
