import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { appToken, codespacesToken, type Fault, jobToken } from '../../../sandbox/index.ts';
import { advise } from '../../../src/action/advice.ts';
import type { GitHubDestination } from '../../../src/adapters/github/collection.ts';
import { type GitHubSecrets, githubSecrets } from '../../../src/adapters/github/secrets.ts';
import type { Http } from '../../../src/adapters/http/types.ts';
import type { ErrorCode } from '../../../src/core/error-code.ts';
import type { Store } from '../../../src/core/ports.ts';
import { Secret } from '../../../src/core/secret.ts';
import { advise as adviseInPipeline } from '../../../src/pipelines/advice.ts';
import { parseDestinations } from '../../destinations.ts';
import { type Bench, failureOf, lastingFaults, passingFaults, startBench } from '../service-sandbox.ts';

const pat = new Secret('a1B2c3D4'.repeat(10));
const about = { label: 'Azure DevOps PAT build' };

let bench: Bench;

beforeEach(async () => {
  bench = await startBench();
});

afterEach(() => bench.close());

function secrets(token = appToken, apiUrl = 'https://api.github.com'): GitHubSecrets {
  return githubSecrets({ http: bench.http, token: new Secret(token), apiUrl });
}

function open(line: string, of = secrets()): Store {
  const [destination] = parseDestinations(line, { repository: 'contoso/app' }).destinations;
  return of.store(destination as GitHubDestination);
}

async function writePat(line: string, of = secrets()): Promise<void> {
  const store = open(line, of);
  await store.prepare();
  await store.write(pat, about);
}

describe('each kind of destination', () => {
  test('a repository takes two requests', async () => {
    await writePat('github-secret:NUGET_PAT');
    expect(bench.sandbox.github.secret('contoso/app', 'NUGET_PAT')).toBe(pat.reveal());
    expect(bench.requests()).toEqual([
      'GET api.github.com/repos/contoso/app/actions/secrets/public-key 200',
      'PUT api.github.com/repos/contoso/app/actions/secrets/NUGET_PAT 201',
    ]);
    await writePat('github-secret:contoso/library/nuget_pat');
    expect(bench.sandbox.github.secret('contoso/library', 'NUGET_PAT')).toBe(pat.reveal());
  });

  test('an environment may have a name that has to be encoded', async () => {
    bench.sandbox.github.addEnvironment('contoso/app', 'prod/eu west');
    await writePat('github-environment-secret:prod%2Feu west/PAT');
    expect(bench.sandbox.github.environmentSecret('contoso/app', 'prod/eu west', 'PAT')).toBe(pat.reveal());
    expect(bench.requests()[1]).toBe(
      'PUT api.github.com/repos/contoso/app/environments/prod%2Feu%20west/secrets/PAT 201',
    );
  });

  test('Dependabot has secrets of its own', async () => {
    await writePat('github-dependabot-secret:PAT');
    expect(bench.sandbox.github.dependabotSecret('contoso/app', 'PAT')).toBe(pat.reveal());
    expect(bench.sandbox.github.secret('contoso/app', 'PAT')).toBeUndefined();
  });

  test('GitHub Enterprise Server has an address of its own', async () => {
    await writePat('github-secret:PAT', secrets(appToken, 'https://github.example.com/api/v3'));
    expect(bench.requests()[1]).toBe('PUT github.example.com/api/v3/repos/contoso/app/actions/secrets/PAT 201');
  });

  test.each([
    ['github-secret:PAT', true],
    ['github-dependabot-secret:PAT', true],
    ['github-organization-secret:contoso/PAT', true],
    ['github-organization-dependabot-secret:contoso/PAT', true],
    ['github-environment-secret:production/PAT', false],
    ['github-codespaces-secret:PAT', false],
    ['github-organization-agents-secret:contoso/PAT', false],
  ])('%s is read when a run is queued: %s', (line, isRead) => {
    expect(open(line).readWhenQueued).toBe(isRead);
  });

  test('the requests have the form that GitHub asks for, and name this program', async () => {
    await writePat('github-secret:PAT');
    for (const { headers } of bench.sandbox.requests) {
      expect(headers).toMatchObject({
        accept: 'application/vnd.github+json',
        authorization: `token ${appToken}`,
        'user-agent': 'azure-devops-pat-action-test',
        'x-github-api-version': '2022-11-28',
      });
    }
    expect(Object.keys(JSON.parse(bench.sandbox.requests[1]?.body ?? '')).sort()).toEqual([
      'encrypted_value',
      'key_id',
    ]);
  });
});

describe('an organization secret', () => {
  const destination = { kind: 'organization', organization: 'contoso' } as const;
  const line = 'github-organization-secret:contoso/PAT';

  test('that is new can be read by the private repositories', async () => {
    await writePat(line);
    expect(bench.sandbox.github.stored(destination, 'PAT')).toMatchObject({
      value: pat.reveal(),
      visibility: 'private',
    });
  });

  test.each(['all', 'private'] as const)('keeps its visibility %s', async (visibility) => {
    bench.sandbox.github.store(destination, 'PAT', 'old', { visibility });
    await writePat(line);
    expect(bench.sandbox.github.stored(destination, 'PAT')).toMatchObject({ value: pat.reveal(), visibility });
    expect(JSON.parse(bench.sandbox.requests.at(-1)?.body ?? '')).not.toHaveProperty('selected_repository_ids');
  });

  test.each([0, 1, 100, 101, 250])('keeps its %i selected repositories, of every page', async (count) => {
    const { github } = bench.sandbox;
    const selected = Array.from({ length: count }, (_, index) => github.addRepository(`contoso/r${index}`).id);
    github.store(destination, 'PAT', 'old', { visibility: 'selected', selectedRepositoryIds: selected });
    await writePat(line);
    expect(github.stored(destination, 'PAT')).toMatchObject({
      value: pat.reveal(),
      visibility: 'selected',
      selectedRepositoryIds: selected,
    });
    const pages = bench.requests().filter((request) => request.includes('/repositories?per_page=100'));
    expect(pages).toHaveLength(count <= 100 ? 1 : 2 * Math.ceil(count / 100));
  });
});

describe('a list of selected repositories', () => {
  const line = 'github-organization-secret:contoso/PAT';
  const puts = () => bench.requests().filter((request) => request.startsWith('PUT'));

  test.each([
    { total_count: 3, repositories: [{ id: 1 }, { id: 2 }] },
    { total_count: 3, repositories: [] },
    { total_count: 1, repositories: [{ name: 'no id' }] },
    { total_count: 1, repositories: [null] },
    { total_count: 1, repositories: ['contoso/app'] },
    { total_count: 1, repositories: [{ id: 1 }, { id: 2 }] },
    { total_count: 1 },
  ])('that is incomplete (%j) is refused before anything is made', async (body) => {
    const destination = { kind: 'organization', organization: 'contoso' } as const;
    bench.sandbox.github.store(destination, 'PAT', 'old', { visibility: 'selected', selectedRepositoryIds: [1, 2, 3] });
    bench.sandbox.fault = ({ path }) =>
      path.includes('/repositories') ? { kind: 'status', status: 200, body } : undefined;
    for (const step of [() => open(line).prepare(), () => open(line).write(pat, about)]) {
      expect(await failureOf(step(), pat)).toMatchObject({ code: 'unexpected-response' });
    }
    expect(puts()).toEqual([]);
  });

  test('that shifts while it is read is read again until two readings agree', async () => {
    const destination = { kind: 'organization', organization: 'contoso' } as const;
    const { github } = bench.sandbox;
    const all = Array.from({ length: 102 }, (_, index) => github.addRepository(`contoso/r${index}`).id);
    const [removed = 0, ...others] = all;
    const added = others.pop() ?? 0;
    github.store(destination, 'PAT', 'old', { visibility: 'selected', selectedRepositoryIds: [removed, ...others] });
    let pages = 0;
    // Between two pages one repository disappears and another one is added. The count stays the same, and a third one
    // moves to the other page.
    bench.sandbox.onAnswered = ({ path }) => {
      const secret = github.stored(destination, 'PAT');
      if (secret && path.includes('/repositories') && pages++ === 0) secret.selectedRepositoryIds = [...others, added];
    };
    await writePat(line);
    expect(github.stored(destination, 'PAT')).toMatchObject({ selectedRepositoryIds: [...others, added] });
  });

  test('without a count ends at the first page that is not full', async () => {
    const destination = { kind: 'organization', organization: 'contoso' } as const;
    const id = bench.sandbox.github.addRepository('contoso/one').id;
    bench.sandbox.github.store(destination, 'PAT', 'old', { visibility: 'selected', selectedRepositoryIds: [id] });
    bench.sandbox.fault = ({ path }) =>
      path.includes('/repositories') ? { kind: 'status', status: 200, body: { repositories: [{ id }] } } : undefined;
    await writePat(line);
    expect(bench.sandbox.github.stored(destination, 'PAT')).toMatchObject({ selectedRepositoryIds: [id] });
  });
});

describe('inspecting a destination', () => {
  const destination = { kind: 'repository', repository: 'contoso/app' } as const;

  test('says since when it holds a value, with one request', async () => {
    bench.sandbox.github.store(destination, 'PAT', 'old');
    const at = bench.sandbox.github.stored(destination, 'PAT')?.updatedAt ?? 0;
    const seen = await open('github-secret:pat').inspect();
    expect(seen.exists).toBe(true);
    expect(Math.floor((seen.updatedAt ?? 0) / 1000)).toBe(Math.floor(at / 1000));
    expect(bench.requests()).toEqual(['GET api.github.com/repos/contoso/app/actions/secrets/pat 200']);
  });

  test('finds nothing in an empty destination, and the key that it read serves the write', async () => {
    const store = open('github-secret:PAT');
    expect(await store.inspect()).toEqual({ exists: false });
    await store.prepare();
    await store.write(pat, about);
    expect(bench.requests()).toEqual([
      'GET api.github.com/repos/contoso/app/actions/secrets/PAT 404',
      'GET api.github.com/repos/contoso/app/actions/secrets/public-key 200',
      'PUT api.github.com/repos/contoso/app/actions/secrets/PAT 201',
    ]);
  });

  test.each([
    ['github-secret:contoso/nowhere/PAT', appToken, 'destination-not-found'],
    ['github-environment-secret:nowhere/PAT', appToken, 'destination-not-found'],
    ['github-organization-secret:nobody/PAT', appToken, 'destination-not-found'],
    ['github-secret:PAT', jobToken, 'destination-denied'],
    ['github-secret:PAT', 'nonsense', 'destination-denied'],
  ])('at %s with %s: %s', async (line, token, code) => {
    expect(await failureOf(open(line, secrets(token)).inspect())).toMatchObject({ code });
  });

  test.each([
    [{ name: 'PAT' }, undefined],
    [{ name: 'PAT', updated_at: 'yesterday' }, undefined],
    [{ name: 'PAT', updated_at: null }, undefined],
    [{ name: 'PAT', updated_at: '2199-01-02T03:04:05Z' }, Date.UTC(2199, 0, 2, 3, 4, 5)],
    [{ name: 'PAT', updated_at: '2026-01-02T05:04:05+02:00' }, Date.UTC(2026, 0, 2, 3, 4, 5)],
  ])('accepts %j as the date', async (body, updatedAt) => {
    bench.failOn('GET', 1, { kind: 'status', status: 200, body });
    expect(await open('github-secret:PAT').inspect()).toEqual({ exists: true, updatedAt });
  });

  test.each([{}, [], 'PAT'])('refuses %j', async (body) => {
    bench.failOn('GET', 'every', { kind: 'status', status: 200, body });
    expect(await failureOf(open('github-secret:PAT').inspect())).toMatchObject({ code: 'unexpected-response' });
  });
});

describe('the public key', () => {
  test('of one destination is requested once, also at the same time', async () => {
    const shared = secrets();
    const stores = ['A', 'B', 'contoso/APP/C'].map((name) => open(`github-secret:${name}`, shared));
    await Promise.all(stores.map((store) => store.prepare()));
    await Promise.all(stores.map((store) => store.write(pat, about)));
    expect(bench.requests().filter((request) => request.includes('public-key'))).toHaveLength(1);
    expect(bench.sandbox.github.writes).toHaveLength(3);
  });

  test('of another destination is requested by itself', async () => {
    const shared = secrets();
    await writePat('github-secret:PAT', shared);
    await writePat('github-environment-secret:production/PAT', shared);
    await writePat('github-dependabot-secret:PAT', shared);
    expect(bench.sandbox.github.environmentSecret('contoso/app', 'production', 'PAT')).toBe(pat.reveal());
    expect(bench.requests().filter((request) => request.includes('public-key'))).toHaveLength(3);
  });

  test('that was replaced meanwhile is fetched again, once for all', async () => {
    const shared = secrets();
    const stores = ['A', 'B'].map((name) => open(`github-secret:${name}`, shared));
    await Promise.all(stores.map((store) => store.prepare()));
    bench.sandbox.github.rotateKeys();
    await Promise.all(stores.map((store) => store.write(pat, about)));
    expect(bench.sandbox.github.secret('contoso/app', 'A')).toBe(pat.reveal());
    expect(bench.sandbox.github.secret('contoso/app', 'B')).toBe(pat.reveal());
    expect(bench.requests().filter((request) => request.includes('public-key')).length).toBeLessThanOrEqual(3);
  });

  test('that could not be read is requested again by the next write', async () => {
    const shared = secrets();
    bench.failOn('GET', 1, { kind: 'status', status: 404 });
    const first = open('github-secret:A', shared);
    const second = open('github-secret:B', shared);
    expect(await failureOf(first.prepare())).toMatchObject({ what: 'Checking github-secret:A' });
    await second.prepare();
    await first.write(pat, about);
    expect(bench.sandbox.github.secret('contoso/app', 'A')).toBe(pat.reveal());
  });

  test('that fails for several is reported to each with its own name', async () => {
    const shared = secrets(jobToken);
    const stores = ['A', 'B'].map((name) => open(`github-secret:${name}`, shared));
    const failures = await Promise.all(stores.map((store) => failureOf(store.prepare())));
    expect(failures.map(({ what }) => what)).toEqual(['Checking github-secret:A', 'Checking github-secret:B']);
  });

  test.each([
    'AAAA',
    '',
    'not base64 at all, but of some length!!!!!!!',
    Buffer.alloc(31, 7).toString('base64'),
    Buffer.alloc(33, 7).toString('base64'),
    // A point of small order: the shared secret would be zero for everybody.
    Buffer.alloc(32).toString('base64'),
  ])('that cannot be one (%s) is refused before anything is made', async (key) => {
    bench.failOn('GET', 1, { kind: 'status', status: 200, body: { key_id: '1', key } });
    const failure = await failureOf(open('github-secret:PAT').prepare());
    expect(failure).toMatchObject({
      code: 'unexpected-response',
      what: 'Checking github-secret:PAT',
      mayHaveActed: false,
    });
    expect(bench.requests()).toHaveLength(1);
  });
});

describe('a refusal', () => {
  test('names the permission, and the host adds where such a token comes from', async () => {
    const failure = await failureOf(open('github-secret:NUGET_PAT', secrets(jobToken)).prepare());
    expect(failure.code).toBe('destination-denied');
    expect(failure.message).toBe(
      'Checking github-secret:NUGET_PAT: GitHub does not allow github-token to do this (HTTP 403: "Resource not ' +
        'accessible by integration"). github-token needs the repository permission "Secrets", read and write (for this ' +
        'request GitHub asks for secrets=read); a classic token needs the scope repo.',
    );
    expect(failure.problems).toEqual([
      { input: 'github-token', text: 'it lacks the permission "Secrets"', cannotWrite: 'github-secret' },
    ]);
  });

  test.each([
    ['github-environment-secret:production/PAT', '"Environments"', 'permission-environments: write'],
    ['github-dependabot-secret:PAT', '"Dependabot secrets"', 'permission-dependabot-secrets: write'],
    [
      'github-organization-secret:contoso/PAT',
      'organization permission "Secrets"',
      'permission-organization-secrets: write',
    ],
    ['github-agents-secret:PAT', '"Agent secrets"', 'without any permission input'],
    [
      'github-codespaces-secret:PAT',
      'A GitHub App cannot have this permission',
      'a fine-grained token or a classic one',
    ],
  ])('of %s names its own permission', async (line, permission, input) => {
    bench.sandbox.github.addToken({ token: 'github_pat_none', kind: 'fine-grained' });
    const failure = await failureOf(open(line, secrets('github_pat_none')).prepare());
    expect(failure.code).toBe('destination-denied');
    expect(failure.message).toContain(permission);
    expect(advise(failure)).toMatch(/^The GITHUB_TOKEN of a workflow run can never write secrets: /u);
    expect(advise(failure)).toContain(input);
    const inPipeline = adviseInPipeline(failure, { connected: false, agentSkipsCertificates: false });
    expect(inPipeline).toContain('$(NAME)');
    expect(inPipeline?.includes('GitHub App')).toBe(!line.includes('codespaces'));
  });

  test('of a token that may only read comes with the write, and changes nothing', async () => {
    bench.sandbox.github.addToken({ token: 'github_pat_read', kind: 'fine-grained', permissions: { secrets: 'read' } });
    const store = open('github-secret:PAT', secrets('github_pat_read'));
    await store.prepare();
    const failure = await failureOf(store.write(pat, about), pat);
    expect(failure).toMatchObject({ code: 'destination-denied', mayHaveActed: false });
    expect(failure.message).toContain('for this request GitHub asks for secrets=write');
  });

  test.each<[string, string, string, string]>([
    ['a wrong token', 'github-secret:PAT', 'nonsense', 'destination-denied'],
    ['a missing repository', 'github-secret:contoso/nowhere/PAT', appToken, 'destination-not-found'],
    ['a missing environment', 'github-environment-secret:nowhere/PAT', appToken, 'destination-not-found'],
    ['a missing organization', 'github-organization-secret:nobody/PAT', appToken, 'destination-not-found'],
  ])('for %s', async (_name, line, token, code) => {
    const failure = await failureOf(open(line, secrets(token)).prepare(), new Secret(appToken));
    expect(failure).toMatchObject({ code, mayHaveActed: false });
  });

  test('for a repository that exists, but that the token does not see', async () => {
    const token = { token: 'ghs_elsewhere', kind: 'app', permissions: { secrets: 'write' } } as const;
    bench.sandbox.github.addToken({ ...token, repositories: ['contoso/library'] });
    const failure = await failureOf(open('github-secret:PAT', secrets('ghs_elsewhere')).prepare());
    expect(failure.code).toBe('destination-not-found');
    expect(failure.message).toContain('the repository contoso/app does not exist, or github-token cannot see it');
  });

  test.each([
    [409, 'No.', 'destination-failed', 'GitHub refuses the request (HTTP 409: "No.")'],
    [422, 'No.', 'destination-failed', 'GitHub refuses the request (HTTP 422: "No.")'],
    [
      422,
      'You have reached the maximum number of secrets (100).',
      'destination-failed',
      'Delete secrets that nobody needs',
    ],
    [422, 'Secret limit reached: 100', 'destination-failed', 'there is no room for another secret'],
    [422, 'Secret exceeds the maximum size of 48 KB', 'destination-failed', 'GitHub refuses the request'],
    [422, 'To update secrets, limit your scopes.', 'destination-failed', 'GitHub refuses the request'],
    [400, 'No.', 'destination-failed', 'GitHub refuses the request'],
    [302, 'Found', 'unexpected-response', 'the answer is not what GitHub documents (HTTP 302)'],
    [
      403,
      'Although you appear to have the correct authorization credentials, the `contoso` organization has an IP allow list enabled, and your IP address is not permitted to access this resource.',
      'destination-denied',
      'add the address of this machine to the list',
    ],
    [
      403,
      "The 'contoso' organization forbids access via a fine-grained personal access tokens if the token's lifetime is greater than 90 days. Please adjust your token's lifetime at the following URL: https://github.com/settings/personal-access-tokens/12885303",
      'destination-denied',
      'https://github.com/settings/personal-access-tokens/12885303',
    ],
    [
      403,
      '`contoso` forbids access via a personal access token (classic). Please use a GitHub App, OAuth App, or a personal access token with fine-grained permissions.',
      'destination-denied',
      'does not accept classic tokens',
    ],
    [
      403,
      'Resource protected by organization SAML enforcement. You must grant your Personal Access token access to this organization.',
      'destination-denied',
      'authorize the token for it',
    ],
    [
      403,
      'Nobody documented this.',
      'destination-denied',
      '(HTTP 403: "Nobody documented this."). For this request GitHub asks for the permission secrets=write.',
    ],
  ] as const)('%i of a write (%s): nothing was stored', async (status, message, code, text) => {
    const headers = { 'x-accepted-github-permissions': 'secrets=write' };
    bench.failOn('PUT', 'every', { kind: 'status', status, headers, body: { message } });
    const failure = await failureOf(writePat('github-secret:PAT'), pat);
    expect(failure).toMatchObject({ code, mayHaveActed: false });
    expect(failure.message).toContain(text);
    expect(bench.requests().filter((request) => request.startsWith('PUT'))).toHaveLength(1);
  });

  test('of a value above 48 kB comes before any request', async () => {
    const failure = await failureOf(open('github-secret:PAT').write(new Secret('ä'.repeat(24 * 1024 + 1)), about));
    expect(failure).toMatchObject({ code: 'destination-failed', mayHaveActed: false });
    expect(failure.message).toContain('the value has 49154 bytes, but a GitHub secret holds at most 49152');
    expect(bench.requests()).toEqual([]);
    await open('github-secret:PAT').write(new Secret('x'.repeat(48 * 1024)), about);
  });

  test('of any text is shown as one harmless line', async () => {
    const message = `::set-output name=x::y\n##[error]boom ${pat.reveal()}`;
    bench.failOn('GET', 1, { kind: 'status', status: 403, body: { message } });
    const failure = await failureOf(open('github-secret:PAT').prepare(), pat);
    expect(failure.message).not.toMatch(/\n|##\[/u);
  });
});

describe('no advice is given', () => {
  test.each([
    [403, { message: 'The moon is in the wrong house.' }],
    [403, 'no JSON at all'],
    [409, { message: 'Something is in the way.' }],
    [422, { message: 'Validation Failed' }],
    [451, { message: 'Repository access blocked' }],
  ])('if the cause is unknown (%i, %j), and the words of GitHub are shown', async (status, body) => {
    bench.failOn('PUT', 'every', { kind: 'status', status, body });
    const failure = await failureOf(writePat('github-secret:PAT'), pat);
    expect(failure.hint).toBeUndefined();
    if (typeof body === 'object') expect(failure.message).toContain(body.message.replace(/\.$/u, ''));
  });
});

describe('the eight stores and the environments', () => {
  const lines = {
    'github-secret:PAT': { kind: 'repository', repository: 'contoso/app' },
    'github-dependabot-secret:PAT': { kind: 'dependabot', repository: 'contoso/app' },
    'github-codespaces-secret:PAT': { kind: 'codespaces', repository: 'contoso/app' },
    'github-agents-secret:PAT': { kind: 'agents', repository: 'contoso/app' },
    'github-environment-secret:production/PAT': {
      kind: 'environment',
      repository: 'contoso/app',
      environment: 'production',
    },
    'github-organization-secret:contoso/PAT': { kind: 'organization', organization: 'contoso' },
    'github-organization-dependabot-secret:contoso/PAT': { kind: 'organization-dependabot', organization: 'contoso' },
    'github-organization-codespaces-secret:contoso/PAT': { kind: 'organization-codespaces', organization: 'contoso' },
    'github-organization-agents-secret:contoso/PAT': { kind: 'organization-agents', organization: 'contoso' },
  } as const;
  const tokenFor = (line: string): string => (line.includes('codespaces') ? codespacesToken : appToken);

  test.each(Object.keys(lines))('%s is written to the right store and no other, and found again', async (line) => {
    const store = open(line, secrets(tokenFor(line)));
    expect(await store.inspect()).toEqual({ exists: false });
    await store.prepare();
    await store.write(pat, about);
    for (const [other, destination] of Object.entries(lines)) {
      const value = bench.sandbox.github.stored(destination, 'PAT')?.value;
      expect([other, value]).toEqual([other, other === line ? pat.reveal() : undefined]);
    }
    expect(await store.inspect()).toMatchObject({ exists: true, updatedAt: expect.any(Number) });
  });

  test.each(['dependabot', 'codespaces', 'agents'] as const)(
    'an organization secret for %s keeps its visibility and its selected repositories',
    async (name) => {
      const { github } = bench.sandbox;
      const destination = { kind: `organization-${name}`, organization: 'contoso' } as const;
      const line = `github-organization-${name}-secret:contoso/PAT`;
      const selected = Array.from({ length: 101 }, (_, index) => github.addRepository(`contoso/r${index}`).id);
      github.store(destination, 'PAT', 'old', { visibility: 'selected', selectedRepositoryIds: selected });
      await writePat(line, secrets(tokenFor(line)));
      expect(github.stored(destination, 'PAT')).toMatchObject({
        value: pat.reveal(),
        visibility: 'selected',
        selectedRepositoryIds: selected,
      });
    },
  );

  test.each([
    ['github-codespaces-secret:PAT', 'A GitHub App cannot have this permission'],
    ['github-organization-codespaces-secret:contoso/PAT', 'A GitHub App cannot have this permission'],
    ['github-agents-secret:PAT', '"Agent secrets"'],
    ['github-organization-dependabot-secret:contoso/PAT', '"Organization dependabot secrets"'],
  ])('%s without the permission is refused: %s', async (line, text) => {
    bench.sandbox.github.addToken({ token: 'ghs_none', kind: 'app' });
    const failure = await failureOf(open(line, secrets('ghs_none')).prepare());
    expect(failure).toMatchObject({ code: 'destination-denied', mayHaveActed: false });
    expect(failure.message).toContain(text);
  });

  test.each(['github-codespaces-secret:PAT', 'github-organization-agents-secret:contoso/PAT'])(
    'if the server lacks %s, the message names the version of the server',
    async (line) => {
      const failure = await failureOf(open(line, secrets(appToken, 'https://github.example.com/api/v3')).prepare());
      expect(failure).toMatchObject({ code: 'destination-not-found', mayHaveActed: false });
      expect(failure.message).toContain('GitHub Enterprise Server 3.17.1 finds no');
    },
  );
});

test('the new name of a renamed repository is reported, and the token is sent nowhere', async () => {
  const repository = bench.sandbox.github.repository('contoso/library');
  const [held, fresh] = [open('github-secret:contoso/library/PAT'), open('github-secret:contoso/library/PAT')];
  await held.prepare();
  Object.assign(repository, { fullName: 'contoso/books', formerNames: ['contoso/library'] });
  for (const step of [() => held.write(pat, about), () => fresh.prepare(), () => fresh.inspect()]) {
    const failure = await failureOf(step(), pat);
    expect(failure).toMatchObject({ code: 'destination-not-found', mayHaveActed: false });
    expect(failure.message).toContain('the repository contoso/library was renamed or moved');
  }
  expect(bench.requests().filter((request) => request.includes('/repositories/'))).toEqual([]);
});

test('an archived repository shows what it holds, and accepts no write', async () => {
  bench.sandbox.github.store({ kind: 'repository', repository: 'contoso/app' }, 'PAT', 'old');
  bench.sandbox.github.repository('contoso/app').archived = true;
  expect(await open('github-secret:PAT').inspect()).toMatchObject({ exists: true });
  const failure = await failureOf(writePat('github-secret:PAT'), pat);
  expect(failure).toMatchObject({ code: 'destination-denied', mayHaveActed: false });
  expect(failure.message).toContain('the repository contoso/app is archived, so nothing in it can be changed');
});

describe('a limit', () => {
  test.each([
    'You have triggered an abuse detection mechanism. Please wait a few minutes before you try again.',
    'You have exceeded a secondary rate limit. Please wait a few minutes before you try again.',
  ])('that only the message shows (%s) is waited for', async (message) => {
    bench.failOn('PUT', 1, { kind: 'status', status: 403, body: { message } });
    await writePat('github-secret:PAT');
    expect(bench.pauses).toEqual([60_000]);
    expect(bench.sandbox.github.secret('contoso/app', 'PAT')).toBe(pat.reveal());
  });

  test('is waited for to the second', async () => {
    bench.sandbox.github.limit({ status: 429, retryAfter: 7 });
    await writePat('github-secret:PAT');
    expect(bench.pauses).toEqual([7000]);
  });

  test.each([403, 429] as const)('with status %i and no reason is not a refusal', async (status) => {
    bench.sandbox.github.limit({ status, requests: 9 });
    expect(await failureOf(open('github-secret:PAT').prepare())).toMatchObject({
      code: 'rate-limited',
      why: expect.stringContaining('You have exceeded a secondary rate limit'),
    });
    // A minute, then twice as long, as GitHub asks for.
    expect(bench.pauses).toEqual([60_000, 120_000]);
  });

  test('that does not come from GitHub is retried soon, because something before GitHub may have sent it', async () => {
    bench.failOn('PUT', 1, { kind: 'status', status: 429, body: {} });
    await writePat('github-secret:PAT');
    expect(bench.pauses).toHaveLength(1);
    expect(bench.pauses[0]).toBeLessThan(1000);
    expect(bench.sandbox.github.secret('contoso/app', 'PAT')).toBe(pat.reveal());
  });

  test('is not waited for beyond the end of the run', async () => {
    bench.failOn('PUT', 'every', { kind: 'status', status: 403, body: { message: 'You hit a secondary rate limit.' } });
    const deadline = performance.now() + 30_000;
    const failure = await failureOf(open('github-secret:PAT').write(pat, { ...about, deadline }), pat);
    expect(failure).toMatchObject({ code: 'rate-limited', mayHaveActed: false });
    expect(failure.why).toContain('You hit a secondary rate limit.');
    expect(bench.pauses).toEqual([]);
  });
});

describe('a fault of a write', () => {
  test.each<Fault>([...passingFaults, { kind: 'html-203' }])(
    'that passes (%o) does not stop the write',
    async (fault) => {
      bench.failOn('PUT', 1, fault);
      await writePat('github-secret:PAT');
      expect(bench.sandbox.github.secret('contoso/app', 'PAT')).toBe(pat.reveal());
    },
  );

  test.each<readonly [Fault, ErrorCode]>([
    ...lastingFaults,
    [{ kind: 'reset-before' }, 'network'],
    [{ kind: 'html-203' }, 'unexpected-response'],
  ])('that lasts (%o) means that the destination may hold the value', async (fault, code) => {
    bench.failOn('PUT', 'every', fault);
    expect(await failureOf(writePat('github-secret:PAT'), pat)).toMatchObject({ code, mayHaveActed: true });
  });

  test('that is silence means the same', async () => {
    await bench.close();
    bench = await startBench({ timeout: 500 });
    bench.failOn('PUT', 'every', { kind: 'hang', acted: true });
    expect(await failureOf(writePat('github-secret:PAT'), pat)).toMatchObject({ code: 'timeout', mayHaveActed: true });
  });

  test.each([{ kind: 'reset-after' }, { kind: 'garbage' }, { kind: 'status', status: 503, acted: true }] as const)(
    'before a refusal (%o) is remembered, because the destination holds the value',
    async (fault) => {
      let puts = 0;
      bench.sandbox.fault = ({ method }) => {
        if (method !== 'PUT') return undefined;
        puts++;
        return puts === 1 ? fault : { kind: 'status', status: 403 };
      };
      const failure = await failureOf(writePat('github-secret:PAT'), pat);
      expect(failure).toMatchObject({ code: 'destination-denied', mayHaveActed: true });
      expect(bench.sandbox.github.secret('contoso/app', 'PAT')).toBe(pat.reveal());
    },
  );

  test('of a request before the write does not mean that the destination holds the value', async () => {
    bench.failOn('GET', 'every', { kind: 'reset-after' });
    const failure = await failureOf(open('github-secret:PAT').write(pat, about), pat);
    expect(failure).toMatchObject({ code: 'network', mayHaveActed: false });
  });
});

test('a list of repositories that never ends is given up', async () => {
  let page = 0;
  const http: Http = {
    ...bench.http,
    async send(request) {
      if (!request.url.includes('/repositories')) return bench.http.send(request);
      page += 1;
      const repositories = Array.from({ length: 100 }, (_, at) => ({ id: page * 100 + at }));
      return { status: 200, headers: {}, text: JSON.stringify({ total_count: 1e9, repositories }) };
    },
  };
  const destination = { kind: 'organization', organization: 'contoso' } as const;
  bench.sandbox.github.store(destination, 'SELECTED', 'old', { visibility: 'selected', selectedRepositoryIds: [] });
  const store = open(
    'github-organization-secret:contoso/SELECTED',
    githubSecrets({ http, token: new Secret(appToken), apiUrl: 'https://api.github.com' }),
  );
  await expect(store.prepare().then(() => store.write(pat, about))).rejects.toMatchObject({
    code: 'unexpected-response',
    why: expect.stringContaining('more than 500 requests'),
  });
  expect(page).toBe(500);
});
