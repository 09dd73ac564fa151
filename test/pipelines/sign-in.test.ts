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
  entraAudience,
  federatedConnection,
  pipelinesAudience,
  pipelinesIssuer,
  pipelinesSubject,
  publicClientId,
  secretClientId,
  secretConnection,
  tenantId,
} from '../../sandbox/index.ts';
import { expectFailure, type Inputs, type Run, type Scene, scenario, secret } from './harness.ts';

const connection = { id: connectionId, name: connectionName, tenantId };

/** A step that names the connection instead of the inputs that it replaces. */
const connected: Inputs = { operation: 'list', serviceConnection: connectionName, clientId: '', tenantId: '' };

function federatedBy(issuer: string, subject: string): ReturnType<typeof federatedConnection> {
  return federatedConnection({ ...connection, clientId: connectionClientId, issuer, subject });
}

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

scenario('signs in with workload identity federation, whose assertion Entra signs', async (scene) => {
  const run = await scene.run(connected, {
    connections: [federatedBy(connectionIssuer, connectionSubject)],
    variables: signedIn(scene, connectionClientId),
  });
  expectSignIn(run, ['assertion', 'exchange', 'list']);
});

scenario('signs in with the older kind of federation, whose assertion Azure DevOps signs', async (scene) => {
  const app = scene.sandbox.entra.client(connectionClientId);
  app.federated = { issuer: pipelinesIssuer, subject: pipelinesSubject, audience: pipelinesAudience };
  const run = await scene.run(connected, {
    connections: [federatedBy(pipelinesIssuer, pipelinesSubject)],
    variables: signedIn(scene, connectionClientId),
  });
  expectSignIn(run, ['assertion', 'exchange', 'list']);
});

scenario('each exchange has a fresh assertion', async (scene) => {
  const { sandbox } = scene;
  const run = await scene.run(
    { ...connected, operation: 'exchange', refreshTokenDestinations: 'azure-key-vault:contoso-vault/refresh' },
    {
      connections: [federatedBy(connectionIssuer, connectionSubject)],
      variables: signedIn(scene, connectionClientId),
    },
  );
  expect(run.result).toBe('Succeeded');
  expect(run.calls.filter((call) => call === 'exchange')).toHaveLength(2);
  expect(new Set(sandbox.azureDevOps.jobTokens.given).size).toBe(2);
});

scenario('signs in with a connection that has a secret, and with one that has a certificate', async (scene) => {
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

scenario('signs in without a connection, by a client secret, or by a certificate on one line', async (scene) => {
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

scenario('accepts booleans of templates, and an organization by its older address', async (scene) => {
  scene.sandbox.azureDevOps.addPat({ displayName: 'nuget' });
  const run = await scene.run(
    { operation: 'rotate', displayName: 'nuget', dryRun: 'True' },
    { build: { collectionUri: 'https://contoso.visualstudio.com/' } },
  );
  expect(run.outputs.changed).toBe('false');
  expect(run.calls).not.toContain('create');
});

scenario('a missing or refused assertion is reported with what to check', async (scene) => {
  const { sandbox } = scene;
  const federated = federatedBy(connectionIssuer, connectionSubject);
  const options = { connections: [federated], variables: signedIn(scene, connectionClientId) };
  sandbox.fault = ({ path }) => (path.includes('/oidctoken') ? { kind: 'status', status: 404 } : undefined);
  const message = 'authorized to use the service connection';
  expectFailure(await scene.run(connected, options), 'client-authentication-failed', message);
  sandbox.fault = undefined;
  // The federated credential of the app names another connection.
  sandbox.entra.client(connectionClientId).federated = {
    issuer: connectionIssuer,
    subject: `${connectionSubject}x`,
    audience: entraAudience,
  };
  const refused = await scene.run(connected, options);
  expectFailure(refused, 'client-authentication-failed', 'AADSTS7002');
  expect(refused.calls).toEqual(['assertion', 'exchange']);
});

scenario('a refresh token of another app than that of the connection is refused', async (scene) => {
  const bySecret = secretConnection({ ...connection, clientId: secretClientId, secret: clientSecret });
  const run = await scene.run(connected, { connections: [bySecret], variables: signedIn(scene, publicClientId) });
  const advice = 'The refresh token must have been issued to the app registration of the service connection.';
  expectFailure(run, 'refresh-token-invalid', advice);
});
