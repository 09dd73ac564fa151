import { expect, test } from '@jest/globals';
import { table, widthOf } from '../../src/cli/table.ts';

const columns = [{ head: 'NAME', least: 6 }, { head: 'SCOPES', least: 8 }, { head: 'ID' }];
const rows = [
  ['nuget-publish', 'vso.packaging_write vso.code', '0001'],
  ['wiki', 'vso.wiki', '0002'],
];

test('columns are as wide as they must be', () => {
  expect(table(columns, rows, undefined)).toBe(
    [
      'NAME           SCOPES                        ID',
      'nuget-publish  vso.packaging_write vso.code  0001',
      'wiki           vso.wiki                      0002',
      '',
    ].join('\n'),
  );
});

test('the widest of those that may be cut gives way first, down to its least', () => {
  const narrow = table(columns, rows, 32);
  expect(narrow).toBe(
    ['NAME          SCOPES        ID', 'nuget-publi…  vso.packagi…  0001', 'wiki          vso.wiki      0002', ''].join(
      '\n',
    ),
  );
  expect(table(columns, rows, 5).split('\n')[1]).toBe('nuget…  vso.pac…  0001');
});

test('wide characters count twice, and nothing breaks a line', () => {
  expect(widthOf('日本')).toBe(4);
  expect(widthOf('🔑x')).toBe(3);
  expect(widthOf('e\u0301')).toBe(1);
  expect(widthOf('✏️')).toBe(2);
  expect(widthOf('✏')).toBe(1);
  expect(widthOf('1️⃣')).toBe(2);
  expect(widthOf('👩‍👩‍👧🇩🇪')).toBe(4);
  expect(widthOf('\u0301')).toBe(0);
  expect(widthOf('ｱ')).toBe(1);
  expect(widthOf('Ａ')).toBe(2);
  const [, row = ''] = table(columns, [['a\nb\u001b[31m', '日本', 'x']], undefined).split('\n');
  expect(row).toBe('a b [31m  日本    x');
});

test('columns that may be left out go in their order, until the others fit', () => {
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
