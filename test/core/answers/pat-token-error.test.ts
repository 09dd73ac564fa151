import { describe, expect, test } from '@jest/globals';
import { isPatTokenSuccess, patTokenErrors, patTokenFailure } from '../../../src/core/answers/pat-token-error.ts';
import { errorCodes } from '../../../src/core/error-code.ts';
import { fc } from '../../seed.ts';
import { anyText } from '../any-text.ts';

const what = 'Creating the PAT';

/**
 * The enum `SessionTokenError` as it was recorded from MicrosoftDocs/vsts-rest-api-specs
 * `specification/tokens/{6.1,7.0,7.1,7.2}/tokens.json`: 29 values in 6.1 and 7.0, 33 in 7.1, 37 in 7.2.
 */
const recorded = {
  '6.1': [
    'none',
    'displayNameRequired',
    'invalidDisplayName',
    'invalidValidTo',
    'invalidScope',
    'userIdRequired',
    'invalidUserId',
    'invalidUserType',
    'accessDenied',
    'failedToIssueAccessToken',
    'invalidClient',
    'invalidClientType',
    'invalidClientId',
    'invalidTargetAccounts',
    'hostAuthorizationNotFound',
    'authorizationNotFound',
    'failedToUpdateAccessToken',
    'sourceNotSupported',
    'invalidSourceIP',
    'invalidSource',
    'duplicateHash',
    'sshPolicyDisabled',
    'invalidToken',
    'tokenNotFound',
    'invalidAuthorizationId',
    'failedToReadTenantPolicy',
    'globalPatPolicyViolation',
    'fullScopePatPolicyViolation',
    'patLifespanPolicyViolation',
  ],
  '7.1': ['invalidTokenType', 'invalidAudience', 'invalidSubject', 'deploymentHostNotSupported'],
  '7.2': [
    'disablePatCreationPolicyViolation',
    'failedToReadOrgPolicy',
    'globalPATCreationBlocked',
    'expiredPatCannotBeExtended',
  ],
} as const;

describe('the table', () => {
  test('has each word of the recorded enum except "none"', () => {
    const all = Object.entries(recorded).flatMap(([since, names]) => names.map((name) => [name, since]));
    expect(all).toHaveLength(37);
    const table = Object.entries(patTokenErrors).map(([name, { since }]) => [name, since]);
    expect(table).toEqual(all.filter(([name]) => name !== 'none'));
  });

  test.each(Object.keys(patTokenErrors))('%s has a reason and advice', (name) => {
    const { why, hint } = patTokenFailure(name, what);
    expect(why).toMatch(new RegExp(`^(?:[^A-Z]|Azure).*[^.] \\(${name}\\)$`, 'u'));
    expect(hint).toMatch(/^[A-Z].*\.$/u);
  });
});

const codes = {
  'pat-policy-violation': [
    'globalPatPolicyViolation',
    'fullScopePatPolicyViolation',
    'patLifespanPolicyViolation',
    'disablePatCreationPolicyViolation',
    'globalPATCreationBlocked',
  ],
  'invalid-scope': ['invalidScope'],
  'invalid-input': ['displayNameRequired', 'invalidDisplayName', 'invalidValidTo'],
  forbidden: ['accessDenied', 'sourceNotSupported', 'invalidSourceIP', 'invalidSource'],
  'pat-not-found': ['authorizationNotFound', 'tokenNotFound', 'hostAuthorizationNotFound', 'invalidAuthorizationId'],
};

test.each(Object.entries(codes))('%s is the code of %j, and of nothing else', (code, names) => {
  const found = Object.keys(patTokenErrors).filter((name) => patTokenFailure(name, what).code === code);
  expect(found.sort()).toEqual([...names].sort());
});

test('each policy has a reason of its own', () => {
  const policies = codes['pat-policy-violation'];
  const reasons = policies.map((name) => patTokenFailure(name, what).why.replace(name, ''));
  expect(new Set(reasons).size).toBe(policies.length);
});

test('everything else is pat-api-error', () => {
  const named = Object.values(codes).flat();
  for (const name of Object.keys(patTokenErrors).filter((value) => !named.includes(value))) {
    expect(patTokenFailure(name, what).code).toBe('pat-api-error');
  }
});

test('a retry is allowed only if it is certain that no PAT was issued', () => {
  const names = Object.keys(patTokenErrors);
  expect(names.filter((name) => patTokenFailure(name, what).retryable)).toEqual([
    'failedToUpdateAccessToken',
    'duplicateHash',
    'failedToReadTenantPolicy',
    'failedToReadOrgPolicy',
  ]);
  expect(names.filter((name) => patTokenFailure(name, what).mayHaveActed)).toEqual(['failedToIssueAccessToken']);
});

test('a value that is about one input says which', () => {
  expect(patTokenFailure('invalidDisplayName', what).problems).toEqual([
    { input: 'display-name', text: patTokenErrors.invalidDisplayName?.meaning },
  ]);
  expect(patTokenFailure('invalidScope', what).problems).toEqual([]);
});

test.each(['INVALIDSCOPE', 'InvalidScope', 'invalidscope'])(
  '%s is recognized in capitals and small letters',
  (value) => {
    expect(patTokenFailure(value, what).code).toBe('invalid-scope');
  },
);

test("the service's own message is reported as a quotation", () => {
  expect(patTokenFailure('invalidScope', what, 'Bad\n::error::scope').message).toContain(
    '(invalidScope: "Bad ::error::scope")',
  );
  expect(patTokenFailure('invalidScope', what, '  ').message).toContain('(invalidScope).');
});

test.each([
  ['somethingNew', undefined, 'the error "somethingNew", which this version does not know'],
  ['somethingNew', 'Really new.', 'the error "somethingNew", which this version does not know: "Really new."'],
  [7, undefined, 'an error in a form that this version does not know'],
])('after the unknown value %j with the message %j, the request may have acted', (value, message, reported) => {
  const failure = patTokenFailure(value, what, message);
  expect(failure).toMatchObject({ code: 'pat-api-error', retryable: false, mayHaveActed: true });
  expect(failure.message).toBe(
    `${what}: Azure DevOps answered with ${reported}. Look for a newer version of this program, or please report it.`,
  );
});

test.each([
  [undefined, true],
  [null, true],
  ['none', true],
  ['None', true],
  ['', false],
  ['invalidScope', false],
  [0, false],
  [{}, false],
])('%j is a success: %j', (value, success) => {
  expect(isPatTokenSuccess(value)).toBe(success);
});

test('any answer becomes a Failure of one line', () => {
  const value = fc.oneof(fc.anything(), anyText(), fc.constantFrom('constructor', '\n::error::x', '##[x]'));
  fc.assert(
    fc.property(value, value, (error, message) => {
      const failure = patTokenFailure(error, what, message);
      expect(errorCodes).toContain(failure.code);
      expect(failure.message).not.toMatch(/[\r\n\u2028\u2029]|##\[/u);
      expect(failure.message.startsWith(`${what}: `)).toBe(true);
    }),
  );
});
