import { Failure } from './failure.ts';
import type { Secret } from './secret.ts';

/** Azure DevOps as a resource for which an access token is asked. */
export const azureDevOpsResource = '499b84ac-1321-427f-aa17-267ca6975798';

/** The scope that stands for all that was consented for a resource. */
export function defaultScope(resource: string): string {
  return `${resource}/.default`;
}

/** What an exchange of a refresh token yields. */
export interface Tokens {
  readonly accessToken: Secret;
  /** The successor of the refresh token; absent where the service sent none and the old one goes on. */
  readonly refreshToken?: Secret | undefined;
  /** Milliseconds that the new refresh token lives, where the service says. */
  readonly refreshTokenLife?: number | undefined;
  readonly claims: Claims;
}

/** Claims of the access token, or of the id token where the access token is opaque. Nothing here is trusted: the service that issued it judges it, these are looked at to tell mistakes early. */
export interface Claims {
  readonly audience?: string | undefined;
  /** `user` or `app`. */
  readonly identityType?: string | undefined;
  readonly objectId?: string | undefined;
  /** Of the user's sign-in: what the organization must be connected to. */
  readonly tenant?: string | undefined;
  /** Every name by which the user goes: `upn`, `unique_name`, `preferred_username`. */
  readonly names: readonly string[];
  /** Delegated permissions; empty for an app-only token. */
  readonly scopes: readonly string[];
}

/** Exchanges a refresh token for an access token of a resource. @throws Failure with the code that Entra's answer stands for */
export type Exchange = (refreshToken: Secret, resource: string) => Promise<Tokens>;

/** Azure DevOps as an audience: its application id, and the addresses under which it is registered too. */
const azureDevOpsAudience =
  /^(499b84ac-1321-427f-aa17-267ca6975798|https:\/\/(app\.vssps\.visualstudio\.com|dev\.azure\.com)\/?)$/iu;

/** @throws Failure `service-principal-not-allowed`, `unexpected-response` where the token can't serve, before it is sent */
export function checkClaims(claims: Claims): void {
  const { audience, identityType, scopes, names } = claims;
  // A readable token without delegated permissions and without a name is an application's, whatever it calls itself.
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
      why: 'Entra issued it for another resource than Azure DevOps',
      hint: 'Check that the app registration has the delegated Azure DevOps permissions vso.pats and vso.pats_manage.',
    });
  }
}

/** @throws Failure `wrong-user` unless the token belongs to that user principal name or object id */
export function checkUser(claims: Claims, expected: string): void {
  const known = [claims.objectId, ...claims.names].filter((name) => name !== undefined);
  if (known.some((name) => name.toLowerCase() === expected.toLowerCase())) return;
  throw new Failure('wrong-user', {
    what: 'Checking whom the refresh token belongs to',
    why:
      known.length === 0
        ? 'the access token does not name its user'
        : `it belongs to ${known.join(' / ')}, not to the expected ${expected}`,
    hint: 'Sign in as the expected user and store that refresh token, or correct expected-user.',
  });
}
