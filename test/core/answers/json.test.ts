import { expect, test } from '@jest/globals';
import { isObject, readField, readJson, readObject, readPlainText } from '../../../src/core/answers/json.ts';

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

test.each<[what: string, text: string, isRead: boolean]>([
  ['1000 lists', '['.repeat(1000) + ']'.repeat(1000), true],
  ['1000 lists, and one beside them', `[[],${'['.repeat(999)}${']'.repeat(999)}]`, true],
  ['1001 lists', '['.repeat(1001) + ']'.repeat(1001), false],
  ['a million objects that never end', '{"a":'.repeat(1_000_000), false],
  ['brackets in a text', JSON.stringify({ a: `\\"${'[{"'.repeat(2000)}` }), true],
  ['brackets after a text that ends with a backslash', `["\\\\",${'['.repeat(1000)}${']'.repeat(1000)}]`, false],
  ['many lists side by side', `[${'[],'.repeat(2000)}[]]`, true],
  ['many objects side by side', `[${'{},'.repeat(2000)}{}]`, true],
])('%s: the depth of the nesting decides whether it is read', (_what, text, isRead) => {
  expect(readJson(text) !== undefined).toBe(isRead);
});

test.each([
  ['{"message":"no"}', 'no'],
  ['{"message":7}', ''],
  ['{"message":null}', ''],
  ['{"Message":"no"}', ''],
  ['["message"]', ''],
  ['message', ''],
])('the field message of %j is %j', (text, field) => {
  expect(readField(text, 'message')).toBe(field);
});

test.each([
  [' Bad gateway\r\n', 'Bad gateway'],
  ['The limit is <5> "requests"', 'The limit is <5> "requests"'],
  [' <html>', ''],
  [' {"a":', ''],
  ['["a"', ''],
  ['"a', ''],
  ['7', ''],
  ['null', ''],
  [' ', ''],
])('the plain text of %j is %j', (text, plain) => {
  expect(readPlainText(text)).toBe(plain);
});
