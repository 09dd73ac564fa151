import { formatDuration } from '../request/duration.ts';
import { formatInstant } from '../request/instant.ts';
import { quoteForeign } from '../sanitize.ts';
import { missingPermissions, permissionsMissing } from '../sign-in.ts';
import type { Tokens } from '../tokens/tokens.ts';
import type { Check } from './check.ts';

const signInAgain = 'Sign in again with the command sign-in, and store that refresh token.';

/** Who is signed in, for how long, and with which permissions. @param threshold milliseconds */
export function checkSignIn({ claims, refreshTokenLife }: Tokens, threshold: number): Check[] {
  const user = claims.names[0] ?? claims.objectId ?? 'a user whom the token does not name';
  const subject = quoteForeign(user);
  const tenant = claims.tenant === undefined ? '' : ` in the tenant ${quoteForeign(claims.tenant)}`;
  const missing = missingPermissions(claims);
  const life =
    refreshTokenLife === undefined
      ? 'Microsoft Entra does not say how long this sign-in lasts; it ends after 90 days without use.'
      : `The refresh token lasts another ${formatDuration(refreshTokenLife)}.`;
  const ends = refreshTokenLife !== undefined && refreshTokenLife <= threshold;
  return [
    {
      check: 'sign-in',
      subject,
      state: ends ? 'warning' : 'ok',
      text: `The refresh token signs in as ${subject}${tenant}. ${life}`,
      advice: ends ? signInAgain : undefined,
    },
    missing.length > 0
      ? {
          check: 'permissions',
          subject,
          state: 'failed',
          text: `The access token lacks ${missing.join(' and ')}.`,
          advice: permissionsMissing(missing).hint,
        }
      : {
          check: 'permissions',
          subject,
          state: 'ok',
          text:
            claims.scopes.length > 0
              ? `The access token has ${quoteForeign(claims.scopes.join(' '))}.`
              : 'The access token does not say which permissions it has; the organization decides.',
        },
  ];
}

/** Until when the certificate of a confidential client lasts. @param ends milliseconds since 1970 */
export function checkCertificate(subject: string, ends: number, now: number, threshold: number): Check {
  const left = ends - now;
  const state = left <= 0 ? 'failed' : left <= threshold ? 'warning' : 'ok';
  return {
    check: 'certificate',
    subject,
    state,
    text:
      left > 0
        ? `The client certificate lasts another ${formatDuration(left)}, until ${formatInstant(ends)}.`
        : `The client certificate ended ${formatInstant(ends)}.`,
    advice:
      state === 'ok' ? undefined : 'Add a new certificate to the app registration and store it as client-certificate.',
  };
}
