import { type Answer, json } from '../network/answer.ts';
import { readContinuation, writeContinuation } from './continuation.ts';
import { failure } from './error.ts';
import { isActive, type Pat, toJson } from './pat.ts';
import { HttpRefusal } from './refusal.ts';

/** The highest documented `$top`. */
const documentedLimit = 100;

export interface Paging {
  /** Size of a page if `$top` is absent. */
  readonly pageSize: number;
  /** Size of the largest page, even if `$top` is higher. */
  readonly maxPageSize: number;
  /** How a `$top` beyond the documented limit is treated, which the documents don't say. */
  readonly topAboveLimit: 'cut' | 'refuse';
  /** Where the token of the next page stands: in the body, as documented, or in a header as in other lists. */
  readonly continuationIn: 'body' | 'header';
}

/** @throws HttpRefusal for a parameter that isn't valid */
export function listPats(pats: readonly Pat[], parameters: Map<string, string>, paging: Paging, now: number): Answer {
  const filter = choice(parameters, 'displayFilterOption', ['active', 'revoked', 'expired', 'all']) ?? 'active';
  const sort = choice(parameters, 'sortByOption', ['displayName', 'displayDate', 'status']) ?? 'displayDate';
  const ascending = choice(parameters, 'isSortAscending', ['true', 'false']) === 'true';
  const size = pageSize(parameters.get('$top'), paging);
  const skip = start(parameters.get('continuationtoken') ?? '', { filter, sort, ascending });
  const direction = ascending ? 1 : -1;
  const all = pats
    .filter((pat) => filter === 'all' || status(pat, now) === filter)
    .map((pat) => ({ pat, key: keyOf(pat, sort, now) }))
    .sort(
      (a, b) => direction * (compareKeys(a.key, b.key) || compareKeys(a.pat.authorizationId, b.pat.authorizationId)),
    );
  const next = skip + size;
  const continuationToken = next < all.length ? writeContinuation({ skip: next, filter, sort, ascending }) : '';
  const patTokens = all.slice(skip, next).map(({ pat }) => toJson(pat, null));
  if (paging.continuationIn === 'body') return json(200, { continuationToken, patTokens });
  return json(200, { patTokens }, { 'x-ms-continuationtoken': continuationToken });
}

function pageSize(top: string | undefined, { pageSize: usual, maxPageSize, topAboveLimit }: Paging): number {
  if (top === undefined) return Math.min(usual, maxPageSize);
  const size = Number(top);
  const tooMany = size > documentedLimit && topAboveLimit === 'refuse';
  if (!/^\d+$/u.test(top) || size < 1 || tooMany) {
    const message = `The value '${top}' is not valid for $top.`;
    throw new HttpRefusal(failure(400, 'ArgumentOutOfRangeException', message));
  }
  return Math.min(size, maxPageSize);
}

/** The request for each page must have the arguments of the first. */
function start(token: string, arguments_: { filter: string; sort: string; ascending: boolean }): number {
  if (token === '') return 0;
  const from = readContinuation(token);
  const isSameList =
    from?.filter === arguments_.filter && from.sort === arguments_.sort && from.ascending === arguments_.ascending;
  if (from !== undefined && isSameList) return from.skip;
  const message = 'The continuation token is not valid for this request.';
  throw new HttpRefusal(failure(400, 'ArgumentException', message));
}

function choice(parameters: Map<string, string>, name: string, values: readonly string[]): string | undefined {
  const given = parameters.get(name.toLowerCase());
  if (given === undefined) return undefined;
  const value = values.find((each) => each.toLowerCase() === given.toLowerCase());
  if (value !== undefined) return value;
  const message = `The value '${given}' is not valid for ${name}.`;
  throw new HttpRefusal(failure(400, 'VssPropertyValidationException', message));
}

function status(pat: Pat, now: number): 'active' | 'expired' | 'revoked' {
  if (pat.revoked) return 'revoked';
  return isActive(pat, now) ? 'active' : 'expired';
}

/** The sort keys, made once for each PAT, because a list of thousands is sorted anew for every page. */
function keyOf(pat: Pat, sort: string, now: number): string | number {
  if (sort === 'displayName') return pat.displayName.toLowerCase();
  return sort === 'status' ? status(pat, now) : pat.validTo;
}

function compareKeys(a: string | number, b: string | number): number {
  return a < b ? -1 : Number(a > b);
}
