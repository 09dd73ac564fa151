import { expect, test } from '@jest/globals';
import { equalsIgnoreAsciiCase, isAscii } from '../../src/core/ascii.ts';

test.each([
  ['', true],
  ['a\0~\x7f', true],
  ['caf\u00e9', false],
  ['\x80', false],
])('%j is ASCII: %j', (text, ascii) => {
  expect(isAscii(text)).toBe(ascii);
});

test.each([
  ['Contoso.com', 'contoso.COM', true],
  ['contoso.com', 'fabrikam.com', false],
  // The Kelvin sign and the letter K.
  ['\u212a', 'k', false],
  ['\u00c9', '\u00e9', false],
])('%j and %j are the same but for the case of ASCII letters: %j', (one, other, same) => {
  expect(equalsIgnoreAsciiCase(one, other)).toBe(same);
});
