import { readObject } from '../../core/answers/json.ts';
import type { Claims } from '../../core/tokens/tokens.ts';

/**
 * Claims of a JWT. The signature needs no check, because the token came over TLS from Entra. If the access token is
 * opaque, the claims about the user come from the id token.
 */
export function readClaims(accessToken: string, idToken: Readonly<Record<string, unknown>> = {}): Claims {
  const payload = Buffer.from(accessToken.split('.')[1] ?? '', 'base64url').toString();
  const readable = readObject(payload);
  const access = readable ?? {};
  const text = (name: string): string | undefined => {
    const value =
      access[name] ??
      (['upn', 'unique_name', 'preferred_username', 'oid', 'tid'].includes(name) ? idToken[name] : undefined);
    return typeof value === 'string' && value !== '' ? value : undefined;
  };
  const names = ['upn', 'unique_name', 'preferred_username', 'email'].map(text).filter((name) => name !== undefined);
  return {
    audience: readable && (text('aud') ?? ''),
    identityType: text('idtyp'),
    objectId: text('oid'),
    tenant: text('tid'),
    principalName: text('upn'),
    names: [...new Set(names)],
    scopes: (text('scp') ?? '').split(' ').filter(Boolean),
  };
}
