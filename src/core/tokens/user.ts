import { equalsIgnoreAsciiCase } from '../ascii.ts';
import { Failure } from '../failure.ts';
import type { ExpectedUser } from '../request/expected-user.ts';
import { isGuid } from '../request/guid.ts';
import { quoteForeign } from '../sanitize.ts';
import type { Claims } from './tokens.ts';

/** Whether both are known and the same. */
export function isSameId(a: string | undefined, b: string | undefined): boolean {
  return a !== undefined && b !== undefined && equalsIgnoreAsciiCase(a, b);
}

/**
 * The name that a guest has at home: `guest@fabrikam.com` for `guest_fabrikam.com#EXT#@contoso.onmicrosoft.com`. A user
 * of the tenant itself has one name.
 */
function homeNameOf(principalName: string): string {
  return principalName.replace(/^([^#]+)_([^_#@]+)#EXT#@[^#@]+$/u, '$1@$2');
}

/**
 * Whether users of any tenant can sign in there. Then a guest's name proves nothing: each tenant chooses such names.
 */
function isAnyTenant(tenant: string): boolean {
  return tenant === 'organizations' || tenant === 'common';
}

function isExpectedUser(claims: Claims, expected: ExpectedUser, asked: string): boolean {
  const { objectId, tenant, principalName } = claims;
  const byId = 'objectId' in expected;
  const home = (byId ? expected.tenant : undefined) ?? (isGuid(asked) ? asked : undefined);
  if (home !== undefined && !isSameId(home, tenant)) return false;
  if (byId) return isSameId(expected.objectId, objectId);
  if (principalName === undefined) return false;
  const names = isAnyTenant(asked) ? [principalName] : [principalName, homeNameOf(principalName)];
  return names.some((name) => isSameId(expected.principalName, name));
}

/** The user of a token in words: the name, which people recognize, and the id, which `expected-user` accepts. */
export function describeUser({ principalName, names, objectId, tenant }: Claims): string {
  const id = objectId === undefined ? undefined : [tenant, objectId].filter(Boolean).join('/');
  const parts = [principalName ?? names[0], id].filter((part) => part !== undefined).map((part) => quoteForeign(part));
  return parts.length === 0 ? 'a user whom the token does not name' : parts.join(' / ');
}

/**
 * Checks that the token belongs to the expected user: by user principal name or object id, compared exactly, and by the
 * tenant if one was given by its id.
 * @param asked the tenant at which the token was requested
 * @throws Failure `wrong-user`
 */
export function checkUser(claims: Claims, expected: ExpectedUser, asked: string): void {
  if (isExpectedUser(claims, expected, asked)) return;
  const unnamed = claims.principalName === undefined && claims.objectId === undefined;
  throw new Failure('wrong-user', {
    what: 'Checking whom the refresh token belongs to',
    why: unnamed
      ? 'the access token does not name its user'
      : `it belongs to ${describeUser(claims)}, not to the expected ${quoteForeign(expected.text)}`,
    hint: 'Sign in as the expected user and store that refresh token, or correct expected-user.',
  });
}
