import { readObject } from '../../core/answers/json.ts';
import type { Claims } from '../../core/identity.ts';

/**
 * Claims of a JWT, unverified: they are looked at to tell a mistake early, the service judges the token itself. An
 * access token may be opaque; then nothing is known.
 */
export function readClaims(accessToken: string, idToken: Readonly<Record<string, unknown>> = {}): Claims {
  const payload = Buffer.from(accessToken.split('.')[1] ?? '', 'base64url').toString();
  const access = readObject(payload) ?? {};
  const text = (name: string): string | undefined => {
    const value =
      access[name] ??
      (['upn', 'unique_name', 'preferred_username', 'oid', 'tid'].includes(name) ? idToken[name] : undefined);
    return typeof value === 'string' && value !== '' ? value : undefined;
  };
  const names = ['upn', 'unique_name', 'preferred_username', 'email'].map(text).filter((name) => name !== undefined);
  return {
    audience: text('aud'),
    identityType: text('idtyp'),
    objectId: text('oid'),
    tenant: text('tid'),
    names: [...new Set(names)],
    scopes: (text('scp') ?? '').split(' ').filter(Boolean),
  };
}
