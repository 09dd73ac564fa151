import { Failure } from '../failure.ts';
import { isGuid } from '../request/guid.ts';
import { quoteForeign } from '../sanitize.ts';
import {
  type EntraFact,
  entraErrors,
  entraSuberrors,
  entraWants,
  entraWords,
  restart,
  signInAgain,
  signInAndStore,
} from './entra-errors.ts';
import { isObject, textOf } from './json.ts';
import { readOAuthWord } from './oauth-word.ts';
import { statedLimit } from './stated-limit.ts';
import { transportFailure } from './transport-failure.ts';

export interface EntraAnswer {
  /** HTTP status; undefined for an answer that the browser brought back. */
  readonly status: number | undefined;
  /** The parsed JSON, with known secrets taken out; undefined if the answer was not JSON. */
  readonly body: unknown;
  /** What was being done: `Asking for an access token`. */
  readonly what: string;
  /** Whether a person is signing in, so that there is no stored refresh token yet. */
  readonly inSignIn?: boolean;
}

/** The parts of an error answer that this module uses. */
interface EntraError {
  readonly numbers: readonly number[];
  readonly suberror: string;
  readonly error: string;
  readonly description: string;
  readonly traceId: string;
}

/** How much of a description is read, in UTF-16 units. */
const longestDescription = 4000;

/** Entra's numbers in one answer: first those of the list, then those of the text. */
function numbersOf(codes: unknown, description: string): number[] {
  const listed: unknown[] = Array.isArray(codes) ? codes.slice(0, 20) : [];
  const quoted = [...description.matchAll(/AADSTS(\d{4,9})/gu)].map(([, digits]) => digits);
  const numbers = [...listed, ...quoted]
    .filter((value) => typeof value === 'number' || typeof value === 'string')
    .map(Number)
    .filter((number) => Number.isSafeInteger(number) && number > 0 && number < 1e9);
  return [...new Set(numbers)];
}

function readError(body: unknown): EntraError {
  const fields = isObject(body) ? body : {};
  const description = textOf(fields.error_description).slice(0, longestDescription);
  return {
    numbers: numbersOf(fields.error_codes, description),
    suberror: readOAuthWord(fields.suberror),
    error: readOAuthWord(fields.error),
    description,
    traceId: isGuid(fields.trace_id) ? fields.trace_id.toLowerCase() : '',
  };
}

function fromTable<T>(table: Readonly<Record<string, T>>, key: string): T | undefined {
  return Object.hasOwn(table, key) ? table[key] : undefined;
}

/**
 * The most specific number: a known one before an unknown one, a precise one before a generic one, and a subdivision
 * (700213) before the number that it divides (70021).
 */
function mostSpecific(numbers: readonly number[]): number | undefined {
  const known = numbers.filter((number) => fromTable(entraErrors, String(number)) !== undefined);
  const clear = known.filter((number) => !fromTable(entraErrors, String(number))?.generic);
  const [candidates = []] = [clear, known, numbers].filter((list) => list.length > 0);
  const isDivided = (number: number): boolean =>
    candidates.some((other) => other !== number && String(other).startsWith(String(number)));
  return candidates.find((number) => !isDivided(number));
}

const addresses: readonly RegExp[] = [
  /\b[a-z][a-z0-9+.-]{1,20}:\/\/[^\s'"<>]{1,2000}/giu,
  /[^\s'"<>()@]{1,64}@[^\s'"<>()@]{1,255}/gu,
  /\b\d{1,3}(?:\.\d{1,3}){3}\b/gu,
  /(?<![\w:])(?:[0-9a-f]{1,4}:){3,7}(?::?[0-9a-f]{1,4})?(?![\w:])|(?<![\w:])[0-9a-f:]{0,30}::[0-9a-f:]{0,30}(?![\w:])/giu,
];

/**
 * The first sentence of a description, without Entra's number before it and the ids after it. Addresses are taken out,
 * because they may name users, networks and pages.
 * @example firstSentence('AADSTS50076: You must use multifactor authentication. Trace ID: 1') // 'You must use multifactor authentication'
 */
export function firstSentence(description: string): string {
  const [text = ''] = description
    .replace(/^\s*AADSTS\d+:\s*/u, '')
    .split(/\r|\n|\b(?:Trace|Correlation|Request) ID:|\bTimestamp:/u);
  const sentence = /^.+?[.!?](?=\s|$)/su.exec(text.trim())?.[0] ?? text.trim();
  return quoteForeign(addresses.reduce((rest, address) => rest.replace(address, '(address)'), sentence)).replace(
    /[.\s]+$/u,
    '',
  );
}

/** Subject, issuer and audience of the presented assertion, which Entra quotes if no federated credential matches. */
function presentedIn(description: string): string[] {
  const found = description.matchAll(/assertion (subject|issuer|audience):? '([^'\r\n]{1,2000})'/giu);
  return [...found].map(([, kind = '', value = '']) => {
    const shown = quoteForeign(value, 1000);
    return `the presented ${kind.toLowerCase()} is "${shown}"${shown === value ? '' : ' (shortened or made harmless here)'}`;
  });
}

/**
 * The Failure that the HTTP status means, with Entra's words. Entra may have acted, but a second exchange does no harm.
 */
function httpFailure(entraError: EntraError, { status, what }: EntraAnswer): Failure | undefined {
  if (status === undefined) return undefined;
  const number = mostSpecific(entraError.numbers);
  const identity = [`HTTP ${status}`, proofOf(entraError, number)].filter((part) => part !== '').join(', ');
  const proof = `(${identity})${quotationOf(entraError)}`;
  return transportFailure(status, { what, service: 'Microsoft Entra', proof })?.with({ mayHaveActed: false });
}

function statusText(status: number | undefined): string {
  return status === undefined ? '' : `HTTP ${status}`;
}

/** The text in parentheses, with a blank before them; empty for an empty text. */
function inParentheses(text: string): string {
  return text === '' ? '' : ` (${text})`;
}

function notFromEntra({ status, what }: EntraAnswer): Failure {
  return new Failure('unexpected-response', {
    what,
    why: `the answer${inParentheses(statusText(status))} does not have the form of Microsoft Entra's errors`,
    hint: 'Check authority-host, and what stands between this machine and Microsoft Entra (a proxy, a captive portal).',
  });
}

function adviceOf(fact: EntraFact, inSignIn: boolean): string {
  const advice = inSignIn ? (fact.inSignIn?.advice ?? fact.advice) : fact.advice;
  return advice.replaceAll(signInAgain, inSignIn ? restart : signInAndStore);
}

/**
 * The Failure for an error answer of Entra's token, device code or authorize endpoint. Entra's number decides, then
 * `suberror`, then `error`. A number that is in no table stays unknown: the message then quotes Entra's first sentence,
 * and its only advice is the page of that number.
 * Source: https://learn.microsoft.com/entra/identity-platform/reference-error-codes
 */
export function entraFailure(answer: EntraAnswer): Failure {
  const { status, what, inSignIn = false } = answer;
  const entraError = readError(answer.body);
  const transport = httpFailure(entraError, answer);
  if (transport?.code === 'rate-limited') return transport;
  const number = mostSpecific(entraError.numbers);
  const fact =
    fromTable(entraErrors, String(number)) ??
    fromTable(entraSuberrors, entraError.suberror) ??
    fromTable(entraWords, entraError.error);
  if (fact === undefined) {
    if (transport) return transport;
    if (number === undefined && entraError.error === '') return notFromEntra(answer);
    return unknownError(entraError, { what, number, inSignIn });
  }
  const limit = statedLimit(entraError.description);
  const presented = presentedIn(entraError.description);
  const clauses = [
    (inSignIn ? fact.inSignIn?.meaning : undefined) ?? fact.meaning,
    ...(limit === undefined ? [] : [`Microsoft Entra states a limit of ${limit}`]),
    ...presented,
  ];
  const isListed = fromTable(entraErrors, String(number)) !== undefined;
  // A precise fact needs no quotation, which could name the user.
  const isWhole = isListed && (!fact.generic || presented.length > 0);
  return new Failure(fact.code, {
    what,
    why: `${clauses.join('; ')}${inParentheses(proofOf(entraError, number) || statusText(status))}${isWhole ? '' : quotationOf(entraError)}`,
    hint: [adviceOf(fact, inSignIn), ...(isListed ? [] : lookUp(number))].join(' '),
    retryable: fact.retryable ?? false,
  });
}

/** The first sentence of the description, with a colon before it; empty if there is none. */
function quotationOf({ description }: EntraError): string {
  const sentence = firstSentence(description);
  return sentence === '' ? '' : `: "${sentence}"`;
}

/** The number or the word, and the id of the answer in Entra's own logs. */
function proofOf({ error, traceId }: EntraError, number: number | undefined): string {
  return [number === undefined ? error : `AADSTS${number}`, traceId && `trace id ${traceId}`]
    .filter((part) => part !== '')
    .join(', ');
}

function lookUp(number: number | undefined): string[] {
  return number === undefined
    ? []
    : [`Microsoft explains the number at https://login.microsoftonline.com/error?code=${number}.`];
}

interface UnknownContext {
  readonly what: string;
  readonly number: number | undefined;
  readonly inSignIn: boolean;
}

/** The Failure for an error that is in no table. It states only what the answer says. */
function unknownError(entraError: EntraError, { what, number, inSignIn }: UnknownContext): Failure {
  const wanted = fromTable(entraWants, entraError.error);
  const why =
    wanted?.meaning ??
    `Microsoft Entra refuses the request${number === undefined ? '' : ` with ${entraError.error || 'an error'}`}`;
  const declined = inSignIn && entraError.error === 'access_denied' ? [restart] : [];
  const advice = [...declined, ...lookUp(number)];
  return new Failure(wanted?.code ?? 'unexpected-response', {
    what,
    why: [
      `${why} (${proofOf(entraError, number)})${quotationOf(entraError)}`,
      ...presentedIn(entraError.description),
    ].join('; '),
    hint:
      advice.length > 0
        ? advice.join(' ')
        : "Entra's sign-in log (Entra admin center, Monitoring) may tell more about this sign-in.",
  });
}
