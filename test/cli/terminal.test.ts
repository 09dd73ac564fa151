import { expect } from '@jest/globals';
import { errorOf, json, scenario, scenarioOnTerminal } from './harness.ts';

const create = ['--display-name', 'build', '--scopes', 'vso.code'];

scenarioOnTerminal('list: a table on a terminal, JSON beside it in a pipe and with --json', async (scene) => {
  const { azureDevOps, clock } = scene.sandbox;
  const validTo = Math.ceil(clock.now() / 1000) * 1000 + 30 * 86_400_000;
  const pat = azureDevOps.addPat({ displayName: '日本 build', scope: 'vso.code', validTo });
  const words = ['list', ...scene.who];
  const table = await scene.run(words, { terminal: true });
  expect(table.code).toBe(0);
  const [head = '', row = '', ...rest] = table.stdout.replaceAll('\r', '').split('\n');
  expect(head).toMatch(/^NAME +SCOPES +LIFE +LEFT +VALID TO +AUTHORIZATION ID$/u);
  expect(row).toMatch(new RegExp(`^日本 build +vso\\.code +[█░]{10} +\\d.* +\\S+Z +${pat.authorizationId}$`, 'u'));
  // Two of the characters are twice as wide as the others.
  expect(row.indexOf('vso.code')).toBe(head.indexOf('SCOPES') - 2);
  expect(rest).toEqual(['']);
  const piped = await scene.run(words);
  expect(json(piped)).toMatchObject({ count: 1 });
  const asked = await scene.run([...words, '--json'], { terminal: true });
  expect(json(asked)).toMatchObject({ count: 1, pats: [{ 'display-name': '日本 build' }] });
});

scenarioOnTerminal('a new PAT that would be lost is refused on a terminal before anything is sent', async (scene) => {
  for (const operation of ['create', 'rotate']) {
    const run = await scene.run([operation, ...scene.who, ...create], { terminal: true });
    expect([run.code, errorOf(run), run.requests.length]).toEqual([2, 'invalid-input', 0]);
    expect(run.stderr).toContain('--token-destinations');
  }
  const exchange = await scene.run(['exchange', ...scene.who.slice(2)], { terminal: true });
  expect([exchange.code, errorOf(exchange), exchange.requests.length]).toEqual([2, 'invalid-input', 0]);
});

scenarioOnTerminal(
  'a rotation shows which PAT it replaced, and not the stored PAT, not even with --json',
  async (scene) => {
    const old = scene.sandbox.azureDevOps.addPat({ displayName: 'build', scope: 'vso.code' });
    const words = ['rotate', ...scene.who, '--display-name', 'build', '--token-destinations'];
    const rotate = [...words, 'github-secret:contoso/app/PAT'];
    const shown = await scene.run(rotate, { terminal: true });
    expect(shown.code).toBe(0);
    expect(shown.stdout).toMatch(new RegExp(`^previous-authorization-id: +${old.authorizationId}\\r?$`, 'mu'));
    expect(shown.stdout).toMatch(/^valid-to: +\S+Z \(\d.*\)\r?$/mu);
    expect(shown.stdout).not.toContain(scene.secret('PAT'));
    const asked = await scene.run([...rotate, '--json'], { terminal: true });
    expect(json(asked)).toMatchObject({ changed: true, 'display-name': 'build' });
    expect(asked.stdout).not.toContain(scene.secret('PAT'));
  },
);

scenarioOnTerminal('--print shows the PAT, on a terminal too', async (scene) => {
  const run = await scene.run(['create', ...scene.who, ...create, '--print'], { terminal: true });
  expect(run.code).toBe(0);
  const [pat] = scene.sandbox.azureDevOps.pats;
  expect(run.stdout).toContain(`token: ${pat?.token}`);
  expect(run.stdout).toMatch(/authorization-id: +[0-9a-f-]{36}/u);
});

scenarioOnTerminal('a dry run needs no destination for a token', async (scene) => {
  const run = await scene.run(['create', ...scene.who, ...create, '--dry-run'], { terminal: true });
  expect(run.code).toBe(0);
  expect(run.stdout).toMatch(/^ACTION +NAME +ORGANIZATION +VALID TO +LIFE +WHY\r?\ncreate +build +contoso/u);
});

scenario('in a pipe, standard output holds only the result', async (scene) => {
  const run = await scene.run(['create', ...scene.who, ...create]);
  expect(Object.keys(json(run))[0]).toBe('token');
  expect(run.stderr).toContain('Created PAT');
});

scenarioOnTerminal('the table of a plan shows what is done, and what failed', async (scene) => {
  scene.sandbox.azureDevOps.addPat({ displayName: 'fine', scope: 'vso.code' });
  const manifest = [
    'tokens:',
    '  - { display-name: fine, scopes: vso.code, rotate-within: 1h }',
    '  - { display-name: new, scopes: vso.code, destinations: ["github-secret:contoso/app/NEW"] }',
    '  - { display-name: homeless, scopes: vso.code }',
  ].join('\n');
  const run = await scene.run(['sync', ...scene.who, '--manifest', manifest], { terminal: true });
  expect([run.code, errorOf(run)]).toEqual([1, 'partial-failure']);
  const [table = '', weeks = ''] = run.stdout.replaceAll('\r', '').trimEnd().split('\n\n');
  expect(weeks).toMatch(/^When 2 PATs end, by week \(from the day shown\)\n(?:\d{4}-\d\d-\d\d +.*\n){8}later +0$/u);
  const rows = table.split('\n');
  expect(rows.map((row) => row.split(/ {2,}/u).slice(0, 3))).toEqual([
    ['ACTION', 'NAME', 'ORGANIZATION'],
    ['none', 'fine', 'contoso'],
    ['create', 'new', 'contoso'],
    ['failed', 'homeless', 'contoso'],
  ]);
  expect(rows[3]).toMatch(/ {2}- {2,}invalid-input: /u);
});
