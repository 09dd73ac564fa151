import { expect } from '@jest/globals';
import {
  certificateClientId,
  certificateConnection,
  clientSecret,
  connectionClientId,
  connectionId,
  connectionIssuer,
  connectionName,
  connectionSubject,
  federatedConnection,
  managedIdentityConnection,
  pipelinesAudience,
  pipelinesIssuer,
  pipelinesSubject,
  publicClientId,
  secretClientId,
  secretConnection,
  tenantId,
} from '../../sandbox/index.ts';
import { expectFailure, type Inputs, type Run, type Scene, scenario, secret, warningsOf } from './harness.ts';

const connection = { id: connectionId, name: connectionName, tenantId };

/** A step that names the connection in the place of everything that it gives. */
const connected: Inputs = { operation: 'list', serviceConnection: connectionName, clientId: '', tenantId: '' };

function signedIn(scene: Scene, clientId: string): { readonly REFRESH_TOKEN: ReturnType<typeof secret> } {
  return { REFRESH_TOKEN: secret(scene.sandbox.entra.issueRefreshToken({ clientId })) };
}

function expectSignIn(run: Run, calls: readonly string[]): void {
  expect({ result: run.result, calls: run.calls, errors: run.outputs.errorMessage }).toEqual({
    result: 'Succeeded',
    calls,
    errors: undefined,
  });
}

scenario('a connection with workload identity federation, whose assertion Entra signs', async (scene) => {
  const run = await scene.run(connected, {
    connections: [
      federatedConnection({
        ...connection,
        clientId: connectionClientId,
        issuer: connectionIssuer,
        subject: connectionSubject,
      }),
    ],
    variables: signedIn(scene, connectionClientId),
  });
  expectSignIn(run, ['assertion', 'exchange', 'list']);
});

scenario('a connection of the older kind, whose assertion Azure DevOps signs', async (scene) => {
  const app = scene.sandbox.entra.client(connectionClientId);
  app.federated = { issuer: pipelinesIssuer, subject: pipelinesSubject, audience: pipelinesAudience };
  const run = await scene.run(connected, {
    connections: [
      federatedConnection({
        ...connection,
        clientId: connectionClientId,
        issuer: pipelinesIssuer,
        subject: pipelinesSubject,
      }),
    ],
    variables: signedIn(scene, connectionClientId),
  });
  expectSignIn(run, ['assertion', 'exchange', 'list']);
});

scenario('each exchange has a fresh assertion', async (scene) => {
  const { sandbox } = scene;
  const run = await scene.run(
    { ...connected, operation: 'exchange', refreshTokenDestinations: 'azure-key-vault:contoso-vault/refresh' },
    {
      connections: [
        federatedConnection({
          ...connection,
          clientId: connectionClientId,
          issuer: connectionIssuer,
          subject: connectionSubject,
        }),
      ],
      variables: signedIn(scene, connectionClientId),
    },
  );
  expect(run.result).toBe('Succeeded');
  expect(run.calls.filter((call) => call === 'exchange')).toHaveLength(2);
  expect(new Set(sandbox.azureDevOps.jobTokens.given).size).toBe(2);
});

scenario('a connection with a secret, and one with a certificate', async (scene) => {
  const bySecret = await scene.run(connected, {
    connections: [secretConnection({ ...connection, clientId: secretClientId, secret: clientSecret })],
    variables: signedIn(scene, secretClientId),
  });
  expectSignIn(bySecret, ['exchange', 'list']);
  const certificate = await scene.sandbox.clientCertificate();
  const byCertificate = await scene.run(connected, {
    connections: [certificateConnection({ ...connection, clientId: certificateClientId, certificate })],
    variables: signedIn(scene, certificateClientId),
  });
  expectSignIn(byCertificate, ['exchange', 'list']);
});

scenario('without a connection: a client secret, and a certificate on one line', async (scene) => {
  const bySecret = await scene.run(
    { operation: 'list', clientId: secretClientId, clientSecret: '$(CLIENT_SECRET)' },
    { variables: { ...signedIn(scene, secretClientId), CLIENT_SECRET: secret(clientSecret) } },
  );
  expectSignIn(bySecret, ['exchange', 'list']);
  const pem = (await scene.sandbox.clientCertificate()).trim().replaceAll('\n', '\\n');
  const byCertificate = await scene.run(
    { operation: 'list', clientId: certificateClientId, clientCertificate: '$(CERTIFICATE)' },
    { variables: { ...signedIn(scene, certificateClientId), CERTIFICATE: secret(pem) } },
  );
  expectSignIn(byCertificate, ['exchange', 'list']);
});

scenario('connections that can sign nobody in are refused before anything is sent', async (scene) => {
  const cases: readonly (readonly [Parameters<Scene['run']>[1], Inputs, string])[] = [
    [
      { connections: [managedIdentityConnection(connection)] },
      {},
      'serviceConnection: this is the connection of a managed identity',
    ],
    [{ connections: [] }, {}, 'serviceConnection: the agent handed over no connection'],
    [
      { connections: [secretConnection({ ...connection, clientId: secretClientId, secret: clientSecret })] },
      { clientId: publicClientId },
      'clientId: the service connection has another one',
    ],
  ];
  for (const [options, inputs, message] of cases) {
    const run = await scene.run({ ...connected, ...inputs }, options);
    expectFailure(run, 'invalid-input', message);
    expect(run.outputs.errorMessage).not.toContain('it is required');
    expect(run.requests).toEqual([]);
  }
});

scenario('an assertion that is refused tells what to check', async (scene) => {
  const { sandbox } = scene;
  const options = {
    connections: [
      federatedConnection({
        ...connection,
        clientId: connectionClientId,
        issuer: connectionIssuer,
        subject: connectionSubject,
      }),
    ],
    variables: signedIn(scene, connectionClientId),
  };
  sandbox.fault = ({ path }) => (path.includes('/oidctoken') ? { kind: 'status', status: 404 } : undefined);
  expectFailure(
    await scene.run(connected, options),
    'client-authentication-failed',
    'authorized to use the service connection',
  );
  sandbox.fault = ({ path }) => (path.includes('/oidctoken') ? { kind: 'status', status: 503 } : undefined);
  expectFailure(await scene.run(connected, options), 'service-unavailable', 'HTTP 503');
});

scenario('a variable that the job lacks is named, and its macro is no secret', async (scene) => {
  const run = await scene.run({ operation: 'list', refreshToken: '$(REFRESH_TOKN)' });
  expectFailure(run, 'invalid-input', 'refreshToken: the variable REFRESH_TOKN is missing');
  expect(run.requests).toEqual([]);
  expect(run.main.masks.some((mask) => mask.includes('REFRESH_TOKN'))).toBe(false);
});

scenario('a refresh token that is no secret variable is warned of, and masked all the same', async (scene) => {
  const run = await scene.run(
    { operation: 'list', refreshToken: scene.refreshToken },
    { variables: { REFRESH_TOKEN: 'unused' } },
  );
  expect(run.result).toBe('Succeeded');
  expect(warningsOf(run)).toEqual([expect.stringContaining('refreshToken is not a secret variable')]);
});

scenario('a misspelt input is told with the right name', async (scene) => {
  const run = await scene.run({ operation: 'list', 'expiring-within': '7d', fliter: 'all' });
  expect(warningsOf(run)).toEqual([
    expect.stringContaining('no input "expiring-within", so it has no effect. Write expiringWithin.'),
    expect.stringContaining('no input "fliter"'),
  ]);
});

scenario('booleans of templates, and an organization by its older address', async (scene) => {
  scene.sandbox.azureDevOps.addPat({ displayName: 'nuget' });
  const run = await scene.run(
    { operation: 'rotate', displayName: 'nuget', dryRun: 'True' },
    { build: { collectionUri: 'https://contoso.visualstudio.com/' } },
  );
  expect(run.outputs.changed).toBe('false');
  expect(run.calls).not.toContain('create');
});

scenario('an Azure DevOps Server has no organization to begin with', async (scene) => {
  const run = await scene.run(
    { operation: 'list' },
    { build: { collectionUri: 'https://tfs.contoso.com/DefaultCollection/' } },
  );
  expectFailure(run, 'invalid-input', 'organization: it is required for list');
});
