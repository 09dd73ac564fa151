import { describe, expect, test } from '@jest/globals';
import { readInstant } from '../../../src/core/request/instant.ts';
import { addWatermark, hasWatermark, stripWatermark } from '../../../src/core/rotation/watermark.ts';
import { fc } from '../../seed.ts';

const names = fc.string({ minLength: 1, unit: 'grapheme' });
const instants = fc.integer({ min: Date.UTC(2026, 0), max: Date.UTC(2040, 0) });

/** As SQL Server's `datetime` keeps it, and as the service then writes it: 300ths of a second, seven digits. */
function inThreeHundredths(ms: number): number {
  const ticks = Math.round((ms * 3) / 10);
  const fraction = String(Math.round(((ticks % 300) * 1e7) / 300)).padStart(7, '0');
  return readInstant(`${new Date(Math.floor(ticks / 300) * 1000).toISOString().slice(0, 19)}.${fraction}Z`) ?? 0;
}

const roundings: readonly (readonly [string, (ms: number) => number])[] = [
  ['none', (ms) => ms],
  ['to 1/300 s', inThreeHundredths],
  ['to 10 ms', (ms) => Math.round(ms / 10) * 10],
  ['to 1 ms, cut', (ms) => Math.floor(ms)],
];

describe('watermark', () => {
  test('survives the rounding in the official examples', () => {
    const [sent, got] = [Date.parse('2020-12-01T23:46:23.319Z'), Date.parse('2020-12-01T23:46:23.320Z')];
    expect(inThreeHundredths(sent)).toBe(got);
  });

  test.each(roundings)('survives a rounding %s, and ends a PAT less than a second early', (_name, round) => {
    fc.assert(
      fc.property(names, instants, (name, validTo) => {
        const end = addWatermark(name, validTo);
        expect(end).toBeLessThanOrEqual(validTo);
        expect(validTo - end).toBeLessThan(1000);
        expect(hasWatermark(name, round(end))).toBe(true);
        expect(addWatermark(name, end)).toBe(end);
      }),
    );
  });

  test.each(roundings)('a whole second is the watermark of no name, with rounding %s', (_name, round) => {
    fc.assert(
      fc.property(names, instants, (name, validTo) => {
        const end = stripWatermark(validTo);
        expect(end).toBeLessThanOrEqual(validTo);
        expect(validTo - end).toBeLessThan(1000);
        expect(hasWatermark(name, round(end))).toBe(false);
      }),
    );
  });

  test('an end without a watermark looks like one with it in fewer than 1 of 100 cases', () => {
    let wrong = 0;
    for (let ms = 0; ms < 1000; ms++) if (hasWatermark('build', Date.UTC(2027, 0, 31) + ms)) wrong++;
    expect(wrong).toBeLessThan(10);
  });

  test.each([
    [-3, false],
    [-2, true],
    [0, true],
    [2, true],
    [3, false],
  ])('is recognized up to 2 ms beside it: %d ms', (beside, known) => {
    expect(hasWatermark('build', addWatermark('build', Date.UTC(2027, 0, 31)) + beside)).toBe(known);
  });

  test('each name has a watermark of its own', () => {
    const end = Date.UTC(2027, 0, 31);
    const marks = new Set(Array.from({ length: 500 }, (_, index) => addWatermark(`pat-${index}`, end)));
    expect(marks.size).toBeGreaterThan(80);
  });
});
