import { expect, test } from '@jest/globals';
import { retryAfter } from '../../../src/adapters/http/retry-after.ts';

const now = Date.parse('2026-06-01T00:00:00Z');

test.each<[string, Readonly<Record<string, string>>, number | undefined]>([
  ['seconds', { 'retry-after': '7' }, 7000],
  ['a fraction of a second, rounded up', { 'retry-after': ' 0.0015 ' }, 2],
  ['a date', { 'retry-after': 'Mon, 01 Jun 2026 00:01:30 GMT' }, 90_000],
  ['a date that has passed', { 'retry-after': 'Sun, 31 May 2026 23:59:59 GMT' }, 0],
  ['nothing', {}, undefined],
  ['an empty header', { 'retry-after': ' ' }, undefined],
  ['a header that is neither', { 'retry-after': 'soon' }, undefined],
  ['a negative number, which some would read as a date', { 'retry-after': '-5' }, undefined],
  ['a number in another form', { 'retry-after': '1e3' }, undefined],
  ['a huge number', { 'retry-after': '99999999999' }, 99_999_999_999_000],
  ['a number that cannot be told exactly', { 'retry-after': '9'.repeat(14) }, undefined],
  ['a number of hundreds of digits', { 'retry-after': '9'.repeat(400) }, undefined],
  [
    'a date, by the clock of the service that names it',
    { 'retry-after': 'Mon, 01 Jun 2026 09:00:30 GMT', date: 'Mon, 01 Jun 2026 09:00:00 GMT' },
    30_000,
  ],
  ['a date of an older form', { 'retry-after': 'Monday, 01-Jun-26 00:01:30 GMT' }, 90_000],
  ["GitHub's primary limit", { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': String(now / 1000 + 60) }, 60_000],
  ['a reset that has passed', { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': String(now / 1000 - 60) }, 0],
  [
    'a limit with requests left',
    { 'x-ratelimit-remaining': '1', 'x-ratelimit-reset': String(now / 1000 + 60) },
    undefined,
  ],
  ['a limit without a reset', { 'x-ratelimit-remaining': '0' }, undefined],
  ['a reset that is no number', { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': 'later' }, undefined],
  ['a reset without end', { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': '9'.repeat(307) }, undefined],
  ['a reset in another form', { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': '1e306' }, undefined],
  ['a reset of zero', { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': '0' }, undefined],
  [
    'both: the header that was meant for it',
    { 'retry-after': '5', 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': String(now / 1000 + 60) },
    5000,
  ],
])('%s', (_what, headers, milliseconds) => {
  expect(retryAfter(headers, true, now)).toBe(milliseconds);
});

test('without a refusal only Retry-After asks for a pause', () => {
  const spent = { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': String(now / 1000 + 60) };
  expect(retryAfter(spent, false, now)).toBeUndefined();
  expect(retryAfter({ ...spent, 'retry-after': '5' }, false, now)).toBe(5000);
});
