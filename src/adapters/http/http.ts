import { setImmediate as turn } from 'node:timers/promises';
import { EnvHttpProxyAgent } from 'undici';
import { isTransientStatus } from '../../core/answers/http-status.ts';
import { Failure } from '../../core/failure.ts';
import type { Clock, Log } from '../../core/ports.ts';
import { requestWaitLimit } from '../../core/rotation/deadlines.ts';
import { retryAfter } from './retry-after.ts';
import { tlsRules } from './tls.ts';

/** The largest answer that is read. The largest honest one (a page of 100 PATs) is below 100 kB. */
const answerLimit = 8 * 1024 * 1024;

/** Milliseconds that a request gets once the run was asked to stop: a runner kills it after about 10 s. */
const shutdownGrace = 3000;

const firstBackoff = 500;
const longestBackoff = 15_000;

export interface HttpRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  /** Names the request in an error: `Listing the PATs of contoso`. */
  readonly what: string;
  /**
   * True if sending it twice does no harm: it is sent again after connection faults, 408, 429 and 5xx.
   * False: it is sent again only if the service certainly did not act (429, or no connection was made).
   */
  readonly idempotent: boolean;
  /** Further answers that are worth a repeat, such as a 200 whose body tells of a passing fault. */
  readonly isRetryable?: (answer: HttpAnswer) => boolean;
  /** Answers other than 429 by which this service limits its callers. */
  readonly isRateLimit?: (answer: HttpAnswer) => boolean;
  /** Milliseconds since 1970 after which no try may be under way. */
  readonly deadline?: number | undefined;
  /** Answers that no repeat will change, although their status looks passing. */
  readonly isFinal?: (answer: HttpAnswer) => boolean;
}

export interface HttpAnswer {
  readonly status: number;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
  /**
   * True where an earlier try of the same request got no usable answer, so that the service may have acted whatever
   * this answer says.
   */
  readonly mayHaveActed?: boolean;
  /** True where an earlier try was answered 429. Whether a service may have acted all the same, it doesn't say. */
  readonly maybeDuplicated?: boolean;
}

export interface Http {
  /**
   * Sends one request, with repeats as the request allows. Any status is an answer; redirects are not followed.
   * @throws Failure `network` (no answer), `timeout`, `rate-limited` (a wait longer than this program's patience) or
   *   `unexpected-response` (an answer beyond the size limit); `mayHaveActed` where the service may have acted.
   */
  send(request: HttpRequest): Promise<HttpAnswer>;
  /** Opens a connection to an origin (`https://dev.azure.com`) ahead of the first request; never fails. */
  warm(origin: string): void;
  /** Text of a service with every known secret hidden, for a part of a success that is quoted. */
  redact(text: string): string;
  /** Closes every connection. */
  close(): Promise<void>;
}

export interface HttpOptions {
  readonly clock: Clock;
  readonly log: Log;
  /** Milliseconds that one try may take. */
  readonly timeout: number;
  /** How often one request is tried at most. */
  readonly maxAttempts: number;
  readonly userAgent: string;
  /** How many connections to one origin are open at most; one where not given. */
  readonly connections?: number;
  /** How many requests are in flight at most, to all services together; no limit where not given. */
  readonly mostInFlight?: number;
  readonly proxy?: { readonly https?: string; readonly none?: string };
  /** Called with every `Date` header of an answer, in milliseconds. */
  readonly onDate?: (service: number) => void;
  /** Aborted where the host asked the run to stop: what is under way then gets a few seconds, and no repeat. */
  readonly signal?: AbortSignal;
  readonly random?: () => number;
  /** Takes known secrets out of a text: a refusal may repeat what it refuses, and is quoted in an error later. */
  readonly redact?: (text: string) => string;
}

const neverSent = new Set([
  'ENOTFOUND',
  'EAI_AGAIN',
  'ECONNREFUSED',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'UND_ERR_CONNECT_TIMEOUT',
  'UND_ERR_PRX_TLS',
]);

function codeOf(error: unknown): string {
  for (let at = error; at instanceof Error; at = at.cause) {
    if ('code' in at && typeof at.code === 'string') return at.code;
    if (at instanceof AggregateError && at.errors[0] instanceof Error) return codeOf(at.errors[0]);
  }
  return '';
}

function isCertificateFault(code: string): boolean {
  return /CERT|SELF_SIGNED|UNABLE_TO_VERIFY|ERR_TLS/u.test(code);
}

function connectionFailure(error: unknown, request: HttpRequest, over: Limit | undefined): Failure {
  const { host } = new URL(request.url);
  const code = codeOf(error);
  if (over !== undefined) {
    return new Failure('timeout', {
      what: request.what,
      why: `${host} did not answer within ${Math.ceil(over.ms / 1000)} s${over.after}`,
      hint: over.hint,
      retryable: true,
      mayHaveActed: true,
      cause: error,
    });
  }
  if (isCertificateFault(code)) {
    return new Failure('network', {
      what: request.what,
      why: `the TLS certificate of ${host} is not trusted (${code})`,
      hint: 'If a proxy inspects TLS here, name its CA certificate file in NODE_EXTRA_CA_CERTS of the runner.',
      cause: error,
    });
  }
  const message = error instanceof Error ? error.message : String(error);
  const refusedByProxy = /Proxy response \((\d+)\)/u.exec(message);
  const sent = !neverSent.has(code) && refusedByProxy === null;
  return new Failure('network', {
    what: request.what,
    why: refusedByProxy
      ? `the proxy refused a connection to ${host} (HTTP ${refusedByProxy[1]})`
      : `${sent ? 'the connection was lost' : 'there is no connection'} to ${host}${code ? ` (${code})` : ''}`,
    hint: 'Check that the runner may reach this host, and its HTTPS_PROXY and NO_PROXY.',
    retryable: true,
    mayHaveActed: sent,
    cause: error,
  });
}

/** How long a request may take, and what it means that it took longer. */
interface Limit {
  readonly ms: number;
  /** Ends the sentence `… did not answer within 30 s`. */
  readonly after: string;
  readonly hint: string;
}

const slow = { after: '', hint: 'Try again; raise request-timeout if the network is slow.' };
const stopped = {
  after: ' after the run was asked to stop',
  hint: 'Run again; the next run finishes what this one began.',
};
const late = { ...stopped, after: ', and the time that this run may take is over' };

function isLimit(answer: HttpAnswer, request: HttpRequest): boolean {
  return answer.status === 429 || (request.isRateLimit?.(answer) ?? false);
}

async function readText(body: AsyncIterable<Uint8Array>, what: string): Promise<string> {
  const decoder = new TextDecoder();
  let text = '';
  let size = 0;
  for await (const chunk of body) {
    size += chunk.byteLength;
    if (size > answerLimit) {
      throw new Failure('unexpected-response', {
        what,
        why: `the answer is larger than ${answerLimit / 1024 / 1024} MB and was cut off`,
        hint: 'Check what stands between this runner and the service (a proxy, a captive portal).',
        mayHaveActed: true,
      });
    }
    text += decoder.decode(chunk, { stream: true });
  }
  return text + decoder.decode();
}

/**
 * People write `proxy:3128` as often as `http://proxy:3128`.
 * @throws Failure `network` where it is neither
 */
function proxyUrl(text: string): string {
  const url = text === '' || /^[a-z0-9+.-]+:\/\//iu.test(text) ? text : `http://${text}`;
  if (url === '' || URL.canParse(url)) return url;
  throw new Failure('network', {
    what: 'Connecting through the proxy',
    why: 'HTTPS_PROXY is not an address',
    hint: 'Write it as http://HOST:PORT.',
  });
}

/** Places for so many at once; who waits longest comes first. */
function createSlots(count: number): { take(): Promise<void>; free(): void } {
  let left = count;
  const queue: (() => void)[] = [];
  return {
    async take() {
      if (left > 0) left -= 1;
      else await new Promise<void>((resolve) => queue.push(resolve));
    },
    free() {
      const next = queue.shift();
      if (next) next();
      else left += 1;
    },
  };
}

/** The one way out: every request of the program passes here, through the proxy and with the CAs of the machine. */
export function createHttp(options: HttpOptions): Http {
  const { clock, log, timeout, maxAttempts, random = Math.random, redact = (text) => text } = options;
  const proxy = proxyUrl(options.proxy?.https ?? '');
  const dispatcher = new EnvHttpProxyAgent({
    httpProxy: proxy,
    httpsProxy: proxy,
    noProxy: options.proxy?.none ?? '',
    // undici opens three kinds of connections: straight to the service, to the proxy, and through the proxy.
    connect: { timeout, ...tlsRules },
    connectTimeout: timeout,
    proxyTls: tlsRules,
    requestTls: tlsRules,
    keepAliveTimeout: 30_000,
    // Without a limit the pool opens a connection for every request that is sent while others are under way.
    connections: options.connections ?? 1,
    allowH2: false,
  });
  /** When each origin said to come back; a limit holds for every worker, not only for the one that met it. */
  const blockedUntil = new Map<string, number>();

  async function once(request: HttpRequest, { origin, pathname, search, protocol }: URL): Promise<HttpAnswer> {
    if (protocol !== 'https:') {
      throw new Failure('invalid-input', {
        what: request.what,
        why: `${origin} is not an https address, and secrets travel by nothing else`,
        hint: 'Check GITHUB_API_URL and the other addresses in the environment of the step.',
      });
    }
    const controller = new AbortController();
    /** The limit that was passed. */
    let over: Limit | undefined;
    const timers: NodeJS.Timeout[] = [];
    const limit = (most: Limit): void => {
      timers.push(
        setTimeout(() => {
          over ??= most;
          controller.abort();
        }, most.ms),
      );
    };
    const hurry = (): void => limit({ ms: shutdownGrace, ...stopped });
    const left = timeLeft(request);
    limit(left < timeout ? { ms: left, ...late } : { ms: timeout, ...slow });
    if (options.signal?.aborted) hurry();
    else options.signal?.addEventListener('abort', hurry, { once: true });
    try {
      const { statusCode, headers, body } = await dispatcher.request({
        origin,
        path: `${pathname}${search}`,
        method: request.method,
        headers: { 'user-agent': options.userAgent, ...request.headers },
        body: request.body ?? null,
        signal: controller.signal,
        headersTimeout: 0,
        bodyTimeout: 0,
      });
      const text = await readText(body, request.what);
      // undici uses a connection again only in the next turn of the event loop; who comes earlier opens another one.
      await turn();
      const flat: Record<string, string> = {};
      for (const [name, value] of Object.entries(headers)) {
        if (value !== undefined) flat[name] = Array.isArray(value) ? value.join(', ') : value;
      }
      const date = Date.parse(flat.date ?? '');
      if (!Number.isNaN(date)) options.onDate?.(date);
      const accepted = statusCode >= 200 && statusCode < 300;
      return { status: statusCode, headers: flat, text: accepted ? text : redact(text) };
    } catch (error) {
      if (error instanceof Failure) throw error;
      throw connectionFailure(error, request, over);
    } finally {
      for (const timer of timers) clearTimeout(timer);
      options.signal?.removeEventListener('abort', hurry);
    }
  }

  /** Milliseconds until a request must be over. */
  function timeLeft({ deadline }: HttpRequest): number {
    return deadline === undefined ? Number.POSITIVE_INFINITY : Math.max(0, deadline - clock.now());
  }

  function tooLate(request: HttpRequest): Failure {
    return new Failure('timeout', {
      what: request.what,
      why: 'the time that this run may take is over',
      hint: 'Run again; the next run finishes what this one began.',
    });
  }

  const slots = createSlots(options.mostInFlight ?? Number.POSITIVE_INFINITY);

  function block(origin: string, wait: number): void {
    blockedUntil.set(origin, Math.max(blockedUntil.get(origin) ?? 0, clock.now() + wait));
  }

  /** Nothing once the run was asked to stop: what is sent then undoes a step, for which there are a few seconds. */
  function blockedFor(origin: string): number {
    if (options.signal?.aborted) return 0;
    return (blockedUntil.get(origin) ?? 0) - clock.now();
  }

  function rateLimited(request: HttpRequest, wait: number, mayHaveActed: boolean): Failure {
    return new Failure('rate-limited', {
      what: request.what,
      why: `${new URL(request.url).host} asks to wait ${Math.ceil(wait / 1000)} s`,
      hint: 'Run again after that time, and spread runs of the same user further apart.',
      mayHaveActed,
    });
  }

  /**
   * Waits until the origin may be asked and a slot is free, and takes the slot. Returns the milliseconds that the
   * service asked for.
   * @throws Failure `rate-limited` where that is more than `most`, or the interruption where the run is to stop
   */
  async function takeSlot(request: HttpRequest, origin: string, most: number): Promise<number> {
    for (let waited = 0; ; ) {
      for (let wait = blockedFor(origin); wait > 0; wait = blockedFor(origin)) {
        waited += wait;
        if (waited > most) throw rateLimited(request, wait, false);
        await clock.sleep(wait);
      }
      await slots.take();
      // While this one waited for a slot, another may have been told to come back later.
      if (blockedFor(origin) <= 0) return waited;
      slots.free();
    }
  }

  function backoff(attempt: number): number {
    return random() * Math.min(longestBackoff, firstBackoff * 2 ** attempt);
  }

  return {
    async send(request) {
      const url = new URL(request.url);
      const { origin } = url;
      let waited = 0;
      let mayHaveActed = false;
      let wasRateLimited = false;
      let answer: HttpAnswer | undefined;
      let failure: Failure | undefined;
      /** What the last try came to. */
      const conclude = (): HttpAnswer => {
        if (answer) return { ...answer, mayHaveActed, maybeDuplicated: wasRateLimited };
        throw mayHaveActed && failure ? failure.with({ mayHaveActed: true }) : failure;
      };
      for (let attempt = 1; ; attempt++) {
        try {
          waited += await takeSlot(request, origin, Math.min(requestWaitLimit - waited, timeLeft(request)));
          if (timeLeft(request) === 0) {
            slots.free();
            throw tooLate(request);
          }
        } catch (thrown) {
          if (attempt === 1) throw thrown;
          return conclude();
        }
        if (options.signal?.aborted && attempt > 1) {
          slots.free();
          return conclude();
        }
        if (failure?.mayHaveActed || (answer && isTransientStatus(answer.status))) mayHaveActed = true;
        if (answer && isLimit(answer, request)) wasRateLimited = true;
        [answer, failure] = [undefined, undefined];
        try {
          answer = await once(request, url);
        } catch (error) {
          failure = error as Failure;
        } finally {
          slots.free();
        }
        const maybeDuplicated = answer !== undefined && isLimit(answer, request);
        const asked = answer && retryAfter(answer.headers, maybeDuplicated, clock.now());
        const wait = asked ?? backoff(attempt - 1);
        // Retry-After comes along with a success too, where the service begins to slow its caller down.
        if (maybeDuplicated) block(origin, wait);
        else if (asked !== undefined) block(origin, Math.min(asked, requestWaitLimit));
        const again = answer
          ? maybeDuplicated ||
            (request.idempotent && isTransientStatus(answer.status) && !request.isFinal?.(answer)) ||
            (request.isRetryable?.(answer) ?? false)
          : failure?.retryable && (request.idempotent || !failure.mayHaveActed);
        if (!again || attempt >= maxAttempts) return conclude();
        waited += wait;
        if (waited > requestWaitLimit) {
          if (!maybeDuplicated) return conclude();
          throw rateLimited(request, wait, mayHaveActed);
        }
        const seen = answer ? `HTTP ${answer.status}` : failure?.why;
        log.debug(`${request.what}: ${seen}; try ${attempt + 1} of ${maxAttempts} in ${Math.round(wait)} ms`);
        try {
          await clock.sleep(wait);
        } catch {
          return conclude();
        }
      }
    },

    warm(origin) {
      if (!origin.startsWith('https://')) return;
      // A dispatch that is withdrawn as soon as the connection stands: undici then keeps the connection, unused. It
      // needs headers, for a proxy agent derives the name for TLS from them and drops a connection of another name.
      dispatcher.dispatch(
        { origin, path: '/', method: 'GET', headers: { 'user-agent': options.userAgent } },
        {
          onRequestStart() {
            throw new Error('only the connection was wanted');
          },
          onResponseStart() {},
          onResponseData() {},
          onResponseEnd() {},
          onResponseError() {},
        },
      );
    },

    redact,

    async close() {
      await dispatcher.destroy();
    },
  };
}
