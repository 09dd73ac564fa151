import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { ProxyAgent, request } from 'undici';
import { instant, round } from '../../sandbox/azure-devops/pat.ts';
import {
  organizationId,
  organizationName,
  otherOrganizationId,
  otherOrganizationName,
  publicClientId,
  type Sandbox,
  startSandbox,
  tenantId,
} from '../../sandbox/index.ts';
import specification from './fixtures/pat-api.json' with { type: 'json' };

const { apiVersions, definitions, examples, operations, patTokenError } = specification;
const everyError = Object.values(patTokenError).flat();
const day = 86_400_000;

let sandbox: Sandbox;
let dispatcher: ProxyAgent;
let token: string;

beforeAll(async () => {
  sandbox = await startSandbox();
  dispatcher = new ProxyAgent({ uri: sandbox.proxyUrl, requestTls: { ca: readFileSync(sandbox.caFile) } });
});

beforeEach(() => {
  sandbox.azureDevOps.pats.splice(0);
  token = bearer(['vso.pats', 'vso.pats_manage']);
});

afterAll(async () => {
  await dispatcher.close();
  await sandbox.close();
});

function bearer(scopes: readonly string[]): string {
  const { user } = sandbox.entra.directory;
  return sandbox.entra.issueAccessToken({ clientId: publicClientId, tenantId, user, scopes });
}

interface Call {
  readonly organization?: string;
  readonly path?: string;
  readonly version?: string | null;
  readonly query?: Readonly<Record<string, string>>;
  readonly body?: unknown;
}

async function call(method: 'GET' | 'POST' | 'PUT' | 'DELETE', options: Call = {}) {
  const { organization = organizationName, path = specification.path, version = '7.1-preview.1', query = {} } = options;
  const url = new URL(`https://${specification.host}${path.replace('{organization}', organization)}`);
  for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value);
  if (version !== null) url.searchParams.set('api-version', version);
  const answer = await request(url, {
    dispatcher,
    method,
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: options.body === undefined ? null : JSON.stringify(options.body),
  });
  const text = await answer.body.text();
  const isJson = String(answer.headers['content-type'] ?? '').includes('application/json');
  return { status: answer.statusCode, text, json: isJson && text !== '' ? JSON.parse(text) : undefined };
}

function creation(change: object = {}): object {
  const validTo = new Date(Date.now() + 30 * day).toISOString();
  return { displayName: 'build', scope: 'vso.code', validTo, allOrgs: false, ...change };
}

async function create(change: object = {}) {
  const answer = await call('POST', { body: creation(change) });
  return answer.json.patToken as { authorizationId: string; token: string; validFrom: string; validTo: string };
}

const isUuid = (value: unknown): boolean => /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/u.test(String(value));

/** The JSON values that each type of the specification allows. */
const types: Readonly<Record<string, (value: unknown) => boolean>> = {
  boolean: (value) => typeof value === 'boolean',
  string: (value) => typeof value === 'string',
  'string | null': (value) => value === null || typeof value === 'string',
  uuid: isUuid,
  'uuid[] | null': (value) => value === null || (Array.isArray(value) && value.every(isUuid)),
  'date-time': (value) => /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,7})?Z$/u.test(String(value)),
  PatTokenError: (value) => everyError.includes(String(value)),
  'PatToken | null': (value) => value === null || mismatches('PatToken', value).length === 0,
  'PatToken[]': (value) => Array.isArray(value) && value.every((each) => mismatches('PatToken', each).length === 0),
};

/** Every way in which a value differs from its definition: missing fields, surplus fields, wrong types. */
function mismatches(name: keyof typeof definitions, value: unknown): string[] {
  const definition: Readonly<Record<string, string>> = definitions[name];
  const given = Object(value) as Record<string, unknown>;
  const surplus = Object.keys(given).filter((field) => !(field in definition));
  const wrong = Object.entries(definition).filter(([field, type]) => types[type]?.(given[field]) !== true);
  return [
    ...surplus.map((field) => `${name}.${field} is not in the specification`),
    ...wrong.map(([field]) => `${name}.${field}`),
  ];
}

describe('the sandbox answers with', () => {
  test('a page of the list', async () => {
    await create();
    const { status, json } = await call('GET');
    expect(status).toBe(200);
    expect(mismatches('PagedPatTokens', json)).toEqual([]);
    expect(json.patTokens).toHaveLength(1);
    expect(json).toMatchObject(examples.lastPage);
  });

  test('a single PAT', async () => {
    const { authorizationId } = await create();
    const { status, json } = await call('GET', { query: { authorizationId } });
    expect(status).toBe(200);
    expect(mismatches('PatTokenResult', json)).toEqual([]);
    expect(json).toMatchObject({ patTokenError: 'none', patToken: { authorizationId, token: null } });
  });

  test('a new PAT, in the only answer with its value', async () => {
    const { status, json } = await call('POST', { body: creation() });
    expect(status).toBe(200);
    expect(mismatches('PatTokenResult', json)).toEqual([]);
    expect(json.patToken.token).toMatch(/^[A-Za-z0-9]{84}$/u);
    expect(json.patToken.token.indexOf('AZDO')).toBe(76);
    expect(json.patToken.targetAccounts).toEqual([organizationId]);
    const { json: page } = await call('GET');
    expect(page.patTokens[0].token).toBeNull();
  });

  test('an updated PAT, which keeps its id, its value and what the request left out', async () => {
    const { authorizationId, token: value, validTo } = await create();
    const { status, json } = await call('PUT', { body: { authorizationId, displayName: 'renamed' } });
    expect(status).toBe(200);
    expect(mismatches('PatTokenResult', json)).toEqual([]);
    expect(json.patToken).toMatchObject({
      authorizationId,
      displayName: 'renamed',
      scope: 'vso.code',
      validTo,
      token: null,
    });
    expect(sandbox.azureDevOps.works(value, organizationName)).toBe(true);
  });

  test('a revocation, whose status is that of the responses or of the example', async () => {
    for (const status of operations.Revoke.statuses as (200 | 204)[]) {
      const { authorizationId } = await create();
      sandbox.azureDevOps.patApi.revokeAnswer = status;
      const answer = await call('DELETE', { query: { authorizationId } });
      expect([answer.status, answer.text]).toEqual([status, '']);
      expect(sandbox.azureDevOps.activePats()).toEqual([]);
    }
  });
});

describe('api-version', () => {
  test.each([...apiVersions, specification.exampleApiVersion])('%s is accepted', async (version) => {
    expect((await call('GET', { version })).status).toBe(200);
  });

  test.each([null, '7.1', '5.0-preview.1', '8.0-preview.1'])('%s is refused', async (version) => {
    const { status, json } = await call('GET', { version });
    expect(status).toBe(400);
    expect(json.typeKey).toMatch(/^Vss\w*Version\w*Exception$/u);
  });

  test('both spellings of the path work', async () => {
    expect((await call('GET', { path: specification.examplePath })).status).toBe(200);
  });
});

describe('list', () => {
  const { query } = operations.Pats_List;

  test.each(query.displayFilterOption)('accepts displayFilterOption %s', async (displayFilterOption) => {
    sandbox.azureDevOps.addPat({ displayName: 'active' });
    sandbox.azureDevOps.addPat({ displayName: 'revoked', revoked: true });
    sandbox.azureDevOps.addPat({ displayName: 'expired', validFrom: Date.now() - 2 * day, validTo: Date.now() - day });
    const { json } = await call('GET', { query: { displayFilterOption } });
    const names = json.patTokens.map((pat: { displayName: string }) => pat.displayName).sort();
    expect(names).toEqual(displayFilterOption === 'all' ? ['active', 'expired', 'revoked'] : [displayFilterOption]);
  });

  test.each(query.sortByOption)('accepts sortByOption %s, in both directions', async (sortByOption) => {
    for (const displayName of ['b', 'a', 'c']) sandbox.azureDevOps.addPat({ displayName });
    const order = async (isSortAscending: string): Promise<string[]> => {
      const { json } = await call('GET', { query: { sortByOption, isSortAscending } });
      return json.patTokens.map((pat: { authorizationId: string }) => pat.authorizationId);
    };
    expect(await order('true')).toEqual((await order('false')).reverse());
  });

  test('ends with an empty continuation token; a token must be encoded, and belongs to its arguments', async () => {
    for (let at = 0; at < 5; at++) sandbox.azureDevOps.addPat({ displayName: `pat ${at}` });
    const seen = new Set<string>();
    const tokens: string[] = [];
    for (let continuationToken = '', page = 0; page === 0 || continuationToken !== ''; page++) {
      const { json } = await call('GET', { query: { $top: '2', displayFilterOption: 'all', continuationToken } });
      expect(mismatches('PagedPatTokens', json)).toEqual([]);
      for (const pat of json.patTokens) seen.add(pat.authorizationId);
      continuationToken = json.continuationToken;
      tokens.push(continuationToken);
    }
    expect(seen.size).toBe(5);
    expect(tokens).toEqual([expect.stringMatching(/[+].*=$/u), expect.stringMatching(/[+].*=$/u), '']);
    const [first = ''] = tokens;
    expect(
      (await call('GET', { query: { $top: '2', displayFilterOption: 'active', continuationToken: first } })).status,
    ).toBe(400);
    expect((await call('GET', { path: `${specification.path}?continuationToken=${first}` })).status).toBe(400);
  });

  test('has pages of 100 PATs at most', async () => {
    for (let at = 0; at < operations.Pats_List.largestPage + 1; at++) sandbox.azureDevOps.addPat();
    const { json } = await call('GET', { query: { $top: '1000' } });
    expect(json.patTokens).toHaveLength(operations.Pats_List.largestPage);
  });

  test('holds the PATs of the user in other organizations too', async () => {
    await create();
    const { json } = await call('GET', { organization: otherOrganizationName });
    expect(json.patTokens[0].targetAccounts).toEqual([organizationId]);
    sandbox.azureDevOps.addPat({ organization: otherOrganizationName });
    const accounts = (await call('GET')).json.patTokens.flatMap(
      (pat: { targetAccounts: string[] }) => pat.targetAccounts,
    );
    expect(accounts.sort()).toEqual([organizationId, otherOrganizationId].sort());
  });
});

describe('fields', () => {
  test.each(examples.instants)('an instant is written as %s', (text) => {
    expect(instant(round(Date.parse(text)), true)).toBe(text);
  });

  test('validTo is returned as in the example', async () => {
    const { sent, returned } = examples.rounding;
    expect(instant(round(Date.parse(sent)), true)).toBe(returned);
    const nextYear = String(new Date().getUTCFullYear() + 1);
    const move = (text: string): string => text.replace(/^\d{4}/u, nextYear);
    sandbox.azureDevOps.policies.hardMaximumDays = 1000;
    expect((await create({ validTo: move(sent) })).validTo).toBe(move(returned));
    sandbox.azureDevOps.policies.hardMaximumDays = 366;
  });

  test('a global PAT has null for targetAccounts', async () => {
    sandbox.azureDevOps.policies.globalsBlocked = false;
    const { json } = await call('POST', { body: creation({ allOrgs: true }) });
    sandbox.azureDevOps.policies.globalsBlocked = true;
    expect(mismatches('PatTokenResult', json)).toEqual([]);
    expect(json.patToken.targetAccounts).toBe(examples.globalTargetAccounts);
  });

  test('a lifespan policy counts from the creation', async () => {
    const { policies } = sandbox.azureDevOps;
    policies.maxLifespanDays = 7;
    const pat = await create();
    expect(Date.parse(pat.validTo) - Date.parse(pat.validFrom)).toBe(7 * day);
    sandbox.elapse(2 * day);
    token = bearer(['vso.pats_manage']);
    const validTo = new Date(Date.now() + 7 * day).toISOString();
    const { json } = await call('PUT', { body: { authorizationId: pat.authorizationId, validTo } });
    const life = Date.parse(json.patToken.validTo) - Date.parse(json.patToken.validFrom);
    expect(Math.abs(life - 7 * day)).toBeLessThan(10);
    policies.lifespanMode = 'refuse';
    expect((await call('POST', { body: creation() })).json.patTokenError).toBe('patLifespanPolicyViolation');
    policies.maxLifespanDays = undefined;
    policies.lifespanMode = 'clamp';
  });
});

describe('patTokenError', () => {
  test('has the number of values of each version', () => {
    const total = { count: 0 };
    const counts = Object.entries(patTokenError).map(([version, values]) => {
      total.count += values.length;
      return [version, total.count];
    });
    expect(Object.fromEntries(counts)).toEqual(specification.counts);
  });

  test.each(everyError.filter((value) => value !== 'none'))('%s comes with a 200 and no PAT', async (value) => {
    sandbox.azureDevOps.patApi.patTokenErrorOnce(value);
    const { status, json } = await call('POST', { body: creation() });
    expect([status, json]).toEqual([200, { patToken: null, patTokenError: value }]);
    expect(sandbox.azureDevOps.pats).toEqual([]);
  });

  const past = new Date(Date.now() - day).toISOString();
  test.each([
    ['displayNameRequired', 'displayName', ' '],
    ['invalidDisplayName', 'displayName', 'x'.repeat(300)],
    ['invalidValidTo', 'validTo', past],
    ['invalidScope', 'scope', 'vso.nothing'],
    ['invalidScope', 'scope', 'app_token vso.code'],
    ['invalidScope', 'scope', ''],
    ['globalPATCreationBlocked', 'allOrgs', true],
  ])('%s is caused by the field %s', async (value, field, bad) => {
    expect(everyError).toContain(value);
    const { json } = await call('POST', { body: creation({ [field]: bad }) });
    expect(json).toEqual({ patToken: null, patTokenError: value });
  });

  test('is set for an update of a PAT that was revoked, has expired or never existed', async () => {
    const revoked = sandbox.azureDevOps.addPat({ revoked: true });
    const expired = sandbox.azureDevOps.addPat({ validFrom: Date.now() - 2 * day, validTo: Date.now() - day });
    const ids = [revoked.authorizationId, expired.authorizationId, tenantId];
    const answers = await Promise.all(
      ids.map((authorizationId) => call('PUT', { body: { authorizationId, scope: 'vso.wiki' } })),
    );
    const values = answers.map(({ json }) => json.patTokenError);
    expect(values).toEqual(['authorizationNotFound', 'expiredPatCannotBeExtended', 'authorizationNotFound']);
    for (const { json } of answers) expect(mismatches('PatTokenResult', json)).toEqual([]);
  });

  test('has an explanation only since 7.2', async () => {
    const body = creation({ scope: 'nothing' });
    const [surplus] = Object.keys(specification.since72.PatTokenResult);
    for (const version of apiVersions) {
      const { json } = await call('POST', { version, body });
      expect(Object.keys(json).includes(String(surplus))).toBe(version.startsWith('7.2'));
    }
  });
});

describe('permissions', () => {
  test.each([
    ['vso.pats', ['GET']],
    ['vso.pats_manage', ['POST', 'PUT', 'DELETE']],
    ['vso.tokens', []],
  ])('%s allows %j', async (permission, opened) => {
    const { authorizationId } = sandbox.azureDevOps.addPat();
    token = bearer([permission]);
    const methods = ['GET', 'POST', 'PUT', 'DELETE'] as const;
    const statuses = new Map<string, number>();
    for (const method of methods) {
      const query = method === 'DELETE' ? { authorizationId } : {};
      const body =
        method === 'PUT' ? { authorizationId, displayName: 'x' } : method === 'POST' ? creation() : undefined;
      statuses.set(method, (await call(method, { query, body })).status);
    }
    expect(methods.filter((method) => (statuses.get(method) ?? 0) < 300)).toEqual(opened);
  });

  test('of each operation are those of the specification', () => {
    const needed = Object.values(operations).map(({ method, permission }) => `${method} ${permission}`);
    expect(new Set(needed)).toEqual(
      new Set(['GET vso.pats', 'POST vso.pats_manage', 'PUT vso.pats_manage', 'DELETE vso.pats_manage']),
    );
  });
});
