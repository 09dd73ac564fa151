import { describe, expect, test } from '@jest/globals';
import { quoteForeign, shorten, toLogLine, toSafeLine } from '../../src/core/sanitize.ts';
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

describe('quoteForeign', () => {
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
    ['emoji 🔑 and ❤\ufe0f stay', 'emoji 🔑 and ❤\ufe0f stay'],
    ['##v\u034f\u115fso[x]', '## vso[x]'],
    ['', ''],
  ])('%j is shown as %j', (text, expected) => {
    expect(quoteForeign(text)).toBe(expected);
  });

  test.each([
    ['a token of GitHub', 'ghs_0123456789abcdefghijABCDEFGHIJ012345'],
    ['a fine-grained token of GitHub, of which a part is left', 'github_pat_11ABCDEFG0abcdefghijkl'],
    ['a client secret', 'abc8Q~0123456789abcdefghij.ABCDEFGH-0123'],
    ['a PAT', 'AbCd'.repeat(21)],
    ['a legacy PAT', 'abcdefgh234567'.repeat(4).slice(0, 52)],
    ['an Authorization header', `OnBhdA==${'QUJD'.repeat(20)}`],
  ])('%s in a text of the service is not shown', (_name, token) => {
    expect(quoteForeign(`The token ${token} is not valid`)).toBe('The token *** is not valid');
  });

  test('no usable part of a JWT is left', () => {
    const part = 'eyJhbGciOiJSUzI1NiIsInR5cCI6IkpXVCIsImtpZCI6IjEyMzQ1Njc4OTAifQ';
    expect(quoteForeign(`Bearer ${part}.${part}.${part}`)).toBe('Bearer ***');
  });

  const random = 'q7/Xp2.Lm9%Rt4:Kp8+Wz3-Vn6_Bc1~Yh5=';
  test.each([
    ['base64 with slashes', 'aB3/'.repeat(16)],
    ['dots between its parts', 'k9Q.'.repeat(16)],
    ['colons between its bytes', '0a:f3:'.repeat(12)],
    ['percent-encoding in lower case', 'aB3x9Qz7'.repeat(8).replace(/./gu, (c) => `%${c.charCodeAt(0).toString(16)}`)],
    ['percent-encoding in upper case', 'aB+/9Qz7'.repeat(8).replace(/[+/]/gu, encodeURIComponent)],
    ['all of that', random.repeat(2)],
    ['small letters alone', 'ab.cd/ef:'.repeat(10)],
    ['just more than 20 letters', 'a.:'.repeat(21)],
    ['an address before it that is no link', `to=https://example.com/${'aB3x'.repeat(20)}`],
    ['a host that is one', `https://${'aB3.'.repeat(18)}/${'aB3x'.repeat(20)}`],
  ])('a token is not shown that has %s', (_name, token) => {
    expect(quoteForeign(`The token ${token} is not valid`)).toBe('The token *** is not valid');
  });

  test.each([
    'Microsoft.TeamFoundation.Framework.Server.InvalidAccessException',
    'https://learn.microsoft.com/azure/devops/organizations/security/about-permissions?view=azure-devops',
    'https://vssps.dev.azure.com/contoso/_apis/tokens/pats?authorizationId=0a1b2c3d-aaaa-bbbb-cccc-0123456789ab',
    'https://contoso.vault.azure.net/secrets/nuget/3f1e5b7a9c0d2e4f6a8b1c3d5e7f9a0b',
    'word_word_word_word_word_word_0a1b2c3d-aaaa-bbbb-cccc-0123456789ab_word_word_word_word',
    'MICROSOFT/AZURE/DEVOPS/SERVICES/TOKENS/ADMINISTRATION/SERVICE',
    `${'20261001.123456/'.repeat(10)}end`,
    'a.:'.repeat(20),
    'abc.abc.abc.abc.ab.'.repeat(3),
    '/home/runner/work/app/app/node_modules/.bin/node/very/long/path',
    'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
    'repo:contoso/azure-devops-pat-action:environment:production-eu-1',
    '%D0%BF%D0%B0%D1%80%D0%BE%D0%BB%D1%8C%20%D0%B8%20%D0%BA%D0%BB%D1%8E%D1%87',
  ])('the long name %s is shown', (name) => {
    expect(quoteForeign(name)).toBe(name);
  });

  test('only the host is shown of an address that holds a token', () => {
    for (const scheme of ['http', 'https']) {
      const address = `${scheme}://example.com/`;
      expect(quoteForeign(`at ${address}${'aB3x'.repeat(20)}`)).toBe(`at ${address}***`);
    }
  });

  test('200 characters fit, and a cut goes back to the end of a word', () => {
    const text = 'word '.repeat(40).trim().padEnd(200, '.');
    expect(quoteForeign(text)).toBe(text);
    expect(quoteForeign(`${text}x`)).toBe(`${'word '.repeat(39).trim()}…`);
  });

  test('a cut halves no address, no token and no name of a mailbox', () => {
    fc.assert(
      fc.property(fc.nat(260), fc.stringMatching(/^[!-~]{10,51}$/u), (before, word) => {
        const reported = quoteForeign(`${'w '.repeat(before / 2)}${word} and more words after it to make it long`, 120);
        const rest = reported.replace(/[w ]*/u, '');
        const whole = toSafeLine(word);
        expect(rest === '…' || rest === '' || rest.startsWith(whole) || whole.startsWith('w')).toBe(true);
      }),
    );
  });

  test('text without spaces, as Japanese is written, is cut between any two of its characters', () => {
    expect(shorten('個人用アクセストークン', 6)).toBe('個人用アク…');
  });

  test('a cut never halves a character', () => {
    expect(shorten('🔑🔑🔑', 6)).toBe('🔑🔑🔑');
    expect(shorten('ab 🔑d', 5)).toBe('ab…');
    expect(shorten('🔑 bc', 4)).toBe('🔑…');
    expect(shorten('\ud800 ab cd', 6)).toBe('\ud800 ab…');
  });

  test('a line of the log is harmless, and far longer', () => {
    expect(toLogLine('::error::x\n')).toBe(': :error::x');
    expect(toLogLine('個'.repeat(16_001))).toBe(`${'個'.repeat(15_999)}…`);
  });

  test('a cut leaves no blank before its sign', () => {
    expect(shorten('  ab  cd ef', 7)).toBe('  ab…');
  });

  test('any text becomes one short line that is not a command', () => {
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

  test('toSafeLine keeps plain text as it is', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[A-Za-z0-9.:/@_-]{1,300}$/u), (text) => {
        fc.pre(!text.startsWith('::'));
        expect(toSafeLine(text)).toBe(text);
      }),
    );
  });

  test('only the first 4,000 characters are read, because an answer can have megabytes', () => {
    expect(quoteForeign(`${' '.repeat(3990)}x y and z`)).toBe('x y and z');
    expect(quoteForeign(`${' '.repeat(3990)}x y and zebra`)).toBe('x y and…');
    expect(quoteForeign(`${' '.repeat(4000)}x`)).toBe('…');
  });

  test.each(['.', ' ', ':', '#', '%25', '-', 'a', 'Z', '9', '/', '\u200b', '\n', '=', 'aA', '.a', '%', '\ud800'])(
    'a long text of nothing but %j is made harmless in one pass',
    (piece) => {
      // A pattern that is quadratic would not end here.
      const text = piece.repeat(400_000 / piece.length);
      expect(quoteForeign(text, 100_000).length).toBeLessThanOrEqual(100_000);
    },
  );
});
