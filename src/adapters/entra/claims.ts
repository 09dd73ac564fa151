import { readObject } from '../../core/answers/json.ts';
import type { Claims } from '../../core/identity.ts';

/**
 * Claims of a JWT, whose signature isn't checked: it came over TLS from Entra. An access token may be opaque; then only
 * what the id token tells of the user is known.
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
    principalName: text('upn'),
    names: [...new Set(names)],
    scopes: (text('scp') ?? '').split(' ').filter(Boolean),
  };
}
