import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from '@jest/globals';
import { organizationId, otherOrganizationId, repositoryName } from '../../sandbox/index.ts';
import { expectFailure, messagesOf, minutes, scenario } from '../e2e/harness.ts';
import { actionsOf, custody, day, deadDestinations, fleet, planOf, populate, unfinished } from './fleet.ts';

/** Requests that only read. All others change something. */
const reads = (calls: readonly string[]): string[] => calls.filter((call) => /^(exchange|list|identify)$/u.test(call));
const writes = (calls: readonly string[]): string[] =>
  calls.filter((call) => /^(create|update|revoke|PUT .*)$/u.test(call));

const wanted = [
  'contoso/due rotate',
  'contoso/twice rotate',
  'contoso/vault rotate',
  'contoso/new create',
  'contoso/drifted update',
  'contoso/fine none',
  'fabrikam/due rotate',
  'fabrikam/other create',
];
const settled = wanted.map((line) => line.replace(/\w+$/u, 'none'));
/** A sandbox with many tokens, all of them new. */
const many = (count: number, more = ''): string =>
  [
    'tokens:',
    ...Array.from(
      { length: count },
      (_, index) => `- { display-name: t${index}, scopes: full, ${more.replaceAll('#', String(index))} }`,
    ),
  ].join('\n');

scenario('a dry run shows the plan and changes nothing', async (scene) => {
  populate(scene.sandbox);
  const before = JSON.stringify(scene.sandbox.azureDevOps.pats);
  const run = await scene.run({ ...custody, manifest: fleet, 'dry-run': 'true' });
  expect(run.exitCode).toBe(0);
  expect(run.outputs.changed).toBe('false');
  expect(actionsOf(run)).toEqual(wanted);
  expect(planOf(run)[0]).toEqual({
    organization: 'contoso',
    'display-name': 'due',
    action: 'rotate',
    reason: 'expires in 3 d',
    'valid-to': expect.stringMatching(/^\d{4}-\d\d-\d\dT/u),
  });
  expect(planOf(run)[3]).toMatchObject({ reason: 'there is no such PAT', 'valid-to': null });
  expect(planOf(run)[4]).toMatchObject({ reason: 'scopes drifted' });
  expect(writes(run.calls)).toEqual([]);
  expect(JSON.stringify(scene.sandbox.azureDevOps.pats)).toBe(before);
  expect(run.log).toContain('Plan for 8 tokens: 2 create, 4 rotate, 1 update, 1 none (dry run).');
  expect(run.summary).toContain('(dry run)');
  expect(run.summary).toContain('🔄 4 rotate');
});

scenario('a plan needs no right to write: without github-token, GitHub destinations are not checked', async (scene) => {
  populate(scene.sandbox);
  const run = await scene.run({ operation: 'sync', manifest: fleet, 'dry-run': 'true' });
  expect(actionsOf(run)).toEqual(wanted);
  expect(run.calls.filter((call) => call.includes('github'))).toEqual([]);
  const real = await scene.run({ operation: 'sync', manifest: fleet });
  expectFailure(real, 'invalid-input', 'github-token: it is required for github-secret:DUE in the manifest');
  expect(real.calls).toEqual([]);
});

scenario(
  'creates, rotates and updates, and a second run lists, asks each destination once, and changes nothing',
  async (scene) => {
    const { strangers } = populate(scene.sandbox);
    const first = await scene.run({ ...custody, manifest: fleet });
    expect(first.exitCode).toBe(0);
    expect(first.outputs.changed).toBe('true');
    // Outputs about one PAT are not set, because there are several PATs.
    expect(Object.keys(first.outputs).sort()).toEqual(['changed', 'plan', 'refresh-token']);
    expect(actionsOf(first)).toEqual(wanted);
    expect(unfinished(scene.sandbox)).toEqual([]);
    expect(deadDestinations(scene.sandbox)).toEqual([]);
    // One exchange for Azure DevOps, one for Key Vault; every list and every id once an organization; every key once.
    expect(reads(first.calls).sort()).toEqual(['exchange', 'exchange', 'identify', 'identify', 'list', 'list']);
    const keys = first.calls.filter((call) => call.endsWith('/public-key'));
    expect([...new Set(keys)]).toEqual(keys);
    expect(first.log.match(/^\d of 7: (created|rotated|updated) "\w+" in \w+, valid until \S+\.$/gmu)).toHaveLength(7);
    expect(first.log).toMatch(/^7 of 7: /mu);
    expect(messagesOf(first, 'notice').filter((text) => text.startsWith('The old PAT'))).toEqual([
      'The old PATs of "due" and 1 more are revoked. A run that was already queued may still get an old value, and is then refused. With previous-token: 24h, an old value stays valid for another day.',
    ]);
    expect(messagesOf(first, 'warning')).toEqual([]);
    const alive = scene.sandbox.azureDevOps.activePats().map((pat) => pat.authorizationId);
    expect(alive).toEqual(expect.arrayContaining([...strangers]));

    const second = await scene.run({ ...custody, manifest: fleet });
    expect(second.outputs.changed).toBe('false');
    expect(actionsOf(second)).toEqual(settled);
    expect(reads(second.calls).sort()).toEqual(['exchange', 'exchange', 'identify', 'identify', 'list', 'list']);
    const looks = second.calls.filter((call) => call.includes('/secrets/'));
    expect(looks).toHaveLength(second.calls.length - 6);
    expect(new Set(looks).size).toBe(looks.length);
  },
);

scenario('the next run fills a destination that was added, or whose secret was deleted', async (scene) => {
  const manifest = (...destinations: string[]): string => `tokens:
  - { display-name: nuget, scopes: vso.packaging_write, destinations: [${destinations.join(', ')}] }`;
  const [here, there] = ['github-secret:NUGET_PAT', 'github-secret:contoso/library/NUGET_PAT'];
  await scene.run({ ...custody, manifest: manifest(here) });
  const planned = await scene.run({ ...custody, manifest: manifest(here, there), 'dry-run': 'true' });
  expect(JSON.parse(planned.outputs.plan ?? '')).toMatchObject([
    { action: 'rotate', reason: `${there} holds no value` },
  ]);
  const added = await scene.run({ ...custody, manifest: manifest(here, there) });
  expect(added.log).toContain(`is due: ${there} holds no value.`);
  expect(deadDestinations(scene.sandbox)).toEqual([]);
  const value = scene.sandbox.github.secret('contoso/library', 'NUGET_PAT');
  expect(value).toBe(scene.sandbox.github.secret('contoso/app', 'NUGET_PAT'));
  expect((await scene.run({ ...custody, manifest: manifest(here, there) })).outputs.changed).toBe('false');
  const absent = await scene.run({ ...custody, manifest: manifest(here, 'github-secret:contoso/absent/X') });
  expect(absent.exitCode).toBe(1);
  expect(absent.log).toContain('contoso/absent does not exist');
  expect(scene.sandbox.github.secret('contoso/app', 'NUGET_PAT')).toBe(value);
});

scenario('a new organization costs one list, and no request for its id', async (scene) => {
  const run = await scene.run({
    ...custody,
    manifest: many(3, 'destinations: ["github-secret:T#"]'),
    'max-concurrency': '1',
  });
  expect(run.exitCode).toBe(0);
  expect(run.calls).toEqual([
    'exchange',
    'list',
    'GET api.github.com/repos/contoso/app/actions/secrets/public-key',
    ...[0, 1, 2].flatMap((index) => [
      'create',
      'verify',
      `PUT api.github.com/repos/contoso/app/actions/secrets/T${index}`,
      'update',
    ]),
  ]);
});

scenario('a PAT that a shift hides from one reading of a big fleet is not created again', async (scene) => {
  const { azureDevOps } = scene.sandbox;
  const pats = Array.from({ length: 300 }, (_, index) => azureDevOps.addPat({ displayName: `t${index + 100}` }));
  const [first, border] = [pats[0], pats[100]?.displayName];
  const shown: Record<string, string> = { true: '', false: '' };
  let requests = 0;
  const answer = azureDevOps.answer.bind(azureDevOps);
  azureDevOps.answer = async (request) => {
    const order = /isSortAscending=(\w+)/u.exec(request.path)?.[1];
    // The reading in ascending order has one page. The first PAT of the second page moves to that page.
    if (order === 'true' && ++requests === 2 && first) first.revoked = true;
    const given = await answer(request);
    if (order !== undefined) shown[order] += String(given.body);
    return given;
  };
  const tokens = pats.slice(0, 120).map(({ displayName }) => `- { display-name: ${displayName}, scopes: full }`);
  const run = await scene.run({ operation: 'sync', manifest: ['tokens:', ...tokens].join('\n'), 'dry-run': 'true' });
  expect(shown.true).not.toContain(`"${border}"`);
  expect(shown.false).toContain(`"${border}"`);
  expect(run.log).toContain('Plan for 120 tokens: 0 create,');
});

scenario('the list may show PATs of other organizations: they are not touched, whatever their name', async (scene) => {
  const { azureDevOps } = scene.sandbox;
  const ofFabrikam = azureDevOps.addPat({
    displayName: 'due',
    scope: 'vso.wiki',
    organization: 'fabrikam',
    validTo: Date.now() + day,
  });
  const manifest = 'tokens: [{ display-name: due, scopes: vso.code, destinations: github-secret:DUE }]';
  const run = await scene.run({ ...custody, manifest });
  expect(actionsOf(run)).toEqual(['contoso/due create']);
  expect(azureDevOps.activePats('due')).toMatchObject([
    { authorizationId: ofFabrikam.authorizationId, scope: 'vso.wiki' },
    { targetAccounts: [organizationId], scope: 'vso.code' },
  ]);
  const [, second] = [
    run,
    await scene.run({ ...custody, organization: 'fabrikam', manifest: manifest.replace('DUE', 'WIKI') }),
  ];
  expect(actionsOf(second)).toEqual(['fabrikam/due rotate']);
  expect(azureDevOps.activePats('due')).toMatchObject([
    { targetAccounts: [organizationId] },
    { targetAccounts: [otherOrganizationId] },
  ]);
});

scenario('a token that fails does not stop the others, and the summary says what became of each', async (scene) => {
  const { sandbox } = scene;
  populate(sandbox);
  const manifest = `${fleet}
  - { display-name: lost, organization: northwind, destinations: [github-secret:LOST] }
  - { display-name: lost-too, organization: northwind, destinations: [github-secret:LOST_TOO] }
  - { display-name: nowhere, destinations: ['github-secret:contoso/missing/X'] }
  - { display-name: homeless }
`;
  const run = await scene.run({ ...custody, manifest });
  expectFailure(
    run,
    'partial-failure',
    'Syncing the manifest: 4 of 12 tokens failed (organization-not-found, destination-not-found, invalid-input) and 7 changed.',
  );
  expect(run.outputs.changed).toBe('true');
  expect(actionsOf(run)).toEqual([
    ...wanted,
    'northwind/lost none organization-not-found',
    'northwind/lost-too none organization-not-found',
    'contoso/nowhere create destination-not-found',
    'contoso/homeless create invalid-input',
  ]);
  expect(unfinished(sandbox)).toEqual([]);
  expect(sandbox.azureDevOps.activePats().filter((pat) => /^(lost|nowhere|homeless)/u.test(pat.displayName))).toEqual(
    [],
  );
  expect(messagesOf(run, 'warning')).toHaveLength(3);
  const [table = '', errors = ''] = run.summary.split('**Errors**');
  expect(table).toMatch(/❌ 4 failed · 🔄 4 rotate · ✨ 2 create · ✏️ 1 update · ✅ 1 none/u);
  expect(table).toMatch(/\| ❌ \| lost \| northwind \| none \|/u);
  expect(table).toMatch(/\| 🔄 \| due \| contoso \| rotate \| expires in 3 d \| \d{4}-/u);
  expect(errors).toMatch(/- ❌ \*\*nowhere\*\* in contoso: \*\*destination-not-found\*\* · /u);
  expect(errors).toMatch(
    /- ❌ \*\*homeless\*\* in contoso: \*\*invalid-input\*\* · Creating "homeless": it has no destination/u,
  );
  const again = await scene.run({ ...custody, manifest });
  expect(writes(again.calls)).toEqual([]);
});

scenario('a token with no destination is never created nor rotated, and a dry run says so', async (scene) => {
  scene.sandbox.azureDevOps.addPat({ displayName: 'old', scope: 'vso.code', validTo: Date.now() + day });
  scene.sandbox.azureDevOps.addPat({ displayName: 'drifted', scope: 'vso.wiki' });
  const manifest =
    'defaults: { scopes: vso.code }\ntokens: [{ display-name: old }, { display-name: new }, { display-name: drifted }]';
  for (const dry of ['true', 'false']) {
    const run = await scene.run({ ...custody, manifest, 'dry-run': dry });
    expectFailure(run, 'partial-failure', '2 of 3 tokens failed (invalid-input)');
    expect(actionsOf(run)).toEqual([
      'contoso/old rotate invalid-input',
      'contoso/new create invalid-input',
      'contoso/drifted update',
    ]);
    expect(run.log).toContain(
      'Rotating "old": it has no destination in the manifest, so the value of the new PAT would be lost.',
    );
  }
  // An update keeps the value, so it needs no destination.
  expect(scene.sandbox.azureDevOps.activePats('drifted')).toMatchObject([{ scope: 'vso.code' }]);
});

scenario('a dry run checks the destinations', async (scene) => {
  const run = await scene.run({
    ...custody,
    manifest: many(1, 'destinations: ["github-secret:contoso/missing/X"]'),
    'dry-run': 'true',
  });
  expectFailure(run, 'partial-failure', '(destination-not-found)');
});

scenario('a PAT that a dead run left pending is rotated although it is not due', async (scene) => {
  const { sandbox } = scene;
  populate(sandbox);
  await scene.run({ ...custody, manifest: fleet });
  const pending = sandbox.azureDevOps.addPat({
    displayName: 'fine~pending-g77.1-0123456789ab',
    scope: 'vso.code',
    validFrom: Date.now() - 20 * minutes,
  });
  const run = await scene.run({ ...custody, manifest: fleet });
  expect(planOf(run)[5]).toMatchObject({ action: 'rotate', reason: 'an earlier rotation has not finished' });
  expect(pending.revoked).toBe(true);
  expect(unfinished(sandbox)).toEqual([]);
});

scenario('a valid-to that is near is reported, and does not cause a rotation in each run', async (scene) => {
  const end = new Date(Date.now() + 2 * day).toISOString();
  const manifest = `tokens: [{ display-name: fair, scopes: full, valid-to: ${end}, destinations: github-secret:FAIR }]`;
  const first = await scene.run({ ...custody, manifest: manifest.replace('scopes', 'rotate-within: 7d, scopes') });
  expect(actionsOf(first)).toEqual(['contoso/fair create']);
  const second = await scene.run({ ...custody, manifest: manifest.replace('scopes', 'rotate-within: 7d, scopes') });
  expect(actionsOf(second)).toEqual(['contoso/fair none']);
  expect(messagesOf(second, 'warning')).toEqual([expect.stringContaining('at the "valid-to" of the manifest')]);
});

scenario('a manifest is a file of the workspace, and a mistake in it is reported before any request', async (scene) => {
  const workspace = await mkdtemp(join(tmpdir(), 'pat-fleet-'));
  try {
    await writeFile(
      join(workspace, 'fleet.yml'),
      `tokens:\n- { display-name: 123, scopes: full }\n- { display-name: a, scope: full }\n`,
    );
    const run = await scene.run({ ...custody, manifest: 'fleet.yml' }, { workspace });
    expectFailure(
      run,
      'manifest-invalid',
      /line 2, column 19: display-name must be a text; .*; line 3, column 3: scopes are required; line 3, column 22: unknown key "scope" in a token/u,
    );
    const missing = await scene.run({ ...custody, manifest: 'fleets.yml' }, { workspace });
    expectFailure(missing, 'manifest-invalid', 'the file fleets.yml cannot be read (ENOENT)');
    const spent = await scene.run(
      {
        ...custody,
        manifest: many(1, 'destinations: ["github-secret:RT"]'),
        'refresh-token-destinations': 'github-secret:rt',
      },
      { workspace },
    );
    expectFailure(spent, 'invalid-input', 'manifest: github-secret:RT is one of refresh-token-destinations');
    expect([...run.calls, ...missing.calls, ...spent.calls]).toEqual([]);
  } finally {
    await rm(workspace, { recursive: true, force: true });
  }
});

scenario('writes no more annotations than GitHub shows, and counts the rest', async (scene) => {
  const run = await scene.run({ ...custody, manifest: many(25) });
  expectFailure(run, 'partial-failure', '25 of 25 tokens failed');
  const warnings = messagesOf(run, 'warning');
  expect(warnings).toHaveLength(10);
  expect(warnings.at(-1)).toBe('The log of this step has 16 more warnings.');
  expect(run.stdout.match(/^::warning/gmu)).toHaveLength(10);
});

scenario('max-concurrency limits the requests at one time to all services together', async (scene) => {
  const { sandbox } = scene;
  let inFlight = 0;
  let most = 0;
  let waiting: (() => void)[] = [];
  sandbox.fault = async ({ host, method }) => {
    inFlight += 1;
    most = Math.max(most, inFlight);
    // Nine creates wait for each other in threes, so three are in flight at once on any machine.
    if (host === 'vssps.dev.azure.com' && method === 'POST') {
      await new Promise<void>((go) => {
        waiting.push(go);
        if (waiting.length < 3) return;
        for (const each of waiting) each();
        waiting = [];
      });
    }
    // A fourth request would arrive in this time.
    await new Promise((resolve) => setTimeout(resolve, 10));
    inFlight -= 1;
    return undefined;
  };
  const destinations =
    'destinations: ["github-secret:T#", "github-dependabot-secret:T#", "github-environment-secret:production/T#"]';
  const run = await scene.run({ ...custody, manifest: many(9, destinations), 'max-concurrency': '3' });
  expect(run.exitCode).toBe(0);
  expect(most).toBe(3);
});

scenario('with bursts of 429 and lost answers everything is done, and nothing twice', async (scene) => {
  const { sandbox } = scene;
  let creates = 0;
  let asked = 0;
  sandbox.fault = ({ host, method }) => {
    if (host !== 'vssps.dev.azure.com') return undefined;
    asked += 1;
    if (asked % 10 < 3) return { kind: 'status', status: 429, headers: { 'retry-after': '0' } };
    if (method === 'POST') creates += 1;
    return method === 'POST' && creates === 3 ? { kind: 'reset-after' } : undefined;
  };
  const manifest = many(8, 'destinations: ["github-secret:T#"]');
  const run = await scene.run({ ...custody, manifest, 'max-attempts': '10' });
  expect(run.exitCode).toBe(0);
  const active = sandbox.azureDevOps.activePats().map((pat) => pat.displayName);
  expect(active.sort()).toEqual(Array.from({ length: 8 }, (_, index) => `t${index}`));
  for (let index = 0; index < 8; index++) {
    expect(sandbox.azureDevOps.works(sandbox.github.secret(repositoryName, `T${index}`) ?? '', 'contoso')).toBe(true);
  }
});

scenario('a create that made a PAT although it was refused leaves no PAT behind', async (scene) => {
  const { sandbox } = scene;
  const refused = new Set<string>();
  sandbox.fault = ({ host, method, body }) => {
    if (host !== 'vssps.dev.azure.com' || method !== 'POST') return undefined;
    // The first create of each of three PATs, whose names begin with t0, t1, …
    const name = String(JSON.parse(body).displayName).slice(0, 2);
    if (refused.size === 3 || refused.has(name)) return undefined;
    refused.add(name);
    return { kind: 'status', status: 429, headers: { 'retry-after': '0' }, acted: true };
  };
  const run = await scene.run({ ...custody, manifest: many(5, 'destinations: ["github-secret:T#"]') });
  expect(run.exitCode).toBe(0);
  const active = sandbox.azureDevOps.activePats().map((pat) => pat.displayName);
  expect(active.sort()).toEqual(['t0', 't1', 't2', 't3', 't4']);
  // One list for the plan; the others look for what was lost, together.
  expect(run.calls.filter((call) => call === 'list').length).toBeLessThanOrEqual(4);
});

scenario('a cancelled run finishes or undoes what it has begun, and begins nothing else', async (scene) => {
  const { sandbox } = scene;
  let stop = (): void => {};
  sandbox.onAnswered = ({ method, host }) => {
    if (method === 'PUT' && host === 'api.github.com') stop();
  };
  const manifest = many(12, 'destinations: ["github-secret:T#"]');
  const run = await scene.run(
    { ...custody, manifest, 'max-concurrency': '2' },
    {
      onSpawn: (child) => {
        stop = () => child.kill('SIGINT');
      },
    },
  );
  expectFailure(run, 'partial-failure', /timeout/u);
  const plan = planOf(run);
  const left = plan.filter((entry) => entry['error-code'] === 'timeout');
  expect(left.length).toBeGreaterThanOrEqual(8);
  expect(run.log).toMatch(/before this token was begun\. .* Tokens left as they are: \d+\./u);
  for (const [index] of plan.entries()) {
    const value = sandbox.github.secret(repositoryName, `T${index}`);
    if (value !== undefined) expect(sandbox.azureDevOps.works(value, 'contoso')).toBe(true);
  }
  sandbox.onAnswered = undefined;
  const next = await scene.run({ ...custody, manifest }, { attempt: 2 });
  expect(next.exitCode).toBe(0);
  expect(
    sandbox.azureDevOps
      .activePats()
      .map((pat) => pat.displayName)
      .sort(),
  ).toEqual(plan.map((entry) => entry['display-name']).sort());
});
