import type { Secret } from '../secret.ts';
import type { Milliseconds } from '../time.ts';

/** The id of Azure DevOps as a resource in Entra. */
export const azureDevOpsResource = '499b84ac-1321-427f-aa17-267ca6975798';

/** The scope that stands for all permissions of a resource to which the app has consent. */
export function defaultScope(resource: string): string {
  return `${resource}/.default`;
}

/** The result of an exchange of a refresh token. */
export interface Tokens {
  readonly accessToken: Secret;
  /** The successor of the refresh token; undefined if the service sent none, so that the old one stays in use. */
  readonly refreshToken: Secret | undefined;
  /** The lifetime of the new refresh token; undefined if the service doesn't say. */
  readonly refreshTokenLife: Milliseconds | undefined;
  readonly claims: Claims;
}

/**
 * Claims of the access token, or of the id token if the access token is opaque. Their signature is not checked, because
 * they came over TLS from the service that issued them. They are checked before the token is sent anywhere.
 */
export interface Claims {
  /** Undefined for an opaque token, and empty if a readable one names none. */
  readonly audience: string | undefined;
  /** `user` or `app`. */
  readonly identityType: string | undefined;
  readonly objectId: string | undefined;
  /** The tenant in which the user signed in. The organization must be connected to it. */
  readonly tenant: string | undefined;
  /** `upn`: the only name that is unique in the tenant, and that nobody but the tenant's administrators can set. */
  readonly principalName: string | undefined;
  /**
   * Every name of the user: `upn`, `unique_name`, `preferred_username`, `email`. Show them, but decide nothing by them,
   * because people outside the tenant can write some of them
   * (https://learn.microsoft.com/entra/identity-platform/claims-validation).
   */
  readonly names: readonly string[];
  /** Delegated permissions; empty for an app-only token. */
  readonly scopes: readonly string[];
}

/** The claims of a token that says nothing. */
export const noClaims: Claims = {
  audience: undefined,
  identityType: undefined,
  objectId: undefined,
  tenant: undefined,
  principalName: undefined,
  names: [],
  scopes: [],
};

/**
 * Exchanges a refresh token for an access token of a resource, and checks the token first: it must be for that resource
 * and for the user of the earlier exchanges.
 * @throws Failure with the code that Entra's answer stands for
 */
export type TokenExchange = (refreshToken: Secret, resource: string) => Promise<Tokens>;
