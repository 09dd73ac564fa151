import { entraFailure } from './answers/entra.ts';
import { Failure } from './failure.ts';
import { formatDuration } from './request/duration.ts';
import type { Secret } from './secret.ts';
import { day, type Milliseconds } from './time.ts';
import type { Tokens } from './tokens/tokens.ts';

/** What a request to the loopback address means. */
export type Callback =
  /** It is not an answer of a sign-in. For example, somebody opened the address by hand. */
  | { readonly kind: 'none' }
  /** An answer that does not belong to this sign-in: its state is missing, doubled or not ours, or a field came twice. */
  | { readonly kind: 'stateMismatch' }
  | { readonly kind: 'refused'; readonly failure: Failure; readonly declined: boolean }
  | { readonly kind: 'code'; readonly code: string };

/**
 * Reads the answer that the browser brings back (RFC 6749, 4.1.2; entra-docs, `v2-oauth2-auth-code-flow.md`). Entra
 * sends no field twice, so an answer with a doubled field is refused.
 * @param all every value of a field
 * @param isOurs whether a state is the one that was sent, compared in constant time
 */
export function readCallback(all: (name: string) => readonly string[], isOurs: (state: string) => boolean): Callback {
  const [codes, errors, states] = [all('code'), all('error'), all('state')];
  if (codes.length + errors.length + states.length === 0) return { kind: 'none' };
  const [state] = states;
  if (state === undefined || states.length > 1 || codes.length + errors.length > 1 || !isOurs(state)) {
    return { kind: 'stateMismatch' };
  }
  const [code] = codes;
  if (code !== undefined && code !== '') return { kind: 'code', code };
  const [error = ''] = errors;
  const body = { error, error_description: all('error_description')[0] ?? '' };
  return {
    kind: 'refused',
    failure: entraFailure({ status: undefined, body, what: signingIn, inSignIn: true }),
    declined: error === 'access_denied',
  };
}

/** The first words of each Failure of a sign-in. */
export const signingIn = 'Signing in';

/** How a sign-in ended. Each end has its own exit code, whatever the code of its failure. */
export type SignInEnd =
  | { readonly kind: 'signed-in'; readonly tokens: FirstTokens }
  | { readonly kind: 'declined' | 'stateMismatch' | 'timedOut'; readonly failure: Failure };

/** The Failure for an answer that does not belong to this sign-in. */
export function stateMismatch(): Failure {
  return new Failure('unexpected-response', {
    what: signingIn,
    why: 'the answer does not belong to this sign-in (its state or its nonce is not the one that was sent, or a field came twice), so nothing of it was kept',
    hint: 'Close old sign-in pages and start sign-in again. If nobody opened one, somebody may have tried to have you signed in as another user.',
  });
}

/** @param timeout how long the sign-in was waited for */
export function signInTimedOut(timeout: Milliseconds): Failure {
  return new Failure('timeout', {
    what: signingIn,
    why: `nobody finished it within ${formatDuration(timeout)}`,
    hint: 'If the sign-in page showed an error (AADSTS and a number), look the number up in docs/errors.md. Otherwise start sign-in again; --timeout 15m waits longer.',
  });
}

/** The tokens of a sign-in. Without a refresh token there is nothing to store. */
export type FirstTokens = Tokens & { readonly refreshToken: Secret };

/**
 * Checks the first tokens before they are stored.
 * @returns the same tokens
 * @throws Failure `refresh-token-invalid` if the refresh token expires within a day, because the redirect URI is
 *   registered for a single-page application; `unexpected-response` if there is no refresh token
 */
export function checkFirstTokens(tokens: Tokens): FirstTokens {
  const { refreshToken, refreshTokenLife } = tokens;
  if (refreshToken === undefined) {
    throw new Failure('unexpected-response', {
      what: signingIn,
      why: 'Microsoft Entra sent no refresh token',
      hint: 'Consent to "Maintain access to data you have given it access to" (offline_access) when you sign in again.',
    });
  }
  if (refreshTokenLife !== undefined && refreshTokenLife <= day) {
    throw new Failure('refresh-token-invalid', {
      what: signingIn,
      why: `the refresh token expires in ${formatDuration(refreshTokenLife)}, and so will every replacement: the redirect URI is registered for a single-page application`,
      hint: 'In the app registration, under Authentication, remove http://localhost from Single-page application and add it under Mobile and desktop applications (a confidential client: under Web); then sign in again. Nothing was stored.',
    });
  }
  return { ...tokens, refreshToken };
}
