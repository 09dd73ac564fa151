import { describe, expect, test } from '@jest/globals';
import { Failure } from '../../../src/core/failure.ts';
import { parseExpectedUser } from '../../../src/core/request/expected-user.ts';
import { checkAccessToken, checkAzureDevOpsToken } from '../../../src/core/tokens/access-token.ts';
import { checkIdToken } from '../../../src/core/tokens/id-token.ts';
import { azureDevOpsResource, type Claims, defaultScope, noClaims } from '../../../src/core/tokens/tokens.ts';
import { checkUser, describeUser } from '../../../src/core/tokens/user.ts';

const azureDevOps = '499b84ac-1321-427f-aa17-267ca6975798';
const user: Claims = { ...noClaims, audience: azureDevOps, names: ['ci@contoso.com'], scopes: ['vso.pats'] };
const opaque = noClaims;

/** The message of a failed check; undefined if the check passes. */
function reported(check: () => void): string | undefined {
  try {
    check();
  } catch (thrown) {
    if (thrown instanceof Failure) return `${thrown.code}: ${thrown.message}`;
    throw thrown;
  }
  return undefined;
}

const application =
  'service-principal-not-allowed: Checking the access token: it belongs to an application, and Azure DevOps lets only users manage PATs. Sign in as a user (best with an account that belongs to no person) and store that refresh token.';
const otherResource =
  'unexpected-response: Checking the access token: Entra issued it for another resource than Azure DevOps. Check that the app registration has the delegated Azure DevOps permissions vso.pats and vso.pats_manage.';

test('an access token is requested for everything that was consented to', () => {
  expect(defaultScope(azureDevOpsResource)).toBe(`${azureDevOps}/.default`);
});

describe('checkAzureDevOpsToken: the user and the resource of an access token', () => {
  test.each<[what: string, claims: Claims, expected: string | undefined]>([
    ['a user', user, undefined],
    ['a user, said so', { ...user, identityType: 'user' }, undefined],
    ['a user without delegated permissions', { ...user, scopes: [] }, undefined],
    ['delegated permissions of a user without a name', { ...user, names: [] }, undefined],
    ['an opaque token, of which nothing is known', opaque, undefined],
    ['an opaque token of an application', { ...opaque, identityType: 'app' }, application],
    ['an application, said so', { ...user, identityType: 'app' }, application],
    ['neither permissions nor a name', { ...user, scopes: [], names: [] }, application],
    ['neither, of another resource', { ...opaque, audience: 'https://vault.azure.net' }, application],
  ])('%s', (_what, claims, expected) => {
    expect(reported(() => checkAzureDevOpsToken(claims))).toBe(expected);
  });

  test.each<[audience: string, expected: string | undefined]>([
    [azureDevOps.toUpperCase(), undefined],
    ['https://app.vssps.visualstudio.com', undefined],
    ['https://app.vssps.visualstudio.com/', undefined],
    ['https://dev.azure.com', undefined],
    ['https://dev.azure.com/', undefined],
    [
      '',
      otherResource.replace(
        'Entra issued it for another resource than Azure DevOps',
        'it does not name the resource that it is for',
      ),
    ],
    ['https://vault.azure.net', otherResource],
    [`api://${azureDevOps}`, otherResource],
    [`${azureDevOps}0`, otherResource],
    ['https://dev.azure.com.contoso.com', otherResource],
    ['https://dev.azure.com//', otherResource],
    ['https://dev-azure.com', otherResource],
    ['http://dev.azure.com', otherResource],
  ])('a token for the audience %j', (audience, expected) => {
    expect(reported(() => checkAzureDevOpsToken({ ...user, audience }))).toBe(expected);
  });
});

const objectId = 'aaaaaaaa-0000-4000-8000-00000000000a';
const tenant = 'bbbbbbbb-0000-4000-8000-00000000000b';
const otherTenant = 'cccccccc-0000-4000-8000-00000000000c';

describe('checkUser: whether it is the expected user', () => {
  const claims: Claims = {
    ...user,
    objectId,
    tenant,
    principalName: 'ci@contoso.com',
    names: ['ci@contoso.com', 'ci'],
  };
  const guest = { ...claims, principalName: 'ci_dev_fabrikam.com#EXT#@contoso.onmicrosoft.com' };
  const wrong = (why: string): string =>
    `wrong-user: Checking whom the refresh token belongs to: ${why}. Sign in as the expected user and store that refresh token, or correct expected-user.`;
  const check = (of: Claims, expected: string, asked: string) =>
    reported(() => {
      const parsed = parseExpectedUser(expected);
      if (!parsed.ok) throw new Error(parsed.problem);
      checkUser(of, parsed.value, asked);
    });

  test.each<[what: string, claims: Claims, expected: string, asked: string]>([
    ['by user principal name', claims, 'ci@contoso.com', 'contoso.com'],
    ['by its name in capitals', claims, 'CI@Contoso.COM', 'organizations'],
    ['by a name in quotation marks', claims, '"ci@contoso.com"', 'contoso.com'],
    ['by a name with an invisible character', claims, '\ufeffci@contoso.com\u200b', 'contoso.com'],
    ['by object id', claims, objectId, 'contoso.com'],
    ['by object id in quotation marks', claims, `'${objectId}'`, 'contoso.com'],
    ['by object id in capitals', claims, objectId.toUpperCase(), tenant],
    ['by tenant and object id', claims, `${tenant.toUpperCase()}/${objectId}`, 'organizations'],
    ['by name, of the tenant that was asked', claims, 'ci@contoso.com', tenant],
    ['a guest by the name at home', guest, 'ci_dev@fabrikam.com', 'contoso.com'],
    ['a guest by the name here', guest, 'ci_dev_fabrikam.com#EXT#@contoso.onmicrosoft.com', tenant],
  ])('%s', (_what, of, expected, asked) => {
    expect(check(of, expected, asked)).toBeUndefined();
  });

  test.each<[what: string, claims: Claims, expected: string, asked: string]>([
    ['somebody else', claims, 'ci@fabrikam.com', 'organizations'],
    [
      'a letter that only looks the same: the Kelvin sign',
      { ...claims, principalName: 'k@x.com' },
      '\u212a@x.com',
      'x.com',
    ],
    ['the other way round', { ...claims, principalName: '\u212a@x.com' }, 'k@x.com', 'x.com'],
    ['a dotless i', { ...claims, principalName: 'admin@x.com' }, 'adm\u0131n@x.com', 'x.com'],
    [
      'a name that others wrote: email, preferred_username',
      { ...claims, names: ['boss@contoso.com'] },
      'boss@contoso.com',
      tenant,
    ],
    ['a token without a user principal name', { ...claims, principalName: undefined }, 'ci@contoso.com', tenant],
    ['the name in another tenant than the one asked', { ...claims, tenant: otherTenant }, 'ci@contoso.com', tenant],
    ['the object id in another tenant than the one asked', { ...claims, tenant: otherTenant }, objectId, tenant],
    ['the object id in another tenant than the one written', claims, `${otherTenant}/${objectId}`, 'organizations'],
    ['a token that names no tenant', { ...claims, tenant: undefined }, objectId, tenant],
    ['a guest of any tenant', guest, 'ci_dev@fabrikam.com', 'organizations'],
    ['a guest at the address of every tenant', guest, 'ci_dev@fabrikam.com', 'common'],
    [
      'a name that only begins like that of a guest',
      { ...claims, principalName: `${guest.principalName}#` },
      'ci_dev@fabrikam.com#',
      'contoso.com',
    ],
    ['a guest whose name at home ends otherwise', guest, 'ci@dev_fabrikam.com', 'contoso.com'],
    [
      'an object id in the place of a name',
      { ...claims, objectId: undefined, names: [objectId] },
      objectId,
      'contoso.com',
    ],
  ])('not %s', (_what, of, expected, asked) => {
    expect(check(of, expected, asked)).toMatch(/^wrong-user: .*: it belongs to /u);
  });

  test('the message has the name, and the id to write down', () => {
    expect(check(claims, 'ci@fabrikam.com', 'contoso.com')).toBe(
      wrong(`it belongs to ci@contoso.com / ${tenant}/${objectId}, not to the expected ci@fabrikam.com`),
    );
    expect(check(opaque, 'ci@contoso.com', 'contoso.com')).toBe(wrong('the access token does not name its user'));
    const long = { ...claims, principalName: `${'::error::\n'.repeat(100_000)}@x` };
    expect(check(long, 'ci@contoso.com', 'contoso.com')?.length).toBeLessThan(1000);
  });

  test.each([
    'release',
    'release bot@contoso.com',
    '@contoso.com',
    'a@b@c',
    `${objectId}/release.bot@contoso.com`,
    `${tenant}/${objectId}/x`,
  ])('%j names nobody', (text) => {
    expect(parseExpectedUser(text)).toMatchObject({ ok: false });
  });
});

describe('checkAccessToken: a token before it is sent anywhere', () => {
  const vault = 'https://vault.azure.net';
  const first: Claims = { ...user, objectId, tenant };
  const second: Claims = { ...first, audience: vault };
  /** @param of null if it is the first exchange */
  const examine = (claims: Claims, resource = vault, asked = 'contoso.com', of: Claims | null = first) =>
    reported(() => checkAccessToken(claims, { resource, tenant: asked, first: of ?? undefined }));

  test.each<[what: string, claims: Claims]>([
    ['the vault and the user', second],
    ['the vault by its application id', { ...second, audience: 'cfa8b339-82a2-471a-a3c9-0fc0be7a4093' }],
    ['the vault with a slash', { ...second, audience: `${vault}/` }],
    ['an id in capitals', { ...second, objectId: objectId.toUpperCase() }],
    ['an opaque token', opaque],
  ])('right: %s', (_what, claims) => {
    expect(examine(claims)).toBeUndefined();
  });

  test.each<[what: string, claims: Claims]>([
    ['Azure DevOps', { ...second, audience: azureDevOps }],
    ['Graph', { ...second, audience: 'https://graph.microsoft.com' }],
    ['the vault of another cloud', { ...second, audience: 'https://vault.azure.cn' }],
    ['nothing that it names', { ...second, audience: '' }],
    ['a host that begins like it', { ...second, audience: `${vault}.evil.com` }],
    ['another user', { ...second, objectId: otherTenant }],
    ['no user', { ...second, objectId: undefined }],
    ['the user in another tenant', { ...second, tenant: otherTenant }],
    ['another user, in an opaque token', { ...opaque, tenant, objectId: otherTenant }],
  ])('wrong: for %s', (_what, claims) => {
    expect(examine(claims)).toMatch(
      /^unexpected-response: Checking the access token for https:\/\/vault\.azure\.net: (?:Entra issued it|it does not name).*Nothing was sent with it\./u,
    );
  });

  test('another resource is named, unless the token names none', () => {
    expect(examine({ ...second, audience: 'https://graph.microsoft.com' })).toContain(
      'another resource: "https://graph.microsoft.com"',
    );
    expect(examine({ ...second, audience: '' })).toContain('it does not name the resource');
    expect(examine({ ...first, audience: 'https://dev.azure.com' }, azureDevOpsResource)).toBeUndefined();
  });

  test('the user of the exchange before, as far as it is known', () => {
    const homeless = { ...first, tenant: undefined };
    expect(examine(second, vault, 'contoso.com', null)).toBeUndefined();
    expect(examine(second, vault, 'contoso.com', { ...first, objectId: undefined })).toBeUndefined();
    expect(examine({ ...second, tenant: undefined }, vault, 'contoso.com', homeless)).toBeUndefined();
    expect(examine(second, vault, 'contoso.com', homeless)).toContain('another user');
  });

  test('the tenant is compared if it was given by its id', () => {
    expect(examine(first, azureDevOpsResource, tenant, null)).toBeUndefined();
    expect(examine(first, azureDevOpsResource, otherTenant, null)).toMatch(
      /^unexpected-response: Checking the access token for Azure DevOps: .*for the tenant bbbbbbbb.*Nothing was sent with it\.$/u,
    );
    const nowhere = { ...first, tenant: undefined };
    expect(examine(nowhere, azureDevOpsResource, tenant, null)).toMatch(
      /it does not say that Entra issued it for the tenant/u,
    );
    expect(examine(opaque, azureDevOpsResource, tenant, null)).toBeUndefined();
    expect(examine({ ...opaque, tenant: otherTenant }, azureDevOpsResource, tenant, null)).toMatch(/cccccccc/u);
  });
});

describe('checkIdToken', () => {
  const request = { clientId: objectId, tenant: 'contoso.com', now: 1_000_000_000_000, user: noClaims };
  const claims = {
    aud: objectId,
    iss: `https://login.microsoftonline.com/${tenant}/v2.0`,
    exp: 1_000_003_600,
    tid: tenant,
  };

  test.each<[change: object, request?: object]>([
    [{}],
    [{ iss: `https://sts.windows.net/${tenant}/` }],
    [{ aud: objectId.toUpperCase() }],
    [{}, { tenant }],
    [{ oid: objectId.toUpperCase() }, { user: { objectId, tenant } }],
    [{ oid: objectId }, { user: noClaims }],
    [{}, { user: { objectId } }],
    // Clocks differ.
    [{ exp: 999_999_401 }],
  ])('right: %j %j', (change, asked = {}) => {
    expect(reported(() => checkIdToken({ ...claims, ...change }, { ...request, ...asked }))).toBeUndefined();
  });

  test.each<[change: object, why: string, request?: object]>([
    [{ aud: tenant }, '(aud)'],
    [{ aud: [objectId] }, '(aud)'],
    [{ aud: undefined }, '(aud)'],
    [{ iss: `https://login.microsoftonline.com/${otherTenant}/v2.0` }, '(iss, tid)'],
    [{ iss: `http://login.microsoftonline.com/${tenant}/v2.0` }, '(iss, tid)'],
    [{ iss: 'nonsense' }, '(iss, tid)'],
    [{ tid: undefined }, '(iss, tid)'],
    [{ tid: undefined, iss: 'https://login.microsoftonline.com/' }, '(iss, tid)'],
    [{ tid: '', iss: 'https://login.microsoftonline.com/' }, '(iss, tid)'],
    [{ iss: [claims.iss] }, '(iss, tid)'],
    [{}, '(tid)', { tenant: otherTenant }],
    [{ oid: otherTenant }, '(oid, tid)', { user: { objectId, tenant } }],
    [{ oid: objectId }, '(oid, tid)', { user: { objectId, tenant: otherTenant } }],
    [{ exp: 999_999_400 }, '(exp)'],
    [{ exp: '1000003600' }, '(exp)'],
    [{ exp: undefined }, '(exp)'],
  ])('wrong: %j', (change, why, asked = {}) => {
    const said = reported(() => checkIdToken({ ...claims, ...change }, { ...request, ...asked }));
    expect(said).toMatch(/^unexpected-response: Checking the id token: .*Nothing was sent with the tokens\.$/u);
    expect(said).toContain(why);
  });

  test('everything that is wrong is reported', () => {
    expect(reported(() => checkIdToken({ ...claims, aud: tenant, exp: 0 }, request))).toMatch(/\(aud\); .*\(exp\)/u);
  });
});

test.each<[claims: Partial<Claims>, text: string]>([
  [{ principalName: 'ci@contoso.com', names: ['CI'], tenant: 't', objectId: 'o' }, 'ci@contoso.com / t/o'],
  [{ names: ['CI'], objectId: 'o' }, 'CI / o'],
  [{ names: ['CI'], tenant: 't' }, 'CI'],
  [{ tenant: 't' }, 'a user whom the token does not name'],
  [{}, 'a user whom the token does not name'],
])('the user of %j reads %s', (claims, text) => {
  expect(describeUser({ ...noClaims, ...claims })).toBe(text);
});
