import type { Answer } from '../network/answer.ts';
import { failure, secondaryLimit } from './error.ts';

export interface LimitOptions {
  /** How many requests are refused; default one. */
  readonly requests?: number;
  readonly status?: 403 | 429;
  /** Seconds in `Retry-After`; if undefined, the answer has none, as with some secondary limits. */
  readonly retryAfter?: number;
  /** Seconds until the reset that a primary limit names (with `x-ratelimit-remaining: 0`). */
  readonly reset?: number;
}

/** Rate limits that a test switches on, primary or secondary (GitHub docs, "Rate limits for the REST API"). */
export class RateLimit {
  #left = 0;
  #options: LimitOptions = {};

  start(options: LimitOptions): void {
    this.#left = options.requests ?? 1;
    this.#options = options;
  }

  /** The refusal that is due, if one is. @param now seconds since 1970 */
  refusal(now: number): Answer | undefined {
    if (this.#left <= 0) return undefined;
    this.#left--;
    const { status = 403, retryAfter, reset } = this.#options;
    const later = retryAfter === undefined ? {} : { 'retry-after': String(retryAfter) };
    if (reset === undefined) return secondaryLimit(status, later);
    return failure(status, 'API rate limit exceeded for installation ID 21.', {
      ...later,
      'x-ratelimit-remaining': '0',
      'x-ratelimit-reset': String(now + reset),
    });
  }
}
