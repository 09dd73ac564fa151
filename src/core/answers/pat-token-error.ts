import type { ErrorCode } from '../error-code.ts';
import { Failure } from '../failure.ts';
import type { InputName } from '../interface.ts';
import { quoteForeign } from '../sanitize.ts';

interface PatTokenErrorFact {
  /** First version of the official specification that lists the value. */
  readonly since: '6.1' | '7.1' | '7.2';
  readonly code: ErrorCode;
  /** Why it failed, in one clause. The specification has only the names of the values; the words are ours. */
  readonly meaning: string;
  /** What to do, in full sentences. */
  readonly advice: string;
  /** The input that is wrong, if it is one. */
  readonly input?: InputName;
  /**
   * `safe`: nothing was done, so the request may be sent again. `may-have-acted`: a caller must look before it repeats.
   */
  readonly retry?: 'safe' | 'may-have-acted';
}

const runAgain = 'Run again in a few minutes.';
const report = 'Check that the inputs name the right app and user; if they do, please report it with the debug log.';
export const unknownPatAdvice =
  'Check authorization-id with the operation list (filter: all). A PAT is visible only to its own user.';
const address =
  'Ask an administrator which policy limits the addresses (IP conditional access), and run on a machine whose address it allows.';
const otherClient =
  'Use an app registration of Microsoft Entra whose Azure DevOps permissions are vso.pats and vso.pats_manage.';
const shorterLife =
  'Set a shorter valid-for, or ask an administrator for the maximum (Organization settings, Microsoft Entra, Policies).';

/**
 * `patTokenError` of the PAT API, each value but `none`. Source: the enum `SessionTokenError` in
 * https://github.com/MicrosoftDocs/vsts-rest-api-specs `specification/tokens/{6.1,7.0,7.1,7.2}/tokens.json`; policies:
 * https://learn.microsoft.com/azure/devops/organizations/accounts/manage-pats-with-policies-for-administrators
 */
export const patTokenErrors: Readonly<Record<string, PatTokenErrorFact>> = {
  displayNameRequired: {
    since: '6.1',
    code: 'invalid-input',
    meaning: 'the PAT has no name',
    advice: 'Set display-name.',
  },
  invalidDisplayName: {
    since: '6.1',
    code: 'invalid-input',
    meaning: 'the name of the PAT is too long or has characters that are not allowed',
    advice: 'Choose a shorter, plainer display-name.',
    input: 'display-name',
  },
  invalidValidTo: {
    since: '6.1',
    code: 'invalid-input',
    meaning: 'the end of the PAT is in the past, or too far in the future',
    advice: 'Correct valid-for or valid-to; without any policy the limit is one year.',
  },
  invalidScope: {
    since: '6.1',
    code: 'invalid-scope',
    meaning: 'one of the scopes is unknown, or they cannot be combined',
    advice: 'Correct scopes; full access (app_token) cannot be combined with others.',
  },
  userIdRequired: {
    since: '6.1',
    code: 'pat-api-error',
    meaning: 'the access token names no user',
    advice: 'Sign in as a user with the command sign-in and store the new refresh token.',
  },
  invalidUserId: {
    since: '6.1',
    code: 'pat-api-error',
    meaning: 'the organization does not know the user',
    advice: 'Add the user to the organization, or correct organization.',
  },
  invalidUserType: {
    since: '6.1',
    code: 'pat-api-error',
    meaning: 'the identity is not a user',
    advice:
      'Service principals and managed identities cannot have PATs: sign in as a user and store that refresh token.',
  },
  accessDenied: {
    since: '6.1',
    code: 'forbidden',
    meaning: 'a permission or a policy does not allow it',
    advice:
      "Check that the user is an active member of the organization and that the app's vso.pats and vso.pats_manage are consented; then ask an administrator about the PAT policies.",
  },
  failedToIssueAccessToken: {
    since: '6.1',
    code: 'pat-api-error',
    meaning: 'the service failed while it issued the PAT',
    advice: runAgain,
    retry: 'may-have-acted',
  },
  invalidClient: {
    since: '6.1',
    code: 'pat-api-error',
    meaning: 'the app is not accepted',
    advice: otherClient,
  },
  invalidClientType: {
    since: '6.1',
    code: 'pat-api-error',
    meaning: 'the kind of app is not accepted',
    advice: otherClient,
  },
  invalidClientId: {
    since: '6.1',
    code: 'pat-api-error',
    meaning: "the app's id is not accepted",
    advice: otherClient,
  },
  invalidTargetAccounts: {
    since: '6.1',
    code: 'pat-api-error',
    meaning: 'the user cannot have a PAT in this organization',
    advice: 'Check organization, and that the user is a member of it.',
  },
  hostAuthorizationNotFound: {
    since: '6.1',
    code: 'pat-not-found',
    meaning: 'the organization does not know the PAT',
    advice: unknownPatAdvice,
  },
  authorizationNotFound: {
    since: '6.1',
    code: 'pat-not-found',
    meaning: 'the user has no PAT of that id',
    advice: unknownPatAdvice,
  },
  failedToUpdateAccessToken: {
    since: '6.1',
    code: 'pat-api-error',
    meaning: 'the service failed while it updated the PAT',
    advice: runAgain,
    retry: 'safe',
  },
  sourceNotSupported: {
    since: '6.1',
    code: 'forbidden',
    meaning: 'the origin of the request is not accepted',
    advice: address,
  },
  invalidSourceIP: {
    since: '6.1',
    code: 'forbidden',
    meaning: 'the address of this machine is not accepted',
    advice: address,
  },
  invalidSource: {
    since: '6.1',
    code: 'forbidden',
    meaning: 'the origin of the request is not accepted',
    advice: address,
  },
  duplicateHash: {
    since: '6.1',
    code: 'pat-api-error',
    meaning: 'the service made a value that exists already',
    advice: runAgain,
    retry: 'safe',
  },
  sshPolicyDisabled: {
    since: '6.1',
    code: 'pat-api-error',
    meaning: 'the organization forbids SSH authentication',
    advice: 'This is not expected for a PAT: ask an administrator about the application connection policies.',
  },
  invalidToken: {
    since: '6.1',
    code: 'pat-api-error',
    meaning: 'the service cannot read the token',
    advice: report,
  },
  tokenNotFound: {
    since: '6.1',
    code: 'pat-not-found',
    meaning: 'the user has no such PAT',
    advice: unknownPatAdvice,
  },
  invalidAuthorizationId: {
    since: '6.1',
    code: 'pat-not-found',
    meaning: 'the id does not belong to a PAT',
    advice: unknownPatAdvice,
  },
  failedToReadTenantPolicy: {
    since: '6.1',
    code: 'pat-api-error',
    meaning: "the service could not read the tenant's policies",
    advice: runAgain,
    retry: 'safe',
  },
  globalPatPolicyViolation: {
    since: '6.1',
    code: 'pat-policy-violation',
    meaning: 'a policy of the tenant forbids PATs for all organizations',
    advice: 'Set all-organizations to false.',
  },
  fullScopePatPolicyViolation: {
    since: '6.1',
    code: 'pat-policy-violation',
    meaning: 'a policy of the tenant forbids PATs with full access',
    advice: 'Name the scopes that are needed, such as vso.packaging_write.',
  },
  patLifespanPolicyViolation: {
    since: '6.1',
    code: 'pat-policy-violation',
    meaning: 'a policy of the tenant limits the lifetime of PATs, and this one would be valid for longer',
    advice: shorterLife,
  },
  invalidTokenType: {
    since: '7.1',
    code: 'pat-api-error',
    meaning: 'the access token is of the wrong kind',
    advice: 'Use identity-provider: entra; only tokens of Microsoft Entra can manage PATs.',
  },
  invalidAudience: {
    since: '7.1',
    code: 'pat-api-error',
    meaning: 'the access token was issued for another service',
    advice: report,
  },
  invalidSubject: {
    since: '7.1',
    code: 'pat-api-error',
    meaning: 'the service does not know the user of the access token',
    advice: 'Sign in as a member of the organization and store the new refresh token.',
  },
  deploymentHostNotSupported: {
    since: '7.1',
    code: 'pat-api-error',
    meaning: 'the request did not go to an organization',
    advice: 'Check organization.',
  },
  disablePatCreationPolicyViolation: {
    since: '7.2',
    code: 'pat-policy-violation',
    meaning: 'a policy of the organization forbids the creation of PATs',
    advice:
      'Ask an administrator to put the user on the allow list (Organization settings, Policies, Restrict personal access token creation).',
  },
  failedToReadOrgPolicy: {
    since: '7.2',
    code: 'pat-api-error',
    meaning: "the service could not read the organization's policies",
    advice: runAgain,
    retry: 'safe',
  },
  globalPATCreationBlocked: {
    since: '7.2',
    code: 'pat-policy-violation',
    meaning:
      'Azure DevOps no longer creates PATs for all organizations (since 2026-03-15; all of them end on 2026-12-01)',
    advice: 'Set all-organizations to false and create one PAT for each organization.',
  },
  expiredPatCannotBeExtended: {
    since: '7.2',
    code: 'pat-api-error',
    meaning: 'the PAT has expired, and an expired one cannot be extended',
    advice: 'Create a new one, with the operation create or with rotate and if-missing: create.',
  },
};

/** The table by lower-case name, because no document fixes the case. */
const byLowerCase = new Map(Object.entries(patTokenErrors).map(([name, fact]) => [name.toLowerCase(), { name, fact }]));

/**
 * Whether `patTokenError` reports no error. An answer that leaves it out reports none either.
 * @example isPatTokenSuccess('none') // true
 */
export function isPatTokenSuccess(value: unknown): boolean {
  return value === undefined || value === null || (typeof value === 'string' && value.toLowerCase() === 'none');
}

/**
 * The Failure for a `patTokenError` other than `none`, which usually comes with HTTP 200.
 * @param message `patTokenErrorMessage`, which version 7.2 of the API may add.
 */
export function patTokenFailure(value: unknown, what: string, message?: unknown): Failure {
  const entry = typeof value === 'string' ? byLowerCase.get(value.toLowerCase()) : undefined;
  const quoted = typeof message === 'string' && message.trim() !== '' ? `: "${quoteForeign(message)}"` : '';
  if (entry === undefined) {
    const reported =
      typeof value === 'string' ? `the error "${quoteForeign(value)}", which` : 'an error in a form that';
    return new Failure('pat-api-error', {
      what,
      why: `Azure DevOps answered with ${reported} this version does not know${quoted}`,
      hint: 'Look for a newer version of this program, or please report it.',
      mayHaveActed: true,
    });
  }
  const { name, fact } = entry;
  return new Failure(fact.code, {
    what,
    why: `${fact.meaning} (${name}${quoted})`,
    hint: fact.advice,
    problems: fact.input === undefined ? [] : [{ input: fact.input, text: fact.meaning }],
    retryable: fact.retry === 'safe',
    mayHaveActed: fact.retry === 'may-have-acted',
  });
}
