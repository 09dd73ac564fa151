import { describe, expect, test } from '@jest/globals';
import { formatDuration, parseDuration, parseTimeout, statedLimit } from '../../../src/core/request/duration.ts';
import { fc } from '../../seed.ts';
import { anyText } from '../any-text.ts';

const [second, minute, hour, day] = [1000, 60_000, 3_600_000, 86_400_000];

describe('parseDuration', () => {
  test.each([
    ['90m', 90 * minute],
    ['12h', 12 * hour],
    ['30d', 30 * day],
    ['8w', 56 * day],
    [' 1d ', day],
    ['007d', 7 * day],
    ['3650d', 3650 * day],
  ])('%j', (text, value) => {
    expect(parseDuration(text)).toEqual({ ok: true, value });
  });

  test.each([
    'soon',
    '',
    '30',
    'd',
    '30D',
    '1.5d',
    '-3d',
    '+3d',
    '3 d',
    '30s',
    '1y',
    '1d2h',
    '1e3d',
    '０d',
    '٣d',
    'P30D',
  ])('%j is refused, with what is allowed', (text) => {
    expect(parseDuration(text)).toEqual({
      ok: false,
      problem: `"${text}" is not a duration; write a whole number and a unit, such as 90m, 12h, 30d or 8w`,
    });
  });

  test.each([
    ['0d', '"0d" is zero; write a duration above zero'],
    ['3651d', '"3651d" is too long; write at most 3650d (ten years)'],
    ['999999999w', '"999999999w" is too long; write at most 3650d (ten years)'],
    ['1000000000m', expect.stringContaining('is not a duration')],
  ])('%j is out of bounds', (text, problem) => {
    expect(parseDuration(text)).toEqual({ ok: false, problem });
  });

  test('never throws, and a problem is one line', () => {
    fc.assert(
      fc.property(anyText(), (text) => {
        for (const parsed of [parseDuration(text), parseTimeout(text)]) {
          if (!parsed.ok) expect(parsed.problem).not.toMatch(/[\r\n]/u);
          else expect(parsed.value).toBeGreaterThan(0);
        }
      }),
    );
  });
});

describe('parseTimeout', () => {
  test.each([
    ['30s', 30 * second],
    ['2m', 2 * minute],
    ['60m', hour],
  ])('%j', (text, value) => {
    expect(parseTimeout(text)).toEqual({ ok: true, value });
  });

  test.each([
    ['1h', '"1h" is not a duration; write a whole number and a unit, such as 30s or 2m'],
    ['30', '"30" is not a duration; write a whole number and a unit, such as 30s or 2m'],
    ['500ms', '"500ms" is not a duration; write a whole number and a unit, such as 30s or 2m'],
    ['61m', '"61m" is too long; write at most 60m'],
    ['3601s', '"3601s" is too long; write at most 60m'],
    ['0s', '"0s" is zero; write a duration above zero'],
  ])('%j is refused', (text, problem) => {
    expect(parseTimeout(text)).toEqual({ ok: false, problem });
  });
});

describe('formatDuration', () => {
  test.each([
    [30 * day, '30 d'],
    [12 * hour, '12 h'],
    [7 * day + 3 * hour, '7 d 3 h'],
    [7 * day + 3 * hour + 29 * minute, '7 d 3 h'],
    [90 * minute, '1 h 30 min'],
    [45 * second, '45 s'],
    [61 * second, '1 min 1 s'],
    [2 * day - 1, '2 d'],
    [59 * second + 999, '1 min'],
    [400, '0 s'],
    [0, '0 s'],
    [-3 * hour, '-3 h'],
    [-1, '0 s'],
  ])('%d ms is written %j', (ms, text) => {
    expect(formatDuration(ms)).toBe(text);
  });

  test('reads back what it wrote, to half of the smaller unit', () => {
    const units: Record<string, number> = { d: day, h: hour, min: minute, s: second };
    fc.assert(
      fc.property(fc.integer({ min: 1000, max: 3650 * day }), (ms) => {
        const parts = [...formatDuration(ms).matchAll(/(\d+) (d|h|min|s)\b/gu)];
        const value = parts.reduce(
          (sum, [, count, unit]) => sum + Number(count) * (units[unit ?? ''] ?? Number.NaN),
          0,
        );
        const tolerance = ms >= day ? hour : ms >= hour ? minute : second;
        expect(Math.abs(value - ms)).toBeLessThanOrEqual(tolerance / 2);
        expect(parts.length).toBeLessThanOrEqual(2);
      }),
    );
  });

  test('a duration in whole units is written as it was given', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 3650 }), (days) => {
        const parsed = parseDuration(`${days}d`);
        expect(parsed.ok && formatDuration(parsed.value)).toBe(`${days} d`);
      }),
    );
  });
});

describe('statedLimit', () => {
  test.each([
    ['The token was issued on 2026-03-01T10:00:00.0000000Z and was inactive for 90.00:00:00.', '90 days'],
    ['The token was issued on 2026-03-01T10:00:00Z and was inactive for 12:00:00. Trace ID: 1', '12 hours'],
    ['The token was issued on 2026-03-01T10:00:00Z and was inactive for 1.12:00:00.', '36 hours'],
    ['issued on 2026-03-01T10:00:00Z and the maximum allowed lifetime for this request is 86400.', '24 hours'],
    ['the maximum allowed lifetime for this request is 604800.\r\nTrace ID: 1', '7 days'],
    ['the maximum allowed lifetime for this request is 3600', '1 hour'],
    ['the maximum allowed lifetime for this application is 1.00:00:00.', '24 hours'],
    ['a fixed, limited lifetime of 1.00:00:00, which cannot be extended', '24 hours'],
    ['the refresh token exceeded the maximum inactive time P90D', '90 days'],
    ['the maximum inactive time is PT12H.', '12 hours'],
    ['was inactive for P14D', '14 days'],
    ['does not meet the sign-in frequency of 7 days', '7 days'],
    ['the sign-in frequency is 30 minutes', '30 min'],
    ['was inactive for 00:45:00', '45 min'],
    ['was inactive for 00:00:45', '45 s'],
    ['was inactive for 01:30:15.', '1 h 30 min'],
    ['was inactive for 12345.00:00:00', '12345 days'],
    ['was inactive for 2.00:00:00', '48 hours'],
    ['was inactive for 3.00:00:00', '3 days'],
    ['was inactive for more than 14.00:00:00', '14 days'],
    ['was inactive for over 14 days', '14 days'],
    ['was inactive for "7.00:00:00"', '7 days'],
    ["was inactive for  'P7D'", '7 days'],
    ['WAS INACTIVE FOR 7 DAYS', '7 days'],
    ['the lifetime is 600', '10 min'],
    ['the lifetime is 1 second', '1 s'],
    ['the lifetime of 5 seconds is over', '5 s'],
    ['the limit of 3 weeks', '21 days'],
    ['the limit is 1 hour', '1 hour'],
    ['the frequency is 1 day', '24 hours'],
    ['the maximum is P2W', '14 days'],
    ['the maximum is P1W', '7 days'],
    ['the maximum is P1DT12H', '36 hours'],
    ['the maximum is PT90S', '1 min 30 s'],
    ['the maximum is PT45M', '45 min'],
    ['the lifetime is PT1H30M', '1 h 30 min'],
    ['the lifetime is P1W1DT1H', '193 hours'],
    ['the lifetime is PT1M1S', '1 min 1 s'],
    ['every 2 weeks', '14 days'],
    ['after 1 hour', '1 hour'],
    ['after 10  minutes', '10 min'],
    ['was inactive for 5 seconds, and the limit is 7 days', '5 s'],
  ])('%j states the limit %j', (sentence, limit) => {
    expect(statedLimit(sentence)).toBe(limit);
  });

  test.each([
    'The token was issued on 2026-03-01T10:00:00.1234567Z. Timestamp: 2026-03-02 10:00:00Z',
    'AADSTS50076: Due to a configuration change you must use multi-factor authentication',
    'was inactive for {time}',
    'was inactive for 00:00:00',
    'was inactive for 0 days',
    'was inactive for P',
    'the request was 30 seconds late',
    'a limit of its own; request 12:30:45',
    'the lifetime is 10:30',
    'the lifetime 600',
    'XP90D, P90Days and P123456D',
    'in 90 daylight hours and x7 days',
    'the lifetime is 2026-03-01',
    '',
  ])('%j states no limit', (sentence) => {
    expect(statedLimit(sentence)).toBeUndefined();
  });
});
