import { expect } from '@jest/globals';
import { appToken, repositoryName, userObjectId, userPrincipalName } from '../../sandbox/index.ts';
import { expectFailure, messagesOf, scenario } from './harness.ts';

const exchange = { operation: 'exchange', organization: '' };

scenario('returns an access token and the new refresh token, in one request', async (scene) => {
  const run = await scene.run(exchange);
  expect(run.calls).toEqual(['exchange']);
  expect(run.outputs).toEqual({
    'access-token': expect.stringMatching(/^eyJ/u),
    'refresh-token': scene.sandbox.entra.refreshTokens.at(-1)?.token,
    changed: 'false',
  });
  expect(scene.sandbox.entra.accessTokens.has(run.outputs['access-token'] ?? '')).toBe(true);
  expect(run.log).toContain(`Signed in as ${userPrincipalName}`);
});

scenario('asks for Azure DevOps, and for a successor of the refresh token', async (scene) => {
  const run = await scene.run(exchange);
  const form = new URLSearchParams(run.requests[0]?.body);
  expect(form.get('scope')?.split(' ')).toEqual(
    expect.arrayContaining(['499b84ac-1321-427f-aa17-267ca6975798/.default', 'offline_access']),
  );
  expect(run.requests[0]?.path).toMatch(/^\/contoso\.onmicrosoft\.com\/oauth2\/v2\.0\/token/u);
});

scenario('the tenant defaults to organizations', async (scene) => {
  const run = await scene.run({ ...exchange, 'tenant-id': '' });
  expect(run.requests[0]?.path).toMatch(/^\/organizations\//u);
});

scenario('sends no request about an unknown authority', async (scene) => {
  const hosts = ['login.contoso.example', 'login.contoso.example:8443'];
  for (const host of hosts) {
    const run = await scene.run({ ...exchange, 'authority-host': `https://${host}` });
    expectFailure(run, 'network', host);
  }
  expect([...new Set(scene.sandbox.connects)]).toEqual(['login.contoso.example:443', 'login.contoso.example:8443']);
});

scenario('the new refresh token works like the old one', async (scene) => {
  const first = await scene.run(exchange);
  const second = await scene.run({ ...exchange, 'refresh-token': first.outputs['refresh-token'] ?? '' });
  expect(second.outputs['access-token']).toMatch(/^eyJ/u);
});

scenario('keeps the old refresh token if Entra sends no new one', async (scene) => {
  const token = scene.signIn();
  scene.sandbox.entra.answerWith('no-refresh-token');
  const run = await scene.run({ ...exchange, 'refresh-token': token });
  // Otherwise a workflow that stores the output by itself would store an empty value.
  expect(run.outputs).toEqual({
    'access-token': expect.any(String),
    changed: 'false',
    'refresh-token': token,
  });
});

scenario('needs no id token', async (scene) => {
  scene.sandbox.entra.answerWith('no-id-token');
  expect((await scene.run(exchange)).exitCode).toBe(0);
});

scenario('stores and returns what Entra sends, even if it is the old refresh token', async (scene) => {
  scene.sandbox.entra.answerWith('same-refresh-token');
  const { 'refresh-token': given } = scene.inputs;
  const destination = { 'github-token': appToken, 'refresh-token-destinations': 'github-secret:REFRESH_TOKEN' };
  const run = await scene.run({ ...exchange, ...destination });
  expect(run.outputs['refresh-token']).toBe(given);
  expect(scene.sandbox.github.secret(repositoryName, 'REFRESH_TOKEN')).toBe(given);
});

scenario('warns of a refresh token that ends 24 hours after its sign-in', async (scene) => {
  const run = await scene.run({ ...exchange, 'refresh-token': scene.signIn(undefined, { spa: true }) });
  expect(messagesOf(run, 'warning')).toEqual([expect.stringContaining('redirect URI of type "spa"')]);
});

scenario('retries the exchange after a passing fault', async (scene) => {
  let faults = 1;
  scene.sandbox.fault = () => (faults-- > 0 ? { kind: 'status', status: 503 } : undefined);
  const run = await scene.run({ ...exchange, 'max-attempts': '2' });
  expect(run.calls).toEqual(['exchange', 'exchange']);
  expect(run.exitCode).toBe(0);
});

for (const expected of [userPrincipalName, userPrincipalName.toUpperCase(), userObjectId]) {
  scenario(`expected-user: ${expected} is the user of the token`, async (scene) => {
    expect((await scene.run({ ...exchange, 'expected-user': expected })).exitCode).toBe(0);
  });
}

scenario('expected-user: stops a token of somebody else before anything is stored or sent', async (scene) => {
  const run = await scene.run({ operation: 'list', 'expected-user': 'somebody.else@contoso.com' });
  expectFailure(run, 'wrong-user', userPrincipalName);
  expect(run.calls).toEqual(['exchange']);
  expect(run.outputs).not.toHaveProperty('access-token');
});

/** Every event of GitHub that starts a workflow, by whether only somebody with rights can cause it. */
const strangersEvents = [
  'check_run',
  'check_suite',
  'deployment_status',
  'discussion',
  'discussion_comment',
  'fork',
  'gollum',
  'issue_comment',
  'issues',
  'pull_request_review',
  'pull_request_review_comment',
  'pull_request_target',
  'status',
  'watch',
  'workflow_run',
  'an_event_of_tomorrow',
];
for (const event of strangersEvents) {
  scenario(`refuses to run on ${event}, unless that is allowed`, async (scene) => {
    const refused = await scene.run(exchange, { event: { name: event } });
    expectFailure(refused, 'unsafe-event', event);
    expect(refused.requests).toEqual([]);
    const allowed = await scene.run({ ...exchange, 'allow-unsafe-events': 'true' }, { event: { name: event } });
    expect(allowed.exitCode).toBe(0);
  });
}

const ownEvents = [
  'create',
  'delete',
  'deployment',
  'merge_group',
  'pull_request',
  'push',
  'release',
  'repository_dispatch',
  'schedule',
  'workflow_dispatch',
];
for (const event of ownEvents) {
  scenario(`runs on ${event}`, async (scene) => {
    expect((await scene.run(exchange, { event: { name: event } })).exitCode).toBe(0);
  });
}
