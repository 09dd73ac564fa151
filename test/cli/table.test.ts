import { describe, expect, test } from '@jest/globals';
import { outcomeText } from '../../src/cli/outcome-tables.ts';
import { table } from '../../src/cli/table.ts';
import { widthOf } from '../../src/cli/text-width.ts';
import { Failure } from '../../src/core/failure.ts';
import type { Outcome } from '../../src/core/outcome.ts';
import type { Pat } from '../../src/core/pat.ts';
import { day, now, pat, storedValue } from '../core/fake-ports.ts';
import { fc } from '../seed.ts';

const columns = [{ head: 'NAME', least: 6 }, { head: 'SCOPES', least: 8 }, { head: 'ID' }];
const rows = [
  ['nuget-publish', 'vso.packaging_write vso.code', '0001'],
  ['wiki', 'vso.wiki', '0002'],
];

test('columns are as wide as their longest text', () => {
  expect(table(columns, rows, undefined)).toBe(
    [
      'NAME           SCOPES                        ID',
      'nuget-publish  vso.packaging_write vso.code  0001',
      'wiki           vso.wiki                      0002',
      '',
    ].join('\n'),
  );
});

test('of the columns that may be cut, the widest one shrinks first, down to its minimum', () => {
  const narrow = table(columns, rows, 32);
  expect(narrow).toBe(
    ['NAME          SCOPES        ID', 'nuget-publi…  vso.packagi…  0001', 'wiki          vso.wiki      0002', ''].join(
      '\n',
    ),
  );
  expect(table(columns, rows, 5).split('\n')[1]).toBe('nuget…  vso.pac…  0001');
});

/** Texts that don't join with their neighbors, with the number of columns that each takes. */
const widths: readonly (readonly [text: string, width: number])[] = [
  ['x', 1],
  ['日本', 4],
  ['🔑', 2],
  ['e\u0301', 1],
  // A symbol that is shown as text, and the same symbol as an emoji.
  ['✏', 1],
  ['✏\ufe0f', 2],
  ['🗑', 1],
  ['🗑\ufe0f', 2],
  ['1\ufe0f\u20e3', 2],
  ['a\ufe0f', 1],
  ['⌚', 2],
  ['👩\u200d👩\u200d👧', 2],
  ['👍🏽', 2],
  ['🇩🇪', 2],
  ['🇩', 1],
  // Hangul as syllables, and as the letters of which they consist.
  ['한글', 4],
  ['\u1112\u1161\u11ab', 2],
  ['\u1161', 0],
  ['\u0301', 0],
  ['\u200b', 0],
  ['\u2060', 0],
  ['ｱ', 1],
  ['Ａ', 2],
  ['क\u094dष', 2],
  ['ก\u0e33', 2],
  ['𝄞', 1],
  ['𠀀', 2],
  ['━', 1],
];

test('the width of a text is that of its characters on a terminal', () => {
  for (const [text, width] of widths) expect([text, widthOf(text)]).toEqual([text, width]);
  fc.assert(
    fc.property(fc.array(fc.constantFrom(...widths)), (parts) => {
      const text = parts.map(([part]) => part).join(' ');
      const sum = parts.reduce((total, [, width]) => total + width, Math.max(0, parts.length - 1));
      expect(widthOf(text)).toBe(sum);
    }),
  );
});

test('no text breaks a line', () => {
  const [, row = ''] = table(columns, [['a\nb\u001b[31m', '日本', 'x']], undefined).split('\n');
  expect(row).toBe('a b [31m  日本    x');
});

test('on a terminal of 80 columns every PAT has its bar, however long its name is', () => {
  const name = fc.array(fc.constantFrom(...widths), { minLength: 1, maxLength: 40 });
  fc.assert(
    fc.property(name, (parts) => {
      const displayName = `x${parts.map(([part]) => part).join(' ')}`;
      const id = '0f3c2d8e-5a0b-4f7e-9a51-2f4c8e6b1d07';
      const [one, other] = [pat(id, displayName), pat(id, 'build', { validTo: now + 40 * day })];
      const destinations = [{ destination: 'azure-key-vault:contoso-vault/nuget-pat', found: 'nothing' }] as const;
      const reason = { kind: 'missing-value', destinations } as const;
      const entry = { organization: 'contoso-with-a-long-name', displayName, action: 'rotate', reason } as const;
      const failure = new Failure('service-principal-not-allowed', { what: 'Listing', why: 'it is one' });
      const line = { subject: displayName, state: 'ok' } as const;
      const finding = (found: typeof one) =>
        ({ kind: 'active-pat', pat: found, left: found.validTo - now, concern: undefined }) as const;
      const outcomes: Outcome[] = [
        { operation: 'list', changed: false, failure: undefined, pats: [one, other] },
        {
          operation: 'sync',
          changed: true,
          failure: undefined,
          plan: [
            { ...entry, life: one },
            { ...entry, life: other, failure },
          ],
        },
        {
          operation: 'check',
          changed: false,
          failure: undefined,
          checks: [
            { ...line, check: 'refresh-token-destination', finding: { kind: 'value', held: storedValue() } },
            { ...line, check: 'pat', finding: finding(one) },
            { ...line, check: 'pat', finding: finding(other) },
          ],
        },
      ];
      for (const outcome of outcomes) {
        const lines = outcomeText(outcome, now, 80).trimEnd().split('\n');
        expect(lines.filter((each) => widthOf(each) > 80)).toEqual([]);
        expect(lines.filter((each) => /[█░]{10}/u.test(each))).toHaveLength(2);
        expect(lines.slice(-10)).toEqual([
          'When 2 PATs end, by week (from the day shown)',
          ...Array.from({ length: 9 }, () => expect.stringMatching(/^(?:20\d\d-\d\d-\d\d|later {5}) {2}/u)),
        ]);
      }
    }),
    { numRuns: 30 },
  );
});

describe('the table of a list', () => {
  const tableOf = (...pats: readonly Pat[]): string =>
    outcomeText({ operation: 'list', changed: false, failure: undefined, pats }, now, undefined);

  test('says that there are no PATs', () => {
    expect(tableOf()).toBe('No PATs.\n');
  });

  test('shows a PAT that has ended, and one of all organizations', () => {
    const shown = tableOf(pat('1', 'ended', { validTo: now - day }), pat('2', 'global', { targetAccounts: null }));
    expect(shown).toMatch(/^ended +vso\.code +█{10} +over +/mu);
    expect(shown).toMatch(/^global +vso\.code \(all organizations\) +[█░]{10} +\d/mu);
  });

  test('sends the terminal nothing that would move the cursor', () => {
    const shown = tableOf(pat('1', 'a\u001b[2Jb\u0007\u202ec'));
    expect(shown).toContain('a [2Jb c');
    expect(shown.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\u202e]/u);
  });
});

test('columns that may be left out are left out in their order, until the others fit', () => {
  const many = [
    { head: 'NAME', least: 6 },
    { head: 'SECOND', dropped: 2 },
    { head: 'FIRST', dropped: 1 },
    { head: 'ID' },
  ];
  const row = [['nuget-publish', '0123456789', '0123456789', '0001']];
  expect(table(many, row, 100)).toContain('FIRST');
  expect(table(many, row, 35).split('\n')[0]).toBe('NAME           SECOND      ID');
  expect(table(many, row, 20).split('\n')[0]).toBe('NAME           ID');
});

test('a table of any width sends the terminal no command that a name holds', () => {
  const piece = fc.constantFrom(
    '##[',
    '##vso[',
    '##',
    '[',
    '::',
    '\u200b',
    '\ufe0f',
    '\u001b[2J',
    '\u202e',
    '\r\n',
    ' ',
    'a',
    '日',
  );
  const cell = fc.array(piece, { maxLength: 8 }).map((pieces) => pieces.join(''));
  fc.assert(
    fc.property(fc.array(fc.tuple(cell, cell, cell), { maxLength: 3 }), fc.nat(60), (cells, width) => {
      const lines = table(columns, cells, width === 0 ? undefined : width);
      expect(lines).not.toMatch(/##(?:vso)?\[|^\s*::|[^\P{Cc}\n]|\p{Cf}/mu);
      expect(lines.split('\n')).toHaveLength(cells.length + 2);
    }),
  );
});
