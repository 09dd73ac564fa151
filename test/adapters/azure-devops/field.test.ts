import { expect, test } from '@jest/globals';
import { sameField } from '../../../src/adapters/azure-devops/field.ts';

test.each<[sent: unknown, found: unknown, same: boolean]>([
  [['a', { b: null }], ['a', {}], true],
  [['a', 'b'], ['b', 'a'], false],
  [['a'], ['a', 'b'], false],
  [['a'], 'a', false],
  [{ a: [''] }, { a: [undefined] }, true],
  [null, '', true],
  [false, null, false],
  [0, '', false],
])('%j and %j are the same field: %j', (sent, found, same) => {
  expect(sameField(sent, found)).toBe(same);
  expect(sameField(found, sent)).toBe(same);
});
