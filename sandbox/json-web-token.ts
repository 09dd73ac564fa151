import { constants, type KeyObject, randomBytes, sign, verify } from 'node:crypto';

export interface JsonWebToken {
  readonly header: Readonly<Record<string, unknown>>;
  readonly claims: Readonly<Record<string, unknown>>;
  readonly algorithm: string;
  readonly signed: string;
  readonly signature: Buffer;
}

function encode(value: unknown): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}

function padding(algorithm: string): { padding: number; saltLength?: number } | undefined {
  if (algorithm === 'RS256') return { padding: constants.RSA_PKCS1_PADDING };
  if (algorithm === 'PS256') return { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: 32 };
  return undefined;
}

/** A JWT with a random signature, for tokens that their reader looks up instead of verifying. */
export function unsignedToken(header: object, claims: object): string {
  return `${encode(header)}.${encode(claims)}.${randomBytes(256).toString('base64url')}`;
}

export function signToken(
  header: { readonly alg: 'RS256'; readonly [name: string]: unknown },
  claims: object,
  key: KeyObject,
): string {
  const signed = `${encode(header)}.${encode(claims)}`;
  return `${signed}.${sign('sha256', Buffer.from(signed), key).toString('base64url')}`;
}

/** The parts of a compact JWT; undefined for anything else. */
export function readToken(token: string): JsonWebToken | undefined {
  const parts = token.split('.');
  const [header = '', claims = '', signature = ''] = parts;
  if (parts.length !== 3) return undefined;
  try {
    const read = (part: string) => JSON.parse(Buffer.from(part, 'base64url').toString('utf8')) as unknown;
    const head = read(header) as Record<string, unknown>;
    return {
      header: head,
      claims: read(claims) as Record<string, unknown>,
      algorithm: String(head.alg),
      signed: `${header}.${claims}`,
      signature: Buffer.from(signature, 'base64url'),
    };
  } catch {
    return undefined;
  }
}

/** Verifies RS256 and PS256, the two algorithms that Entra accepts from a client. */
export function isSignedBy(token: JsonWebToken, key: KeyObject): boolean {
  const how = padding(token.algorithm);
  return how !== undefined && verify('sha256', Buffer.from(token.signed), { key, ...how }, token.signature);
}
