import { expect } from '@jest/globals';
import { appToken } from '../../sandbox/index.ts';
import { days, expectFailure, type Scene, scenario } from './harness.ts';

/** The same word to a reader: one character for ü, or a u with two dots over it. */
const composed = 'M\u00fcller';
const decomposed = 'Mu\u0308ller';

function expired(scene: Scene): string {
  const pat = scene.sandbox.azureDevOps.addPat({
    displayName: 'build',
    scope: 'vso.code',
    validFrom: Date.now() - 31 * days,
    validTo: Date.now() - days,
  });
  return pat.authorizationId;
}

for (const [operation, hint] of [
  ['rotate', 'if-missing: create makes a new PAT'],
  ['get', 'Create a new one.'],
  ['revoke', 'Nothing is left to revoke.'],
] as const) {
  scenario(
    `${operation}: a PAT that expired yesterday is reported as expired, at the cost of one request`,
    async (scene) => {
      const id = expired(scene);
      const run = await scene.run({ operation, 'display-name': 'build' });
      expectFailure(run, 'pat-not-found', `PAT ${id} of this name expired on 20`);
      expectFailure(run, 'pat-not-found', hint);
      expect(run.calls.filter((call) => call === 'list').length).toBe(operation === 'revoke' ? 3 : 2);
    },
  );
}

scenario('rotate by id: a PAT that expired is reported as expired', async (scene) => {
  const id = expired(scene);
  const run = await scene.run({ operation: 'rotate', 'authorization-id': id });
  expectFailure(run, 'pat-not-found', `PAT ${id} of this id expired on 20`);
});

scenario('rotate: if expired PATs cannot be listed, the message says only that there is no such PAT', async (scene) => {
  expired(scene);
  scene.sandbox.fault = ({ path }) =>
    path.includes('displayFilterOption=expired') ? { kind: 'status', status: 503, body: '' } : undefined;
  const run = await scene.run({ operation: 'rotate', 'display-name': 'build' });
  expectFailure(run, 'pat-not-found', 'no active PAT of this name');
});

for (const name of [decomposed, `${composed}\u200b`]) {
  const inputs = { 'display-name': name, scopes: 'vso.code' };
  scenario(`no second PAT is made if one looks like ${JSON.stringify(name)}`, async (scene) => {
    const { authorizationId: id } = scene.sandbox.azureDevOps.addPat({ displayName: composed, scope: 'vso.code' });
    const manifest = JSON.stringify({ tokens: [{ ...inputs, destinations: ['github-secret:A'] }] });
    for (const [operation, more, code] of [
      ['rotate', {}, 'pat-not-found'],
      ['get', {}, 'pat-not-found'],
      ['rotate', { 'if-missing': 'create' }, 'pat-exists'],
      ['create', {}, 'pat-exists'],
      ['create', { 'if-exists': 'rotate' }, 'pat-exists'],
      ['sync', { manifest, 'github-token': appToken }, 'partial-failure'],
    ] as const) {
      const run = await scene.run({ operation, ...inputs, ...more });
      expect(run.outputs['error-code']).toBe(code);
      expect(run.log).toContain(`PAT ${id} has a name that looks the same`);
      expect(scene.sandbox.azureDevOps.activePats()).toHaveLength(1);
    }
    const allowed = await scene.run({ operation: 'create', ...inputs, 'if-exists': 'allow' });
    expect(allowed.exitCode).toBe(0);
  });
}

scenario('a PAT can get another spelling of its own name, but not of the name of another PAT', async (scene) => {
  const { authorizationId: id } = scene.sandbox.azureDevOps.addPat({ displayName: decomposed, scope: 'vso.code' });
  scene.sandbox.azureDevOps.addPat({ displayName: 'caf\u00e9', scope: 'vso.code' });
  const rename = (name: string) => scene.run({ operation: 'update', 'authorization-id': id, 'new-display-name': name });
  expect((await rename(composed)).outputs['display-name']).toBe(composed);
  expectFailure(await rename('cafe\u0301'), 'pat-exists', 'looks the same');
});

scenario('two names of a manifest that look the same are reported before anything is sent', async (scene) => {
  const tokens = [composed, decomposed].map((name) => ({ 'display-name': name, scopes: 'vso.code' }));
  const run = await scene.run({ operation: 'sync', manifest: JSON.stringify({ tokens }, undefined, 1) });
  expectFailure(run, 'manifest-invalid', 'it looks the same as the name in line 4');
  expect(run.requests).toEqual([]);
});
