import { expect, test } from '@jest/globals';
import { isSameJson } from '../../../src/adapters/azure-devops/json-equality.ts';

test.each<[sent: unknown, found: unknown, same: boolean]>([
  [['a', { b: null }], ['a', {}], true],
  [['a', 'b'], ['b', 'a'], false],
  [['a'], ['a', 'b'], false],
  [['a'], 'a', false],
  [{ a: [''] }, { a: [undefined] }, true],
  [null, '', true],
  [false, null, false],
  [0, '', false],
])('%j and %j hold the same value: %j', (sent, found, same) => {
  expect(isSameJson(sent, found)).toBe(same);
  expect(isSameJson(found, sent)).toBe(same);
});
