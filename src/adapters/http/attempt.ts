import { setImmediate as nextTurn } from 'node:timers/promises';
import { Failure } from '../../core/failure.ts';
import type { Clock } from '../../core/ports.ts';
import type { Instant, Milliseconds } from '../../core/time.ts';
import { readAccepted, readRefusal } from './answer-limit.ts';
import { connectionFailure } from './connection-error.ts';
import type { Connections } from './connections.ts';
import { attemptLimit, createTimer, stopLimit, timeLeft } from './request-timeout.ts';
import type { HttpAnswer, HttpRequest } from './types.ts';

interface AttemptOptions {
  readonly clock: Clock;
  readonly connections: Connections;
  /** How long an attempt may take. */
  readonly timeout: Milliseconds;
  readonly userAgent: string;
  /** Called with every `Date` header of an answer. */
  readonly onDate: ((service: Instant, origin: string) => void) | undefined;
  /** Aborted when the host asks the run to stop. */
  readonly signal: AbortSignal | undefined;
  /** Takes known secrets out of a text. */
  readonly redact: (text: string) => string;
}

/** Makes the function that sends a request once. That function throws a Failure if there is no answer. */
export function createAttempt(options: AttemptOptions): (request: HttpRequest) => Promise<HttpAnswer> {
  const { clock, connections, timeout, userAgent, onDate, signal, redact } = options;

  return async (request) => {
    const url = new URL(request.url);
    const timer = createTimer(attemptLimit(timeout, timeLeft(request, clock)));
    const shortenTimeout = (): void => timer.limit(stopLimit);
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
      const text = accepted ? await readAccepted(body, request) : await readRefusal(body);
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
