import { isTransientStatus } from '../../core/answers/transient-status.ts';
import { Failure, toFailure } from '../../core/failure.ts';
import type { Clock, Log } from '../../core/ports.ts';
import { requestWaitLimit } from '../../core/rotation/time-limits.ts';
import { type Milliseconds, second } from '../../core/time.ts';
import { type Gate, rateLimited } from './gate.ts';
import { httpsAddress } from './https-address.ts';
import { afterStop, timeLeft } from './request-timeout.ts';
import { retryAfter } from './retry-after.ts';
import type { HttpAnswer, HttpRequest } from './types.ts';

const minTimeout: Milliseconds = 500;
const maxTimeout = 15 * second;

/** The shortest pause that is logged as info, because a reader could think that the run hangs. */
const longPause = 20 * second;

interface RetryOptions {
  readonly clock: Clock;
  readonly log: Log;
  readonly gate: Gate;
  /** Sends the request once. @throws Failure */
  readonly attempt: (request: HttpRequest) => Promise<HttpAnswer>;
  readonly maxAttempts: number;
  readonly signal: AbortSignal | undefined;
  /** From 0 to 1. */
  readonly random: () => number;
}

/** The result of one attempt. */
type Result = { readonly answer: HttpAnswer } | { readonly failure: Failure };

/** Sends a request, and repeats it if that is safe and may help. */
export function createSend(options: RetryOptions): (request: HttpRequest) => Promise<HttpAnswer> {
  const { clock, log, gate, attempt, maxAttempts, signal, random } = options;

  /** Exponential backoff with full jitter. */
  function backoff(attemptNumber: number): Milliseconds {
    return random() * Math.min(maxTimeout, minTimeout * 2 ** (attemptNumber - 1));
  }

  /** How long to wait after a result that names no time. */
  function unstatedWait(result: Result, request: HttpRequest, attemptNumber: number): Milliseconds {
    const wait = 'answer' in result ? request.rateLimitWait?.(result.answer) : undefined;
    if (wait === undefined) return backoff(attemptNumber);
    return Math.min(wait * 2 ** (attemptNumber - 1), requestWaitLimit);
  }

  async function attemptOnce(request: HttpRequest): Promise<Result> {
    try {
      return { answer: await attempt(request) };
    } catch (thrown) {
      return { failure: toFailure(thrown, request.what) };
    } finally {
      gate.leave();
    }
  }

  /** Waits until the request may go out, and returns how long it waited. @throws Failure if the deadline has passed */
  async function enter(request: HttpRequest, longest: Milliseconds): Promise<Milliseconds> {
    const waited = await gate.enter(request, Math.min(longest, timeLeft(request, clock)));
    if (timeLeft(request, clock) > 0) return waited;
    gate.leave();
    throw tooLate(request);
  }

  return async (request) => {
    const { origin } = httpsAddress(request.url, request.what);
    let waited = 0;
    let mayHaveActed = false;
    let wasRateLimited = false;
    let last: Result | undefined;

    for (let attemptNumber = 1; ; attemptNumber++) {
      try {
        waited += await enter(request, requestWaitLimit - waited);
      } catch (thrown) {
        if (last === undefined) throw thrown;
        return conclude(last);
      }
      if (last !== undefined) {
        if (signal?.aborted) {
          gate.leave();
          return conclude(last);
        }
        mayHaveActed ||= mayHaveActedDespite(last);
        wasRateLimited ||= isRateLimit(last, request);
      }
      last = await attemptOnce(request);

      const isRateLimited = isRateLimit(last, request);
      const asked = 'answer' in last ? retryAfter(last.answer.headers, isRateLimited, clock.now()) : undefined;
      const wait = asked ?? unstatedWait(last, request, attemptNumber);
      // A success may have Retry-After too, if the service begins to slow its caller down.
      if (isRateLimited) gate.block(origin, wait, asked !== undefined);
      else if (asked !== undefined) gate.block(origin, Math.min(asked, requestWaitLimit), true);
      if (!(isRateLimited || (await isRetryable(last, request))) || attemptNumber >= maxAttempts) return conclude(last);

      waited += wait;
      if (waited > requestWaitLimit || wait > timeLeft(request, clock)) {
        // If the service named no time, its answer says more than a Failure of this program.
        if (!isRateLimited || asked === undefined) return conclude(last);
        throw rateLimited(request, wait).with({ mayHaveActed });
      }
      const seen = 'answer' in last ? `HTTP ${last.answer.status}` : last.failure.why;
      const next = `${request.what}: ${seen}; try ${attemptNumber + 1} of ${maxAttempts} in`;
      if (wait < longPause) log.debug(`${next} ${Math.round(wait)} ms`);
      else log.info(`${next} ${Math.ceil(wait / second)} s`);
      try {
        await clock.sleep(wait);
      } catch {
        return conclude(last);
      }
    }

    /** The last result, which also says whether an earlier attempt may have acted. */
    function conclude(result: Result): HttpAnswer {
      if ('answer' in result) return { ...result.answer, mayHaveActed, maybeDuplicated: wasRateLimited };
      throw mayHaveActed ? result.failure.with({ mayHaveActed }) : result.failure;
    }
  };
}

function tooLate(request: HttpRequest): Failure {
  return new Failure('timeout', {
    what: request.what,
    why: 'the time that this run may take is over',
    hint: afterStop,
  });
}

function isRateLimit(result: Result, request: HttpRequest): boolean {
  if (!('answer' in result)) return false;
  return result.answer.status === 429 || (request.isRateLimit?.(result.answer) ?? false);
}

/** Whether the service may have acted although this result is not a usable answer. */
function mayHaveActedDespite(result: Result): boolean {
  return 'answer' in result ? isTransientStatus(result.answer.status) : result.failure.mayHaveActed;
}

async function isRetryable(result: Result, request: HttpRequest): Promise<boolean> {
  if ('failure' in result) {
    const { failure } = result;
    return failure.retryable && (request.idempotent || !failure.mayHaveActed);
  }
  const { answer } = result;
  if (request.idempotent && isTransientStatus(answer.status) && !request.isFinal?.(answer)) return true;
  return request.isRetryable?.(answer) ?? false;
}
