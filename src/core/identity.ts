import { equalsIgnoreAsciiCase } from './ascii-case.ts';
import { Failure } from './failure.ts';
import type { ExpectedUser } from './request/expected-user.ts';
import { isGuid } from './request/tenant.ts';
import { quoteForeign } from './sanitize.ts';
import type { Secret } from './secret.ts';

/** The id of Azure DevOps as a resource in Entra. */
export const azureDevOpsResource = '499b84ac-1321-427f-aa17-267ca6975798';

/** The scope that stands for all permissions of a resource to which the app has consent. */
export function defaultScope(resource: string): string {
  return `${resource}/.default`;
}

/** The result of an exchange of a refresh token. */
export interface Tokens {
  readonly accessToken: Secret;
  /** The successor of the refresh token; absent if the service sent none. Then the old one stays in use. */
  readonly refreshToken?: Secret | undefined;
  /** Milliseconds that the new refresh token lives; undefined if the service doesn't say. */
  readonly refreshTokenLife?: number | undefined;
  readonly claims: Claims;
}

/**
 * Claims of the access token, or of the id token if the access token is opaque. Their signature is not checked, because
 * they came over TLS from the service that issued them. They are checked before the token is sent anywhere.
 */
export interface Claims {
  /** Undefined for an opaque token, and empty if a readable one names none. */
  readonly audience?: string | undefined;
  /** `user` or `app`. */
  readonly identityType?: string | undefined;
  readonly objectId?: string | undefined;
  /** Of the user's sign-in: what the organization must be connected to. */
  readonly tenant?: string | undefined;
  /** `upn`: the only name that administrators of the tenant alone can set, and that is unique in it. */
  readonly principalName?: string | undefined;
  /**
   * Every name of the user: `upn`, `unique_name`, `preferred_username`, `email`. Only show them and decide nothing by
   * them, since others than the tenant can write some of them
   * (https://learn.microsoft.com/entra/identity-platform/claims-validation).
   */
  readonly names: readonly string[];
  /** Delegated permissions; empty for an app-only token. */
  readonly scopes: readonly string[];
}

/**
 * Exchanges a refresh token for an access token of a resource, and checks the token first: it must be for that resource
 * and for the user of the earlier exchanges.
 * @throws Failure with the code that Entra's answer stands for
 */
export type Exchange = (refreshToken: Secret, resource: string) => Promise<Tokens>;

/** Azure DevOps in the claim `aud`: its application id, or one of the addresses under which it is registered. */
const azureDevOpsAudience =
  /^(499b84ac-1321-427f-aa17-267ca6975798|https:\/\/(app\.vssps\.visualstudio\.com|dev\.azure\.com)\/?)$/iu;

const namesNone = 'it does not name the resource that it is for';

/**
 * Checks the claims of the access token for Azure DevOps before it is sent.
 * @throws Failure `service-principal-not-allowed`, `unexpected-response`
 */
export function checkClaims(claims: Claims): void {
  const { audience, identityType, scopes, names } = claims;
  // A readable token without delegated permissions and without a name belongs to an application, whatever its claims
  // say.
  if (identityType === 'app' || (audience !== undefined && scopes.length === 0 && names.length === 0)) {
    throw new Failure('service-principal-not-allowed', {
      what: 'Checking the access token',
      why: 'it stands for an application, and Azure DevOps lets only users manage PATs',
      hint: 'Sign in as a user (a dedicated account, not a person) and store that refresh token.',
    });
  }
  if (audience !== undefined && !azureDevOpsAudience.test(audience)) {
    throw new Failure('unexpected-response', {
      what: 'Checking the access token',
      why: audience === '' ? namesNone : 'Entra issued it for another resource than Azure DevOps',
      hint: 'Check that the app registration has the delegated Azure DevOps permissions vso.pats and vso.pats_manage.',
    });
  }
}

/** Key Vault in the claim `aud`, in any cloud. It may also be the address of the requested resource. */
const keyVaultApplication = 'cfa8b339-82a2-471a-a3c9-0fc0be7a4093';

function isVaultAudience(resource: string, audience: string): boolean {
  const asked = audience.replace(/\/$/u, '');
  return asked === resource || asked === keyVaultApplication;
}

export interface AccessTokenContext {
  readonly resource: string;
  /** The tenant at which the token was requested: a GUID, a domain, or `organizations`. */
  readonly tenant: string;
  /** Claims of the first access token of this refresh token; undefined if this is the first one. */
  readonly first: Claims | undefined;
}

/**
 * Checks an access token before it is sent anywhere. `checkClaims` checks the audience of the one for Azure DevOps.
 * @throws Failure `unexpected-response` if the token is for another resource, or of another tenant or user
 */
export function checkAccessToken(claims: Claims, { resource, tenant, first }: AccessTokenContext): void {
  const { audience, objectId } = claims;
  const refuse = (why: string, hint: string): never => {
    throw new Failure('unexpected-response', { what: `Checking the access token for ${nameOf(resource)}`, why, hint });
  };
  if (resource !== azureDevOpsResource && audience !== undefined && !isVaultAudience(resource, audience)) {
    refuse(
      audience === '' ? namesNone : `Entra issued it for another resource: "${quoteForeign(audience)}"`,
      'Check that the app registration has the delegated permission Azure Key Vault user_impersonation. Nothing was sent with it.',
    );
  }
  const isSilent = audience === undefined && claims.tenant === undefined;
  if (isGuid(tenant) && !isSilent && !equalsIgnoreAsciiCase(tenant, claims.tenant ?? '')) {
    refuse(
      `Entra issued it for ${claims.tenant ? `the tenant ${quoteForeign(claims.tenant)}` : 'no tenant that it names'}, not for ${tenant}`,
      'Check tenant-id. Nothing was sent with it.',
    );
  }
  if (first?.objectId === undefined || (audience === undefined && objectId === undefined)) return;
  if (isSame(first.objectId, objectId) && (first.tenant === claims.tenant || isSame(first.tenant, claims.tenant)))
    return;
  refuse(
    `Entra issued it for another user than the one before: ${describeUser(claims)}, not ${describeUser(first)}`,
    'Nothing was sent with it. Sign in again with the command sign-in and store the new refresh token.',
  );
}

/** Whether both are known and the same. */
function isSame(a: string | undefined, b: string | undefined): boolean {
  return a !== undefined && b !== undefined && equalsIgnoreAsciiCase(a, b);
}

function nameOf(resource: string): string {
  return resource === azureDevOpsResource ? 'Azure DevOps' : resource;
}

/** The name that a guest has at home: `guest@fabrikam.com` for `guest_fabrikam.com#EXT#@contoso.onmicrosoft.com`. */
function homeNameOf(principalName: string): string | undefined {
  const [, local, domain] = /^([^#]+)_([^_#@]+)#EXT#@[^#@]+$/u.exec(principalName) ?? [];
  return local === undefined ? undefined : `${local}@${domain}`;
}

/** Whether users of any tenant can sign in there. Then a guest's name proves nothing: each tenant chooses such names. */
function isAnyTenant(tenant: string): boolean {
  return tenant === 'organizations' || tenant === 'common';
}

function isExpected(claims: Claims, expected: ExpectedUser, asked: string): boolean {
  const { objectId, tenant, principalName } = claims;
  const byId = 'objectId' in expected;
  const home = (byId ? expected.tenant : undefined) ?? (isGuid(asked) ? asked : undefined);
  if (home !== undefined && !isSame(home, tenant)) return false;
  if (byId) return isSame(expected.objectId, objectId);
  if (principalName === undefined) return false;
  const names = [principalName, isAnyTenant(asked) ? undefined : homeNameOf(principalName)];
  return names.some((name) => isSame(expected.principalName, name));
}

/** The user of a token in words: the name, which people recognize, and the id, which `expected-user` takes. */
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
  if (isExpected(claims, expected, asked)) return;
  const unnamed = claims.principalName === undefined && claims.objectId === undefined;
  throw new Failure('wrong-user', {
    what: 'Checking whom the refresh token belongs to',
    why: unnamed
      ? 'the access token does not name its user'
      : `it belongs to ${describeUser(claims)}, not to the expected ${quoteForeign(expected.text)}`,
    hint: 'Sign in as the expected user and store that refresh token, or correct expected-user.',
  });
}
