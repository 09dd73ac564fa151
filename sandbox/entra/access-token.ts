import { randomUUID } from 'node:crypto';
import { unsignedToken } from '../json-web-token.ts';
import type { User } from './directory.ts';

export interface AccessToken {
  readonly token: string;
  readonly audience: string;
  readonly tenantId: string;
  /** Absent for a token of an application alone. */
  readonly user: User | undefined;
  readonly scopes: readonly string[];
  readonly issuer: 'entra' | 'azure-devops-oauth';
  /** Milliseconds since 1970. The services use it instead of the claims, so that a test can age a token. */
  expiresAt: number;
}

export interface AccessTokenOptions {
  readonly clientId: string;
  readonly tenantId: string;
  readonly user: User | undefined;
  readonly audience: string;
  readonly scopes: readonly string[];
  /** Seconds. */
  readonly lifetime: number;
}

/** It looks like a v2 token of Entra. Services look it up and don't check its signature. */
export function newAccessToken(options: AccessTokenOptions, now: number): AccessToken {
  const { clientId, tenantId, user, audience, scopes, lifetime } = options;
  const seconds = Math.floor(now / 1000);
  const identity =
    user === undefined
      ? { oid: randomUUID(), sub: randomUUID(), idtyp: 'app', appidacr: '1', roles: [] }
      : {
          oid: user.objectId,
          sub: Buffer.from(`${user.objectId}${clientId}`).toString('base64url').slice(0, 43),
          name: user.name,
          upn: user.upn,
          unique_name: user.upn,
          preferred_username: user.upn,
          scp: scopes.join(' '),
        };
  const token = unsignedToken(
    { typ: 'JWT', alg: 'RS256', x5t: 'sandboxSandboxSandboxSandbo', kid: 'sandboxSandboxSandboxSandbo' },
    {
      aud: audience,
      iss: `https://sts.windows.net/${tenantId}/`,
      iat: seconds,
      nbf: seconds,
      exp: seconds + lifetime,
      appid: clientId,
      tid: tenantId,
      uti: randomUUID(),
      ver: '1.0',
      ...identity,
    },
  );
  return { token, audience, tenantId, user, scopes, issuer: 'entra', expiresAt: now + lifetime * 1000 };
}

export function newIdToken(
  options: { clientId: string; tenantId: string; user: User; nonce?: string },
  now: number,
): string {
  const { clientId, tenantId, user, nonce } = options;
  const seconds = Math.floor(now / 1000);
  return unsignedToken(
    { typ: 'JWT', alg: 'RS256', kid: 'sandboxSandboxSandboxSandbo' },
    {
      aud: clientId,
      iss: `https://login.microsoftonline.com/${tenantId}/v2.0`,
      iat: seconds,
      nbf: seconds,
      exp: seconds + 3600,
      name: user.name,
      oid: user.objectId,
      preferred_username: user.upn,
      sub: Buffer.from(`${user.objectId}${clientId}`).toString('base64url').slice(0, 43),
      tid: tenantId,
      uti: randomUUID(),
      ver: '2.0',
      ...(nonce === undefined ? {} : { nonce }),
    },
  );
}
