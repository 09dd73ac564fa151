import { type Instant, type Milliseconds, second } from '../../core/time.ts';

/**
 * Parses a date of HTTP. Each of its three forms has a time of day (RFC 9110, 5.6.7); `Date.parse` alone would accept
 * `-5`.
 */
function readDate(value: string): Instant | undefined {
  const date = value.includes(':') ? Date.parse(value) : Number.NaN;
  return Number.isNaN(date) ? undefined : date;
}

/** Parses a number of seconds; undefined if it is none, or so large that it can't be told exactly. */
function readSeconds(value: string): Milliseconds | undefined {
  const milliseconds = /^\d+(\.\d+)?$/u.test(value) ? Math.ceil(Number(value) * second) : Number.NaN;
  return Number.isSafeInteger(milliseconds) ? milliseconds : undefined;
}

/**
 * How long a service asks to wait before the next request; undefined if it asks for nothing. `Retry-After` is a number
 * of seconds or an HTTP date (RFC 9110, 10.2.3). GitHub's primary limit lacks this header. It has
 * `x-ratelimit-remaining: 0`, and the time of the reset in epoch seconds (GitHub REST, "Rate limits"). These two count
 * only in a refusal: in other answers of Azure DevOps, the reset is the time at which the service forgets all past use,
 * and it answers requests long before.
 * @param isRateLimited whether the answer is a refusal for too many requests
 * @param now by the clock of this machine, for an answer without a `Date`
 * @example retryAfter({ 'retry-after': '7' }, false, now) // 7000
 */
export function retryAfter(
  headers: Readonly<Record<string, string>>,
  isRateLimited: boolean,
  now: Instant,
): Milliseconds | undefined {
  const value = headers['retry-after']?.trim() ?? '';
  const serviceNow = readDate(headers.date ?? '') ?? now;
  const wait = readSeconds(value);
  if (wait !== undefined) return wait;
  const date = readDate(value);
  if (date !== undefined) return Math.max(0, date - serviceNow);
  if (isRateLimited && headers['x-ratelimit-remaining'] === '0') {
    const reset = readSeconds(headers['x-ratelimit-reset'] ?? '');
    if (reset) return Math.max(0, reset - serviceNow);
  }
  return undefined;
}
