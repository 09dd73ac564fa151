import type { Log } from '../../core/ports.ts';
import type { EntraIdentity } from '../../core/request/identity-request.ts';
import { checkFirstTokens, type FirstTokens } from '../../core/sign-in.ts';
import type { Instant, Milliseconds } from '../../core/time.ts';
import { checkAccessToken, checkAzureDevOpsToken } from '../../core/tokens/access-token.ts';
import { checkIdToken } from '../../core/tokens/id-token.ts';
import { azureDevOpsResource, type Tokens } from '../../core/tokens/tokens.ts';
import { checkUser } from '../../core/tokens/user.ts';
import type { Http } from '../http/types.ts';

export interface SignInOptions {
  readonly identity: Omit<EntraIdentity, 'provider' | 'refreshToken'>;
  readonly http: Http;
  readonly log: Log;
  /** How long to wait for the person. */
  readonly timeout: Milliseconds;
  /** Aborted if the program was asked to stop. */
  readonly signal: AbortSignal;
  /** The earliest time that it may be: an id token that is still valid then is accepted. */
  readonly now: () => Instant;
}

/**
 * Checks the tokens of a finished sign-in before they are stored or sent anywhere.
 * @throws Failure
 */
export function checkSignInTokens(
  tokens: Tokens,
  idTokenClaims: Readonly<Record<string, unknown>>,
  { identity, now }: SignInOptions,
): FirstTokens {
  const { clientId, tenant, expectedUser } = identity;
  const first = checkFirstTokens(tokens);
  checkAzureDevOpsToken(tokens.claims);
  checkIdToken(idTokenClaims, { clientId, tenant, now: now(), user: tokens.claims });
  checkAccessToken(tokens.claims, { resource: azureDevOpsResource, tenant, first: undefined });
  if (expectedUser !== undefined) checkUser(tokens.claims, expectedUser, tenant);
  return first;
}
