import { isObject, type Json } from '../../core/answers/json.ts';
import { toFailure } from '../../core/failure.ts';
import type { Pat } from '../../core/pat.ts';
import type { PatList, UnreadablePat } from '../../core/ports.ts';
import { isGuid } from '../../core/request/tenant.ts';
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

/** How many pages the second of two readings stays behind the first. */
const distance = 3;

/** Fetches one page of the list. An empty token means the first page. */
type FetchPage = (continuationToken: string) => Promise<Page>;

/** Reads every page of the list, once. @throws Failure as `PatListReading` does */
export async function readOnce(reading: PatListReading): Promise<PatList> {
  while (!reading.isOver) await reading.readPage();
  return reading.list();
}

/**
 * Reads the list, and again if it has several pages. A shift between two requests hides a PAT from one reading only,
 * because the second requests a page after the first has read the pages that follow it. So a long list takes little
 * longer than one reading of it.
 * @throws Failure as `PatListReading` does
 */
export async function readTwice(open: () => PatListReading): Promise<readonly PatList[]> {
  const first = open();
  await first.readPage();
  if (first.isOver) return [first.list()];
  const second = open();
  while (!first.isOver || !second.isOver) {
    const isFarBehind = first.isOver || first.pages - second.pages >= distance;
    const readings = [...(first.isOver ? [] : [first]), ...(isFarBehind && !second.isOver ? [second] : [])];
    await Promise.all(readings.map((reading) => reading.readPage()));
  }
  return [first.list(), second.list()];
}

/** One reading of the list, page by page. An entry that can't be read is kept as unreadable, and reading goes on. */
export class PatListReading {
  readonly #fetchPage: FetchPage;
  readonly #what: string;
  readonly #pats = new Map<string, Pat>();
  readonly #unreadable: UnreadablePat[] = [];
  readonly #tokens = new Set<string>();
  /** The token of the next page; undefined after the last one. */
  #next: string | undefined = '';
  #pages = 0;
  #entries = 0;
  #idle = 0;

  /** @param what the request, as the start of a sentence */
  constructor(fetchPage: FetchPage, what: string) {
    this.#fetchPage = fetchPage;
    this.#what = what;
  }

  /** How many pages have been read. */
  get pages(): number {
    return this.#pages;
  }

  get isOver(): boolean {
    return this.#next === undefined;
  }

  list(): PatList {
    return { pats: [...this.#pats.values()], pages: this.#pages, unreadable: this.#unreadable };
  }

  /**
   * Reads the next page.
   * @throws Failure `unexpected-response` if the answer leaves open whether another page follows, or which one, and if
   *   too many entries can't be read
   */
  async readPage(): Promise<void> {
    const page = await this.#fetchPage(this.#next ?? '');
    this.#pages++;
    if (!Array.isArray(page.body.patTokens)) throw malformed(this.#what, 'there is no list in it');
    const before = this.#pats.size;
    this.#entries += page.body.patTokens.length;
    for (const item of page.body.patTokens) this.#readEntry(item);
    this.#idle = this.#pats.size === before ? this.#idle + 1 : 0;
    const token = nextToken(page, { pages: this.#pages, entries: this.#entries }, this.#what);
    if (this.#tokens.has(token) || this.#idle >= mostIdlePages)
      throw malformed(this.#what, 'its pages repeat, or bring nothing new');
    this.#tokens.add(token);
    this.#next = token === '' ? undefined : token;
  }

  #readEntry(item: unknown): void {
    const what = this.#what;
    try {
      const pat = readPat(item, what);
      if (!isObject(item) || typeof item.displayName !== 'string')
        throw malformed(what, `PAT ${pat.authorizationId} has no displayName`);
      this.#pats.set(pat.authorizationId, pat);
    } catch (thrown) {
      this.#unreadable.push(unreadablePat(item, toFailure(thrown, what).why));
    }
    if (this.#unreadable.length > mostUnreadable)
      throw malformed(what, `more than ${mostUnreadable} of its entries cannot be read`);
  }
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
