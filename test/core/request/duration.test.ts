import { describe, expect, test } from '@jest/globals';
import { formatDuration, parseDuration, parseTimeout } from '../../../src/core/request/duration.ts';
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
