import { describe, expect, test } from '@jest/globals';
import { agentNodes } from '../../sandbox/index.ts';
import { type Environment, environmentAfter, refusedStep } from './refused-step.ts';

const id = '0a1b2c3d-0000-4000-8000-1234567890ab';

/** A connection as the agent passes it to a task: the keys of parameters in upper case, the id in lower case. */
function connection(scheme: string, parameters: Environment, data: Environment = {}): Environment {
  const named = (prefix: string, values: Environment): [string, string][] =>
    Object.entries(values).map(([name, value]) => [`${prefix}_${id}_${name}`, value]);
  return {
    INPUT_CLIENTID: '',
    INPUT_SERVICECONNECTION: id.toUpperCase(),
    [`ENDPOINT_AUTH_SCHEME_${id}`]: scheme,
    ...Object.fromEntries(named('ENDPOINT_AUTH_PARAMETER', parameters)),
    ...Object.fromEntries(named('ENDPOINT_DATA', data)),
  };
}

const app = {
  SERVICEPRINCIPALID: '99998888-aaaa-2222-bbbb-3333cccc4444',
  TENANTID: '77778888-aaaa-2222-bbbb-3333cccc4444',
};

describe.each([...agentNodes.keys()])('Node %d', (node) => {
  describe('refuses a connection', () => {
    test.each<[what: string, environment: Environment, error: string]>([
      [
        'of a managed identity',
        connection('ManagedServiceIdentity', { TENANTID: app.TENANTID }),
        'serviceConnection: it is the connection of a managed identity',
      ],
      ['of a publish profile', connection('PublishProfile', {}), 'serviceConnection: it holds no app registration'],
      ['without an app', connection('ServicePrincipal', {}), 'serviceConnection: it holds no app registration'],
      ['without its secret', connection('ServicePrincipal', app), 'serviceConnection: it holds no secret'],
      [
        'without its certificate',
        connection('serviceprincipal', { ...app, AUTHENTICATIONTYPE: 'SPNCertificate' }),
        'serviceConnection: it holds no certificate',
      ],
      [
        'without an address for its assertion',
        connection('WorkloadIdentityFederation', app),
        'serviceConnection: the agent handed over no address for OIDC tokens (System.OidcRequestUri)',
      ],
      [
        'whose assertion the job may not ask for',
        {
          ...connection('WorkloadIdentityFederation', app),
          SYSTEM_OIDCREQUESTURI: 'https://dev.azure.com/contoso/oidctoken',
          ENDPOINT_AUTH_PARAMETER_SYSTEMVSSCONNECTION_ACCESSTOKEN: '',
        },
        'serviceConnection: the agent handed over no token of the job (System.AccessToken)',
      ],
      [
        'whose authority is not an address',
        connection('ServicePrincipal', { ...app, SERVICEPRINCIPALKEY: 'secret' }, { ENVIRONMENTAUTHORITYURL: 'Azure' }),
        'authorityHost: "Azure"',
      ],
      [
        'that was not handed over',
        { INPUT_CLIENTID: '', INPUT_SERVICECONNECTION: 'pat-app' },
        'serviceConnection: the agent handed over no connection of this name',
      ],
      [
        'whose name is in a variable that the job lacks',
        { INPUT_CLIENTID: '', INPUT_SERVICECONNECTION: '$(CONNECTION)' },
        'serviceConnection: the variable CONNECTION is missing',
      ],
    ])('%s', async (_, environment, error) => {
      const step = await refusedStep(node, environment);
      expect(step.record.result).toBe('Failed');
      expect(step.error).toContain(`invalid-input: Reading the inputs: ${error}`);
      expect(step.error).not.toMatch(/clientId: it is required|federatedCredential/u);
      expect(step.record.complaints).toEqual([]);
    });
  });

  describe('refuses an input that contradicts the connection', () => {
    const bySecret = connection(
      'ServicePrincipal',
      { ...app, SERVICEPRINCIPALKEY: 'secretOfTheConnection' },
      {
        ENVIRONMENTAUTHORITYURL: 'https://login.microsoftonline.com/',
      },
    );

    test.each<[environment: Environment, error: string]>([
      [{ INPUT_CLIENTID: id }, 'clientId: the service connection has another one'],
      [{ INPUT_TENANTID: id }, 'tenantId: the service connection has another one'],
      [
        { INPUT_AUTHORITYHOST: 'https://login.microsoftonline.us' },
        'authorityHost: the service connection has another one',
      ],
      [{ INPUT_CLIENTSECRET: 'anotherSecret' }, 'clientSecret: the service connection holds the credential'],
      [{ INPUT_CLIENTCERTIFICATE: 'PEM of another' }, 'clientCertificate: the service connection holds the credential'],
    ])('%j', async (environment, error) => {
      expect((await refusedStep(node, { ...bySecret, ...environment })).error).toContain(error);
    });

    test('the same value in another spelling is accepted', async () => {
      const step = await refusedStep(node, {
        ...bySecret,
        INPUT_OPERATION: 'none',
        INPUT_CLIENTID: app.SERVICEPRINCIPALID.toUpperCase(),
        INPUT_TENANTID: 'contoso.com',
        INPUT_AUTHORITYHOST: 'https://login.microsoftonline.com/',
      });
      expect(step.error).toMatch(/operation: /u);
      expect(step.error).not.toContain('the service connection has');
    });
  });

  describe('a variable that is missing in the job', () => {
    test('is named with all others, and its macro is not masked', async () => {
      const step = await refusedStep(node, {
        INPUT_REFRESHTOKEN: '$(REFRESH_TOKN)',
        INPUT_DISPLAYNAME: 'nuget $(Env.Name) $(key-vault-name)',
        INPUT_TOKENDESTINATIONS: 'azure-key-vault:$(VAULT)/a\nazure-key-vault:$(VAULT)/b',
        INPUT_MANIFEST: '$(MANIFEST)',
        INPUT_NEWDISPLAYNAME: '$(Größe) $(a/b) $()',
        INPUT_FILTER: " $[ variables['FILTER'] ] ",
      });
      for (const text of [
        'refreshToken: the variable REFRESH_TOKN is missing',
        'displayName: the variables Env.Name, key-vault-name are missing',
        'tokenDestinations: the variable VAULT is missing',
        'manifest: the variable MANIFEST is missing',
        'newDisplayName: the variables Größe, a/b are missing',
        'filter: an expression in $[ ] is not evaluated in an input',
      ])
        expect(step.error).toContain(text);
      expect(step.error).not.toContain('it is required');
      expect(step.stdout).not.toMatch(/setsecret\][^\n]*REFRESH_TOKN/u);
    });

    test('is ignored in the YAML of a manifest', async () => {
      const step = await refusedStep(node, {
        INPUT_OPERATION: 'none',
        INPUT_MANIFEST: 'tokens:\n  - display-name: $(A)',
      });
      expect(step.error).not.toContain('is missing');
    });
  });

  test('the keys of a manifest keep their names', async () => {
    const step = await refusedStep(node, {
      INPUT_OPERATION: 'sync',
      INPUT_MANIFEST: 'tokens:\n  - scopes: vso.code\n    valid-for: soon',
    });
    expect(step.error).toMatch(/^manifest-invalid: /u);
    expect(step.error).toContain('line 2, column 5: display-name is required');
    expect(step.error).toContain('valid-for: ');
  });

  describe('in a build that may run the code of a stranger', () => {
    test.each<[environment: Environment, error: string]>([
      [
        { BUILD_REASON: 'PullRequest', SYSTEM_PULLREQUEST_ISFORK: 'True' },
        'this build is of a pull request from a fork',
      ],
      [
        { SYSTEM_PULLREQUEST_ISFORK: 'TRUE', INPUT_ALLOWUNSAFEEVENTS: 'False' },
        'this build is of a pull request from a fork',
      ],
      [{ BUILD_REASON: 'CheckInShelveset' }, 'a build of the reason CheckInShelveset'],
      [{ BUILD_REASON: 'validateShelveset' }, 'a build of the reason validateShelveset'],
    ])('%j is refused', async (environment, error) => {
      const step = await refusedStep(node, environment);
      expect(step.error).toMatch(/^unsafe-event: /u);
      expect(step.error).toContain(error);
      expect(step.error).toContain('allowUnsafeEvents: true');
    });

    test.each<[environment: Environment]>([
      [{ BUILD_REASON: 'PullRequest', SYSTEM_PULLREQUEST_ISFORK: 'False' }],
      [{ BUILD_REASON: 'PullRequest', SYSTEM_PULLREQUEST_ISFORK: 'True', INPUT_ALLOWUNSAFEEVENTS: ' True ' }],
      [{ BUILD_REASON: 'ResourceTrigger' }],
    ])('%j is accepted', async (environment) => {
      const step = await refusedStep(node, { ...environment, INPUT_OPERATION: 'none' });
      expect(step.error).toMatch(/^invalid-input: /u);
    });
  });

  test('an Azure DevOps Server has no default organization', async () => {
    const step = await refusedStep(node, { SYSTEM_COLLECTIONURI: 'https://tfs.contoso.com/DefaultCollection/' });
    expect(step.error).toContain('organization: it is required for list');
    expect(step.error).toContain('an Azure DevOps Server has such an address');
  });

  test('a misspelt input is reported with the right name, and a name that only looks like an input is not', async () => {
    const step = await refusedStep(node, {
      INPUT_OPERATION: 'none',
      'INPUT_EXPIRING-WITHIN': '7d',
      INPUT_FLITER: 'all',
      INPUT_FILTERS: 'all',
      INPUT_SCOPE: 'vso.code',
      INPUT_UNKNOWN: '1',
      INPUT_OF_MINE: '1',
      INPUT_EMPTY: '',
      VSTS_PUBLIC_VARIABLES: '["input.of mine"]',
    });
    expect(step.warnings).toEqual([
      'The task has no input "expiring-within", so it has no effect. Write expiringWithin.',
      'The task has no input "fliter", so it has no effect.',
      'The task has no input "filters", so it has no effect. Write filter.',
      'The task has no input "scope", so it has no effect. Write scopes.',
      'The task has no input "unknown", so it has no effect.',
    ]);
  });

  test('a secret from a variable that is not secret causes a warning, and is masked', async () => {
    const step = await refusedStep(node, {
      INPUT_OPERATION: 'none',
      SECRET_REFRESH_TOKEN: '',
      INPUT_GITHUBTOKEN: 'ghp_open',
    });
    expect(step.warnings).toEqual([
      expect.stringContaining('refreshToken is not a secret variable'),
      expect.stringContaining('githubToken is not a secret variable'),
    ]);
    expect(step.stdout).toContain('##vso[task.setsecret]1.AAAAsecretRefreshTokenOfTheTest\n');
    const part = await refusedStep(node, {
      INPUT_OPERATION: 'none',
      SECRET_REFRESH_TOKEN: 'x 1.AAAAsecretRefreshTokenOfTheTest',
    });
    expect(part.warnings).toEqual([]);
  });
});

test('no secret is left in the environment, in no form and under no name', async () => {
  const token = 'secretVariableOfTheJob';
  const left: Environment = {
    PATH: '/usr/bin',
    NUGET_URL: 'https://pkgs.dev.azure.com/contoso',
    VSTS_SECRET_VARIABLES: '["TOKEN"]',
    [`ENDPOINT_AUTH_SCHEME_${id}`]: 'ServicePrincipal',
    [`ENDPOINT_URL_${id}`]: 'https://management.azure.com/',
  };
  const rest = await environmentAfter({
    INPUT_OPERATION: 'none',
    ...left,
    SECRET_TOKEN: `${token}\n`,
    SECRET_SHORT: 'pin7',
    SYSTEM_ACCESSTOKEN: 'secretAccessTokenOfTheJob',
    VSTS_TASKVARIABLE_X: 'state',
    SECUREFILE_TICKET_1: 'ticket',
    [`ENDPOINT_AUTH_${id}`]: '{"parameters":{"serviceprincipalkey":"secretOfTheConnection"}}',
    [`ENDPOINT_AUTH_PARAMETER_${id}_SERVICEPRINCIPALKEY`]: 'secretOfTheConnection',
    // The env of the step builds this variable from secrets.
    PIN: 'pin7',
    PLAIN: token,
    HEADER: `Bearer ${token}`,
    BASIC: `Basic ${Buffer.from(`:${token}`).toString('base64')}`,
    ADDRESS: `https://user:${encodeURIComponent(token)}@contoso.com`,
    REFRESH: '1.AAAAsecretRefreshTokenOfTheTest',
  });
  expect(rest).toEqual({
    ...left,
    TF_BUILD: 'True',
    SYSTEM_COLLECTIONURI: 'https://dev.azure.com/contoso/',
    SYSTEM_TEAMPROJECT: 'App',
    SYSTEM_HOSTTYPE: 'build',
    BUILD_BUILDID: '4711',
  });
});
