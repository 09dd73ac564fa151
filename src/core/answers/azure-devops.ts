import { Failure, type FailureDetails } from '../failure.ts';
import { quoteForeign } from '../sanitize.ts';
import {
  type AzureDevOpsAnswer,
  activityOf,
  type ErrorFields,
  isRateLimit,
  isSuccessAnswer,
  mayComeFromProxy,
  readError,
} from './azure-devops-answer.ts';
import { readJson } from './json.ts';
import { isPatTokenSuccess, patTokenFailure, unknownPatAdvice } from './pat-token-error.ts';
import { checkTheWayTo, transportFailure } from './transport-failure.ts';

interface AzureDevOpsRequest {
  /** What was being done: `Listing the PATs of contoso`. */
  readonly what: string;
  readonly organization: string;
  /** The delegated permission that the request needs: `vso.pats`, `vso.pats_manage`, or one of another API. */
  readonly permission?: string;
}

/**
 * Advice to check the delegated permissions. Microsoft's specification of the API (7.2) requires `vso.pats*`, which
 * replaced `user_impersonation` in 2025
 * (https://learn.microsoft.com/azure/devops/release-notes/2025/sprint-257-update).
 */
function permissionHint(permission: string | undefined): string {
  if (permission === undefined || /^vso\.pats(?:_manage)?$/u.test(permission)) {
    return 'the app registration has the delegated Azure DevOps permissions vso.pats and vso.pats_manage (older registrations: user_impersonation), with consent';
  }
  return `the app registration has the delegated Azure DevOps permission ${permission} (older registrations: user_impersonation), with consent`;
}

/**
 * Whether the user has never signed in: TF401444, or, in other parts of the service, an identity not "materialized".
 */
function isUnknownIdentity({ number, typeKey, message }: ErrorFields): boolean {
  return number === 'TF401444' || /materializ/iu.test(`${typeKey} ${message}`);
}

/** Numbers of refusals that state no reason. With any other number, the service's sentence states one. */
const plainRefusals: readonly string[] = ['', 'TF400813', 'TF30063', 'VS30063', 'TF50309'];

function describeOrganization({ about: { organization } }: Refusal): string {
  return `the organization ${quoteForeign(organization)}`;
}

/** An answer that is not the JSON of a success, and what it was the answer to. */
interface Refusal {
  readonly answer: AzureDevOpsAnswer;
  readonly about: AzureDevOpsRequest;
  readonly error: ErrorFields;
  /** Whether the status is that of a success. */
  readonly isSuccess: boolean;
  /** Number, status, quotation and activity id, for the end of a reason. */
  readonly proof: string;
}

function readRefusal(answer: AzureDevOpsAnswer, about: AzureDevOpsRequest): Refusal {
  const { status, headers } = answer;
  const error = readError(answer);
  const identity = [`HTTP ${status}`, error.number || error.typeKey.slice(0, 80), activityOf(headers)].filter(
    (part) => part !== '',
  );
  const quotation = error.message === '' ? '' : `: "${quoteForeign(error.message).replace(/\.$/u, '')}"`;
  const proof = `(${quoteForeign(identity.join(', '))})${quotation}`;
  return { answer, about, error, isSuccess: status >= 200 && status < 300, proof };
}

/** A Failure whose reason ends with the proof. */
function fail(
  { about: { what }, proof }: Refusal,
  code: Failure['code'],
  { why, ...rest }: Omit<FailureDetails, 'what'>,
): Failure {
  return new Failure(code, { what, why: `${why} ${proof}`, ...rest });
}

/** One meaning that a refusal can have; undefined if it has another one. */
type Meaning = (refusal: Refusal) => Failure | undefined;

/** The first that fits decides: `typeKey` comes first, then the service's number, then the status. */
const meanings: readonly Meaning[] = [
  unknownPat,
  conditionalAccess,
  transport,
  neverSignedIn,
  newerSignIn,
  servicePrincipal,
  errorOfPatApi,
  oldApiVersion,
  answerOfProxy,
  movedOrganization,
  missingProject,
  refusedToken,
  forbidden,
  missingOrganization,
  garbledSuccess,
];

/**
 * The Failure for an answer of Azure DevOps that is not the JSON of a success. For a bad bearer token the service sends
 * a redirect or a page of HTML more often than 401
 * (https://github.com/MicrosoftDocs/azure-devops-docs/issues/13661,
 * https://github.com/MicrosoftDocs/vsts-rest-api-specs/issues/574). `mayHaveActed` if the service may have acted.
 */
export function azureDevOpsFailure(answer: AzureDevOpsAnswer, about: AzureDevOpsRequest): Failure {
  const refusal = readRefusal(answer, about);
  for (const meaning of meanings) {
    const failure = meaning(refusal);
    if (failure) return failure;
  }
  return fail(refusal, 'pat-api-error', {
    // If there is a reason, the quotation states it.
    why: 'Azure DevOps refuses the request',
    // TF400898 is an internal error of the service, although its status is 400. So the service may have acted.
    mayHaveActed: refusal.error.number === 'TF400898',
  });
}

/** This error decides with every status, even 5xx: only the PAT is gone. */
function unknownPat(refusal: Refusal): Failure | undefined {
  if (refusal.isSuccess || refusal.error.typeKey !== 'SessionTokenNotFoundException') return undefined;
  return fail(refusal, 'pat-not-found', {
    why: 'the user has no such PAT',
    hint: unknownPatAdvice,
  });
}

function conditionalAccess(refusal: Refusal): Failure | undefined {
  if (refusal.error.number !== 'VS403463') return undefined;
  return fail(refusal, 'interaction-required', {
    why: `a conditional access policy keeps the user out of ${describeOrganization(refusal)}`,
    hint: 'Ask an administrator to exempt this network or this app from the policy, or sign in again with the command sign-in.',
  });
}

function transport({ answer, about: { what }, proof }: Refusal): Failure | undefined {
  return transportFailure(answer.status, { what, service: 'Azure DevOps', proof, isRateLimited: isRateLimit(answer) });
}

function neverSignedIn(refusal: Refusal): Failure | undefined {
  if (refusal.isSuccess || !isUnknownIdentity(refusal.error)) return undefined;
  return fail(refusal, 'unauthorized', {
    why: 'the account has never signed in to Azure DevOps',
    hint: `Sign in once at https://dev.azure.com/${refusal.about.organization} as that account, in a browser; then run again.`,
  });
}

/** A claims challenge. It doesn't say which of the reasons it has. */
function newerSignIn(refusal: Refusal): Failure | undefined {
  if (!/\binsufficient_claims\b/u.test(refusal.answer.headers['www-authenticate'] ?? '')) return undefined;
  return fail(refusal, 'interaction-required', {
    why: 'the tenant requires a newer sign-in (a policy, a changed password or an ended session can be the reason)',
    hint: 'Sign in again with the command sign-in, and store that refresh token.',
  });
}

function servicePrincipal(refusal: Refusal): Failure | undefined {
  const { isSuccess, error } = refusal;
  const isPrincipal = error.typeKey === 'InvalidAccessException' && /service\s+principals?/iu.test(error.message);
  if (isSuccess || !isPrincipal) return undefined;
  return fail(refusal, 'service-principal-not-allowed', {
    why: 'service principals and managed identities cannot manage PATs',
    hint: 'Sign in as a user with the command sign-in and store that refresh token.',
  });
}

function errorOfPatApi({ isSuccess, error, about: { what } }: Refusal): Failure | undefined {
  return isSuccess || isPatTokenSuccess(error.patTokenError) ? undefined : patTokenFailure(error.patTokenError, what);
}

function oldApiVersion(refusal: Refusal): Failure | undefined {
  const { isSuccess, error } = refusal;
  if (isSuccess || !/^Vss(?:Version|InvalidPreviewVersion|ApiVersion)/u.test(error.typeKey)) return undefined;
  return fail(refusal, 'unexpected-response', {
    why: 'Azure DevOps no longer supports this version of its API',
    hint: 'Look for a newer version of this program.',
  });
}

function answerOfProxy(refusal: Refusal): Failure | undefined {
  const { answer, error } = refusal;
  if (!mayComeFromProxy(answer, error)) return undefined;
  const isRedirect = answer.status >= 300 && answer.status < 400;
  return fail(refusal, 'unexpected-response', {
    why: isRedirect
      ? "the answer redirects to a host that is not one of Microsoft's"
      : 'the answer is a page that does not mention Azure DevOps',
    hint: checkTheWayTo('Azure DevOps'),
    // Such an answer may not come from the service, and the service may still have acted.
    mayHaveActed: true,
  });
}

function movedOrganization(refusal: Refusal): Failure | undefined {
  const { status, headers } = refusal.answer;
  if ((status !== 301 && status !== 308) || /_signin|\blogin\b/iu.test(headers.location ?? '')) return undefined;
  return fail(refusal, 'organization-not-found', {
    why: `the address of ${describeOrganization(refusal)} has changed permanently`,
    hint: `Open https://dev.azure.com/${refusal.about.organization} in a browser, and use the name to which it leads.`,
  });
}

/** VS800075: there is no such project, or the caller may not see it. */
function missingProject(refusal: Refusal): Failure | undefined {
  if (refusal.isSuccess || refusal.error.number !== 'VS800075') return undefined;
  return fail(refusal, 'organization-not-found', {
    why: 'the project does not exist, or the user cannot see it',
    hint: `Check the name of the project, and that the user may see it in ${describeOrganization(refusal)}.`,
  });
}

function refusedToken(refusal: Refusal): Failure | undefined {
  const { answer, about, error, isSuccess } = refusal;
  const { status } = answer;
  // TF400813: the user is not authorized. No document says with which status it comes.
  const isUnknown = (status >= 300 && status < 400) || status === 203 || status === 401 || error.number === 'TF400813';
  if (!((isUnknown && status !== 403) || (isSuccess && error.html))) return undefined;
  return fail(refusal, 'unauthorized', {
    why: 'Azure DevOps does not accept the access token',
    // A proxy may send a page with 200 after the service has acted.
    mayHaveActed: isSuccess && status !== 203,
  }).advise(
    plainRefusals.includes(error.number) &&
      `Check that the user is a member of ${describeOrganization(refusal)}, that this organization is connected to the tenant in tenant-id, and that ${permissionHint(about.permission)}.`,
  );
}

function forbidden(refusal: Refusal): Failure | undefined {
  const { answer, about, error } = refusal;
  if (answer.status !== 403) return undefined;
  const kind = error.typeKey === 'InvalidAccessException' ? 'this kind of access token' : 'the user or the app';
  return fail(refusal, 'forbidden', { why: `Azure DevOps does not allow ${kind} to do this` }).advise(
    plainRefusals.includes(error.number) &&
      `Check that the user is an active member of ${describeOrganization(refusal)} and that ${permissionHint(about.permission)}.`,
  );
}

function missingOrganization(refusal: Refusal): Failure | undefined {
  if (refusal.answer.status !== 404) return undefined;
  return fail(refusal, 'organization-not-found', {
    why: `${describeOrganization(refusal)} does not exist, or the user cannot see it`,
    hint: 'Check organization: https://dev.azure.com/NAME must open in a browser of that user.',
  });
}

function garbledSuccess(refusal: Refusal): Failure | undefined {
  if (!refusal.isSuccess) return undefined;
  return fail(refusal, 'unexpected-response', {
    why: 'the answer is not the JSON that Azure DevOps documents',
    hint: checkTheWayTo('Azure DevOps'),
    mayHaveActed: true,
  });
}

/**
 * The JSON of a successful answer.
 * @throws Failure of `azureDevOpsFailure` for every other answer
 */
export function parseJson(answer: AzureDevOpsAnswer, about: AzureDevOpsRequest): unknown {
  if (!isSuccessAnswer(answer)) throw azureDevOpsFailure(answer, about);
  const value = readJson(answer.text);
  if (value === undefined) throw azureDevOpsFailure(answer, about);
  return value;
}
