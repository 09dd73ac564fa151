import { expect } from '@jest/globals';
import { appToken } from '../../sandbox/index.ts';
import { days, expectFailure, hours, hurried, messagesOf, type Run, type Scene, scenario } from './harness.ts';

const rotate = { operation: 'rotate', 'display-name': 'build' };
const pending = 'build~pending-g1658821493.1-0123456789ab';

function build(scene: Scene, more: Parameters<Scene['sandbox']['azureDevOps']['addPat']>[0] = {}) {
  return scene.sandbox.azureDevOps.addPat({ displayName: 'build', scope: 'vso.code', ...more });
}

/** Exactly one PAT is left in the lineage: that of the output. */
function expectSuccessor(scene: Scene, run: Run): void {
  const { azureDevOps } = scene.sandbox;
  expect(run.outputs).toMatchObject({ changed: 'true', 'display-name': 'build' });
  expect(azureDevOps.activePats()).toMatchObject([
    { displayName: 'build', token: run.outputs.token, authorizationId: run.outputs['authorization-id'] },
  ]);
  expect(azureDevOps.works(run.outputs.token ?? '', 'contoso')).toBe(true);
}

scenario('replaces a PAT in six requests, one of them to Entra', async (scene) => {
  const old = build(scene);
  const run = await scene.run(rotate);
  expect(run.calls).toEqual(['exchange', 'list', 'create', 'verify', 'revoke', 'update']);
  expectSuccessor(scene, run);
  expect(run.outputs).toEqual({
    token: expect.any(String),
    'authorization-id': expect.any(String),
    'display-name': 'build',
    scopes: 'vso.code',
    'valid-from': expect.any(String),
    'valid-to': expect.any(String),
    'all-organizations': 'false',
    'previous-authorization-id': old.authorizationId,
    changed: 'true',
    'refresh-token': expect.any(String),
  });
  expect(run.summary).toContain(`Replaces \`${old.authorizationId}\``);
  expect(run.log).toContain(`Revoked the old PAT ${old.authorizationId}`);
});

scenario('opens one connection to each host', async (scene) => {
  build(scene);
  const run = await scene.run(rotate);
  const connections = new Set(run.requests.map(({ connection }) => connection));
  expect(connections.size).toBe(3);
  expect(scene.sandbox.connects.toSorted()).toEqual([
    'dev.azure.com:443',
    'login.microsoftonline.com:443',
    'vssps.dev.azure.com:443',
  ]);
});

scenario('asks an authority that MSAL does not know once, and no other host', async (scene) => {
  build(scene);
  const run = await scene.run({ ...rotate, 'authority-host': 'https://login.chinacloudapi.cn' });
  expect(run.calls).toEqual(['exchange', 'list', 'create', 'verify', 'revoke', 'update']);
  expect(run.requests[0]?.host).toBe('login.chinacloudapi.cn');
});

scenario('keeps scopes and lifetime of the PAT that it replaces', async (scene) => {
  const now = Date.now();
  build(scene, { scope: 'vso.wiki vso.code', validFrom: now - 80 * days, validTo: now + 10 * days });
  const { outputs } = await scene.run(rotate);
  const life = Date.parse(outputs['valid-to'] ?? '') - Date.parse(outputs['valid-from'] ?? '');
  expect(Math.abs(life - 90 * days)).toBeLessThan(10_000);
  expect(outputs.scopes?.split(' ').sort()).toEqual(['vso.code', 'vso.wiki']);
});

scenario('takes scopes and lifetime from the inputs', async (scene) => {
  build(scene);
  const { outputs } = await scene.run({ ...rotate, scopes: 'vso.wiki', 'valid-for': '7d' });
  const life = Date.parse(outputs['valid-to'] ?? '') - Date.parse(outputs['valid-from'] ?? '');
  expect(Math.abs(life - 7 * days)).toBeLessThan(10_000);
  expect(outputs.scopes).toBe('vso.wiki');
});

scenario('finds the PAT by its id', async (scene) => {
  const [other, chosen] = [build(scene), build(scene)];
  const run = await scene.run({ operation: 'rotate', 'authorization-id': chosen.authorizationId.toUpperCase() });
  expect(run.outputs).toMatchObject({ changed: 'true', 'previous-authorization-id': chosen.authorizationId });
  expect(other).toMatchObject({ displayName: 'build', revoked: false });
  expect(chosen.revoked).toBe(true);
});

scenario('fails if there is no such PAT', async (scene) => {
  build(scene, { displayName: 'Build' });
  expectFailure(await scene.run(rotate), 'pat-not-found', '"build"');
  const id = '01234567-89ab-cdef-0123-456789abcdef';
  expectFailure(await scene.run({ operation: 'rotate', 'authorization-id': id }), 'pat-not-found', id);
});

scenario('if-missing: ignore succeeds and changes nothing', async (scene) => {
  const run = await scene.run({ ...rotate, 'if-missing': 'ignore' });
  expect(run.outputs).toEqual({ changed: 'false', plan: expect.any(String), 'refresh-token': expect.any(String) });
  expect(run.calls).toEqual(['exchange', 'list']);
});

scenario('if-missing: create makes the first PAT', async (scene) => {
  const run = await scene.run({ ...rotate, 'if-missing': 'create', scopes: 'vso.code' });
  expectSuccessor(scene, run);
  expect(run.outputs).not.toHaveProperty('previous-authorization-id');
});

scenario('rotate-within: leaves a PAT alone that is not due', async (scene) => {
  const old = build(scene);
  const run = await scene.run({ ...rotate, 'rotate-within': '7d' });
  expect(run.outputs).toMatchObject({ changed: 'false', 'authorization-id': old.authorizationId });
  expect(run.outputs).not.toHaveProperty('token');
  expect(run.log).toMatch(/not due: it is valid for another (29|30) d/u);
  // No new PAT shows whether the PAT belongs to this organization, so the run asks for it.
  expect(run.calls).toEqual(['exchange', 'list', 'identify']);
  const [entry] = JSON.parse(run.outputs.plan ?? '');
  expect(entry).toMatchObject({ action: 'none', 'display-name': 'build', organization: 'contoso' });
});

scenario('rotate-within: replaces a PAT that is due', async (scene) => {
  build(scene, { validTo: Date.now() + 6 * days });
  expectSuccessor(scene, await scene.run({ ...rotate, 'rotate-within': '7d', 'valid-for': '30d' }));
});

scenario('rotate-within: warns if the new PAT is due from the start', async (scene) => {
  build(scene, { validTo: Date.now() + 6 * days });
  scene.sandbox.azureDevOps.policies.maxLifespanDays = 5;
  const run = await scene.run({ ...rotate, 'rotate-within': '7d', 'valid-for': '30d' });
  expectSuccessor(scene, run);
  expect(messagesOf(run, 'warning')).toEqual([
    expect.stringContaining('earlier than'),
    expect.stringContaining('every run will rotate it'),
  ]);
});

scenario('a pending PAT forces a rotation that would not be due, and is revoked', async (scene) => {
  build(scene);
  const orphan = build(scene, { displayName: pending });
  const run = await scene.run({ ...rotate, 'rotate-within': '7d' }, { attempt: 2 });
  expectSuccessor(scene, run);
  expect(orphan.revoked).toBe(true);
  expect(run.log).toContain('an earlier rotation has not finished');
});

scenario('a lone pending PAT is the current one', async (scene) => {
  build(scene, { displayName: pending });
  expectSuccessor(scene, await scene.run(rotate, { attempt: 2 }));
});

scenario('a pending PAT of a run that may still be alive is left alone', async (scene) => {
  build(scene);
  const alive = build(scene, { displayName: 'build~pending-g77.1-0123456789ab' });
  const run = await scene.run(rotate);
  expect(alive.revoked).toBe(false);
  expect(messagesOf(run, 'warning')).toEqual([expect.stringContaining('run g77.1')]);
  scene.sandbox.elapse(hours);
  expectSuccessor(scene, await scene.run(rotate));
  expect(alive.revoked).toBe(true);
});

scenario('previous-token: keep leaves the old PAT alive under another name', async (scene) => {
  const old = build(scene);
  const until = old.validTo;
  const run = await scene.run({ ...rotate, 'previous-token': 'keep' });
  expect(run.calls).toEqual(['exchange', 'list', 'create', 'verify', 'update', 'update']);
  expect(old).toMatchObject({ displayName: 'build~superseded', revoked: false });
  // The end is less than a second earlier, because the watermark distinguishes it from a PAT that a person named so.
  expect(until - old.validTo).toBeLessThan(1000);
  expect(scene.sandbox.azureDevOps.activePats('build')).toMatchObject([{ token: run.outputs.token }]);
});

scenario('previous-token: 24h lets the old PAT end by itself', async (scene) => {
  const old = build(scene);
  const run = await scene.run({ ...rotate, 'previous-token': '24h' });
  expect(run.calls).toEqual(['exchange', 'list', 'create', 'verify', 'update', 'update']);
  expect(old).toMatchObject({ displayName: 'build~superseded', revoked: false });
  expect(Math.abs(old.validTo - Date.now() - days)).toBeLessThan(60_000);
  scene.sandbox.elapse(25 * hours);
  expect(scene.sandbox.azureDevOps.activePats()).toMatchObject([{ token: run.outputs.token }]);
});

scenario('previous-token: 24h never lengthens a life', async (scene) => {
  const old = build(scene, { validTo: Date.now() + 2 * hours });
  await scene.run({ ...rotate, 'previous-token': '24h', 'valid-for': '30d' });
  expect(old.validTo).toBeLessThan(Date.now() + 3 * hours);
});

scenario('the next rotation revokes what an earlier one left to end by itself', async (scene) => {
  const old = build(scene);
  await scene.run({ ...rotate, 'previous-token': 'keep' });
  expectSuccessor(scene, await scene.run(rotate));
  expect(old.revoked).toBe(true);
});

scenario('warns if the service refuses to shorten the old PAT', async (scene) => {
  scene.sandbox.azureDevOps.patApi.refuseShorten = true;
  build(scene);
  const run = await scene.run({ ...rotate, 'previous-token': '24h' });
  expect(messagesOf(run, 'warning')).toEqual([expect.stringMatching(/did not shorten.*stays active until/u)]);
  expect(scene.sandbox.azureDevOps.activePats('build')).toMatchObject([{ token: run.outputs.token }]);
});

scenario('ends safely if the service refuses to rename, and the next run continues from there', async (scene) => {
  scene.sandbox.azureDevOps.patApi.refuseRename = true;
  const old = build(scene);
  const run = await scene.run(rotate);
  expect(run.exitCode).toBe(0);
  expect(messagesOf(run, 'warning')).toEqual([expect.stringContaining('did not rename the new PAT')]);
  expect(old.revoked).toBe(true);
  expect(scene.sandbox.azureDevOps.works(run.outputs.token ?? '', 'contoso')).toBe(true);
  scene.sandbox.azureDevOps.patApi.refuseRename = false;
  expectSuccessor(scene, await scene.run(rotate, { attempt: 2 }));
});

scenario('verify: false saves the request that tests the new PAT', async (scene) => {
  build(scene);
  const run = await scene.run({ ...rotate, verify: 'false' });
  expect(run.calls).toEqual(['exchange', 'list', 'create', 'revoke', 'update']);
  expectSuccessor(scene, run);
});

scenario('waits for a new PAT that does not work at once', async (scene) => {
  scene.sandbox.azureDevOps.patApi.activationLag = 1;
  build(scene);
  const run = await scene.run(rotate);
  expect(run.calls).toEqual(['exchange', 'list', 'create', 'verify', 'verify', 'revoke', 'update']);
  expectSuccessor(scene, run);
});

for (const fashion of ['401', '203', '302', 'anonymous'] as const) {
  scenario(`treats ${fashion} as a PAT that does not work yet`, async (scene) => {
    scene.sandbox.azureDevOps.patApi.activationLag = 1;
    scene.sandbox.azureDevOps.deadPat = fashion;
    build(scene);
    const run = await scene.run(rotate);
    expect(run.calls.filter((call) => call === 'verify')).toHaveLength(2);
    expectSuccessor(scene, run);
  });
}

scenario('warns if a policy shortens the life', async (scene) => {
  build(scene);
  scene.sandbox.azureDevOps.policies.maxLifespanDays = 7;
  const run = await scene.run({ ...rotate, 'valid-for': '30d' });
  expect(messagesOf(run, 'warning')).toEqual([expect.stringMatching(/granted "build" a life.*earlier/u)]);
});

scenario('never guesses between two PATs of one name', async (scene) => {
  const ids = [build(scene), build(scene)].map(({ authorizationId }) => authorizationId);
  const run = await scene.run(rotate);
  expectFailure(run, 'pat-ambiguous', new RegExp(`(${ids.join('|')}), (${ids.join('|')})`, 'u'));
  expect(scene.sandbox.azureDevOps.activePats('build')).toHaveLength(2);
  expect(run.calls).not.toContain('create');
});

scenario('chooses the PAT of this organization among namesakes', async (scene) => {
  const [here, there] = [build(scene), build(scene, { organization: 'fabrikam' })];
  const run = await scene.run(rotate);
  expect(run.outputs).toMatchObject({ changed: 'true', 'previous-authorization-id': here.authorizationId });
  expect(there).toMatchObject({ displayName: 'build', revoked: false });
});

scenario('never touches the only PAT of that name, of another organization', async (scene) => {
  const there = build(scene, { organization: 'fabrikam' });
  expectFailure(await scene.run(rotate), 'pat-not-found', 'another organization');
  expect(scene.sandbox.azureDevOps.activePats()).toEqual([there]);
  expect(there).toMatchObject({ displayName: 'build', revoked: false });
});

scenario('makes the successor of a PAT of all organizations for this organization, with a warning', async (scene) => {
  build(scene, { targetAccounts: null });
  const run = await scene.run(rotate);
  expectSuccessor(scene, run);
  expect(run.outputs['all-organizations']).toBe('false');
  expect(messagesOf(run, 'warning')).toEqual([expect.stringContaining('retired such PATs')]);
});

scenario('a rotation removes the new PAT if it does not work', async (scene) => {
  const { sandbox } = scene;
  const old = build(scene);
  sandbox.azureDevOps.patApi.activationLag = 1000;
  sandbox.entra.accessTokenLifetime = 86_400;
  const run = await scene.run(rotate, hurried);
  expectFailure(run, 'verification-failed', 'did not authenticate within 30 s');
  expect(sandbox.azureDevOps.activePats()).toEqual([old]);
  expect(run.outputs).not.toHaveProperty('token');
});

scenario('two namesakes of another organization are not candidates', async (scene) => {
  for (let count = 0; count < 2; count++)
    build(scene, { targetAccounts: [scene.sandbox.azureDevOps.organization('fabrikam').id] });
  expectFailure(await scene.run(rotate), 'pat-not-found', 'in contoso');
  const made = await scene.run({ ...rotate, 'if-missing': 'create', scopes: 'vso.code' });
  expect(made.outputs).toMatchObject({ changed: 'true', 'display-name': 'build' });
  expect(scene.sandbox.azureDevOps.activePats()).toHaveLength(3);
});

scenario('says what it made and replaced even if the step fails afterwards', async (scene) => {
  const old = build(scene);
  scene.sandbox.fault = ({ method }) => (method === 'DELETE' ? { kind: 'status', status: 403 } : undefined);
  const run = await scene.run(rotate);
  expectFailure(run, 'forbidden', 'A later rotation finishes what is left');
  expect(run.outputs).toMatchObject({
    changed: 'true',
    token: expect.any(String),
    'authorization-id': expect.any(String),
    'previous-authorization-id': old.authorizationId,
  });
});

scenario('if the service gives a PAT a new value with every change, the newest one is the output', async (scene) => {
  build(scene);
  scene.sandbox.azureDevOps.patApi.updateRenews = true;
  const inputs = { ...rotate, 'token-destinations': 'github-secret:PAT', 'github-token': appToken };
  const run = await scene.run(inputs);
  expectSuccessor(scene, run);
  expect(scene.sandbox.github.secret('contoso/app', 'PAT')).toBe(run.outputs.token);
  expect(messagesOf(run, 'warning')).toEqual([expect.stringContaining('a new value when it was changed')]);
  const changed = await scene.run({ operation: 'update', 'display-name': 'build', scopes: 'vso.wiki' });
  expect(scene.sandbox.azureDevOps.works(changed.outputs.token ?? '', 'contoso')).toBe(true);
});

scenario('a rate limit that is used up does not delay a request that is answered', async (scene) => {
  build(scene);
  const reset = Math.floor(scene.sandbox.clock.now() / 1000) + 3600;
  scene.sandbox.azureDevOps.rateLimit = { remaining: 0, limit: 200, reset };
  expectSuccessor(scene, await scene.run(rotate));
});

scenario('the summary has the whole error', async (scene) => {
  build(scene);
  const inputs = {
    ...rotate,
    'token-destinations': 'github-secret:ONE\ngithub-secret:TWO\ngithub-secret:THREE',
    'github-token': appToken,
  };
  scene.sandbox.fault = ({ method, path }) =>
    method === 'PUT' && path.includes('/TWO') ? { kind: 'status', status: 403 } : undefined;
  const run = await scene.run(inputs);
  expectFailure(run, 'destination-denied', 'is in: github-secret:ONE, github-secret:THREE');
  expect(run.summary).toContain('It is not in: github-secret:TWO.');
  expect(run.summary).toContain('a later run finishes what is left.');
});
