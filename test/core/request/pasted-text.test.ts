import { expect, test } from '@jest/globals';
import { appearanceOf } from '../../../src/core/request/name-appearance.ts';
import { unwrapPasted, withoutInvisible, withoutQuotes } from '../../../src/core/request/pasted-text.ts';

const wide = (text: string) => [...text].map((character) => `${character}\0`).join('');
const swapped = (text: string) => [...text].map((character) => `\0${character}`).join('');

test.each<[written: string, visible: string]>([
  ['a b', 'a b'],
  ['\ufeffa\u200b\u00adb\u200e', 'ab'],
  ['a\ufe0f', 'a'],
  // UTF-16 that was read byte by byte, with its mark or without it.
  [wide('a~ \t\r\nZ'), 'a~ \t\r\nZ'],
  [swapped('a~ \t\r\nZ'), 'a~ \t\r\nZ'],
  [`\ufffd\ufffd${wide('ab')}`, 'ab'],
  [`\ufffd\ufffd${swapped('ab')}`, 'ab'],
  // Anything else keeps its zero bytes and its lost characters.
  [`x${wide('ab')}`, `x${wide('ab')}`],
  [`${wide('ab')}x`, `${wide('ab')}x`],
  [`${swapped('ab')}x\0\0`, `${swapped('ab')}x\0\0`],
  ['a\0\x01\0', 'a\0\x01\0'],
  ['\0a\0\x7f', '\0a\0\x7f'],
  ['\0\0', '\0\0'],
  [`\ufffd${wide('ab')}`, `\ufffd${wide('ab')}`],
  [`\ufffd\ufffd${wide('a')}\ufffd`, `\ufffd\ufffd${wide('a')}\ufffd`],
  [`${wide('a')}\ufffd\ufffd`, `${wide('a')}\ufffd\ufffd`],
  ['\ufffd\ufffdab', '\ufffd\ufffdab'],
])('of %j is visible: %j', (written, visible) => {
  expect(withoutInvisible(written)).toBe(visible);
});

test.each([
  ['"a"', 'a'],
  ["'a'", 'a'],
  ['`a`', 'a'],
  ['“a”', 'a'],
  ['„a“', 'a'],
  ['‘a’', 'a'],
  ['«a»', 'a'],
  ['""', ''],
  ['""a""', '"a"'],
  ['"', '"'],
  ['"a', '"a'],
  ['a"', 'a"'],
  ['"a\'', '"a\''],
  ['', ''],
])('%j without one pair of quotation marks is %j', (written, inner) => {
  expect(withoutQuotes(written)).toBe(inner);
});

test('a pasted text loses what is around it, in this order', () => {
  expect(unwrapPasted('\u200b " a b " \n')).toBe('a b');
});

test.each([
  ['cafe\u0301', 'caf\u00e9', true],
  ['a\u00a0b', 'a b', true],
  [' a\u200b\u00ad', 'a', true],
  ['a\u200db', 'ab', false],
  ['a  b', 'a b', false],
  ['A', 'a', false],
])('%j and %j look the same: %j', (one, other, same) => {
  expect(appearanceOf(one) === appearanceOf(other)).toBe(same);
});
