import { expect } from '@jest/globals';
import { days, expectFailure, messagesOf, type Scene, scenario } from './harness.ts';

const list = { operation: 'list' };

function names(run: { readonly outputs: Readonly<Record<string, string>> }): string[] {
  return JSON.parse(run.outputs.pats ?? '[]').map((pat: Record<string, string>) => pat['display-name']);
}

function add(scene: Scene, displayName: string, more: object = {}) {
  return scene.sandbox.azureDevOps.addPat({ displayName, ...more });
}

scenario('lists metadata of every PAT, soonest end first', async (scene) => {
  const late = add(scene, 'late', { validTo: Date.now() + 9 * days, targetAccounts: null });
  const soon = add(scene, 'soon', { validTo: Date.now() + 2 * days, scope: 'vso.code vso.wiki' });
  const run = await scene.run(list);
  expect(run.calls).toEqual(['exchange', 'list']);
  expect(run.outputs).toMatchObject({ count: '2', changed: 'false' });
  expect(JSON.parse(run.outputs.pats ?? '')).toEqual([
    {
      'authorization-id': soon.authorizationId,
      'display-name': 'soon',
      scopes: 'vso.code vso.wiki',
      'valid-from': expect.stringMatching(/Z$/u),
      'valid-to': expect.stringMatching(/Z$/u),
      'all-organizations': false,
      'organization-ids': soon.targetAccounts,
    },
    expect.objectContaining({ 'authorization-id': late.authorizationId, 'all-organizations': true }),
  ]);
  expect(run.summary).toMatch(/\| soon \|.*\n\| late \|.*all organizations/u);
});

scenario('reads every page, and reads all of them again in case they have shifted', async (scene) => {
  for (let number = 0; number < 230; number++) add(scene, `pat ${number}`);
  const run = await scene.run(list);
  expect(run.calls).toEqual(['exchange', ...Array.from({ length: 6 }, () => 'list')]);
  expect(run.outputs.count).toBe('230');
  expect(new Set(names(run)).size).toBe(230);
});

scenario('asks for pages of the documented size, and finds the next one also in a header', async (scene) => {
  const { patApi } = scene.sandbox.azureDevOps;
  patApi.topAboveLimit = 'refuse';
  patApi.continuationIn = 'header';
  for (let number = 0; number < 130; number++) add(scene, `pat ${number}`);
  expect((await scene.run(list)).outputs.count).toBe('130');
});

const states: Readonly<Record<string, readonly string[]>> = {
  active: ['alive'],
  revoked: ['revoked'],
  expired: ['expired'],
  all: ['expired', 'alive', 'revoked'],
};
for (const [filter, expected] of Object.entries(states)) {
  scenario(`filter: ${filter}`, async (scene) => {
    add(scene, 'alive', { validTo: Date.now() + days });
    add(scene, 'revoked', { validTo: Date.now() + 2 * days, revoked: true });
    add(scene, 'expired', { validTo: Date.now() - days });
    const run = await scene.run({ ...list, filter });
    expect(names(run)).toEqual(expected);
  });
}

scenario('expiring-within: lists only those, each with a warning', async (scene) => {
  const soon = add(scene, 'soon', { validTo: Date.now() + 3 * days });
  add(scene, 'later', { validTo: Date.now() + 8 * days });
  const run = await scene.run({ ...list, 'expiring-within': '7d' });
  expect(run.exitCode).toBe(0);
  expect(run.outputs.count).toBe('1');
  expect(names(run)).toEqual(['soon']);
  expect(messagesOf(run, 'warning')).toEqual([expect.stringMatching(/"soon".*expires in/u)]);
  expect(messagesOf(run, 'warning')[0]).toContain(soon.authorizationId);
});

scenario('expiring-within: writes at most ten annotations, and counts the rest in the log', async (scene) => {
  for (let number = 0; number < 15; number++) add(scene, `pat ${number}`, { validTo: Date.now() + days });
  const run = await scene.run({ ...list, 'expiring-within': '7d' });
  const warnings = messagesOf(run, 'warning');
  expect(warnings).toHaveLength(10);
  expect(warnings.at(-1)).toMatch(/has 6 more warnings/u);
  expect(run.outputs.count).toBe('15');
  for (let number = 0; number < 15; number++) expect(run.log).toContain(`"pat ${number}"`);
});

scenario('fail-on-expiring: fails, and still gives the list', async (scene) => {
  add(scene, 'soon', { validTo: Date.now() + 3 * days });
  const run = await scene.run({ ...list, 'expiring-within': '7d', 'fail-on-expiring': 'true' });
  expectFailure(run, 'tokens-expiring', '"soon"');
  expect(run.outputs.count).toBe('1');
  expect(run.summary).toContain('| soon |');
});

scenario('fail-on-expiring: succeeds if no PAT expires', async (scene) => {
  add(scene, 'later', { validTo: Date.now() + 8 * days });
  const run = await scene.run({ ...list, 'expiring-within': '7d', 'fail-on-expiring': 'true' });
  expect(run).toMatchObject({ exitCode: 0, outputs: { count: '0', pats: '[]' } });
});

scenario('pages that never end are an error', async (scene) => {
  add(scene, 'build');
  scene.sandbox.fault = ({ host }) =>
    host === 'vssps.dev.azure.com'
      ? { kind: 'status', status: 200, body: { continuationToken: 'again', patTokens: [] } }
      : undefined;
  const run = await scene.run(list);
  expectFailure(run, 'unexpected-response', 'its pages repeat, or bring nothing new');
  expect(run.calls).toEqual(['exchange', 'list', 'list']);
});
