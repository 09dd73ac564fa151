import { describe, expect, test } from '@jest/globals';
import { quoteForeign, shorten, toSafeLine } from '../../src/core/sanitize.ts';
import { fc } from '../seed.ts';
import { anyText } from './any-text.ts';

/** Text as an attacker would write it: pieces of commands between arbitrary characters. */
const hostile = fc
  .array(
    fc.oneof(
      anyText(),
      fc.constantFrom(
        '::',
        '##[',
        '##vso[',
        '::error::',
        '\n',
        '\r\n',
        '\u2028',
        '\u0085',
        '\u200b',
        '\u202e',
        ' ',
        '#',
      ),
    ),
  )
  .map((parts) => parts.join(''));

describe('quote', () => {
  test.each([
    ['two\r\nlines', 'two lines'],
    ['  white   space\t', 'white space'],
    ['::set-output name=x::y', ': :set-output name=x::y'],
    ['\n \u200b::error::x', ': :error::x'],
    ['a ##[command]b', 'a ## [command]b'],
    ['a ##\u200b[command]b', 'a ## [command]b'],
    ['##VSO[task.setvariable]', '## VSO[task.setvariable]'],
    ['\u001b[31mred\u001b[0m', '[31mred [0m'],
    ['abc\u202edcba', 'abcdcba'],
    ['emoji 🔑 stays', 'emoji 🔑 stays'],
    ['', ''],
  ])('%j reads %j', (text, expected) => {
    expect(quoteForeign(text)).toBe(expected);
  });

  test.each([
    ['a PAT', 'AbCd'.repeat(21)],
    ['a legacy PAT', 'abcdefgh234567'.repeat(4).slice(0, 52)],
    ['an Authorization header', `OnBhdA==${'QUJD'.repeat(20)}`],
  ])('%s in a text of the service is not shown', (_name, token) => {
    expect(quoteForeign(`The token ${token} is not valid`)).toBe('The token *** is not valid');
  });

  test('no part of a JWT is left that could be used', () => {
    const part = 'eyJhbGciOiJSUzI1NiIsInR5cCI6IkpXVCIsImtpZCI6IjEyMzQ1Njc4OTAifQ';
    expect(quoteForeign(`Bearer ${part}.${part}.${part}`)).toBe('Bearer ***.***.***');
  });

  test('names as long as those of the service are shown', () => {
    const name = 'Microsoft.TeamFoundation.Framework.Server.InvalidAccessException';
    expect(quoteForeign(name)).toBe(name);
  });

  test('200 characters fit, of more the end is cut off', () => {
    const text = 'word '.repeat(40).trim().padEnd(200, '.');
    expect(quoteForeign(text)).toBe(text);
    expect(quoteForeign(`${text}x`)).toMatch(/^.{199}…$/u);
  });

  test('a cut never halves a character', () => {
    expect(shorten('abc🔑', 5)).toBe('abc🔑');
    expect(shorten('abc🔑d', 5)).toBe('abc…');
    expect(shorten('🔑abc', 4)).toBe('🔑a…');
  });

  test('what is cut off leaves no gap before its sign', () => {
    expect(shorten('  ab  cd', 7)).toBe('  ab…');
  });

  test('any text becomes one short line that commands nobody', () => {
    fc.assert(
      fc.property(hostile, (text) => {
        const quoted = quoteForeign(text);
        expect(quoted.length).toBeLessThanOrEqual(200);
        expect(quoted).not.toMatch(/[\p{Cc}\p{Cf}\u2028\u2029]/u);
        expect(quoted).not.toMatch(/^\s*::/u);
        expect(quoted).not.toMatch(/##(?:vso)?\[/iu);
        expect(quoteForeign(quoted)).toBe(quoted);
      }),
    );
  });

  test('flatten keeps plain text as it is', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[A-Za-z0-9.:/@_-]{1,300}$/u), (text) => {
        fc.pre(!text.startsWith('::'));
        expect(toSafeLine(text)).toBe(text);
      }),
    );
  });

  test('no more than the first 4,000 characters are looked at: an answer can be megabytes', () => {
    expect(quoteForeign(`${' '.repeat(3999)}xy`)).toBe('x');
    expect(quoteForeign(`${' '.repeat(4000)}x`)).toBe('');
  });
});
