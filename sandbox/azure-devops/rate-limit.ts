/** Headers about the budget of a user (Microsoft Learn, "Rate limits"); they also come with a 200. */
export interface RateLimit {
  /** Seconds to wait before the next request. A 200 has it while requests are only slowed down. */
  readonly retryAfter?: number;
  readonly resource?: string;
  /** Seconds that this request was held back. */
  readonly delay?: number;
  readonly limit?: number;
  readonly remaining?: number;
  /** Seconds since 1970. */
  readonly reset?: number;
}

export function rateLimitHeaders(limit: RateLimit): Record<string, string> {
  const headers = {
    'retry-after': limit.retryAfter,
    'x-ratelimit-resource': limit.resource,
    'x-ratelimit-delay': limit.delay,
    'x-ratelimit-limit': limit.limit,
    'x-ratelimit-remaining': limit.remaining,
    'x-ratelimit-reset': limit.reset,
  };
  const given = Object.entries(headers).filter(([, value]) => value !== undefined);
  return Object.fromEntries(given.map(([name, value]) => [name, String(value)]));
}
