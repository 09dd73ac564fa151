import { describe, expect, test } from '@jest/globals';
import { Failure } from '../../../src/core/failure.ts';
import { type InputName, inputs } from '../../../src/core/interface.ts';
import {
  parseRequest,
  type Request,
  type RequestContext,
  reportsIssue,
  secretsOf,
} from '../../../src/core/request/request.ts';
import { fc } from '../../seed.ts';
import { anyText } from '../any-text.ts';

const now = Date.UTC(2026, 9, 1);
const [minute, day] = [60_000, 86_400_000];
const guid = '01234567-89ab-cdef-0123-456789abcdef';

type Raw = Partial<Record<InputName, string>>;

const context: RequestContext = {
  now,
  repository: 'contoso/app',
  project: undefined,
  oidc: true,
  certificateProblem: () => undefined,
};

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
    return thrown.problems.map(({ input, text }) => `${input}: ${text}`);
  }
  return [];
}

describe('defaults', () => {
  test('a rotation has these', () => {
    expect(parse({})).toMatchObject({
      operation: 'rotate',
      organization: 'contoso',
      identity: {
        provider: 'entra',
        tenant: 'organizations',
        clientId: guid,
        credential: { kind: 'none' },
        authorityHost: 'https://login.microsoftonline.com',
        expectedUser: undefined,
      },
      selector: { name: 'build' },
      scope: undefined,
      lifetime: undefined,
      allOrganizations: false,
      ifMissing: 'fail',
      rotateWithin: undefined,
      previousToken: { kind: 'revoke' },
      verify: true,
      destinations: [],
      refreshTokenDestinations: [],
      dryRun: false,
      requestTimeout: 30_000,
      maxAttempts: 5,
      remarks: [],
    });
  });

  test('a create, a list and a check have these', () => {
    expect(parse({ operation: 'create', scopes: 'vso.code' })).toMatchObject({
      displayName: 'build',
      scope: 'vso.code',
      allOrganizations: false,
      ifExists: 'fail',
      revokeOnExit: false,
    });
    expect(parse({ operation: 'list' })).toMatchObject({
      filter: 'active',
      expiringWithin: undefined,
      failOnExpiring: false,
      reportIssue: false,
    });
    expect(parse({ operation: 'check', 'display-name': '' })).toMatchObject({
      selector: undefined,
      manifest: undefined,
      rotateWithin: undefined,
      expiringWithin: undefined,
      maxConcurrency: 4,
      reportIssue: false,
    });
  });

  test('white space around a value is ignored, and an input of white space counts as not given', () => {
    const spaced = Object.fromEntries(Object.entries(base).map(([key, value]) => [key, ` ${value}\n`]));
    expect(parse({ ...spaced, 'valid-for': '  ', scopes: '\n' })).toMatchObject({
      selector: { name: 'build' },
      lifetime: undefined,
    });
  });
});

describe('given values', () => {
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
    [
      { 'authority-host': 'https://Login.contoso.example:8443' },
      { identity: expect.objectContaining({ authorityHost: 'https://login.contoso.example:8443' }) },
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
    [{ verify: 'FALSE' }, { verify: false }],
    [{ verify: 'false' }, { verify: false }],
    [{ 'dry-run': 'TRUE' }, { dryRun: true }],
    [{ 'dry-run': 'True' }, { dryRun: true }],
    [{ 'dry-run': 'true' }, { dryRun: true }],
    [{ 'allow-unsafe-events': 'true' }, { operation: 'rotate' }],
    [{ operation: 'list', 'fail-on-expiring': 'true' }, { failOnExpiring: true }],
    [{ operation: 'create', scopes: 'vso.code', 'if-exists': 'rotate' }, { ifExists: 'rotate' }],
    [{ operation: 'create', scopes: 'vso.code', 'if-exists': 'allow' }, { ifExists: 'allow' }],
    [
      { 'if-missing': 'create', scopes: 'vso.code' },
      { ifMissing: 'create', scope: 'vso.code' },
    ],
    [{ operation: 'list', filter: 'expired' }, { filter: 'expired' }],
    [{ operation: 'list', 'expiring-within': '2w' }, { expiringWithin: 14 * day }],
    [
      { operation: 'check', 'expiring-within': '2w', 'rotate-within': '7d' },
      { expiringWithin: 14 * day, rotateWithin: 7 * day },
    ],
    [{ operation: 'check', 'display-name': '', 'authorization-id': guid }, { selector: { id: guid } }],
    [{ operation: 'check', organization: '', 'display-name': '', manifest: 'pats.yml' }, { manifest: 'pats.yml' }],
    [{ operation: 'check', 'report-issue': 'true', 'github-token': 'g' }, { reportIssue: true }],
    [
      { 'expected-user': 'ci@contoso.com' },
      {
        identity: expect.objectContaining({
          expectedUser: { text: 'ci@contoso.com', principalName: 'ci@contoso.com' },
        }),
      },
    ],
    [{ operation: 'create', scopes: 'vso.code', 'revoke-on-exit': 'true' }, { revokeOnExit: true }],
    [{ operation: 'create', scopes: 'vso.code', 'revoke-on-exit': 'false' }, { revokeOnExit: false }],
    [{ 'revoke-on-exit': 'False' }, { operation: 'rotate' }],
    [{ operation: 'sync', organization: '', 'display-name': '', manifest: 'pats.yml' }, { manifest: 'pats.yml' }],
    [{ operation: 'list', 'display-name': '' }, { operation: 'list' }],
    [{ operation: 'get', 'display-name': '', 'authorization-id': guid }, { selector: { id: guid } }],
    [{ operation: 'rotate', 'display-name': '', 'authorization-id': guid }, { selector: { id: guid } }],
    [{ operation: 'update', 'valid-for': '7d' }, { lifetime: { kind: 'for', milliseconds: 7 * day } }],
    [{ operation: 'update', 'valid-to': '2027-01-31' }, { lifetime: { kind: 'until', at: Date.UTC(2027, 0, 31) } }],
    [{ operation: 'update', 'all-organizations': 'false' }, { allOrganizations: false }],
    [{ operation: 'update', 'new-display-name': 'b' }, { newDisplayName: 'b' }],
    [{ operation: 'update', scopes: 'vso.code' }, { scope: 'vso.code' }],
    [
      { operation: 'revoke', 'if-missing': 'ignore' },
      { ifMissing: 'ignore', which: { name: 'build' } },
    ],
    [
      { operation: 'sync', manifest: 'm', 'max-concurrency': '1', 'max-attempts': '10' },
      { maxConcurrency: 1, maxAttempts: 10 },
    ],
    [{ operation: 'check', 'max-concurrency': '000004' }, { maxConcurrency: 4 }],
    [{ 'federated-credential': 'false' }, { identity: expect.objectContaining({ credential: { kind: 'none' } }) }],
    [
      { 'federated-credential': 'true', 'federated-audience': 'api://other' },
      { identity: expect.objectContaining({ credential: { kind: 'federated', audience: 'api://other' } }) },
    ],
    [{ 'all-organizations': 'false' }, { allOrganizations: false }],
    [{ 'if-missing': 'ignore' }, { ifMissing: 'ignore' }],
    [
      { operation: 'sync', manifest: 'm', 'max-concurrency': '32', 'max-attempts': '1' },
      { maxConcurrency: 32, maxAttempts: 1 },
    ],
    [{ 'request-timeout': '2m' }, { requestTimeout: 2 * minute }],
    [{ 'display-name': 'Übung ~ 名前' }, { selector: { name: 'Übung ~ 名前' } }],
    [
      {
        operation: 'revoke',
        'display-name': '',
        'authorization-id': `${guid}\n${guid.toUpperCase()}, 11111111-1111-1111-1111-111111111111`,
      },
      { which: { ids: [guid, '11111111-1111-1111-1111-111111111111'] } },
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
    [{ operation: 'exchange', organization: '', 'display-name': '' }, { organization: undefined }],
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

describe('a wrong value is reported with its input, the value and what is allowed', () => {
  test.each<[raw: Raw, problem: string | RegExp]>([
    [
      { operation: 'delete' },
      'operation: "delete" is not allowed; write create, rotate, revoke, update, get, list, sync, exchange, check',
    ],
    [{ operation: 'Rotate' }, /^operation: "Rotate" is not allowed/u],
    [{ operation: '' }, /^operation: it is required; write create, /u],
    [{ organization: 'https://evil.example/contoso' }, /^organization: .*not an address of Azure DevOps Services/u],
    [{ organization: '' }, 'organization: it is required for rotate'],
    [{ 'tenant-id': 'consumers' }, /^tenant-id: "consumers" means personal/u],
    [{ 'client-id': 'my app' }, /^client-id: "my app" is not a GUID/u],
    [{ 'client-id': '' }, 'client-id: it is required'],
    [{ 'refresh-token': '' }, 'refresh-token: it is empty'],
    [{ 'federated-credential': 'yes' }, 'federated-credential: "yes" is not a boolean; write true or false'],
    [{ 'authority-host': 'http://login.microsoftonline.com' }, /^authority-host: .* is not an https origin/u],
    [{ 'authority-host': 'https://login.microsoftonline.com/common' }, /^authority-host/u],
    [{ 'authority-host': 'https://user@login.microsoftonline.com' }, /^authority-host/u],
    [{ 'authority-host': 'login.microsoftonline.com' }, /^authority-host/u],
    [{ 'authority-host': 'https://login.microsoftonline.com/?a=b' }, /^authority-host/u],
    [{ 'authority-host': 'https://login.microsoftonline.com/#a' }, /^authority-host/u],
    [
      { 'authority-host': 'https://:secret@login.microsoftonline.com' },
      'authority-host: it holds a user or a password (before the @); write only the https origin',
    ],
    [
      { 'authority-host': 'ftp://login' },
      'authority-host: "ftp://login" is not an https origin; write one such as https://login.microsoftonline.com',
    ],
    ...['yes', 'xtrue', 'truex', 'tRUE', 'xfalse', 'falsex', 'fALSE', '0'].map(
      (value) => [{ verify: value }, `verify: "${value}" is not a boolean; write true or false`] as [Raw, string],
    ),
    [{ 'max-attempts': '0' }, 'max-attempts: "0" is not a whole number from 1 to 10'],
    [{ 'max-attempts': '-1' }, 'max-attempts: "-1" is not a whole number from 1 to 10'],
    [{ 'max-attempts': '0000004' }, 'max-attempts: "0000004" is not a whole number from 1 to 10'],
    [{ 'max-attempts': 'x4' }, 'max-attempts: "x4" is not a whole number from 1 to 10'],
    [{ 'max-attempts': '4x' }, 'max-attempts: "4x" is not a whole number from 1 to 10'],
    [{ 'display-name': 'a\nb' }, 'display-name: "a b" holds a line break or a control character; write one line'],
    [{ 'display-name': 'a\u2028b' }, /^display-name: .*line break/u],
    [{ 'display-name': 'a\u2029b' }, /^display-name: .*line break/u],
    [
      { 'display-name': 'x~superseded' },
      'display-name: "x~superseded" ends like the names of rotations in progress; write the name before the ~',
    ],
    [{ operation: 'create', scopes: 'vso.code', 'revoke-on-exit': 'y' }, /^revoke-on-exit: "y" is not a boolean/u],
    [{ 'identity-provider': 'azure' }, 'identity-provider: "azure" is not allowed; write entra, azure-devops-oauth'],
    [{ 'authorization-id': '123' }, /^authorization-id: "123" is not a GUID/u],
    [{ 'display-name': 'build~superseded' }, /^display-name: .*ends like the names of rotations in progress/u],
    [{ 'display-name': 'build~pending-g1.1-00000000000a' }, /^display-name: .*write the name before the ~/u],
    [{ 'display-name': 'a\u0007b' }, /^display-name: .*control character; write one line/u],
    [{ 'display-name': 'a\nb' }, /^display-name: .*line break/u],
    [{ operation: 'update', 'new-display-name': 'x~superseded' }, /^new-display-name: .*before the ~/u],
    [{ scopes: 'code' }, /^scopes: "code" lacks its prefix; write vso\.code/u],
    [{ scopes: 'full vso.code' }, /^scopes: full access/u],
    [{ 'valid-for': '30' }, /^valid-for: "30" is not a duration; write .*30d/u],
    [{ 'valid-for': '0d' }, /^valid-for/u],
    [{ 'valid-to': 'soon' }, /^valid-to: "soon" is not an instant; write an ISO 8601/u],
    [{ 'valid-to': '2026-09-30' }, 'valid-to: "2026-09-30" is in the past; write a later date'],
    [{ 'valid-for': '1d', 'valid-to': '2027-01-01' }, 'valid-to: valid-for is given too; give one of the two'],
    [{ 'previous-token': 'x' }, 'previous-token: "x" is not allowed; write revoke, keep, or a duration such as 24h'],
    [{ 'refresh-token': ' ' }, 'refresh-token: it is empty'],
    [
      { 'refresh-token': 'a\tb' },
      'refresh-token: it holds white space, but no refresh token does; store it again, as one line and nothing else',
    ],
    [
      { 'token-destinations': 'github-dependabot-secret:PAT' },
      'github-token: it is required for github-dependabot-secret:PAT',
    ],
    [
      { 'refresh-token-destinations': 'azure-key-vault:vault/a\ngithub-environment-secret:e/PAT' },
      'github-token: it is required for github-environment-secret:e/PAT',
    ],
    [
      { 'token-destinations': 'azure-key-vault:vault/one', 'refresh-token-destinations': 'azure-key-vault:vault/one' },
      'refresh-token-destinations: azure-key-vault:vault/one is in token-destinations too; one destination holds one value',
    ],
    [
      { operation: '' },
      'operation: it is required; write create, rotate, revoke, update, get, list, sync, exchange, check',
    ],
    [{ operation: 'list', organization: '' }, 'organization: it is required for list'],
    ...(['exchange', 'sync', 'list'] as const).map((operation): [Raw, string] => [
      {
        operation,
        organization: '',
        manifest: 'm',
        'refresh-token-destinations': 'azure-devops-variable-group:p/g/REFRESH',
      },
      'organization: it is required for azure-devops-variable-group:p/g/REFRESH',
    ]),
    [{ operation: 'create' }, 'scopes: it is required for create'],
    [{ operation: 'create', 'display-name': '', scopes: 'vso.code' }, 'display-name: it is required for create'],
    ...(['rotate', 'revoke', 'get'] as const).flatMap((operation): [Raw, string][] => [
      [
        { operation, 'display-name': '' },
        `display-name: display-name or authorization-id is required for ${operation}`,
      ],
      [{ operation, 'authorization-id': guid }, 'display-name: authorization-id is given too; give one of the two'],
    ]),
    [
      { operation: 'update', scopes: 'vso.code', 'display-name': '' },
      'display-name: display-name or authorization-id is required for update',
    ],
    [
      { operation: 'update' },
      'new-display-name: for update, at least one of these is required: new-display-name, scopes, valid-for, valid-to, all-organizations',
    ],
    [{ 'if-missing': 'create' }, 'if-missing: create needs scopes'],
    [
      { operation: 'revoke', 'if-missing': 'create' },
      'if-missing: "create" is not allowed for revoke; write fail or ignore',
    ],
    ...(['rotate', 'get', 'update'] as const).map((operation): [Raw, string] => [
      {
        operation,
        scopes: 'vso.code',
        'display-name': '',
        'authorization-id': `${guid} 11111111-1111-1111-1111-111111111111`,
      },
      'authorization-id: 2 ids are given; only revoke accepts several',
    ]),
    [
      { operation: 'sync', 'revoke-on-exit': 'TRUE', manifest: 'm' },
      /^revoke-on-exit: it works only with create, not with sync$/u,
    ],
    [
      { 'identity-provider': 'azure-devops-oauth', 'client-secret': 's', 'redirect-uri': 'https://a.example/c' },
      'identity-provider: azure-devops-oauth tokens cannot manage PATs, so rotate needs entra; only exchange works with it',
    ],
    ...['', 'http://a.example/c', 'https', 'https:'].map((address): [Raw, string] => [
      {
        operation: 'exchange',
        'identity-provider': 'azure-devops-oauth',
        'client-secret': 's',
        'redirect-uri': address,
      },
      'redirect-uri: azure-devops-oauth needs the registered callback, an https address',
    ]),
    [
      {
        operation: 'exchange',
        'identity-provider': 'azure-devops-oauth',
        'client-secret': 's',
        'redirect-uri': 'https://a.example/c',
        'expected-user': 'x',
      },
      'expected-user: azure-devops-oauth tokens do not name their user; leave expected-user out',
    ],
    [
      {
        operation: 'exchange',
        'identity-provider': 'azure-devops-oauth',
        'client-secret': 's',
        'redirect-uri': 'https://a.example/c',
        'github-token': 'g',
        'refresh-token-destinations': 'github-secret:OK\nazure-devops-variable-group:a/b/c',
      },
      'refresh-token-destinations: azure-devops-variable-group:a/b/c cannot be reached with azure-devops-oauth; write one that begins with github-',
    ],
    [{ 'valid-to': '2026-10-01' }, /^valid-to: .* is in the past/u],
    [{ 'valid-to': '2027-02-30' }, /^valid-to: .*calendar/u],
    [{ 'valid-for': '1d', 'valid-to': '2027-01-01' }, /^valid-to: valid-for is given too/u],
    [{ 'all-organizations': '1' }, /^all-organizations: "1" is not a boolean/u],
    [{ 'if-exists': 'replace' }, 'if-exists: "replace" is not allowed; write fail, allow, rotate'],
    [{ 'if-missing': 'skip' }, 'if-missing: "skip" is not allowed; write fail, ignore, create'],
    [{ 'rotate-within': 'week' }, /^rotate-within: "week" is not a duration/u],
    [{ 'previous-token': 'delete' }, /^previous-token: "delete" is not allowed; write revoke, keep, or a duration/u],
    [{ 'previous-token': '0h' }, /^previous-token/u],
    [{ 'expected-user': 'Ada' }, /^expected-user: "Ada" is not a user; write /u],
    [{ verify: 'no' }, /^verify: "no" is not a boolean/u],
    [{ 'revoke-on-exit': 'true' }, 'revoke-on-exit: it works only with create, not with rotate'],
    [
      { 'token-destinations': 'github-secrets:PAT' },
      /^token-destinations: line 1, .*does not begin with a known kind of destination/u,
    ],
    [{ 'token-destinations': 'github-secret:PAT' }, /^github-token: it is required for github-secret:PAT/u],
    [{ 'refresh-token-destinations': 'azure-key-vault:v' }, /^refresh-token-destinations: line 1/u],
    [
      { 'token-destinations': 'azure-key-vault:vault/one', 'refresh-token-destinations': 'azure-key-vault:VAULT/ONE' },
      /^refresh-token-destinations: .* one destination holds one value/u,
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
    const reported = problems(raw);
    expect(reported).toEqual([typeof problem === 'string' ? problem : expect.stringMatching(problem)]);
  });
});

describe('inputs that do not go together', () => {
  const nothing = { 'display-name': '' };
  test.each<[raw: Raw, problems: (string | RegExp)[]]>([
    [
      { operation: 'create', ...nothing },
      ['display-name: it is required for create', 'scopes: it is required for create'],
    ],
    [{ ...nothing }, ['display-name: display-name or authorization-id is required for rotate']],
    [{ operation: 'get', ...nothing }, [/is required for get/u]],
    [{ 'authorization-id': guid }, [/^display-name: authorization-id is given too/u]],
    [
      { ...nothing, 'authorization-id': `${guid} 11111111-1111-1111-1111-111111111111` },
      [/2 ids are given; only revoke accepts several/u],
    ],
    [
      { ...nothing, 'authorization-id': guid, 'if-missing': 'create' },
      ['if-missing: create needs display-name', 'if-missing: create needs scopes'],
    ],
    [{ operation: 'revoke', 'if-missing': 'create' }, [/^if-missing: "create" is not allowed for revoke/u]],
    [{ operation: 'update' }, [/: for update, at least one of these is required: /u]],
    [{ operation: 'sync', ...nothing }, ['manifest: it is required for sync']],
    [
      { 'client-secret': 's', 'federated-credential': 'true' },
      [
        'client-secret: client-secret and federated-credential are given; give only one of them, because a client has one kind of credential',
      ],
    ],
    [
      { 'client-secret': 's', 'client-certificate': 'c', 'federated-credential': 'true' },
      [
        'client-secret: client-secret and client-certificate and federated-credential are given; give only one of them, because a client has one kind of credential',
      ],
    ],
  ])('%j', (raw, expected) => {
    expect(problems(raw)).toEqual(expected.map((one) => (typeof one === 'string' ? one : expect.stringMatching(one))));
  });

  test('report-issue works only with check and list, and needs a token', () => {
    expect(problems({ operation: 'check', 'report-issue': 'true' })).toEqual([
      'github-token: it is required for report-issue, with the permission to write issues',
    ]);
    expect(problems({ 'report-issue': 'true', 'github-token': 'g' })).toEqual([
      'report-issue: it works only with check and list, not with rotate',
    ]);
  });

  test('refuses a job without an OIDC token, an unknown repository, and a malformed certificate', () => {
    expect(problems({ 'federated-credential': 'true' }, { oidc: false })).toEqual([
      'federated-credential: there is no OIDC token to sign in with here',
    ]);
    expect(problems({ 'federated-credential': 'false' }, { oidc: false })).toEqual([]);
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

  test('the legacy provider works only with some inputs', () => {
    const reported = problems({
      'identity-provider': 'azure-devops-oauth',
      'expected-user': 'ci@contoso.com',
      'refresh-token-destinations': 'azure-key-vault:vault/refresh',
    });
    expect(reported).toEqual([
      expect.stringMatching(/^identity-provider: azure-devops-oauth tokens cannot manage PATs, so rotate needs entra/u),
      'client-secret: azure-devops-oauth needs the app secret',
      expect.stringMatching(/^redirect-uri: azure-devops-oauth needs the registered callback, an https address/u),
      expect.stringMatching(/^expected-user/u),
      expect.stringMatching(/^refresh-token-destinations: azure-key-vault:vault\/refresh cannot be reached/u),
    ]);
  });
});

test('warns if a PAT that ends with its job is also stored', () => {
  const inputs = { operation: 'create', scopes: 'vso.code', 'revoke-on-exit': 'true' };
  expect(parse(inputs).remarks).toEqual([]);
  expect(parse({ ...inputs, 'token-destinations': 'azure-key-vault:vault/pat' }).remarks).toEqual([
    'revoke-on-exit: once the PAT is revoked, token-destinations hold a PAT that no longer works.',
  ]);
});

test('the words of a warning', () => {
  expect(parse({ scopes: 'vso.frobnication' }).remarks).toEqual([
    'scopes: this version does not know "vso.frobnication"; the service decides whether to accept it.',
  ]);
});

test('all problems are reported together, in the order of the inputs', () => {
  const reported = problems({
    organization: 'contoso.com',
    'client-id': 'x',
    'refresh-token': '',
    'valid-for': 'x',
    'previous-token': 'x',
    verify: 'x',
    'max-attempts': 'x',
    'token-destinations': 'x\ny',
  });
  expect(reported.map((problem) => problem.split(':')[0])).toEqual([
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

  test('these inputs are secret', () => {
    expect(secrets).toEqual(['refresh-token', 'client-secret', 'client-certificate', 'github-token']);
  });

  test('are never quoted, even if they or other inputs are wrong', () => {
    fc.assert(
      fc.property(
        fc.stringMatching(/^[A-Za-z0-9~._-]{12,40}$/u),
        fc.constantFrom('', ' ', '\n', '\u0007'),
        fc.constantFrom<Raw>({}, { operation: 'x' }, { 'federated-credential': 'true' }, { 'max-attempts': '0' }),
        (value, inside, more) => {
          const secret = `${value}${inside}${value}`;
          const raw = Object.fromEntries(secrets.map((name) => [name, secret]));
          const reported = problems({ ...raw, ...more }, { certificateProblem: () => 'it is no PEM' }).join('; ');
          expect(reported).not.toContain(value);
          expect(reported).toContain('give only one of them');
        },
      ),
    );
  });

  test('of a request show *** in JSON and text', () => {
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

  test.each([
    ['PEM', `-----BEGIN PRIVATE KEY-----\n${'aB3/'.repeat(16)}\nlAsT+line\n-----END PRIVATE KEY-----`],
    ['PAT', 'x2'.repeat(26)],
    ['GitHub token', `ghs_${'lAsT'.repeat(9)}`],
    ['JWT', `eyJ0eXAi.${'lAsT'.repeat(9)}.x`],
    ['client secret', `abc8Q~${'lAsT'.repeat(8)}`],
  ])('a %s in an input that is not for secrets is refused, and not shown', (_kind, secret) => {
    for (const name of Object.keys(inputs) as InputName[]) {
      if (secrets.includes(name)) continue;
      const reported = problems({ [name]: secret });
      expect(reported).toContainEqual(
        expect.stringMatching(new RegExp(`^${name}: it is .*, and this input is not for`)),
      );
      expect(reported.join()).not.toMatch(/lAsT|x2x2/u);
    }
  });

  test('an input of nothing but invisible characters counts as not given', () => {
    for (const name of secrets) {
      if (name === 'refresh-token') continue;
      expect(parse({ [name]: '\u200b' }).identity).toEqual(parse({}).identity);
    }
    expect(problems({ 'refresh-token': '\ufeff', 'display-name': ' \u200b' })).toEqual([
      'refresh-token: it is empty',
      'display-name: display-name or authorization-id is required for rotate',
    ]);
  });

  test('a short text that begins like a token is a name', () => {
    expect(parse({ 'display-name': 'ghs_rotation' })).toMatchObject({ selector: { name: 'ghs_rotation' } });
  });

  test('refuses a refresh token with white space in it', () => {
    expect(problems({ 'refresh-token': 'abc\ndef' })).toEqual([
      expect.stringMatching(/^refresh-token: it holds white space/u),
    ]);
  });
});

test('any inputs lead to a request or to a list of problems', () => {
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

test('the secrets of a request are those that were given, as they were parsed', () => {
  const reveal = (raw: Raw) => secretsOf(parse(raw)).map((secret) => secret.reveal());
  expect(reveal({})).toEqual(['r']);
  expect(reveal({ 'client-secret': 's', 'github-token': '"g"' })).toEqual(['r', 's', 'g']);
});

test.each<[raw: Raw, reports: boolean]>([
  [{ operation: 'list', 'report-issue': 'true' }, true],
  [{ operation: 'check', 'report-issue': 'true' }, true],
  [{ operation: 'list' }, false],
  [{ operation: 'check' }, false],
  [{ operation: 'rotate' }, false],
])('%j reports an issue: %j', (raw, reports) => {
  expect(reportsIssue(parse({ 'github-token': 'g', ...raw }))).toBe(reports);
});

test('a client secret that is a GUID is reported, because it is probably the id', () => {
  expect(parse({ 'client-secret': guid }).remarks).toEqual([expect.stringMatching(/^client-secret: it is a GUID/u)]);
});

test('a problem of what is not there says so, for the host to add where it comes from', () => {
  const refused = (): Request => parse({ organization: '' });
  expect(refused).toThrow(expect.objectContaining({ problems: [expect.objectContaining({ absent: true })] }));
});

test.each<[input: InputName, value: string]>([
  ['organization', '$(my-org.NAME)'],
  ['if-missing', '$(X)'],
  ['max-attempts', '$(X)'],
  ['verify', `a\${{ b`],
])('%s: %s was not replaced by a value, which is its only problem', (input, value) => {
  expect(problems({ [input]: value })).toEqual([
    expect.stringMatching(new RegExp(`^${input}: .* was not replaced by a value`, 'u')),
  ]);
});

test.each(['a$(X)', '$(X)a', '$(X Y)', '$()', '$X'])('%s is a value like any other', (value) => {
  expect(problems({ 'if-missing': value })).toEqual([expect.stringMatching(/^if-missing: .* is not allowed/u)]);
});
