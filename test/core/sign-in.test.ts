import { describe, expect, test } from '@jest/globals';
import { Secret } from '../../src/core/secret.ts';
import { checkFirstTokens, readCallback, signInTimedOut, stateMismatch } from '../../src/core/sign-in.ts';
import { noClaims, type Tokens } from '../../src/core/tokens/tokens.ts';

const day = 24 * 3_600_000;

function callback(fields: Readonly<Record<string, string | readonly string[]>>) {
  const all = (name: string): readonly string[] => [fields[name] ?? []].flat();
  return readCallback(all, (state) => state === 'ours');
}

describe('what the browser brings back', () => {
  test.each<[string, Readonly<Record<string, string | readonly string[]>>]>([
    ['nothing', {}],
    ['fields of something else', { q: 'x', error_description: 'no' }],
  ])('%s is not an answer of a sign-in', (_what, fields) => {
    expect(callback(fields)).toEqual({ kind: 'none' });
  });

  test.each<[string, Readonly<Record<string, string | readonly string[]>>]>([
    ['a code alone', { code: 'c' }],
    ['an error alone', { error: 'access_denied' }],
    ['another state', { code: 'c', state: 'theirs' }],
    ['a state twice', { code: 'c', state: ['ours', 'ours'] }],
    ['a code twice', { code: ['c', 'd'], state: 'ours' }],
    ['an error twice', { error: ['a', 'b'], state: 'ours' }],
    ['a code and an error', { code: 'c', error: 'access_denied', state: 'ours' }],
  ])('%s does not belong to this sign-in', (_what, fields) => {
    expect(callback(fields)).toEqual({ kind: 'stateMismatch' });
  });

  test('a code with our state', () => {
    expect(callback({ code: 'c', state: 'ours' })).toEqual({ kind: 'code', code: 'c' });
  });

  test.each<[Readonly<Record<string, string>>, boolean, string, string]>([
    [{ error: 'access_denied', error_description: 'AADSTS65004: declined' }, true, 'consent-required', 'AADSTS65004'],
    [{ error: 'access_denied' }, true, 'consent-required', 'access_denied'],
    [
      { error: 'interaction_required', error_description: 'AADSTS50076: MFA' },
      false,
      'interaction-required',
      'AADSTS50076',
    ],
    [{ code: '' }, false, 'unexpected-response', 'the answer does not have the form'],
    [{}, false, 'unexpected-response', 'the answer does not have the form'],
  ])('%j is a refusal', (fields, declined, code, why) => {
    expect(callback({ ...fields, state: 'ours' })).toEqual({
      kind: 'refused',
      declined,
      failure: expect.objectContaining({ code, what: 'Signing in', why: expect.stringContaining(why) }),
    });
  });
});

test('a person who declined is told to start again, and a refusal without a description quotes nothing', () => {
  const refused = (error: string) => {
    const found = callback({ error, state: 'ours' });
    return found.kind === 'refused' ? found.failure : undefined;
  };
  expect(refused('access_denied')?.hint).toBe('Start the command sign-in again.');
  expect(refused('brand_new')?.why).toBe('Microsoft Entra refuses the request (brand_new)');
});

test('how a sign-in without a result is reported', () => {
  expect(stateMismatch().code).toBe('unexpected-response');
  expect(stateMismatch().message).toBe(
    'Signing in: the answer does not belong to this sign-in (its state or its nonce is not the one that was sent, or a field came twice), so nothing of it was kept. Close old sign-in pages and start sign-in again. If nobody opened one, somebody may have tried to have you signed in as another user.',
  );
  expect(signInTimedOut(5 * 60_000).code).toBe('timeout');
  expect(signInTimedOut(5 * 60_000).message).toBe(
    'Signing in: nobody finished it within 5 min. If the sign-in page showed an error (AADSTS and a number), look the number up in docs/errors.md. Otherwise start sign-in again; --timeout 15m waits longer.',
  );
});

describe('the first tokens', () => {
  const tokens = (more: Partial<Tokens>): Tokens => ({
    accessToken: new Secret('a'),
    refreshToken: new Secret('r'),
    refreshTokenLife: undefined,
    claims: noClaims,
    ...more,
  });
  const failureOf = (more: Partial<Tokens>): unknown => {
    try {
      checkFirstTokens(tokens(more));
      return undefined;
    } catch (thrown) {
      return thrown;
    }
  };

  test.each([[undefined], [day + 1], [90 * day]])('a refresh token that lives %j ms is good', (refreshTokenLife) => {
    expect(failureOf({ refreshTokenLife })).toBeUndefined();
    const given = tokens({ refreshTokenLife });
    expect(checkFirstTokens(given)).toEqual(given);
  });

  test.each([
    [day, '1 d'],
    [day / 2, '12 h'],
  ])('a refresh token that lives %d ms comes from a redirect URI of the wrong type', (refreshTokenLife, text) => {
    const failure = failureOf({ refreshTokenLife });
    expect(failure).toMatchObject({
      code: 'refresh-token-invalid',
      message: `Signing in: the refresh token expires in ${text}, and so will every replacement: the redirect URI is registered for a single-page application. In the app registration, under Authentication, remove http://localhost from Single-page application and add it under Mobile and desktop applications (a confidential client: under Web); then sign in again. Nothing was stored.`,
    });
  });

  test('a missing refresh token is reported', () => {
    expect(failureOf({ refreshToken: undefined })).toMatchObject({
      code: 'unexpected-response',
      message:
        'Signing in: Microsoft Entra sent no refresh token. Consent to "Maintain access to data you have given it access to" (offline_access) when you sign in again.',
    });
  });
});
