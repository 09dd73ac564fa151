import { createHash, randomBytes } from 'node:crypto';
import type { User } from './directory.ts';
import { Refusal } from './refusal.ts';

const lifetime = 10 * 60_000;

export interface AuthorizationCode {
  readonly code: string;
  readonly clientId: string;
  readonly user: User;
  readonly redirectUri: string;
  readonly spa: boolean;
  readonly scope: string;
  readonly nonce: string | undefined;
  /** S256 of the verifier; undefined if the client used no PKCE. */
  readonly challenge: string | undefined;
  expiresAt: number;
  redeemed: boolean;
}

export function newAuthorizationCode(
  properties: Omit<AuthorizationCode, 'code' | 'expiresAt' | 'redeemed'>,
  now: number,
): AuthorizationCode {
  const code = `1.AX${randomBytes(24).toString('base64url')}.AgABBAIAAAB${randomBytes(420).toString('base64url')}`;
  return { ...properties, code, expiresAt: now + lifetime, redeemed: false };
}

/**
 * Checks the code and the values that the client repeats from its authorization request. The code can't be used again.
 * @throws Refusal 54005, 70008, 500112, 50148
 */
export function redeemCode(entry: AuthorizationCode, form: URLSearchParams, now: number): void {
  if (entry.clientId !== form.get('client_id')?.toLowerCase()) throw new Refusal(70000);
  if (entry.redeemed) throw new Refusal(54005);
  if (entry.expiresAt <= now) throw new Refusal(70008);
  const redirectUri = form.get('redirect_uri') ?? '';
  if (redirectUri !== entry.redirectUri) {
    throw new Refusal(500112, {
      description: `The reply address '${redirectUri}' does not match the reply address '${entry.redirectUri}' provided when requesting Authorization code.`,
    });
  }
  const verifier = form.get('code_verifier') ?? '';
  const presented = verifier === '' ? undefined : createHash('sha256').update(verifier).digest('base64url');
  if (presented !== entry.challenge) {
    throw new Refusal(50148, {
      description:
        'The code_verifier does not match the code_challenge supplied in the authorization request for PKCE.',
    });
  }
  entry.redeemed = true;
}
