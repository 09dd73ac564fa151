import { isGuid } from '../request/guid.ts';
import { type Json, readObject, readPlainText } from './json.ts';

export interface AzureDevOpsAnswer {
  /** HTTP status. */
  readonly status: number;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
}

/** How much of a page is searched for an error number, in UTF-16 units. */
const farEnough = 100_000;

export interface ErrorFields {
  readonly typeKey: string;
  readonly message: string;
  /** Number of the service, such as `TF400813` or `VS403463`; empty if it names none. */
  readonly number: string;
  readonly html: boolean;
  /** The documentation shows it only in answers with status 200, but doesn't exclude it from errors. */
  readonly patTokenError: unknown;
}

/** Whether the status is a success of Azure DevOps, and not that of a sign-in page. It ignores the body's content. */
export function isSuccessAnswer(answer: AzureDevOpsAnswer): boolean {
  return answer.status >= 200 && answer.status < 300 && answer.status !== 203 && !isHtml(answer);
}

/** Statuses by which Azure DevOps refuses a bearer token: it redirects to a sign-in page, shows one, or answers 401. */
const refusals: readonly number[] = [203, 302, 401];

/**
 * Whether the service limits its caller. It may do so by a refusal with `Retry-After`, which no other refusal has
 * (https://github.com/backstage/backstage/issues/35717). TF400733 says of a canceled request that its user exceeded
 * what is allowed, whatever the status is (https://learn.microsoft.com/azure/devops/integrate/concepts/rate-limits).
 */
export function isRateLimit(answer: AzureDevOpsAnswer): boolean {
  const { status, headers, text } = answer;
  if (status === 429) return true;
  if (!isSuccessAnswer(answer) && /\bTF400733\b/u.test(`${reasonHeader(headers)} ${text}`)) return true;
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
export function readError(answer: AzureDevOpsAnswer): ErrorFields {
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
export function activityOf(headers: AzureDevOpsAnswer['headers']): string {
  const id = [headers.activityid, headers['x-vss-e2eid']].find(isGuid);
  return id === undefined ? '' : `activity id ${id.toLowerCase()}`;
}

/** Hosts of Microsoft to which Azure DevOps redirects people who have not signed in. */
const signInHosts = /(?:^|\.)(?:azure|visualstudio|microsoftonline|microsoft|live)\.[a-z]+$/u;

/**
 * Whether something else may have answered, such as a proxy or a captive portal: the answer is a redirect to a host
 * that is not Microsoft's, or a success or a 403 with a page that does not mention Azure DevOps.
 */
export function mayComeFromProxy(answer: AzureDevOpsAnswer, { html }: ErrorFields): boolean {
  const { status, headers, text } = answer;
  if (activityOf(headers) !== '' || Object.keys(headers).some((name) => name.startsWith('x-tfs-'))) return false;
  if (status >= 300 && status < 400) {
    const host = URL.parse(headers.location ?? '')?.hostname;
    return host !== undefined && !signInHosts.test(host);
  }
  const canBePage = status === 403 || (status >= 200 && status < 300 && status !== 203);
  return canBePage && html && !/azure devops|visual studio|microsoft/iu.test(text.slice(0, farEnough));
}
