import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { entraErrors, entraFailure, legacyOAuthFailure } from '../../src/core/entra-error.ts';
import { type ErrorCode, errorCodes, type Failure } from '../../src/core/failure.ts';
import { anyText } from './any-text.ts';

const what = 'Exchanging the refresh token';
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

/** The codes that are promised to users. */
const promised: Readonly<Partial<Record<ErrorCode, readonly number[]>>> = {
  'refresh-token-expired': [70008, 700082, 700084, 70043],
  'refresh-token-revoked': [50173, 50132, 50133],
  'refresh-token-invalid': [70000, 9002313, 90013, 90023, 900144],
  'interaction-required': [
    50072, 50074, 50076, 50078, 50079, 50097, 50131, 50158, 53000, 53001, 53002, 53003, 53004, 530032,
  ],
  'consent-required': [65001, 65004, 90094, 90095, 650052, 650056, 650057],
  'client-authentication-failed': [
    7000215, 7000218, 7000222, 700025, 700027, 50012, 500133, 70021, 700211, 700213, 7002121,
  ],
  'app-not-found': [700016, 70001, 700011, 7000112],
  'tenant-not-found': [90002],
};

/** Those that have no promise, but must be told in words of their own. */
const others = [
  16000, 16003, 50001, 50011, 50013, 50020, 50027, 50033, 50034, 50053, 50055, 50057, 50058, 50085, 50087, 50089, 50105,
  50126, 50194, 50196, 500011, 500021, 500022, 53011, 54005, 70002, 70003, 70011, 700022, 700023, 70016, 70018, 70019,
  70020, 700005, 700030, 7002131, 700222, 700229, 90006, 90012, 90024, 90033, 90055, 90090, 90036, 9002326, 9002327,
];

const passing = [50033, 50087, 90006, 90012, 90024, 90033, 90055, 90090];

describe('the numbers of Entra', () => {
  const rows = Object.entries(promised).flatMap(([code, numbers]) => numbers.map((number) => [number, code] as const));

  test.each(rows)('AADSTS%d is %s', (number, code) => {
    const failure = entra(answer(number, 'Whatever the text says.'));
    expect(failure.code).toBe(code);
    expect(failure.retryable).toBe(false);
    expect(failure.message).toContain(`(AADSTS${number}, trace id ${trace})`);
  });

  test('every listed number is in the table', () => {
    for (const number of [...rows.map(([number]) => number), ...others])
      expect(entraErrors).toHaveProperty(`${number}`);
  });

  test.each(Object.entries(entraErrors))('AADSTS%s tells why and what to do', (_number, fact) => {
    expect(errorCodes).toContain(fact.code);
    expect(fact.meaning).not.toMatch(/^[A-Z](?!icrosoft|zure)|[.\n]$/u);
    expect(fact.advice).toMatch(/^[A-Z].*\.$/u);
  });

  test.each(passing)('AADSTS%d passes by itself', (number) => {
    expect(entra(answer(number, 'x'))).toMatchObject({ code: 'service-unavailable', retryable: true });
  });

  test('too many repeats are not answered with a repeat', () => {
    expect(entra(answer(50196, 'loop'))).toMatchObject({ code: 'rate-limited', retryable: false });
  });

  test('the number is found in the text where the list is missing', () => {
    const body = { error: 'invalid_grant', error_description: 'AADSTS700082: The refresh token has expired' };
    expect(entra(body).code).toBe('refresh-token-expired');
  });

  test('a known number wins over an unknown one before it', () => {
    expect(entra({ error: 'invalid_grant', error_codes: [123456, 50076] }).code).toBe('interaction-required');
  });
});

describe('numbers that are not in the table', () => {
  test.each([
    ['token_expired', 'refresh-token-expired'],
    ['bad_token', 'refresh-token-invalid'],
    ['client_mismatch', 'refresh-token-invalid'],
    ['consent_required', 'consent-required'],
    ['user_password_expired', 'interaction-required'],
    ['message_only', 'interaction-required'],
    ['basic_action', 'interaction-required'],
    ['additional_action', 'interaction-required'],
    ['protection_policy_required', 'interaction-required'],
    ['device_authentication_failed', 'interaction-required'],
  ])('suberror %s is %s', (suberror, code) => {
    expect(entra(answer(4711999, 'New.', { suberror })).code).toBe(code);
  });

  test.each([
    ['invalid_grant', 'refresh-token-invalid', false],
    ['invalid_request', 'refresh-token-invalid', false],
    ['interaction_required', 'interaction-required', false],
    ['consent_required', 'consent-required', false],
    ['invalid_client', 'client-authentication-failed', false],
    ['unauthorized_client', 'client-authentication-failed', false],
    ['invalid_scope', 'invalid-scope', false],
    ['invalid_resource', 'consent-required', false],
    ['unsupported_grant_type', 'invalid-input', false],
    ['temporarily_unavailable', 'service-unavailable', true],
    ['server_error', 'service-unavailable', true],
    ['brand_new_error', 'unexpected-response', false],
    ['constructor', 'unexpected-response', false],
    ['__proto__', 'unexpected-response', false],
  ])('error %s is %s', (error, code, retryable) => {
    expect(entra(answer(4711999, 'New.', { error }))).toMatchObject({ code, retryable });
  });

  test('Microsoft explains the number', () => {
    expect(entra(answer(4711999, 'New.')).message).toContain('https://login.microsoftonline.com/error?code=4711999');
    expect(entra(answer(50076, 'MFA.')).message).not.toContain('error?code=');
  });
});

describe('answers that are not errors of Entra', () => {
  test.each([
    [429, undefined, 'rate-limited', true],
    [429, answer(50196, 'loop'), 'rate-limited', true],
    [500, undefined, 'service-unavailable', true],
    [503, {}, 'service-unavailable', true],
    [503, answer(4711999, 'New.', { error: 'brand_new_error' }), 'service-unavailable', true],
    [408, undefined, 'service-unavailable', true],
    [400, undefined, 'unexpected-response', false],
    [403, '<html>', 'unexpected-response', false],
    [200, {}, 'unexpected-response', false],
    [200, [], 'unexpected-response', false],
    [302, null, 'unexpected-response', false],
  ] as const)('HTTP %d with %j is %s', (status, body, code, retryable) => {
    expect(entra(body, status)).toMatchObject({ code, retryable });
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
    expect(entra(answer(number, text)).message).toContain(`the limit it states is ${limit}`);
  });
});

describe('what a job presented', () => {
  test('the subject can be pasted', () => {
    const subject = 'repo:contoso@123/app@456:environment:Production EU';
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
  ])('AADSTS%d', (number, text, told) => {
    expect(entra(answer(number, text)).message).toContain(told);
  });

  test('it is one bounded line that commands nobody', () => {
    const { message } = entra(answer(700213, `assertion subject '::error::##[x]\u202e${'a'.repeat(900)}'.`));
    expect(message).toContain('": :error::## [x]aaa');
    expect(message.length).toBeLessThan(1000);
  });
});

test('the description is not repeated: it may name users and addresses', () => {
  const text = "User account 'jane@contoso.example' from 203.0.113.7 does not exist in tenant 'Contoso'.";
  const { message } = entra(answer(50034, text));
  expect(message).not.toMatch(/jane|203\.0|Contoso'/u);
});

test('a trace id is shown only if it is one', () => {
  expect(entra(answer(50076, 'x', { trace_id: '::error::x' })).message).toContain('(AADSTS50076).');
});

describe('legacy Azure DevOps OAuth', () => {
  const legacy = (body: unknown, status = 400): Failure => legacyOAuthFailure({ status, body, what });

  test.each([
    [{ Error: 'invalid_grant', ErrorDescription: 'The grant is spent.' }, 'refresh-token-invalid'],
    [{ error: 'invalid_grant', error_description: 'The grant is spent.' }, 'refresh-token-invalid'],
    [{ Error: 'InvalidGrant' }, 'refresh-token-invalid'],
    [{ Error: 'invalid_client', ErrorDescription: 'Invalid client auth token.' }, 'client-authentication-failed'],
    [{ Error: 'unauthorized_client' }, 'client-authentication-failed'],
    [{ Error: 'invalid_scope' }, 'invalid-scope'],
    [{ Error: 'something_else' }, 'unexpected-response'],
  ])('%j is %s', (body, code) => {
    expect(legacy(body)).toMatchObject({ code, retryable: false, uncertain: false });
  });

  test('its text is told, as a quotation', () => {
    const body = { Error: 'invalid_grant', ErrorDescription: `spent\n::error::x ${'a'.repeat(60)}` };
    expect(legacy(body).message).toContain('(invalid_grant: "spent ::error::x ***")');
  });

  test.each([
    [429, undefined, { code: 'rate-limited', retryable: true, uncertain: false }],
    [500, undefined, { code: 'service-unavailable', retryable: true, uncertain: true }],
    [503, { Error: 'server_error' }, { code: 'service-unavailable', retryable: true, uncertain: true }],
    [400, { Error: 'server_error' }, { code: 'service-unavailable', retryable: true, uncertain: true }],
    [401, undefined, { code: 'client-authentication-failed', retryable: false }],
    [400, undefined, { code: 'unexpected-response', retryable: false }],
    [200, '<html>', { code: 'unexpected-response', retryable: false, uncertain: true }],
  ])('HTTP %d with %j', (status, body, expected) => {
    expect(legacy(body, status)).toMatchObject(expected);
  });
});

test('whatever comes, there is a Failure of one line', () => {
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
