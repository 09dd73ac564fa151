import { describe, expect, test } from '@jest/globals';
import { Failure } from '../../src/core/failure.ts';
import { azureDevOpsResource, type Claims, checkClaims, checkUser, defaultScope } from '../../src/core/identity.ts';

const azureDevOps = '499b84ac-1321-427f-aa17-267ca6975798';
const user: Claims = { audience: azureDevOps, names: ['ci@contoso.com'], scopes: ['vso.pats'] };
const opaque: Claims = { names: [], scopes: [] };

/** What a check comes to, as it is told; undefined where it passes. */
function told(check: () => void): string | undefined {
  try {
    check();
  } catch (thrown) {
    if (thrown instanceof Failure) return `${thrown.code}: ${thrown.message}`;
    throw thrown;
  }
  return undefined;
}

const application =
  'service-principal-not-allowed: Checking the access token: it stands for an application, and Azure DevOps lets only users manage PATs. Sign in as a user (a dedicated account, not a person) and store that refresh token.';
const otherResource =
  'unexpected-response: Checking the access token: Entra issued it for another resource than Azure DevOps. Check that the app registration has the delegated Azure DevOps permissions vso.pats and vso.pats_manage.';

test('access tokens are asked for all that was consented', () => {
  expect(defaultScope(azureDevOpsResource)).toBe(`${azureDevOps}/.default`);
});

describe('checkClaims: whom and what an access token is for', () => {
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
    expect(told(() => checkClaims(claims))).toBe(expected);
  });

  test.each<[audience: string, expected: string | undefined]>([
    [azureDevOps.toUpperCase(), undefined],
    ['https://app.vssps.visualstudio.com', undefined],
    ['https://app.vssps.visualstudio.com/', undefined],
    ['https://dev.azure.com', undefined],
    ['https://dev.azure.com/', undefined],
    ['', otherResource],
    ['https://vault.azure.net', otherResource],
    [`api://${azureDevOps}`, otherResource],
    [`${azureDevOps}0`, otherResource],
    ['https://dev.azure.com.contoso.com', otherResource],
    ['https://dev.azure.com//', otherResource],
    ['https://dev-azure.com', otherResource],
    ['http://dev.azure.com', otherResource],
  ])('a token for the audience %j', (audience, expected) => {
    expect(told(() => checkClaims({ ...user, audience }))).toBe(expected);
  });
});

describe('checkUser: whether it is the user that the workflow expects', () => {
  const claims: Claims = { ...user, objectId: 'AAAAAAAA-0000-4000-8000-000000000000', names: ['ci@contoso.com', 'ci'] };
  const wrong = (why: string): string =>
    `wrong-user: Checking whom the refresh token belongs to: ${why}. Sign in as the expected user and store that refresh token, or correct expected-user.`;

  test.each<[what: string, claims: Claims, expected: string, told: string | undefined]>([
    ['by name', claims, 'ci@contoso.com', undefined],
    ['by another name, without regard to case', claims, 'CI', undefined],
    ['by object id, without regard to case', claims, 'aaaaaaaa-0000-4000-8000-000000000000', undefined],
    [
      'somebody else, who is named',
      claims,
      'ci@fabrikam.com',
      wrong(
        'it belongs to AAAAAAAA-0000-4000-8000-000000000000 / ci@contoso.com / ci, not to the expected ci@fabrikam.com',
      ),
    ],
    [
      'somebody else, whose object id is not known',
      user,
      'ci@fabrikam.com',
      wrong('it belongs to ci@contoso.com, not to the expected ci@fabrikam.com'),
    ],
    ['nobody knows', opaque, 'ci@contoso.com', wrong('the access token does not name its user')],
  ])('%s', (_what, of, expected, message) => {
    expect(told(() => checkUser(of, expected))).toBe(message);
  });
});
