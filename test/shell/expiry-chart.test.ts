import { expect, test } from '@jest/globals';
import type { Check } from '../../src/core/checks/check.ts';
import { endsByWeek, lifeBar, livesOf, weeksAhead } from '../../src/shell/expiry-chart.ts';

const day = 86_400_000;
const now = Date.parse('2026-09-01T12:00:00Z');
const ending = (days: number): { validFrom: number; validTo: number } => ({
  validFrom: now - 10 * day,
  validTo: now + days * day,
});

test.each([
  [0, '░░░░░░░░░░'],
  [0.04, '░░░░░░░░░░'],
  [0.3, '███░░░░░░░'],
  [0.99, '█████████░'],
  [1, '██████████'],
  [7, '██████████'],
  [-1, '░░░░░░░░░░'],
])('a bar shows that %d of a life is over', (share, bar) => {
  expect(lifeBar({ validFrom: 0, validTo: 1000 }, share * 1000)).toBe(bar);
});

test('an unknown life has no bar, and a life without length is over', () => {
  expect(lifeBar(undefined, 1)).toBe('');
  expect(lifeBar({ validFrom: 5, validTo: 5 }, 5)).toBe('██████████');
});

test('weeks begin now, the last row counts what ends later, and PATs that have ended are not counted', () => {
  const ends = [-1, 0, 1, 6.9, 7, 55.9, 56, 400].map((days) => now + days * day);
  expect(endsByWeek(ends, now)).toEqual([2, 1, 0, 0, 0, 0, 0, 1, 2]);
});

test('a fleet has a row for each week, and bars that fit', () => {
  const lines = weeksAhead([ending(1), ending(2), ending(60)], now);
  expect(lines[1]).toBe('2026-09-01  ██ 2');
  expect(lines[2]).toBe('2026-09-08  0');
  expect(lines[9]).toBe('later       █ 1');
  const many = weeksAhead(
    Array.from({ length: 1000 }, (_, index) => ending(index % 3)),
    now,
  );
  for (const line of many) expect(line.length).toBeLessThan(60);
});

test('a single PAT gets no chart', () => {
  expect(weeksAhead([ending(3)], now)).toEqual([]);
  expect(weeksAhead([ending(-3), ending(3)], now)).toEqual([]);
});

test('the chart uses the known lives in a list, a plan or checks', () => {
  const entry = {
    organization: 'contoso',
    displayName: 'build',
    action: 'none',
    reason: { kind: 'asked-for' },
  } as const;
  const unknown: Check = { check: 'clock', subject: undefined, state: 'ok', finding: { kind: 'clock-not-compared' } };
  const pat = { ...ending(2), authorizationId: 'id', displayName: 'build', scope: 'vso.code', targetAccounts: null };
  const known: Check = {
    check: 'pat',
    subject: 'build',
    state: 'ok',
    finding: { kind: 'active-pat', pat, left: 2 * day, concern: undefined },
  };
  const untouched = { changed: false, failure: undefined } as const;
  const plan = [entry, { ...entry, life: ending(1) }];
  expect(livesOf({ ...untouched, operation: 'sync', plan })).toEqual([ending(1)]);
  expect(livesOf({ ...untouched, operation: 'check', checks: [unknown, known] })).toMatchObject([ending(2)]);
});
