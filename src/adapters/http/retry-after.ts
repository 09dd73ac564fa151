/**
 * Milliseconds that a service asks to wait before the next request; undefined if it asks for nothing.
 * `Retry-After` comes in seconds or as an HTTP date (RFC 9110, 10.2.3). GitHub's primary limit gives no such header but
 * `x-ratelimit-remaining: 0` with the reset in epoch seconds (GitHub REST, "Rate limits"). Beside any other answer that
 * asks for nothing: Azure DevOps tells so when all use would be forgotten, long after it serves again.
 * @param limited whether the answer is a refusal for too many requests
 */
export function retryAfter(
  headers: Readonly<Record<string, string>>,
  limited: boolean,
  now: number,
): number | undefined {
  const value = headers['retry-after']?.trim();
  if (value !== undefined && value !== '') {
    if (/^\d+(\.\d+)?$/u.test(value)) return Math.ceil(Number(value) * 1000);
    const date = Date.parse(value);
    if (!Number.isNaN(date)) return Math.max(0, date - now);
  }
  if (limited && headers['x-ratelimit-remaining'] === '0') {
    const reset = Number(headers['x-ratelimit-reset']);
    if (Number.isFinite(reset) && reset > 0) return Math.max(0, reset * 1000 - now);
  }
  return undefined;
}
