import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { Failure } from '../../src/core/failure.ts';
import { type InputName, inputs } from '../../src/core/inputs.ts';
import { parseRequest, type Request, type RequestContext } from '../../src/core/request.ts';
import { anyText } from './any-text.ts';

const now = Date.UTC(2026, 9, 1);
const [minute, day] = [60_000, 86_400_000];
const guid = '01234567-89ab-cdef-0123-456789abcdef';

type Raw = Partial<Record<InputName, string>>;

const context: RequestContext = { now, repository: 'contoso/app', oidc: true, certificateProblem: () => undefined };

const base: Raw = {
  operation: 'rotate',
  organization: 'contoso',
  'client-id': guid,
  'refresh-token': 'r',
  'display-name': 'build',
};

function parse(raw: Raw, change: Partial<RequestContext> = {}): Request {
  return parseRequest({ ...base, ...raw }, { ...context, ...change });
}

/** The problems of inputs that are refused, one each. */
function problems(raw: Raw, change: Partial<RequestContext> = {}): string[] {
  try {
    parse(raw, change);
  } catch (thrown) {
    if (!(thrown instanceof Failure)) throw thrown;
    expect(thrown.code).toBe('invalid-input');
    expect(thrown.what).toBe('Reading the inputs');
    expect(thrown.hint).toBe('Nothing was sent or changed.');
    expect(thrown.message).not.toMatch(/[\r\n]/u);
    return thrown.why.split(/; (?=[a-z]+(?:-[a-z]+)*(?:: |, | and | or ))/u);
  }
  return [];
}

describe('what is not said', () => {
  test('a rotation', () => {
    expect(parse({})).toMatchObject({
      operation: 'rotate',
      organization: 'contoso',
      identity: {
        provider: 'entra',
        tenant: 'organizations',
        clientId: guid,
        credential: { kind: 'none' },
        authorityHost: 'https://login.microsoftonline.com',
      },
      authorizationIds: [],
      displayName: 'build',
      scope: undefined,
      lifetime: undefined,
      allOrganizations: undefined,
      ifExists: 'fail',
      ifMissing: 'fail',
      rotateWithin: undefined,
      previousToken: { kind: 'revoke' },
      verify: true,
      revokeOnExit: false,
      destinations: [],
      refreshTokenDestinations: [],
      filter: 'active',
      failOnExpiring: false,
      maxConcurrency: 4,
      dryRun: false,
      requestTimeout: 30_000,
      maxAttempts: 5,
      remarks: [],
    });
  });

  test('white space around a value, and an input of nothing else, are nothing', () => {
    const spaced = Object.fromEntries(Object.entries(base).map(([key, value]) => [key, ` ${value}\n`]));
    expect(parse({ ...spaced, 'valid-for': '  ', scopes: '\n' })).toMatchObject({
      displayName: 'build',
      lifetime: undefined,
    });
  });
});

describe('what is said', () => {
  test.each<[raw: Raw, request: object]>([
    [{ organization: 'https://dev.azure.com/Contoso/' }, { organization: 'contoso' }],
    [{ 'client-id': guid.toUpperCase() }, { identity: expect.objectContaining({ clientId: guid }) }],
    [{ 'tenant-id': 'Contoso.com' }, { identity: expect.objectContaining({ tenant: 'contoso.com' }) }],
    [
      { 'client-secret': 's' },
      { identity: expect.objectContaining({ credential: { kind: 'secret', secret: expect.anything() } }) },
    ],
    [
      { 'client-certificate': 'pem' },
      { identity: expect.objectContaining({ credential: { kind: 'certificate', pem: expect.anything() } }) },
    ],
    [
      { 'federated-credential': 'true' },
      {
        identity: expect.objectContaining({
          credential: { kind: 'federated', audience: 'api://AzureADTokenExchange' },
        }),
      },
    ],
    [
      { 'authority-host': 'https://login.microsoftonline.us/' },
      { identity: expect.objectContaining({ authorityHost: 'https://login.microsoftonline.us' }) },
    ],
    [{ scopes: 'vso.code, vso.build\nvso.wiki' }, { scope: 'vso.code vso.build vso.wiki' }],
    [{ scopes: 'full' }, { scope: 'app_token' }],
    [{ scopes: 'vso.frobnication' }, { remarks: [expect.stringContaining('vso.frobnication')] }],
    [{ 'valid-for': '90m' }, { lifetime: { kind: 'for', milliseconds: 90 * minute } }],
    [
      { 'valid-to': '2027-01-31T12:00:00+02:00' },
      { lifetime: { kind: 'until', at: Date.parse('2027-01-31T10:00:00Z') } },
    ],
    [{ 'rotate-within': '7d' }, { rotateWithin: 7 * day }],
    [{ 'previous-token': 'keep' }, { previousToken: { kind: 'keep' } }],
    [{ 'previous-token': '24h' }, { previousToken: { kind: 'grace', milliseconds: day } }],
    [{ verify: 'False' }, { verify: false }],
    [{ 'dry-run': 'TRUE' }, { dryRun: true }],
    [{ 'all-organizations': 'false' }, { allOrganizations: false }],
    [{ 'if-missing': 'ignore' }, { ifMissing: 'ignore' }],
    [
      { 'max-concurrency': '32', 'max-attempts': '1' },
      { maxConcurrency: 32, maxAttempts: 1 },
    ],
    [{ 'request-timeout': '2m' }, { requestTimeout: 2 * minute }],
    [{ 'display-name': 'Übung ~ 名前' }, { displayName: 'Übung ~ 名前' }],
    [
      {
        operation: 'revoke',
        'display-name': '',
        'authorization-id': `${guid}\n${guid.toUpperCase()}, 11111111-1111-1111-1111-111111111111`,
      },
      { authorizationIds: [guid, '11111111-1111-1111-1111-111111111111'] },
    ],
    [
      { 'token-destinations': 'github-secret:PAT\nazure-key-vault:contoso-vault/pat', 'github-token': 'g' },
      {
        destinations: [
          expect.objectContaining({ owner: 'contoso', repository: 'app' }),
          expect.objectContaining({ name: 'pat' }),
        ],
      },
    ],
    [{ operation: 'exchange', organization: '', 'display-name': '' }, { organization: '' }],
    [
      {
        operation: 'exchange',
        organization: '',
        'display-name': '',
        'identity-provider': 'azure-devops-oauth',
        'client-id': 'any',
        'client-secret': 's',
        'redirect-uri': 'https://contoso.example/callback',
      },
      { identity: expect.objectContaining({ provider: 'azure-devops-oauth', clientId: 'any' }) },
    ],
  ])('%j', (raw, request) => {
    expect(parse(raw)).toMatchObject(request);
  });
});

describe('a bad value names its input, the value and what is allowed', () => {
  test.each<[raw: Raw, problem: string | RegExp]>([
    [
      { operation: 'delete' },
      'operation: "delete" is not allowed; write create, rotate, revoke, update, get, list, sync, exchange',
    ],
    [{ operation: 'Rotate' }, /^operation: "Rotate" is not allowed/u],
    [{ operation: '' }, /^operation: it is required; write create, /u],
    [{ organization: 'https://evil.example/contoso' }, /^organization: .*not an address of Azure DevOps Services/u],
    [{ organization: '' }, 'organization: it is required for rotate'],
    [{ 'tenant-id': 'consumers' }, /^tenant-id: "consumers" stands for personal/u],
    [{ 'client-id': 'my app' }, /^client-id: "my app" is not a GUID/u],
    [{ 'client-id': '' }, 'client-id: it is required'],
    [{ 'refresh-token': '' }, /^refresh-token: it is empty; a secret that is not set/u],
    [{ 'federated-credential': 'yes' }, 'federated-credential: "yes" is not a boolean; write true or false'],
    [{ 'authority-host': 'http://login.microsoftonline.com' }, /^authority-host: .* is not an https origin/u],
    [{ 'authority-host': 'https://login.microsoftonline.com/common' }, /^authority-host/u],
    [{ 'authority-host': 'https://user@login.microsoftonline.com' }, /^authority-host/u],
    [{ 'authority-host': 'login.microsoftonline.com' }, /^authority-host/u],
    [{ 'identity-provider': 'azure' }, 'identity-provider: "azure" is not allowed; write entra, azure-devops-oauth'],
    [{ 'authorization-id': '123' }, /^authorization-id: "123" is not a GUID/u],
    [{ 'display-name': 'build~superseded' }, /^display-name: .*ends like the names of rotations in progress/u],
    [{ 'display-name': 'build~pending-1-0a' }, /^display-name: .*write the name before the ~/u],
    [{ 'display-name': 'a\u0007b' }, /^display-name: .*control character; write one line/u],
    [{ 'display-name': 'a\nb' }, /^display-name: .*line break/u],
    [{ operation: 'update', 'new-display-name': 'x~superseded' }, /^new-display-name: .*before the ~/u],
    [{ scopes: 'code' }, /^scopes: "code" lacks its prefix; write vso\.code/u],
    [{ scopes: 'full vso.code' }, /^scopes: full access/u],
    [{ 'valid-for': '30' }, /^valid-for: "30" is not a duration; write .*30d/u],
    [{ 'valid-for': '0d' }, /^valid-for/u],
    [{ 'valid-to': 'soon' }, /^valid-to: "soon" is not an instant; write an ISO 8601/u],
    [{ 'valid-to': '2026-09-30' }, 'valid-to: "2026-09-30" is in the past'],
    [{ 'valid-to': '2026-10-01' }, /^valid-to: .* is in the past/u],
    [{ 'valid-to': '2027-02-30' }, /^valid-to: .*calendar/u],
    [{ 'valid-for': '1d', 'valid-to': '2027-01-01' }, /^valid-to: valid-for is given too/u],
    [{ 'all-organizations': '1' }, /^all-organizations: "1" is not a boolean/u],
    [{ 'if-exists': 'replace' }, 'if-exists: "replace" is not allowed; write fail, allow, rotate'],
    [{ 'if-missing': 'skip' }, 'if-missing: "skip" is not allowed; write fail, ignore, create'],
    [{ 'rotate-within': 'week' }, /^rotate-within: "week" is not a duration/u],
    [{ 'previous-token': 'delete' }, /^previous-token: "delete" is not allowed; write revoke, keep, or a duration/u],
    [{ 'previous-token': '0h' }, /^previous-token/u],
    [{ verify: 'no' }, /^verify: "no" is not a boolean/u],
    [{ 'revoke-on-exit': 'true' }, 'revoke-on-exit: it goes with create alone, not with rotate'],
    [
      { 'token-destinations': 'github-secrets:PAT' },
      /^token-destinations: line 1, .*begins with no kind of destination/u,
    ],
    [{ 'token-destinations': 'github-secret:PAT' }, /^github-token: it is required for github-secret:PAT/u],
    [{ 'refresh-token-destinations': 'azure-key-vault:v' }, /^refresh-token-destinations: line 1/u],
    [
      { 'token-destinations': 'azure-key-vault:vault/one', 'refresh-token-destinations': 'azure-key-vault:VAULT/ONE' },
      /^refresh-token-destinations: .* one place holds one value/u,
    ],
    [{ filter: 'live' }, 'filter: "live" is not allowed; write active, revoked, expired, all'],
    [{ 'expiring-within': '7' }, /^expiring-within: "7" is not a duration/u],
    [{ 'fail-on-expiring': 'maybe' }, /^fail-on-expiring: "maybe" is not a boolean/u],
    [{ 'max-concurrency': '0' }, 'max-concurrency: "0" is not a whole number from 1 to 32'],
    [{ 'max-concurrency': '33' }, /^max-concurrency/u],
    [{ 'max-concurrency': '2.5' }, /^max-concurrency/u],
    [{ 'max-concurrency': '0x4' }, /^max-concurrency/u],
    [{ 'max-attempts': '11' }, 'max-attempts: "11" is not a whole number from 1 to 10'],
    [{ 'request-timeout': '30' }, /^request-timeout: "30" is not a duration; .*30s or 2m/u],
    [{ 'request-timeout': '2h' }, /^request-timeout/u],
    [{ 'allow-unsafe-events': 'sure' }, /^allow-unsafe-events: "sure" is not a boolean/u],
    [{ 'dry-run': 'true!' }, /^dry-run: "true!" is not a boolean/u],
  ])('%j', (raw, problem) => {
    const told = problems(raw);
    expect(told).toEqual([typeof problem === 'string' ? problem : expect.stringMatching(problem)]);
  });
});

describe('inputs that do not go together', () => {
  const nothing = { 'display-name': '' };
  test.each<[raw: Raw, problems: (string | RegExp)[]]>([
    [
      { operation: 'create', ...nothing },
      ['display-name: it is required for create', 'scopes: it is required for create'],
    ],
    [{ ...nothing }, ['display-name or authorization-id: one of them is required for rotate']],
    [{ operation: 'get', ...nothing }, [/one of them is required for get/u]],
    [{ 'authorization-id': guid }, [/^display-name: authorization-id is given too/u]],
    [
      { ...nothing, 'authorization-id': `${guid} 11111111-1111-1111-1111-111111111111` },
      [/2 ids are given; only revoke takes several/u],
    ],
    [
      { ...nothing, 'authorization-id': guid, 'if-missing': 'create' },
      ['if-missing: create needs display-name', 'if-missing: create needs scopes'],
    ],
    [{ operation: 'revoke', 'if-missing': 'create' }, [/^if-missing: "create" is not allowed for revoke/u]],
    [{ operation: 'update' }, [/at least one is required for update$/u]],
    [{ operation: 'sync', ...nothing }, ['manifest: it is required for sync']],
    [
      { 'client-secret': 's', 'federated-credential': 'true' },
      [/^client-secret and federated-credential: give one of them/u],
    ],
  ])('%j', (raw, expected) => {
    expect(problems(raw)).toEqual(expected.map((one) => (typeof one === 'string' ? one : expect.stringMatching(one))));
  });

  test('a job without an OIDC token, a repository that is unknown, a certificate that is none', () => {
    expect(problems({ 'federated-credential': 'true' }, { oidc: false })).toEqual([
      expect.stringMatching(/^federated-credential: this job has no OIDC token; add "permissions: id-token: write"/u),
    ]);
    const outside = problems(
      { 'token-destinations': 'github-secret:PAT', 'github-token': 'g' },
      { repository: undefined },
    );
    expect(outside).toEqual([expect.stringMatching(/^token-destinations: .*no repository is known here/u)]);
    const certificateProblem = (): string => 'it has no private key';
    expect(problems({ 'client-certificate': 'x' }, { certificateProblem })).toEqual([
      'client-certificate: it has no private key',
    ]);
  });

  test('the legacy provider', () => {
    const told = problems({
      'identity-provider': 'azure-devops-oauth',
      'expected-user': 'ci@contoso.com',
      'refresh-token-destinations': 'azure-key-vault:vault/refresh',
    });
    expect(told).toEqual([
      expect.stringMatching(/^identity-provider: azure-devops-oauth tokens cannot manage PATs, so rotate needs entra/u),
      'client-secret: azure-devops-oauth needs the app secret',
      expect.stringMatching(/^redirect-uri: azure-devops-oauth needs the registered callback, an https address/u),
      expect.stringMatching(/^expected-user/u),
      expect.stringMatching(/^refresh-token-destinations: azure-key-vault:vault\/refresh cannot be reached/u),
    ]);
  });
});

test('all problems are told together, in the order in which a person would look', () => {
  const told = problems({
    organization: 'contoso.com',
    'client-id': 'x',
    'refresh-token': '',
    'valid-for': 'x',
    'previous-token': 'x',
    verify: 'x',
    'max-attempts': 'x',
    'token-destinations': 'x\ny',
  });
  expect(told.map((problem) => problem.split(':')[0])).toEqual([
    'organization',
    'refresh-token',
    'client-id',
    'valid-for',
    'previous-token',
    'verify',
    'token-destinations',
    'token-destinations',
    'max-attempts',
  ]);
});

describe('secrets', () => {
  const secrets = (Object.keys(inputs) as InputName[]).filter((name) => 'secret' in inputs[name]);

  test('are these', () => {
    expect(secrets).toEqual(['refresh-token', 'client-secret', 'client-certificate', 'github-token']);
  });

  test('are never quoted, however wrong they or the inputs beside them are', () => {
    fc.assert(
      fc.property(
        fc.stringMatching(/^[A-Za-z0-9~._-]{12,40}$/u),
        fc.constantFrom('', ' ', '\n', '\u0007'),
        fc.constantFrom<Raw>({}, { operation: 'x' }, { 'federated-credential': 'true' }, { 'max-attempts': '0' }),
        (value, inside, more) => {
          const secret = `${value}${inside}${value}`;
          const raw = Object.fromEntries(secrets.map((name) => [name, secret]));
          const told = problems({ ...raw, ...more }, { certificateProblem: () => 'it is no PEM' }).join('; ');
          expect(told).not.toContain(value);
          expect(told).toContain('give one of them');
        },
      ),
    );
  });

  test('of a request read *** in JSON and text', () => {
    const request = parse({
      'client-secret': 'client-value',
      'refresh-token': 'refresh-value',
      'github-token': 'g-value',
    });
    expect(JSON.stringify(request)).not.toMatch(/-value/u);
    expect(`${request.identity.refreshToken}`).toBe('***');
    expect(request.identity.refreshToken.reveal()).toBe('refresh-value');
  });

  test('a token that was pasted into another input is not shown', () => {
    const token = `0.A${'x1Y2'.repeat(40)}`;
    for (const name of ['client-id', 'organization', 'scopes', 'valid-for', 'authorization-id', 'filter'] as const) {
      expect(problems({ [name]: token }).join('; ')).not.toContain('x1Y2'.repeat(10));
    }
  });

  test('a refresh token with white space in it was stored wrong', () => {
    expect(problems({ 'refresh-token': 'abc\ndef' })).toEqual([
      expect.stringMatching(/^refresh-token: it holds white space/u),
    ]);
  });
});

test('no input at all, or any text in any of them, is anything but a request or a list of problems', () => {
  const names = Object.keys(inputs) as InputName[];
  const raws = fc.dictionary(fc.constantFrom(...names), anyText());
  fc.assert(
    fc.property(raws, (raw) => {
      problems(raw as Raw);
      try {
        parseRequest(raw as Raw, context);
      } catch (thrown) {
        expect(thrown).toBeInstanceOf(Failure);
      }
    }),
  );
});
