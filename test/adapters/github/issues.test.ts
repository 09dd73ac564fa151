import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { enterpriseHost, type Fault } from '../../../sandbox/index.ts';
import { advise } from '../../../src/action/advice.ts';
import { IssueTracker } from '../../../src/adapters/github/issues.ts';
import { Secret } from '../../../src/core/secret.ts';
import { type Bench, failureOf, startBench } from '../service-sandbox.ts';

const repository = 'contoso/app';
const text = { key: 'watch.yml', title: 'PATs need attention', body: 'One ends tomorrow.\n' };
const marker = '<!-- azure-devops-pat-action: tracking issue of watch.yml';
const tokens = { 'github-token': 'ghs_job', app: 'ghs_app', 'fine-grained': 'github_pat_1', classic: 'ghp_1' } as const;
type Kind = keyof typeof tokens;

let bench: Bench;

beforeEach(async () => {
  bench = await startBench();
  for (const kind of Object.keys(tokens) as Kind[]) {
    const permissions = kind === 'classic' ? { repo: 'write' as const } : { issues: 'write' as const };
    bench.sandbox.github.addToken({ token: tokens[kind], kind, permissions });
  }
});

afterEach(() => bench.close());

function tracker(kind: Kind = 'github-token', apiUrl = 'https://api.github.com'): IssueTracker {
  return new IssueTracker({ http: bench.http, token: new Secret(tokens[kind]), apiUrl, repository });
}

const issues = () => bench.sandbox.github.issues(repository);

/** An issue of somebody else, older than any that this program opens. */
function forge(login: string, body = `${marker} -->\nAll is well.`) {
  const now = Date.now() - 86_400_000;
  const user = { login, type: login.endsWith('[bot]') ? 'Bot' : 'User' } as const;
  const issue = { number: issues().length + 1, title: text.title, body, user, createdAt: now, updatedAt: now };
  issues().push({ ...issue, state: 'open', stateReason: null });
}

/** Makes the requests to one path fail in this way. */
function failOn(path: RegExp, fault: Fault, times = Number.POSITIVE_INFINITY): void {
  let left = times;
  bench.sandbox.fault = (request) => (path.test(`${request.method} ${request.path}`) && left-- > 0 ? fault : undefined);
}

describe.each(Object.keys(tokens) as Kind[])('with a token of the kind %s', (kind) => {
  test('one issue is opened, updated, closed and reopened', async () => {
    expect(await tracker(kind).close(text)).toBeUndefined();
    expect(await tracker(kind).open(text)).toEqual({ done: 'opened', number: 1 });
    expect(await tracker(kind).open({ ...text, body: 'Two.\n' })).toEqual({ done: 'updated', number: 1 });
    expect(issues()).toMatchObject([
      { state: 'open', body: expect.stringMatching(/^<!-- .* of watch\.yml .*-->\nTwo\.\n$/u) },
    ]);
    expect(await tracker(kind).close(text)).toEqual({ done: 'closed', number: 1 });
    expect(issues()).toMatchObject([{ state: 'closed', stateReason: 'completed' }]);
    expect(await tracker(kind).open(text)).toEqual({ done: 'updated', number: 1 });
    expect(issues()).toMatchObject([{ state: 'open' }]);
  });

  test.each(['stranger', 'other[bot]'])('an issue of %s with a copy of its text is left alone', async (login) => {
    forge(login);
    expect(await tracker(kind).open(text)).toEqual({ done: 'opened', number: 2 });
    expect(await tracker(kind).close(text)).toEqual({ done: 'closed', number: 2 });
    expect(issues()).toMatchObject([{ state: 'open', body: expect.stringContaining('All is well.') }, {}]);
  });
});

test('on GitHub Enterprise Server it sends its requests to that server', async () => {
  const apiUrl = `https://${enterpriseHost}/api/v3`;
  await tracker('app', apiUrl).open(text);
  await tracker('app', apiUrl).open(text);
  expect(issues()).toHaveLength(1);
  expect(bench.requests().filter((request) => !request.includes(enterpriseHost))).toEqual([]);
  expect(bench.requests()).toContain(`POST ${enterpriseHost}/api/graphql 200`);
});

describe('if GitHub does not say whose token it is', () => {
  test.each([{ kind: 'status', status: 403 }, { kind: 'reset-before' }] as const)(
    '(%j), the author of the issue counts, so a copy by another author is not taken for it',
    async (fault) => {
      failOn(/^POST \/graphql$/u, fault);
      await tracker().open(text);
      const [own] = issues();
      expect(own?.body).toMatch(/^<!-- [^>]* by github-actions%5Bbot%5D -->\nOne ends/u);
      forge('other[bot]', own?.body ?? '');
      forge('stranger', `${marker} by stranger -->`);
      expect(await tracker().open({ ...text, body: 'Two.\n' })).toEqual({ done: 'updated', number: 1 });
      expect(await tracker().close(text)).toEqual({ done: 'closed', number: 1 });
      expect(issues().map(({ state }) => state)).toEqual(['closed', 'open', 'open']);
    },
  );
});

test('another title changes nothing, nor do other issues and pull requests, however many', async () => {
  await tracker().open(text);
  for (const issue of issues()) Object.assign(issue, { title: 'We look into it', createdAt: 0 });
  for (let count = 0; count < 250; count++) forge('github-actions[bot]', `${marker}s -->`);
  forge('github-actions[bot]');
  Object.assign(issues().at(-1) ?? {}, { pullRequest: true });
  expect(await tracker().open(text)).toEqual({ done: 'updated', number: 1 });
  expect(issues()[0]?.title).toBe('We look into it');
  expect(issues()).toHaveLength(252);
});

test('three runs at the same time leave one issue open', async () => {
  const changes = await Promise.all([tracker().open(text), tracker().open(text), tracker().open(text)]);
  expect(changes.every((change) => change !== undefined)).toBe(true);
  expect(issues().filter(({ state }) => state === 'open')).toHaveLength(1);
});

test.each([301, 404, 410])('an issue that is gone when it is changed (%i) is replaced', async (status) => {
  await tracker().open(text);
  failOn(/^PATCH .*\/1$/u, { kind: 'status', status });
  expect(await tracker().open(text)).toMatchObject({ done: 'opened' });
});

test('a lost answer does not lead to a second issue', async () => {
  failOn(/^POST .*\/issues$/u, { kind: 'reset-after' }, 1);
  expect(await tracker().open(text)).toEqual({ done: 'opened', number: 1 });
  expect(issues()).toHaveLength(1);
});

test('a token that may only read issues is reported, and so are issues that are switched off', async () => {
  bench.sandbox.github.addToken({ token: 'ghs_reads', kind: 'github-token', permissions: { issues: 'read' } });
  const reads = new IssueTracker({
    http: bench.http,
    token: new Secret('ghs_reads'),
    apiUrl: 'https://api.github.com',
    repository,
  });
  const denied = await failureOf(reads.open(text));
  expect(denied.code).toBe('destination-denied');
  expect(denied.hint).toContain('the repository permission "Issues", read and write');
  expect(advise(denied)).toBe('GITHUB_TOKEN can write issues with "permissions: issues: write".');
  bench.sandbox.github.repository(repository).hasIssues = false;
  expect((await failureOf(tracker().open(text))).message).toMatch(/Issues are disabled.*Switch issues on/u);
});

test('a refusal that has a reason of its own gets no advice about permissions', async () => {
  const message =
    'Although you appear to have the correct authorization credentials, the `contoso` organization has an IP allow list enabled.';
  failOn(/^GET .*\/issues/u, { kind: 'status', status: 403, body: { message } });
  const failure = await failureOf(tracker().open(text));
  expect(failure).toMatchObject({
    code: 'destination-denied',
    hint: expect.stringContaining('address of this machine'),
  });
});

test('no issue is opened if the list of issues never ends', async () => {
  const full = Array.from({ length: 100 }, (_, number) => ({ number, body: null, user: { login: 'a', type: 'User' } }));
  failOn(/^GET .*\/issues/u, { kind: 'status', status: 200, body: full });
  expect((await failureOf(tracker().open(text))).message).toContain('more than 10000 open issues and pull requests');
  expect(issues()).toEqual([]);
});
