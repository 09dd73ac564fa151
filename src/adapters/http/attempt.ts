import { setImmediate as nextTurn } from 'node:timers/promises';
import { Failure } from '../../core/failure.ts';
import type { Clock } from '../../core/ports.ts';
import { connectionFailure, type TimeLimit } from './connection-error.ts';
import type { Connections } from './connections.ts';
import { timeLeft } from './retry.ts';
import type { HttpAnswer, HttpRequest } from './types.ts';

/** The largest answer that is read. A real one (a page of 100 PATs) is below 100 kB. */
const answerLimit = 8 * 1024 * 1024;

/**
 * The largest refusal whose text is read. Searching a larger one for secrets would take seconds, and its status is
 * enough.
 */
const refusalLimit = 1024 * 1024;

/** Milliseconds that a request gets after the host asked the run to stop: a host kills it after about 10 s. */
const shutdownGrace = 3000;

interface AttemptOptions {
  readonly clock: Clock;
  readonly connections: Connections;
  /** Milliseconds that an attempt may take. */
  readonly timeout: number;
  readonly userAgent: string;
  readonly onDate?: ((service: number, origin: string) => void) | undefined;
  /** Aborted when the host asks the run to stop. */
  readonly signal: AbortSignal | undefined;
  /** Takes known secrets out of a text. */
  readonly redact: (text: string) => string;
}

const slow = { after: '', hint: 'Try again; raise request-timeout if the network is slow.' };
const stopped = {
  after: ' after the run was asked to stop',
  hint: 'Run again; the next run finishes what this one began.',
};
const outOfTime = { ...stopped, after: ', and the time that this run may take is over' };

/** Makes the function that sends a request once. That function throws a Failure if there is no answer. */
export function createAttempt(options: AttemptOptions): (request: HttpRequest) => Promise<HttpAnswer> {
  const { clock, connections, timeout, userAgent, onDate, signal, redact } = options;

  return async (request) => {
    const url = new URL(request.url);
    const left = timeLeft(request, clock);
    const timer = createTimer(left < timeout ? { ms: left, ...outOfTime } : { ms: timeout, ...slow });
    const shortenTimeout = (): void => timer.limit({ ms: shutdownGrace, ...stopped });
    if (signal?.aborted) shortenTimeout();
    else signal?.addEventListener('abort', shortenTimeout, { once: true });
    try {
      const dispatcher = await connections.dispatcherFor(url);
      const { statusCode, headers, body } = await dispatcher.request({
        origin: url.origin,
        path: `${url.pathname}${url.search}`,
        method: request.method,
        headers: { 'user-agent': userAgent, ...request.headers },
        body: request.body ?? null,
        signal: timer.signal,
        // The timer above covers the time from the connection to the last byte.
        headersTimeout: 0,
        bodyTimeout: 0,
      });
      const accepted = statusCode >= 200 && statusCode < 300;
      const whole = await readText(body, accepted ? answerLimit : refusalLimit);
      if (accepted && whole === undefined) throw tooLarge(request);
      const text = whole ?? '';
      // undici can reuse a connection only from the next turn of the event loop on. Without this, the next request
      // would open another one.
      await nextTurn();
      const answerHeaders = joinValues(headers, redact);
      const date = Date.parse(answerHeaders.date ?? '');
      if (!Number.isNaN(date)) onDate?.(date, url.origin);
      return { status: statusCode, headers: answerHeaders, text: accepted ? text : redact(text) };
    } catch (error) {
      if (error instanceof Failure) throw error;
      throw connectionFailure(error, {
        request,
        proxy: connections.proxyFor(url),
        awaitsProxy: connections.awaitsProxy(url),
        passed: timer.passed(),
      });
    } finally {
      timer.clear();
      signal?.removeEventListener('abort', shortenTimeout);
    }
  };
}

interface Timer {
  /** Aborted when a limit is passed. */
  readonly signal: AbortSignal;
  /** Adds a limit to those that already apply. */
  limit(limit: TimeLimit): void;
  /** The first limit that was passed. */
  passed(): TimeLimit | undefined;
  clear(): void;
}

function createTimer(first: TimeLimit): Timer {
  const controller = new AbortController();
  const timeouts: NodeJS.Timeout[] = [];
  let passed: TimeLimit | undefined;
  const limit = (added: TimeLimit): void => {
    const end = (): void => {
      passed ??= added;
      controller.abort();
    };
    timeouts.push(setTimeout(end, added.ms));
  };
  limit(first);
  return {
    signal: controller.signal,
    limit,
    passed: () => passed,
    clear() {
      for (const timeout of timeouts) clearTimeout(timeout);
    },
  };
}

/**
 * Joins repeated headers. It redacts all of them, because errors may quote some, and the program needs no secret in
 * them.
 */
function joinValues(
  headers: Readonly<Record<string, string | string[] | undefined>>,
  redact: (text: string) => string,
): Record<string, string> {
  const flat: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers)) {
    if (value !== undefined) flat[name] = redact(Array.isArray(value) ? value.join(', ') : value);
  }
  return flat;
}

/**
 * The whole text; undefined if it has more bytes than `limit`. Then no part of it is kept, because a cut can halve a
 * secret.
 */
async function readText(body: AsyncIterable<Uint8Array>, limit: number): Promise<string | undefined> {
  const decoder = new TextDecoder();
  let text = '';
  let size = 0;
  for await (const chunk of body) {
    size += chunk.byteLength;
    if (size > limit) return undefined;
    text += decoder.decode(chunk, { stream: true });
  }
  return text + decoder.decode();
}

function tooLarge({ what }: HttpRequest): Failure {
  return new Failure('unexpected-response', {
    what,
    why: `the answer is larger than ${answerLimit / 1024 / 1024} MB and was cut off`,
    hint: 'Check what stands between this machine and the service (a proxy, a captive portal).',
    mayHaveActed: true,
  });
}
