import { isObject, type Json } from '../../core/answers/json.ts';
import { toFailure } from '../../core/failure.ts';
import type { Pat } from '../../core/pat.ts';
import type { PatList, UnreadablePat } from '../../core/ports.ts';
import { isGuid } from '../../core/request/guid.ts';
import type { HttpAnswer } from '../http/types.ts';
import { malformed, readPat } from './pat-answer.ts';

/** How many pages in a row may contain nothing new. If the service filters page by page, some pages may be empty. */
const mostIdlePages = 20;

/** How many unreadable entries a list may have. A list with more of them is refused. */
const mostUnreadable = 1000;

interface Page {
  readonly answer: HttpAnswer;
  readonly body: Json;
}

/**
 * Reads every page of the list once. An entry that can't be read is returned as unreadable, and reading goes on.
 * @throws Failure `unexpected-response` if the answer leaves open whether another page follows, or which one, and if
 *   too many entries can't be read
 */
export async function readPages(
  fetchPage: (continuationToken: string) => Promise<Page>,
  what: string,
): Promise<PatList> {
  const pats = new Map<string, Pat>();
  const unreadable: UnreadablePat[] = [];
  const tokens = new Set<string>();
  let continuationToken = '';
  let pages = 0;
  let entries = 0;
  let idle = 0;
  do {
    const page = await fetchPage(continuationToken);
    pages++;
    if (!Array.isArray(page.body.patTokens)) throw malformed(what, 'there is no list in it');
    const before = pats.size;
    entries += page.body.patTokens.length;
    for (const item of page.body.patTokens) {
      try {
        const pat = readPat(item, what);
        if (!isObject(item) || typeof item.displayName !== 'string')
          throw malformed(what, `PAT ${pat.authorizationId} has no displayName`);
        pats.set(pat.authorizationId, pat);
      } catch (thrown) {
        unreadable.push(unreadablePat(item, toFailure(thrown, what).why));
      }
      if (unreadable.length > mostUnreadable)
        throw malformed(what, `more than ${mostUnreadable} of its entries cannot be read`);
    }
    idle = pats.size === before ? idle + 1 : 0;
    continuationToken = nextToken(page, { pages, entries }, what);
    if (tokens.has(continuationToken) || idle >= mostIdlePages)
      throw malformed(what, 'its pages repeat, or bring nothing new');
    tokens.add(continuationToken);
  } while (continuationToken !== '');
  return { pats: [...pats.values()], pages, unreadable };
}

/** What an entry that can't be read says about its PAT. */
function unreadablePat(item: unknown, why: string): UnreadablePat {
  const { authorizationId, displayName } = isObject(item) ? item : {};
  return {
    authorizationId: isGuid(authorizationId) ? authorizationId.toLowerCase() : undefined,
    displayName: typeof displayName === 'string' ? displayName : undefined,
    why,
  };
}

/** How much of the list has been read. */
interface Progress {
  readonly pages: number;
  readonly entries: number;
}

/**
 * The token of the next page; empty after the last one. It is in the body (vsts-rest-api-specs, PagedPatTokens). Other
 * lists of Azure DevOps have it in a header. An answer with any other form is refused, because without a token it would
 * look like the last page.
 */
function nextToken({ answer, body }: Page, read: Progress, what: string): string {
  const { patTokens, continuationToken, ...others } = body;
  const { link = '', 'x-ms-continuationtoken': inHeader = '', ...headers } = answer.headers;
  const inBody = continuationToken ?? '';
  const isUnknown =
    typeof inBody !== 'string' ||
    namesNextPage(others) ||
    namesNextPage(headers) ||
    /\brel\s*=[^,;]*\bnext\b/iu.test(link);
  if (isUnknown) throw malformed(what, 'it may name a next page, in a form that is not known');
  const token = inBody || inHeader;
  const total = { totalCount: headers['x-total-count'] };
  if (token === '' && (announcesMore(others, read) || announcesMore(total, read))) {
    throw malformed(what, 'it announces more than its last page holds');
  }
  return token;
}

/** Whether a field at any depth can mean that another page follows. */
function namesNextPage(fields: object): boolean {
  return Object.entries(fields).some(([name, value]) => {
    if (!value) return false;
    return /continuation|next|more|cursor|skip/iu.test(name) || (typeof value === 'object' && namesNextPage(value));
  });
}

/** Whether a field at any depth counts more than was read, or says that this page is not the last one. */
function announcesMore(fields: object, read: Progress): boolean {
  return Object.entries(fields).some(([name, value]) => {
    if (typeof value === 'object' && value !== null) return announcesMore(value, read);
    if (/last|final|complete/iu.test(name)) return value === false || value === 'false';
    if (/pages$|pageCount/iu.test(name)) return Number(value) > read.pages;
    return /total|^count|Count$/u.test(name) && Number(value) > read.entries;
  });
}
