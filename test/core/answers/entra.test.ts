import { describe, expect, test } from '@jest/globals';
import { entraFailure, firstSentence } from '../../../src/core/answers/entra.ts';
import { entraErrors } from '../../../src/core/answers/entra-errors.ts';
import { legacyOAuthFailure } from '../../../src/core/answers/legacy-oauth.ts';
import { errorCodes } from '../../../src/core/error-code.ts';
import type { Failure } from '../../../src/core/failure.ts';
import { fc } from '../../seed.ts';
import { anyText } from '../any-text.ts';
import { publishedEntraErrors } from './published-entra-errors.ts';

const what = 'Asking for an access token';
const trace = '0d2f5b34-7a1c-4f8e-9b3d-6c5a4e3f2b1a';

function entra(body: unknown, status = 400): Failure {
  return entraFailure({ status, body, what });
}

/** An answer in the shape of https://learn.microsoft.com/entra/identity-platform/reference-error-codes */
function answer(number: number, text: string, more: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    error: 'invalid_grant',
    error_description: `AADSTS${number}: ${text} Trace ID: ${trace} Correlation ID: 3b1c9a52-0000-4444-8888-1234567890ab Timestamp: 2026-03-02 10:00:00Z`,
    error_codes: [number],
    timestamp: '2026-03-02 10:00:00Z',
    trace_id: trace,
    correlation_id: '3b1c9a52-0000-4444-8888-1234567890ab',
    ...more,
  };
}

const signIn = 'Sign in again with the command sign-in and store the new refresh token.';
const restart = 'Start the command sign-in again.';
const consent =
  "Let a user, or an administrator if the tenant requires one, consent to the app's permissions (Azure DevOps; for a vault also Azure Key Vault user_impersonation); then sign in again.";
const notEntra =
  'Check authority-host, and what stands between this machine and Microsoft Entra (a proxy, a captive portal).';

describe('the numbers of Entra', () => {
  const published = Object.entries(publishedEntraErrors).flatMap(([code, errors]) =>
    Object.entries(errors).map(([number, name]) => [Number(number), name, code] as const),
  );

  test.each(published)('AADSTS%d (%s) is %s', (number, _name, code) => {
    expect(entraErrors).toHaveProperty(`${number}`);
    const failure = entra(answer(number, 'Whatever the text says.'));
    expect(failure.code).toBe(code);
    expect(failure.message).toContain(`(AADSTS${number}, trace id ${trace})`);
  });

  // No page of Microsoft lists these; its answers have them.
  test.each([
    [70021, 'issuer, subject and audience'],
    [700211, 'presented issuer'],
    [700212, 'federated-audience'],
    [700213, 'presented subject'],
    [7002131, 'the expression'],
    [7002138, 'presented subject'],
  ])('AADSTS%d is about the federated credential, and its advice about %s', (number, advice) => {
    const { code, hint } = entra(answer(number, ''));
    expect(code).toBe('client-authentication-failed');
    expect(hint).toContain(advice);
  });

  test('only transient faults, and a device code that nobody has entered yet, are retried', () => {
    const transient = Object.keys(publishedEntraErrors['service-unavailable'] ?? {});
    const numbers = Object.keys(entraErrors);
    expect(numbers.filter((number) => entra(answer(Number(number), 'x')).retryable).sort()).toEqual(
      ['70016', ...transient].sort(),
    );
  });

  test.each(Object.entries(entraErrors))('AADSTS%s has a reason and advice', (number, fact) => {
    expect(errorCodes).toContain(fact.code);
    for (const inSignIn of [false, true]) {
      const body = answer(Number(number), '');
      const { why, hint } = entraFailure({ status: 400, body, what, inSignIn });
      const proof = ` (AADSTS${number}, trace id ${trace})`;
      expect(why.endsWith(proof)).toBe(true);
      expect(why.slice(0, -proof.length)).toMatch(/^(?:[^A-Z]|Microsoft|Azure).*[^.\n]$/u);
      expect(hint).toMatch(/^[A-Z].*\.$/u);
      expect(hint).not.toMatch(/[{}]/u);
      expect(hint).not.toMatch(/[,:;] (?:Sign in|Start) /u);
      if (inSignIn) expect(hint).not.toMatch(/stored refresh token|store the new/u);
    }
  });

  test('a refusal for too many repeats is not repeated', () => {
    expect(entra(answer(50196, 'loop'))).toMatchObject({ code: 'rate-limited', retryable: false });
  });

  test('the number is found in the text if the list is missing', () => {
    const body = { error: 'invalid_grant', error_description: 'AADSTS700082: The refresh token has expired' };
    expect(entra(body).code).toBe('refresh-token-expired');
  });

  test.each([
    ['50076', 'AADSTS50076'],
    [999_999_999, 'AADSTS999999999'],
    [1, 'AADSTS1'],
    [0, 'invalid_grant'],
    [-50076, 'invalid_grant'],
    [1e9, 'invalid_grant'],
    [50076.5, 'invalid_grant'],
    ['x', 'invalid_grant'],
    [null, 'invalid_grant'],
    [true, 'invalid_grant'],
    [[50076], 'invalid_grant'],
  ])('%j in the list is reported as %s', (listed, named) => {
    expect(entra({ error: 'invalid_grant', error_codes: [listed] }).why).toContain(`(${named})`);
  });

  test('a number in no list, or too far down in the text, is ignored', () => {
    expect(entra({ error: 'invalid_grant', error_codes: 50076 }).why).toContain('(invalid_grant)');
    const at = (place: number): unknown => ({
      error: 'invalid_grant',
      error_description: `${' '.repeat(place)}AADSTS50076`,
    });
    expect(entra(at(3989)).why).toContain('(AADSTS50076)');
    expect(entra(at(4000)).why).toContain('(invalid_grant)');
  });

  test('of a long list only the first twenty numbers count', () => {
    const unknown = Array.from({ length: 20 }, (_, index) => 4_711_900 + index);
    expect(entra({ error: 'invalid_grant', error_codes: [...unknown, 50076] }).why).toContain('(AADSTS4711900)');
    expect(entra({ error: 'invalid_grant', error_codes: [...unknown.slice(1), 50076] }).why).toContain('(AADSTS50076)');
  });

  test('if no number is known, the first one counts', () => {
    expect(entra({ error: 'invalid_grant', error_codes: [123456, 654321] }).why).toContain('(AADSTS123456)');
  });

  test.each<[reported: string, numbers: number[], telling: number]>([
    ['a known number before an unknown one', [123456, 50076], 50076],
    ['a clear number before a generic one', [70002, 7000222], 7000222],
    ['a clear number before a malformed request', [9002313, 700082], 700082],
    ['a subdivision before what it divides', [500021, 5000211], 5000211],
    ['a subdivision before a generic number', [70021, 700213], 700213],
    ['otherwise the first', [53003, 50076], 53003],
    ['the only one, generic or not', [70000], 70000],
  ])('several numbers: %s', (_, numbers, telling) => {
    expect(entra({ error: 'invalid_grant', error_codes: numbers }).why).toContain(`(AADSTS${telling})`);
  });

  test('the most specific number counts, even if only the text has it', () => {
    const text =
      'AADSTS70002: Error validating credentials. AADSTS7000222: The provided client secret keys are expired.';
    expect(entra({ error: 'invalid_client', error_codes: [70002], error_description: text }).code).toBe(
      'client-authentication-failed',
    );
    expect(entra({ error: 'invalid_client', error_codes: [70002], error_description: text }).why).toContain('expired');
  });

  test.each([
    [700024, /clock/iu, /client-secret/iu],
    [7002138, /upper and lower case/u, /sign in again/iu],
    [7000012, /tenant-id/u, /sign in again/iu],
    [700007, /client-id/u, /quotes/iu],
    [900382, /authority-host/u, /client-secret/iu],
    [90038, /authority-host/u, /sign in again/iu],
    [65002, /client-id/u, /sign in again/iu],
    [9002331, /Supported account types/u, /sign in again/iu],
    [90130, /tenant-id/u, /sign in again/iu],
    [500202, /tenant-id/u, /sign in again/iu],
    [500213, /administrator of this tenant/u, /sign in again/iu],
    [530035, /administrator/iu, /sign in again/iu],
    [7000229, /az ad sp create --id/u, /sign in again/iu],
    [90072, /guest/u, /sign in again/iu],
    [50144, /password/u, /client-secret/iu],
    [500341, /deleted/u, /tenant-id/u],
  ])('AADSTS%d is reported with the advice that helps', (number, right, wrong) => {
    const { message } = entra(answer(number, 'Whatever the text says.'));
    expect(message).toMatch(right);
    expect(message).not.toMatch(wrong);
  });
});

describe('numbers that are not in the table', () => {
  const byHand = 'Microsoft Entra requires the user to sign in by hand';
  const refused = 'Microsoft Entra does not accept the refresh token';

  const suberrors = [
    ['token_expired', 'refresh-token-expired', 'the refresh token has expired', signIn],
    ['bad_token', 'refresh-token-invalid', refused, signIn],
    [
      'client_mismatch',
      'refresh-token-invalid',
      'the refresh token was issued to another app',
      'Correct client-id, or sign in again with the command sign-in and store the new refresh token.',
    ],
    ['consent_required', 'consent-required', 'a consent is missing', consent],
    ['user_password_expired', 'interaction-required', "the user's password has expired", signIn],
    ['message_only', 'interaction-required', byHand, signIn],
    ['basic_action', 'interaction-required', byHand, signIn],
    ['additional_action', 'interaction-required', byHand, signIn],
    [
      'protection_policy_required',
      'interaction-required',
      'a policy requires a protected app',
      "Ask an administrator which conditional access policy blocks the sign-in (Entra's sign-in log names it), and have this app or the network of this machine exempted.",
    ],
    [
      'device_authentication_failed',
      'interaction-required',
      'the device could not be authenticated',
      'A build machine is rarely a managed device: ask an administrator to exclude this user or app from that conditional access policy, or use another user.',
    ],
  ] as const;

  test.each(suberrors)('suberror %s is %s', (suberror, code, why, hint) => {
    const { message, ...rest } = entra(answer(4711999, 'New.', { suberror }));
    expect(rest).toMatchObject({ code, retryable: false, mayHaveActed: false });
    const lookUp = 'Microsoft explains the number at https://login.microsoftonline.com/error?code=4711999.';
    expect(message).toBe(`${what}: ${why} (AADSTS4711999, trace id ${trace}): "New". ${hint} ${lookUp}`);
  });

  test('a suberror alone is reported with nothing but the status', () => {
    expect(entra({ suberror: 'bad_token' }, 401).message).toBe(`${what}: ${refused} (HTTP 401). ${signIn}`);
  });

  const fault = 'Microsoft Entra has a temporary fault';
  const soon = 'Run again in a few minutes.';

  test.each([
    ['authorization_pending', 'interaction-required', true, 'nobody has entered the device code yet', signIn],
    ['authorization_declined', 'interaction-required', false, 'the sign-in was declined', restart],
    ['bad_verification_code', 'interaction-required', false, 'the device code is wrong', restart],
    ['expired_token', 'interaction-required', false, 'the device code has expired', restart],
    ['temporarily_unavailable', 'service-unavailable', true, fault, soon],
    ['server_error', 'service-unavailable', true, fault, soon],
  ])('error %s says what happened', (error, code, retryable, why, hint) => {
    const failure = entra({ error });
    expect(failure).toMatchObject({ code, retryable, mayHaveActed: false });
    expect(failure.message).toBe(`${what}: ${why} (${error}). ${hint}`);
    expect(entra(answer(4711999, 'New.', { error }))).toMatchObject({ code, retryable });
  });

  const look = "Entra's sign-in log (Entra admin center, Monitoring) may tell more about this sign-in.";

  test.each([
    ['invalid_grant', 'unexpected-response', 'Microsoft Entra refuses the request'],
    ['invalid_request', 'unexpected-response', 'Microsoft Entra refuses the request'],
    ['invalid_client', 'unexpected-response', 'Microsoft Entra refuses the request'],
    ['unauthorized_client', 'unexpected-response', 'Microsoft Entra refuses the request'],
    ['invalid_scope', 'unexpected-response', 'Microsoft Entra refuses the request'],
    ['invalid_resource', 'unexpected-response', 'Microsoft Entra refuses the request'],
    ['unsupported_grant_type', 'unexpected-response', 'Microsoft Entra refuses the request'],
    ['brand_new_error', 'unexpected-response', 'Microsoft Entra refuses the request'],
    ['constructor', 'unexpected-response', 'Microsoft Entra refuses the request'],
    ['__proto__', 'unexpected-response', 'Microsoft Entra refuses the request'],
    ['interaction_required', 'interaction-required', 'Microsoft Entra requires the user to take part'],
    ['login_required', 'interaction-required', 'Microsoft Entra requires the user to take part'],
    ['consent_required', 'consent-required', 'Microsoft Entra requires a consent'],
    ['access_denied', 'consent-required', 'the user or Microsoft Entra denied the access'],
  ])('error %s alone says nothing about a cause or a remedy', (error, code, why) => {
    const failure = entra({ error });
    expect(failure).toMatchObject({ code, retryable: false, mayHaveActed: false });
    expect(failure.message).toBe(`${what}: ${why} (${error}). ${look}`);
  });

  test('a person who declined the sign-in is told to start it again', () => {
    const declined = (body: Record<string, unknown>) => entraFailure({ status: 400, body, what, inSignIn: true }).hint;
    expect(declined({ error: 'access_denied' })).toBe(restart);
    expect(declined({ error: 'access_denied', error_codes: [4711999] })).toBe(
      `${restart} Microsoft explains the number at https://login.microsoftonline.com/error?code=4711999.`,
    );
  });

  test('an unknown number is shown without a word of the protocol, and with what was presented', () => {
    expect(entra({ error_codes: [4711999] }).why).toBe(
      'Microsoft Entra refuses the request with an error (AADSTS4711999)',
    );
    expect(entra(answer(4711999, "No. The assertion subject 's' is new.")).why).toMatch(
      /: "No"; the presented subject is "s"$/u,
    );
  });

  /** Words about a cause or a remedy, which no made-up answer justifies. */
  const claims =
    /refresh token|sign in|client-id|client-secret|client-certificate|federated|tenant-id|quotes|line breaks|consent|clock|policy|password|expired|revoked/iu;

  test('an unknown number is reported with the sentence of Entra and the address that explains it, and nothing else', () => {
    const word = fc.stringMatching(/^[bdfghjkmqvwxz]{3,9}$/u);
    const sentence = fc.array(word, { minLength: 2, maxLength: 12 }).map((words) => `Q${words.join(' ')}.`);
    const number = fc.integer({ min: 1_000_200, max: 6_900_000 }).filter((candidate) => !(candidate in entraErrors));
    const error = fc.constantFrom('invalid_grant', 'invalid_request', 'invalid_client', 'invalid_resource', 'zzz');
    fc.assert(
      fc.property(number, sentence, error, fc.boolean(), (unknown, text, kind, inSignIn) => {
        const failure = entraFailure({ status: 400, body: answer(unknown, text, { error: kind }), what, inSignIn });
        expect(failure.code).toBe('unexpected-response');
        expect(failure.why).toBe(
          `Microsoft Entra refuses the request with ${kind} (AADSTS${unknown}, trace id ${trace}): "${text.slice(0, -1)}"`,
        );
        expect(failure.hint).toBe(
          `Microsoft explains the number at https://login.microsoftonline.com/error?code=${unknown}.`,
        );
        expect(failure.message.replace(what, '')).not.toMatch(claims);
      }),
    );
  });

  test.each([
    ['AADSTS999001: One thing. Another thing. Trace ID: x', 'One thing'],
    ['AADSTS999001: One thing without an end\r\nTrace ID: x', 'One thing without an end'],
    ['AADSTS999001: See https://aka.ms/abc?x=1 for more.', 'See (address) for more'],
    [
      "AADSTS999001: The user 'user@contoso.example' of 203.0.113.7 is new.",
      "The user '(address)' of (address) is new",
    ],
    ['AADSTS999001: From 2001:db8::1, that is new!', 'From (address), that is new!'],
    ['AADSTS999001: Version 2.0 of api.contoso is at 10:20:30.', 'Version 2.0 of api.contoso is at 10:20:30'],
    ['AADSTS999001: From 2001:db8:0:0:0:0:0:abcd it is new.', 'From (address) it is new'],
    ['AADSTS999001: From 2001:db8::abcd it is new at 10:20 today.', 'From (address) it is new at 10:20 today'],
    [' AADSTS999001: A space before it.', 'A space before it'],
    ['See AADSTS999001: it is new.', 'See AADSTS999001: it is new'],
    ['AADSTS999001:Without a space... it is new.', 'Without a space'],
    [`AADSTS999001: ${'a1B2'.repeat(20)} is no token.`, '*** is no token'],
    ['', ''],
    ['AADSTS999001: ', ''],
  ])('the first sentence of %j is %j', (description, sentence) => {
    expect(firstSentence(description)).toBe(sentence);
  });

  test('every address is removed from the sentence', () => {
    // Each character that a path may hold (RFC 3986). fc.webUrl knows them too, and takes seconds to set itself up.
    const path = fc.stringMatching(/^(?:[\w.~!$&'()*+,;=:@/-]|%[\dA-F]{2}){0,20}$/u);
    const url = fc.tuple(fc.domain({ size: 'small' }), path).map(([host, rest]) => `https://${host}/${rest}`);
    const address = fc.oneof(fc.emailAddress({ size: 'small' }), fc.ipV4(), url);
    fc.assert(
      fc.property(fc.stringMatching(/^[a-z ]{0,20}$/u), address, (before, secret) => {
        expect(firstSentence(`AADSTS1234567: ${before} '${secret}' ends.`)).not.toContain(secret);
      }),
    );
  });

  test.each(['an invalid_grant', 'invalid_grant!', 'e'.repeat(61)])(
    'error %j is not a word of the protocol',
    (error) => {
      expect(entra({ error }).message).toBe(
        `${what}: the answer (HTTP 400) does not have the form of Microsoft Entra's errors. ${notEntra}`,
      );
    },
  );

  test('the number takes precedence over suberror, and suberror over error', () => {
    const fields = { error: 'server_error', suberror: 'consent_required' };
    expect(entra({ ...fields, error_codes: [700082] }).code).toBe('refresh-token-expired');
    expect(entra(fields).code).toBe('consent-required');
  });

  test('a generic number is reported with the sentence of Entra, unless what was presented says more', () => {
    expect(entra(answer(900144, "The request body must contain the following parameter: 'scope'.")).why).toContain(
      `(AADSTS900144, trace id ${trace}): "The request body must contain the following parameter: 'scope'"`,
    );
    expect(entra(answer(70021, "Nothing matches. Assertion Subject: 's'.")).why).not.toContain('Nothing matches');
    expect(entra(answer(7000222, 'The keys have expired.')).why).not.toContain('The keys');
  });

  test.each([50000, 50012, 50013, 50027, 70000, 70002, 70021, 90092, 9002313])(
    'AADSTS%d names only a kind of error, so the sentence of Entra comes with it',
    (number) => {
      expect(entra(answer(number, 'Zwokh bdrum.')).why).toMatch(/: "Zwokh bdrum"$/u);
    },
  );

  test.each<Record<string, unknown>>([
    { error_codes: [70000] },
    { error_codes: [700007] },
    { error_codes: [7000012] },
    { error_codes: [9002313] },
    { suberror: 'client_mismatch' },
  ])('of %j a sign-in, which has no refresh token yet, blames none', (body) => {
    const { why, hint } = entraFailure({ status: 400, body, what, inSignIn: true });
    expect(why).toMatch(/^\w/u);
    expect(hint).toContain(restart);
    expect(`${why} ${hint}`).not.toContain('refresh token');
  });

  test('the message names the address where Microsoft explains the number', () => {
    expect(entra(answer(4711999, 'New.')).message).toContain('https://login.microsoftonline.com/error?code=4711999');
    expect(entra(answer(50076, 'MFA.')).message).not.toContain('error?code=');
  });
});

describe('answers that are not errors of Entra', () => {
  const limited = (reported: string): string =>
    `Microsoft Entra limits the requests of this user (HTTP 429${reported}. Wait some minutes, and spread the runs further apart.`;
  const unavailable = (status: number, reported = ')'): string =>
    `Microsoft Entra or a proxy before it has a fault (HTTP ${status}${reported}. Run again in a few minutes; https://azure.status.microsoft reports outages.`;
  const stranger = (status: number): string =>
    `the answer (HTTP ${status}) does not have the form of Microsoft Entra's errors. ${notEntra}`;

  test.each([
    [429, undefined, 'rate-limited', true, limited(')')],
    [429, answer(50196, 'Too often.'), 'rate-limited', true, limited(`, AADSTS50196, trace id ${trace}): "Too often"`)],
    [500, undefined, 'service-unavailable', true, unavailable(500)],
    [503, {}, 'service-unavailable', true, unavailable(503)],
    [
      500,
      answer(4711999, 'New.', { error: 'brand_new_error' }),
      'service-unavailable',
      true,
      unavailable(500, `, AADSTS4711999, trace id ${trace}): "New"`),
    ],
    [408, undefined, 'service-unavailable', true, unavailable(408)],
    [
      408,
      answer(4711999, 'New.', { error: 'brand_new_error' }),
      'service-unavailable',
      true,
      unavailable(408, `, AADSTS4711999, trace id ${trace}): "New"`),
    ],
    [499, undefined, 'unexpected-response', false, stranger(499)],
    [400, undefined, 'unexpected-response', false, stranger(400)],
    [403, '<html>', 'unexpected-response', false, stranger(403)],
    [200, {}, 'unexpected-response', false, stranger(200)],
    [200, [], 'unexpected-response', false, stranger(200)],
    [302, null, 'unexpected-response', false, stranger(302)],
  ] as const)('HTTP %d with %j is %s', (status, body, code, retryable, text) => {
    const failure = entra(body, status);
    expect(failure).toMatchObject({ code, retryable, mayHaveActed: false });
    expect(failure.message).toBe(`${what}: ${text}`);
  });

  test('a known number counts with any status', () => {
    expect(entra(answer(50076, 'MFA.'), 500)).toMatchObject({ code: 'interaction-required', retryable: false });
    expect(entra({ error: 'brand_new_error' }, 499).why).toContain('refuses the request (brand_new_error)');
  });
});

describe("the tenant's own limit", () => {
  test.each([
    [700082, 'The token was issued on 2026-03-01T10:00:00.0000000Z and was inactive for 12:00:00.', '12 hours'],
    [700082, 'The token was issued on 2026-03-01T10:00:00.0000000Z and was inactive for 90.00:00:00.', '90 days'],
    [
      70043,
      'The token was issued on 2026-03-01T10:00:00Z and the maximum allowed lifetime for this request is 604800.',
      '7 days',
    ],
    [70008, 'The refresh token has expired due to inactivity, the limit is P14D.', '14 days'],
    [700084, 'and therefore has a fixed, limited lifetime of 1.00:00:00, which cannot be extended.', '24 hours'],
  ])('AADSTS%d: %s', (number, text, limit) => {
    expect(entra(answer(number, text)).message).toContain(`Microsoft Entra states a limit of ${limit}`);
  });
});

test('the meaning, the limit and what was presented are in one sentence', () => {
  const text = "the limit is P14D, assertion issuer 'https://i.example', assertion subject: 's'";
  const body = { error: 'invalid_grant', error_codes: [70021], error_description: text };
  expect(entra(body).why).toBe(
    'no federated credential of the app matches the presented token; Microsoft Entra states a limit of 14 days; the presented issuer is "https://i.example"; the presented subject is "s" (AADSTS70021)',
  );
});

test('the end of a long description is ignored', () => {
  const description = `${' '.repeat(4000)}the limit is P14D`;
  expect(entra({ error: 'invalid_grant', error_description: description }).why).not.toContain('limit');
});

describe('what a run presented to Entra', () => {
  test('is shown as a subject that can be pasted', () => {
    const subject = `repo:contoso@123/app@456:environment:${'Production '.repeat(40)}EU`;
    const text = `No matching federated identity record found for presented assertion subject '${subject}'. Please note`;
    expect(entra(answer(700213, text)).message).toContain(`the presented subject is "${subject}"`);
  });

  test.each([
    [700211, "presented assertion issuer 'https://evil.example'.", 'the presented issuer is "https://evil.example"'],
    [700212, "presented assertion audience 'api://x'.", 'the presented audience is "api://x"'],
    [
      70021,
      "Assertion Issuer: 'https://i'. Assertion Subject: 's'. Assertion Audience: 'a'.",
      'the presented subject is "s"',
    ],
  ])('is shown for AADSTS%d', (number, text, reported) => {
    expect(entra(answer(number, text)).message).toContain(reported);
  });

  test('is shown as one line of limited length that is not a command', () => {
    const { message } = entra(answer(700213, `assertion subject '::error::##[x]\u202e${'a b'.repeat(500)}'.`));
    expect(message).toContain('": :error::## [x]a ba b');
    expect(message).toContain('" (shortened or made harmless here)');
    expect(message.length).toBeLessThan(1600);
  });
});

test('the description is not repeated: it may name users and addresses', () => {
  const text = "User account 'user@contoso.example' from 203.0.113.7 does not exist in tenant 'Contoso'.";
  const { message } = entra(answer(50034, text));
  expect(message).not.toMatch(/user@|203\.0|Contoso'/u);
});

test('a trace id is shown only if it is one', () => {
  expect(entra(answer(50076, 'x', { trace_id: '::error::x' })).message).toContain('(AADSTS50076).');
});

describe('legacy Azure DevOps OAuth', () => {
  const legacy = (body: unknown, status = 400): Failure => legacyOAuthFailure({ status, body, what });

  const again = 'Sign in to the Azure DevOps OAuth app again and store the new refresh token; check redirect-uri too.';
  const spent = 'the refresh token is not accepted; each one works only once';
  const secret = 'Check client-secret: it is the secret of the Azure DevOps OAuth app, and it must not have expired.';
  const retired = 'Azure DevOps OAuth is being retired; move to identity-provider: entra.';

  test.each([
    [
      { Error: 'invalid_grant', ErrorDescription: 'The grant is spent.' },
      'refresh-token-invalid',
      `${spent} (invalid_grant: "The grant is spent."). ${again}`,
    ],
    [
      { error: 'invalid_grant', error_description: 'The grant is spent.' },
      'refresh-token-invalid',
      `${spent} (invalid_grant: "The grant is spent."). ${again}`,
    ],
    [{ Error: 'InvalidGrant' }, 'refresh-token-invalid', `${spent} (invalid_grant). ${again}`],
    [
      { Error: 'invalid_client', ErrorDescription: 'Invalid client auth token.' },
      'client-authentication-failed',
      `the app is not accepted (invalid_client: "Invalid client auth token."). ${secret}`,
    ],
    ...['invalid_request', 'access_denied', 'unauthorized_client', 'invalid_scope'].map(
      (error) =>
        [
          { Error: error },
          'unexpected-response',
          `the Azure DevOps OAuth service refuses the request (${error}). ${retired}`,
        ] as const,
    ),
    [
      { Error: 'something_else' },
      'unexpected-response',
      `the Azure DevOps OAuth service refuses the request (something_else). ${retired}`,
    ],
  ])('%j is %s', (body, code, text) => {
    const failure = legacy(body);
    expect(failure).toMatchObject({ code, retryable: false, mayHaveActed: false });
    expect(failure.message).toBe(`${what}: ${text}`);
  });

  test('is reported with its text, as a quotation', () => {
    const body = { Error: 'invalid_grant', ErrorDescription: `spent\n::error::x ${'a'.repeat(60)}` };
    expect(legacy(body).message).toContain('(invalid_grant: "spent ::error::x ***")');
  });

  const limited = (reported: string): string =>
    `the Azure DevOps OAuth service limits the requests of this app (HTTP ${reported}). Wait some minutes, and spread the runs further apart.`;
  const unavailable = (reported: string, source = 'the Azure DevOps OAuth service or a proxy before it'): string =>
    `${source} has a fault (HTTP ${reported}). Run again in a few minutes; https://status.dev.azure.com reports outages.`;
  const nameless = (status: number, reported = ''): string =>
    `the answer (HTTP ${status}) names no error${reported}.${status === 401 ? ' Check client-secret.' : ''} ${retired}`;

  // If the service refused, it has not spent the old refresh token. If it broke off or accepted, it may have spent it.
  test.each([
    [429, undefined, 'rate-limited', true, false, limited('429')],
    [429, { Error: 'server_error' }, 'rate-limited', true, false, limited('429, server_error')],
    [408, undefined, 'service-unavailable', true, true, unavailable('408')],
    [500, undefined, 'service-unavailable', true, true, unavailable('500')],
    [500, { Error: 'invalid_grant' }, 'service-unavailable', true, true, unavailable('500, invalid_grant')],
    [
      503,
      { Error: 'server_error' },
      'service-unavailable',
      true,
      true,
      unavailable('503, server_error', 'the Azure DevOps OAuth service'),
    ],
    [
      400,
      { Error: 'server_error' },
      'service-unavailable',
      true,
      true,
      unavailable('400, server_error', 'the Azure DevOps OAuth service'),
    ],
    [
      400,
      { Error: 'TemporarilyUnavailable' },
      'service-unavailable',
      true,
      true,
      unavailable('400, temporarily_unavailable', 'the Azure DevOps OAuth service'),
    ],
    [401, undefined, 'client-authentication-failed', false, false, nameless(401)],
    [400, undefined, 'unexpected-response', false, false, nameless(400)],
    [400, { Error: 'invalid grant' }, 'unexpected-response', false, false, nameless(400)],
    [400, { ErrorDescription: 'No app.' }, 'unexpected-response', false, false, nameless(400, ': "No app."')],
    [499, undefined, 'unexpected-response', false, false, nameless(499)],
    [199, undefined, 'unexpected-response', false, false, nameless(199)],
    [200, '<html>', 'unexpected-response', false, true, nameless(200)],
    [299, undefined, 'unexpected-response', false, true, nameless(299)],
    [300, undefined, 'unexpected-response', false, false, nameless(300)],
  ])('HTTP %d with %j is %s', (status, body, code, retryable, mayHaveActed, text) => {
    const failure = legacy(body, status);
    expect(failure).toMatchObject({ code, retryable, mayHaveActed });
    expect(failure.message).toBe(`${what}: ${text}`);
  });
});

test('any answer becomes a Failure of one line', () => {
  const text = fc.oneof(anyText(), fc.constantFrom('\n::error::x', '##[group]', 'AADSTS50076: x'));
  const body = fc.oneof(
    fc.anything(),
    fc.jsonValue(),
    fc.record(
      {
        error: fc.oneof(text, fc.anything()),
        error_description: fc.oneof(text, fc.anything()),
        error_codes: fc.oneof(fc.array(fc.oneof(fc.integer(), fc.double(), text)), fc.anything()),
        suberror: fc.oneof(text, fc.anything()),
        trace_id: fc.oneof(text, fc.anything()),
        Error: text,
        ErrorDescription: text,
      },
      { requiredKeys: [] },
    ),
  );
  fc.assert(
    fc.property(fc.integer({ min: 100, max: 599 }), body, (status, value) => {
      for (const failure of [entra(value, status), legacyOAuthFailure({ status, body: value, what })]) {
        expect(errorCodes).toContain(failure.code);
        expect(failure.message).not.toMatch(/[\r\n\u2028\u2029]|##\[|undefined|NaN/u);
        expect(failure.message.startsWith(`${what}: `)).toBe(true);
        expect(failure.message.length).toBeLessThan(3000);
        expect(failure.hint).toMatch(/\.$/u);
      }
    }),
    { numRuns: 500 },
  );
});
