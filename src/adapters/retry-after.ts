/**
 * Milliseconds that a service asks to wait before the next request; undefined where it asks for nothing.
 * `Retry-After` comes in seconds or as an HTTP date (RFC 9110, 10.2.3). GitHub's primary limit gives no such header but
 * `x-ratelimit-remaining: 0` with the reset in epoch seconds (GitHub REST, "Rate limits").
 */
export function retryAfter(headers: Readonly<Record<string, string>>, now: number): number | undefined {
  const value = headers['retry-after']?.trim();
  if (value !== undefined && value !== '') {
    if (/^\d+(\.\d+)?$/u.test(value)) return Math.ceil(Number(value) * 1000);
    const date = Date.parse(value);
    if (!Number.isNaN(date)) return Math.max(0, date - now);
  }
  if (headers['x-ratelimit-remaining'] === '0') {
    const reset = Number(headers['x-ratelimit-reset']);
    if (Number.isFinite(reset) && reset > 0) return Math.max(0, reset * 1000 - now);
  }
  return undefined;
}
