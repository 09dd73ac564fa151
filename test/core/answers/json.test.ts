import { expect, test } from '@jest/globals';
import { isObject, readJson, readObject } from '../../../src/core/answers/json.ts';

test.each<[text: string, value: unknown, object: boolean]>([
  ['{"a":1}', { a: 1 }, true],
  ['{}', {}, true],
  ['[1]', [1], false],
  ['null', null, false],
  ['7', 7, false],
  ['"a"', 'a', false],
  ['', undefined, false],
  ['<html>', undefined, false],
  ['{"a":', undefined, false],
])('%j', (text, value, object) => {
  expect(readJson(text)).toEqual(value);
  expect(readObject(text)).toEqual(object ? value : undefined);
  expect(isObject(value)).toBe(object);
});
