import type { Clock, Log } from '../../core/ports.ts';
import type { Elapsed, Instant, Milliseconds } from '../../core/time.ts';

export interface HttpRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  /** Names the request in an error: `Listing the PATs of contoso`. */
  readonly what: string;
  /**
   * True if sending it twice does no harm: it is sent again after connection faults, 408, 429 and 5xx.
   * False: it is sent again only after a rate limit (see `maybeDuplicated`), or if the service certainly did nothing: no
   * connection was made, or its answer says so.
   */
  readonly idempotent: boolean;
  /** Further answers that are worth a repeat, such as a 200 whose body reports a transient fault. */
  readonly isRetryable?: (answer: HttpAnswer) => boolean | Promise<boolean>;
  /** Answers other than 429 by which this service limits its callers. */
  readonly isRateLimit?: (answer: HttpAnswer) => boolean;
  /** How long to wait after a rate limit that names no time; each further try doubles it. */
  readonly rateLimitWait?: (answer: HttpAnswer) => Milliseconds | undefined;
  /** The time at which every try must have ended. */
  readonly deadline?: Elapsed;
  /** Answers that no repeat will change although their status looks transient. */
  readonly isFinal?: (answer: HttpAnswer) => boolean;
}

export interface HttpAnswer {
  readonly status: number;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
  /**
   * True if an earlier try of the same request got no usable answer, so that the service may have acted whatever this
   * answer says.
   */
  readonly mayHaveActed?: boolean;
  /** True if an earlier try got a rate limit, such as a 429. That leaves open whether the service acted. */
  readonly maybeDuplicated?: boolean;
}

export interface Http {
  /**
   * Sends one request, with repeats as the request allows. Any status is an answer; redirects are not followed.
   * @throws Failure `network` (no answer), `timeout`, `rate-limited` (the service asks for a longer wait than a request
   *   may take) or `unexpected-response` (an answer beyond the size limit); `mayHaveActed` if the service may have
   *   acted
   */
  send(request: HttpRequest): Promise<HttpAnswer>;
  /** Begins a list. The returned function reads one page of it, and bounds all pages together. */
  startList(what: string): ReadPage;
  /**
   * Opens a connection to an origin (`https://dev.azure.com`) ahead of the first request. The promise settles before the
   * connection is open: if it only waits for the network, or if it failed. Then it is time for work that keeps the
   * process busy. The promise never rejects.
   */
  warm(origin: string): Promise<void>;
  /** Takes known secrets out of a text, for a success that is quoted in part. A text that is too large becomes empty. */
  redact(text: string): string;
  /** Closes every connection. */
  close(): Promise<void>;
}

/** What the environment says about a proxy, as it is written there. */
export interface ProxySettings {
  /** Address of the proxy, with user and password if it requires them. */
  readonly https?: string;
  /** Name of the variable that holds the address, for errors; `HTTPS_PROXY` if not given. */
  readonly variable?: string;
  /** Hosts that are reached without the proxy, in the form of `NO_PROXY`. */
  readonly none?: string;
  /** Further addresses that are reached without the proxy. */
  readonly bypasses?: (url: URL) => boolean;
}

/**
 * Reads one page of a list.
 * @param fetch sends the request for the page, which must be over at the deadline. The first page has no deadline
 * @throws Failure `unexpected-response` if the pages are too many or too large together, `timeout` if they take too
 *   long
 */
export type ReadPage = (fetch: (deadline: Elapsed) => Promise<HttpAnswer>) => Promise<HttpAnswer>;

export interface HttpOptions {
  readonly clock: Clock;
  readonly log: Log;
  /** How long one try may take. */
  readonly timeout: Milliseconds;
  /** How often one request is tried at most. */
  readonly maxAttempts: number;
  readonly userAgent: string;
  /** How many connections to one origin are open at most; one if not given. */
  readonly connections?: number;
  /** How many requests are in flight at most, to all services together; no limit if not given. */
  readonly mostInFlight?: number;
  readonly proxy?: ProxySettings;
  /** Called with the host of each request, and with the way that the request takes. */
  readonly onRoute?: (host: string, way: 'proxied' | 'direct') => void;
  /** PEMs of certificates that are trusted in addition to those of Node. */
  readonly authorities?: readonly string[];
  /** Called with every `Date` header of an answer. */
  readonly onDate?: (service: Instant, origin: string) => void;
  /** Aborted when the host asks the run to stop. A request under way then gets a few seconds, and no repeat. */
  readonly signal?: AbortSignal;
  readonly random?: () => number;
  /** Takes known secrets out of a text. An error may quote a refusal, and a refusal may repeat the request. */
  readonly redact?: (text: string) => string;
}
