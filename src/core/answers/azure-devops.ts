import { Failure, type FailureDetails } from '../failure.ts';
import { isGuid } from '../request/tenant.ts';
import { quoteForeign } from '../sanitize.ts';
import { type Json, readJson, readObject, readPlainText } from './json.ts';
import { isPatTokenSuccess, patTokenFailure } from './pat-token-error.ts';
import { transportFailure } from './transport-failure.ts';

export interface AzureDevOpsAnswer {
  /** HTTP status. */
  readonly status: number;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
}

interface AzureDevOpsRequest {
  /** What was being done: `Listing the PATs of contoso`. */
  readonly what: string;
  readonly organization?: string;
  /** The delegated permission that the request needs: `vso.pats`, `vso.pats_manage`, or one of another API. */
  readonly permission?: string;
}

/** How much of a page is searched for an error number, in UTF-16 units. */
const farEnough = 100_000;

interface ErrorFields {
  readonly typeKey: string;
  readonly message: string;
  /** Number of the service, such as `TF400813` or `VS403463`; empty if it names none. */
  readonly number: string;
  readonly html: boolean;
  /** The documentation shows it only in answers with status 200, but doesn't exclude it from errors. */
  readonly patTokenError: unknown;
}

const checkProxy =
  'Check what stands between this machine and Azure DevOps (a proxy, a captive portal), then run again.';

/** Statuses by which Azure DevOps refuses a bearer token: it redirects to a sign-in page, shows one, or answers 401. */
const refusals: readonly number[] = [203, 302, 401];

/**
 * Whether the service limits its caller. It may do so by a refusal with `Retry-After`, which no other refusal has
 * (https://github.com/backstage/backstage/issues/35717). TF400733 says of a canceled request that its user exceeded
 * what is allowed, whatever the status is (https://learn.microsoft.com/azure/devops/integrate/concepts/rate-limits).
 */
export function isThrottled(answer: AzureDevOpsAnswer): boolean {
  const { status, headers, text } = answer;
  if (status === 429) return true;
  if (!succeeded(answer) && /\bTF400733\b/u.test(`${reasonHeader(headers)} ${text}`)) return true;
  return refusals.includes(status) && (headers['retry-after'] ?? '').trim() !== '';
}

function isHtml({ headers, text }: AzureDevOpsAnswer): boolean {
  return /\bhtml\b/iu.test(headers['content-type'] ?? '') || /^\s*</u.test(text);
}

/** The reason in a header, which is URL-encoded there. It comes with a page that gives no reason. */
function reasonHeader(headers: AzureDevOpsAnswer['headers']): string {
  const reason = (headers['x-tfs-serviceerror'] ?? '').replaceAll('+', ' ');
  try {
    return decodeURIComponent(reason);
  } catch {
    return reason;
  }
}

/** `InvalidAccessException` of `Microsoft.VisualStudio.Services.Account.InvalidAccessException, Microsoft.…`. */
function classOf(typeName: unknown): string {
  if (typeof typeName !== 'string') return '';
  return /^(?:[\w.+]*[.+])?(\w+)\s*(?:,|$)/u.exec(typeName)?.[1] ?? '';
}

/**
 * Reads what an answer says about its error. The service's error object is `{ message, typeName, typeKey, errorCode,
 * eventId }`, any of which may be missing
 * (https://github.com/MicrosoftDocs/azure-docs/issues/108847).
 */
function readError(answer: AzureDevOpsAnswer): ErrorFields {
  const html = isHtml(answer);
  const fields: Json = (html ? undefined : readObject(answer.text)) ?? {};
  const reason = reasonHeader(answer.headers);
  const plain = html || answer.status < 400 ? '' : readPlainText(answer.text);
  const message = typeof fields.message === 'string' && fields.message !== '' ? fields.message : reason || plain;
  const searched = `${message} ${reason} ${html ? answer.text.slice(0, farEnough) : ''}`;
  return {
    typeKey: typeof fields.typeKey === 'string' ? fields.typeKey : classOf(fields.typeName),
    message,
    number: /\b(?:TF|VS)\d{5,7}\b/u.exec(searched)?.[0] ?? '',
    html,
    patTokenError: fields.patTokenError,
  };
}

/** The id of the request in Microsoft's logs, which its support asks for first. */
function activityOf(headers: AzureDevOpsAnswer['headers']): string {
  const id = [headers.activityid, headers['x-vss-e2eid']].find(isGuid);
  return id === undefined ? '' : `activity id ${id.toLowerCase()}`;
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

/** Hosts of Microsoft to which Azure DevOps redirects people who have not signed in. */
const signInHosts = /(?:^|\.)(?:azure|visualstudio|microsoftonline|microsoft|live)\.[a-z]+$/u;

/**
 * Whether something else may have answered, such as a proxy or a captive portal: the answer is a redirect to a host
 * that is not Microsoft's, or a success or a 403 with a page that does not mention Azure DevOps.
 */
function mayComeFromProxy(answer: AzureDevOpsAnswer, { html }: ErrorFields): boolean {
  const { status, headers, text } = answer;
  if (activityOf(headers) !== '' || Object.keys(headers).some((name) => name.startsWith('x-tfs-'))) return false;
  if (status >= 300 && status < 400) {
    const host = URL.parse(headers.location ?? '')?.hostname;
    return host !== undefined && !signInHosts.test(host);
  }
  const canBePage = status === 403 || (status >= 200 && status < 300 && status !== 203);
  return canBePage && html && !/azure devops|visual studio|microsoft/iu.test(text.slice(0, farEnough));
}

/** Numbers of refusals that state no reason. With any other number, the service's sentence states one. */
const plainRefusals: readonly string[] = ['', 'TF400813', 'TF30063', 'VS30063', 'TF50309'];

function describeOrganization(organization: string | undefined): string {
  return organization === undefined ? 'the organization' : `the organization ${quoteForeign(organization)}`;
}

/**
 * The Failure for an answer of Azure DevOps that is not the JSON of a success. `typeKey` decides, then the service's
 * number, then the status. For a bad bearer token the service sends a redirect or a page of HTML more often than 401
 * (https://github.com/MicrosoftDocs/azure-devops-docs/issues/13661,
 * https://github.com/MicrosoftDocs/vsts-rest-api-specs/issues/574). `mayHaveActed` if the service may have acted.
 */
export function azureDevOpsFailure(answer: AzureDevOpsAnswer, about: AzureDevOpsRequest): Failure {
  const { status, headers } = answer;
  const { what } = about;
  const error = readError(answer);
  const organizationText = describeOrganization(about.organization);
  const activity = activityOf(headers);
  const success = status >= 200 && status < 300;
  const identity = [`HTTP ${status}`, error.number || error.typeKey.slice(0, 80), activity].filter(
    (part) => part !== '',
  );
  const quotation = error.message === '' ? '' : `: "${quoteForeign(error.message).replace(/\.$/u, '')}"`;
  const proof = `(${quoteForeign(identity.join(', '))})${quotation}`;

  /** A Failure whose reason includes number, status, quotation and activity id. */
  function fail(code: Failure['code'], why: string, rest: Omit<FailureDetails, 'what' | 'why'>): Failure {
    return new Failure(code, { what, why: `${why} ${proof}`, ...rest });
  }

  // This error decides with every status, even 5xx: only the PAT is gone.
  if (!success && error.typeKey === 'SessionTokenNotFoundException') {
    return fail('pat-not-found', 'the user has no such PAT', {
      hint: 'Check authorization-id with the operation list (filter: all); another user cannot see this PAT.',
    });
  }
  if (error.number === 'VS403463') {
    return fail('interaction-required', `a conditional access policy keeps the user out of ${organizationText}`, {
      hint: 'Ask an administrator to exempt this network or this app from the policy, or sign in again with the command sign-in.',
    });
  }
  const isRateLimited = isThrottled(answer);
  const transport = transportFailure(status, { what, service: 'Azure DevOps', proof, isRateLimited });
  if (transport) return transport;
  if (!success && isUnknownIdentity(error)) {
    return fail('unauthorized', 'the account has never signed in to Azure DevOps', {
      hint: `Sign in once at https://dev.azure.com/${about.organization ?? ''} as that account, in a browser; then run again.`,
    });
  }
  if (/\binsufficient_claims\b/u.test(headers['www-authenticate'] ?? '')) {
    return fail('interaction-required', 'a conditional access policy of the tenant requires a newer sign-in', {
      hint: 'Sign in again with the command sign-in, and store that refresh token.',
    });
  }
  if (!success && error.typeKey === 'InvalidAccessException' && /service\s+principals?/iu.test(error.message)) {
    return fail('service-principal-not-allowed', 'service principals and managed identities cannot manage PATs', {
      hint: 'Sign in as a user with the command sign-in and store that refresh token.',
    });
  }
  if (!success && !isPatTokenSuccess(error.patTokenError)) return patTokenFailure(error.patTokenError, what);
  if (!success && /^Vss(?:Version|InvalidPreviewVersion|ApiVersion)/u.test(error.typeKey)) {
    return fail('unexpected-response', 'Azure DevOps no longer supports this version of its API', {
      hint: 'Look for a newer version of this program.',
    });
  }
  if (mayComeFromProxy(answer, error)) {
    const isRedirect = status >= 300 && status < 400;
    const why = isRedirect
      ? "the answer redirects to a host that is not one of Microsoft's"
      : 'the answer is a page that does not mention Azure DevOps';
    return fail('unexpected-response', why, {
      hint: checkProxy,
      // Such an answer may not come from the service, and the service may still have acted.
      mayHaveActed: true,
    });
  }
  if ((status === 301 || status === 308) && !/_signin|\blogin\b/iu.test(headers.location ?? '')) {
    return fail('organization-not-found', `the address of ${organizationText} has changed permanently`, {
      hint: `Open https://dev.azure.com/${about.organization ?? ''} in a browser, and write the name that it leads to.`,
    });
  }
  // VS800075: there is no such project, or the caller may not see it.
  if (!success && error.number === 'VS800075') {
    return fail('organization-not-found', 'the project does not exist, or the user cannot see it', {
      hint: `Check the name of the project, and that the user may see it in ${organizationText}.`,
    });
  }
  // TF400813: the user is not authorized. No document says with which status it comes.
  const unknown = (status >= 300 && status < 400) || status === 203 || status === 401 || error.number === 'TF400813';
  if ((unknown && status !== 403) || (success && error.html)) {
    return fail('unauthorized', 'Azure DevOps does not accept the access token', {
      hint: plainRefusals.includes(error.number)
        ? `Check that the user is a member of ${organizationText}, that this organization is connected to the tenant in tenant-id, and that ${permissionHint(about.permission)}.`
        : undefined,
      // A proxy may send a page with 200 after the service has acted.
      mayHaveActed: success && status !== 203,
    });
  }
  if (status === 403) {
    const kind = error.typeKey === 'InvalidAccessException' ? 'that kind of access token' : 'the user or the app';
    return fail('forbidden', `Azure DevOps does not allow ${kind} to do this`, {
      hint: plainRefusals.includes(error.number)
        ? `Check that the user is an active member of ${organizationText} and that ${permissionHint(about.permission)}.`
        : undefined,
    });
  }
  if (status === 404) {
    return fail('organization-not-found', `${organizationText} does not exist, or the user cannot see it`, {
      hint: 'Check organization: https://dev.azure.com/NAME must open in a browser of that user.',
    });
  }
  if (success) {
    return fail('unexpected-response', 'the answer is not the JSON that Azure DevOps documents', {
      hint: checkProxy,
      mayHaveActed: true,
    });
  }
  // If there is a reason, the quotation states it.
  return fail('pat-api-error', 'Azure DevOps refuses the request', {
    // TF400898 is an internal error of the service, although its status is 400. So the service may have acted.
    mayHaveActed: error.number === 'TF400898',
  });
}

/** Whether the status is a success of Azure DevOps, and not that of a sign-in page. It ignores the body's content. */
export function succeeded(answer: AzureDevOpsAnswer): boolean {
  return answer.status >= 200 && answer.status < 300 && answer.status !== 203 && !isHtml(answer);
}

/**
 * The JSON of a successful answer.
 * @throws Failure of `azureDevOpsFailure` for every other answer
 */
export function parseJson(answer: AzureDevOpsAnswer, about: AzureDevOpsRequest): unknown {
  if (!succeeded(answer)) throw azureDevOpsFailure(answer, about);
  const value = readJson(answer.text);
  if (value === undefined) throw azureDevOpsFailure(answer, about);
  return value;
}
