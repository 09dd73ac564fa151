import { inspect } from 'node:util';
import { expect, test } from '@jest/globals';
import { isTokenText, Secret } from '../../src/core/secret.ts';

test('reveal gives the value, and empty says whether there is one', () => {
  expect(new Secret('hunter2').reveal()).toBe('hunter2');
  expect([new Secret('hunter2').empty, new Secret('').empty]).toEqual([false, true]);
});

test('shows *** if it becomes text by accident', () => {
  const secret = new Secret('hunter2');
  expect(`${secret}`).toBe('***');
  expect(JSON.stringify({ secret })).toBe('{"secret":"***"}');
  expect(Object.prototype.toString.call(secret)).toBe('[object ***]');
  expect(inspect(secret, { depth: 9, showHidden: true })).not.toContain('hunter2');
  expect(Object.keys(secret)).toEqual([]);
  // What was made past the constructor holds nothing.
  expect(Object.create(Secret.prototype).reveal()).toBe('');
});

test('a token consists of visible ASCII, and is long enough to be masked', () => {
  expect(['AbCdEfGh', '!~eyJ.a-b_c', 'x'.repeat(5000)].filter((text) => !isTokenText(text))).toEqual([]);
  expect(['', 'AbCdEfG', 'AbCd EfGh', 'AbCdEfGh\n', 'AbCdEfG\u0007h', 'AbCdEfGé'].filter(isTokenText)).toEqual([]);
});
