import type { Instant, Milliseconds } from '../time.ts';
import { missingPermissions } from '../tokens/permissions.ts';
import type { Tokens } from '../tokens/tokens.ts';
import type { Check } from './check.ts';

/** Who is signed in, for how long, and with which permissions. */
export function checkSignIn({ claims, refreshTokenLife: left }: Tokens, threshold: Milliseconds): Check[] {
  const { names, objectId, tenant, scopes } = claims;
  const subject = names[0] ?? objectId;
  const endsSoon = left !== undefined && left <= threshold;
  const missing = missingPermissions(claims);
  return [
    { check: 'sign-in', subject, state: endsSoon ? 'warning' : 'ok', finding: { kind: 'signed-in', tenant, left } },
    missing.length > 0
      ? { check: 'permissions', subject, state: 'failed', finding: { kind: 'permissions-missing', missing } }
      : { check: 'permissions', subject, state: 'ok', finding: { kind: 'permissions', scopes } },
  ];
}

/** Until when the certificate of a confidential client is valid. */
export function checkCertificate(
  clientId: string,
  end: Instant,
  { now, threshold }: { readonly now: Instant; readonly threshold: Milliseconds },
): Check {
  const left = end - now;
  const state = left <= 0 ? 'failed' : left <= threshold ? 'warning' : 'ok';
  return { check: 'certificate', subject: clientId, state, finding: { kind: 'certificate', end, left } };
}
