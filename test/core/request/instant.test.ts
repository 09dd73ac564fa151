import { describe, expect, test } from '@jest/globals';
import { formatInstant, parseInstant, readInstant } from '../../../src/core/request/instant.ts';
import { fc } from '../../seed.ts';
import { anyText } from '../any-text.ts';

describe('parseInstant', () => {
  test.each([
    ['2027-01-31T12:00:00Z', '2027-01-31T12:00:00.000Z'],
    ['2027-01-31T12:00Z', '2027-01-31T12:00:00.000Z'],
    ['2027-01-31T12:00:00.5Z', '2027-01-31T12:00:00.500Z'],
    ['2027-01-31T12:00:00.1239999Z', '2027-01-31T12:00:00.123Z'],
    ['2027-01-31T12:00:00+02:00', '2027-01-31T10:00:00.000Z'],
    ['2027-01-31T12:00:00-09:30', '2027-01-31T21:30:00.000Z'],
    ['2027-01-31T12:00:00+14:00', '2027-01-30T22:00:00.000Z'],
    ['2027-01-31T12:00:00+05:59', '2027-01-31T06:01:00.000Z'],
    ['2027-01-31T23:59:59.123456789Z', '2027-01-31T23:59:59.123Z'],
    ['2027-01-31', '2027-01-31T00:00:00.000Z'],
    ['2028-02-29', '2028-02-29T00:00:00.000Z'],
    [' 2027-01-31 ', '2027-01-31T00:00:00.000Z'],
  ])('%j', (text, iso) => {
    expect(parseInstant(text)).toEqual({ ok: true, value: Date.parse(iso) });
  });

  test.each([
    [
      '2027-01-31T12:00:00',
      '"2027-01-31T12:00:00" names no time zone; end it with Z (UTC) or an offset such as +02:00',
    ],
    [
      '2027-02-31',
      '"2027-02-31" does not exist in the calendar; write an ISO 8601 instant, such as 2027-01-31T12:00:00Z, or a date, such as 2027-01-31',
    ],
    [
      'soon',
      '"soon" is not an instant; write an ISO 8601 instant, such as 2027-01-31T12:00:00Z, or a date, such as 2027-01-31',
    ],
  ])('%j is refused with these words', (text, problem) => {
    expect(parseInstant(text)).toEqual({ ok: false, problem });
  });

  test.each([
    ['2027-01-31T12:00', /names no time zone/u],
    ['2027-02-30', /does not exist in the calendar/u],
    ['2027-02-29', /does not exist/u],
    ['2027-13-01', /does not exist/u],
    ['2027-00-10', /does not exist/u],
    ['2027-01-31T24:00:00Z', /does not exist/u],
    ['2027-01-31T12:60:00Z', /does not exist/u],
    ['2027-01-31T12:00:60Z', /does not exist/u],
    ['2027-01-31T12:00:00+15:00', /does not exist/u],
    ['2027-01-31T12:00:00+14:01', /does not exist/u],
    ['2027-01-31T12:00:00-14:01', /does not exist/u],
    ['2027-01-31T12:00:00+05:60', /does not exist/u],
    ['2027-01-31T12:00:00+0200', /is not an instant/u],
    ['2027-01-31T12:00:00 Z', /is not an instant/u],
    ['2027-01-31t12:00:00Z', /is not an instant/u],
    ['2027-01-31T12:00:00z', /is not an instant/u],
    ['2027-01-31T12:00:00.Z', /is not an instant/u],
    ['2027-01-31T12:00:00.1234567890Z', /is not an instant/u],
    ['x2027-01-31', /is not an instant/u],
    ['2027-01-31x', /is not an instant/u],
    ['31.01.2027', /is not an instant; write an ISO 8601 instant/u],
    ['2027-1-31', /is not an instant/u],
    ['2027-01-31 12:00:00Z', /is not an instant/u],
    ['2027-01-31Z', /is not an instant/u],
    ['1801396800', /is not an instant/u],
    ['tomorrow', /is not an instant/u],
    ['', /is not an instant/u],
  ])('%j is refused', (text, problem) => {
    expect(parseInstant(text)).toEqual({ ok: false, problem: expect.stringMatching(problem) });
  });

  test('reads back what formatInstant writes', () => {
    fc.assert(
      fc.property(
        fc.date({ min: new Date('1970-01-01'), max: new Date('9999-12-31'), noInvalidDate: true }),
        (date) => {
          const text = formatInstant(date.getTime());
          expect(parseInstant(text)).toEqual({ ok: true, value: date.getTime() });
          expect(readInstant(text)).toBe(date.getTime());
          expect(text).toMatch(/^[0-9T:-]+(\.\d{3})?Z$/u);
        },
      ),
    );
  });

  test('agrees with Date on every date that both accept, and never throws', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^20\d\d-[01]\d-[0-3]\dT[0-2]\d:[0-5]\d:[0-5]\dZ$/u), (text) => {
        const parsed = parseInstant(text);
        // The engine rolls 2027-02-30 over into March; this one refuses it.
        const engine = Date.parse(text);
        const exact = !Number.isNaN(engine) && new Date(engine).toISOString().startsWith(text.slice(0, 19));
        expect(parsed.ok).toBe(exact);
        if (parsed.ok) expect(parsed.value).toBe(engine);
      }),
    );
    fc.assert(
      fc.property(anyText(), (text) => {
        const parsed = parseInstant(text);
        if (!parsed.ok) expect(parsed.problem).not.toMatch(/[\r\n]/u);
      }),
    );
  });
});

describe('readInstant', () => {
  test.each([
    ['2020-11-02T22:56:52.1033333Z', '2020-11-02T22:56:52.103Z'],
    ['2020-11-02T22:56:52.32Z', '2020-11-02T22:56:52.320Z'],
    ['2020-11-02T22:56:52Z', '2020-11-02T22:56:52.000Z'],
    ['2020-11-02T22:56:52', '2020-11-02T22:56:52.000Z'],
    ['2020-11-02T22:56:52.3200000', '2020-11-02T22:56:52.320Z'],
    ['2026-03-01 10:00:00Z', '2026-03-01T10:00:00.000Z'],
    ['2026-03-01T10:00:00+0200', '2026-03-01T08:00:00.000Z'],
    ['2026-03-01T10:00:00+02:00', '2026-03-01T08:00:00.000Z'],
    ['2026-03-01t10:00:00z', '2026-03-01T10:00:00.000Z'],
    ['2026-03-01 10:00:00  Z', '2026-03-01T10:00:00.000Z'],
    ['2026-03-01T10:00:00.', '2026-03-01T10:00:00.000Z'],
    ['2026-03-01T10:00', '2026-03-01T10:00:00.000Z'],
    ['2026-03-01', '2026-03-01T00:00:00.000Z'],
    [' 2026-03-01T10:00:00Z\n', '2026-03-01T10:00:00.000Z'],
    ['0001-01-01T00:00:00', '0001-01-01T00:00:00.000Z'],
    ['9999-12-31T23:59:59.9999999Z', '9999-12-31T23:59:59.999Z'],
  ])('%j', (text, iso) => {
    expect(readInstant(text)).toBe(Date.parse(iso));
  });

  test.each(['', 'soon', '2027-02-30T00:00:00Z', '/Date(1)/', 'x2026-03-01', '2026-03-01x', undefined, null, 5, {}])(
    '%j is not an instant',
    (value) => {
      expect(readInstant(value)).toBeUndefined();
    },
  );

  test('never throws', () => {
    fc.assert(
      fc.property(fc.anything(), (value) => {
        expect(['number', 'undefined']).toContain(typeof readInstant(value));
      }),
    );
  });
});

test.each([
  [0, '1970-01-01T00:00:00Z'],
  [Date.UTC(2027, 0, 31, 12), '2027-01-31T12:00:00Z'],
  [Date.UTC(2027, 0, 31, 12, 0, 0, 7), '2027-01-31T12:00:00.007Z'],
])('formatInstant(%d) is %j', (ms, text) => {
  expect(formatInstant(ms)).toBe(text);
});
