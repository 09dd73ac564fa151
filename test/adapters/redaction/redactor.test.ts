import { expect, test } from '@jest/globals';
import { Redactor } from '../../../src/adapters/redaction/redactor.ts';
import { formsOf } from '../../../src/adapters/redaction/secret-forms.ts';
import { Secret } from '../../../src/core/secret.ts';
import { characterEncodings } from '../../secret-encodings.ts';
import { fc } from '../../seed.ts';

function redactorOf(...values: readonly string[]): Redactor {
  const redactor = new Redactor();
  for (const value of values) redactor.add(new Secret(value));
  return redactor;
}

test('every form of every secret is replaced, wherever it stands', () => {
  const values = ['correct-horse-battery', 'p%s/word+more=', 'correct-house'];
  const redactor = redactorOf(...values);
  for (const form of values.flatMap(formsOf)) {
    expect(redactor.redact(form)).toBe('***');
    expect(redactor.redact(`a ${form} b${form}`)).toBe('a *** b***');
  }
  expect(redactor.redact('correct-hope and word')).toBe('correct-hope and word');
});

test.each(Object.entries(characterEncodings))(
  'a secret is found whose characters are written as %s',
  (_name, encode) => {
    const values = [
      'p%s/word+more="x y\\z~!',
      'ghs_0123456789abcdefghijABCDEFGHIJ012345',
      'Kp8%41Wz=3DVn6&amp;Bc1\\nYh5',
    ];
    const redactor = redactorOf(...values);
    for (const value of values) {
      // After a backslash of the secret itself, such an escape would mean another character.
      if (value.includes('\\n') && /^(?:\\u001b|&)/u.test(encode(''))) continue;
      const text = [...value].map(encode).join('');
      // The text after the last character may be left over.
      const hidden = ['a (***) b', `a (***${encode('')}) b`];
      expect(hidden).toContain(redactor.redact(`a (${text}) b`));
      if (value.includes('&amp;')) continue;
      // Half of the secret is in plain text.
      const mixed = value.slice(0, 10) + [...value.slice(10)].map(encode).join('');
      expect(hidden).toContain(redactor.redact(`a (${mixed}) b`));
    }
  },
);

test('a secret is found in JSON of JSON, in a folded line, and in text that was encoded in pieces', () => {
  const value = 'p%s/word+more="x y\\z~0123456789abcdefghij';
  const redactor = redactorOf(value);
  expect(redactor.redact(JSON.stringify(JSON.stringify({ value })))).not.toContain('word');
  expect(redactor.redact(value.replace(/.{9}/gu, '$&\r\n '))).toBe('***');
  const base64 = Buffer.from(`{"token":"${value}"}`).toString('base64');
  expect(redactor.redact(base64.replace(/.{16}/gu, '$&\n'))).not.toMatch(/[\w+/]{25}/u);
});

const hexOf = (character: string): string => character.charCodeAt(0).toString(16).toUpperCase();
const unicodeEscaped = (character: string): string => `\\u00${hexOf(character)}`;
const inEntities = (character: string): string => `&#x${hexOf(character)};`;
const quotedPrintable = (character: string): string => `=${hexOf(character)}`;
const percentEncoded = (character: string): string => `%${hexOf(character)}`;

/** The text with each character written in that way. */
const layer = (text: string, write: (character: string) => string): string => [...text].map(write).join('');

test.each<[what: string, write: (value: string) => string]>([
  ['as it is', (value) => value],
  ['with no-break spaces', (value) => [...value].join('\u00a0')],
  ['with spaces that nobody sees', (value) => [...value].join('\u200b')],
  ['with deleting characters', (value) => [...value].join('\x7f')],
  ['as quoted-printable in small letters', (value) => value.replace('m', '=6d').replace('z', '=7a')],
  ['in four layers', (value) => [unicodeEscaped, inEntities, quotedPrintable, percentEncoded].reduce(layer, value)],
])('the shortest secret is hidden %s, also if nothing stands around it', (_, write) => {
  expect(redactorOf('m4z-Q7x2').redact(write('m4z-Q7x2'))).toBe('***');
});

test('a secret stays hidden if a long one follows it, which needs a larger filter', () => {
  const long = Array.from({ length: 50_000 }, (_, index) => (index * 7919).toString(36)).join('');
  const redactor = redactorOf('m4z-Q7x2', long);
  expect(redactor.redact(`m4z-Q7x2 ${long.slice(1000, 1040)}`)).toBe('*** ***');
});

test('a part of a secret is hidden too: what a cut left, and 31 or more characters from its middle', () => {
  const value = 'ghs_0123456789abcdefghijABCDEFGHIJ012345';
  const redactor = redactorOf(value);
  for (let length = 8; length < value.length; length++) {
    expect(redactor.redact(`token ${value.slice(0, length)}…`)).toBe('token ***…');
    expect(redactor.redact(`token ${value.slice(0, length)}`)).toBe('token ***');
  }
  for (let at = 1; at + 31 <= value.length; at++)
    expect(redactor.redact(`<${value.slice(at, at + 31)}>`)).toBe('<***>');
  expect(redactor.redact('ghs_0123 is how it begins')).toBe('ghs_0123 is how it begins');
});

const keyLines = ['MIIEvQIBADANBgkqhkiG9w0BAQEFAASC', 'BKcwggSjAgEAAoIBAQC7VJTUt9Us8cKj', 'q9w0BAQ='];

test.each([
  ['line feeds', '\n'],
  ['both line ends', '\r\n'],
  ['lone carriage returns', '\r'],
  ['line feeds that are written out', '\\n'],
  ['both line ends written out', '\\r\\n'],
  ['spaces, as a folded secret has them', ' '],
])('in a PEM with %s each line of the key is masked, and nothing else', (_name, end) => {
  const pem = [
    'Bag Attributes',
    '    friendlyName: contoso-release',
    '    localKeyID: 54 69 6D 65',
    'subject=CN = release.contoso.com',
    'Key Attributes: <No Attributes>',
    '-----BEGIN PRIVATE KEY-----',
    ...keyLines,
    '-----END PRIVATE KEY-----',
    '',
  ].join(end);
  const forms = formsOf(pem);
  for (const line of keyLines) expect(forms).toContain(line);
  for (const text of ['friendlyName: contoso-release', 'release.contoso.com', 'subject=CN = release.contoso.com']) {
    expect(forms.filter((form) => form.includes(text) && form.length < 100)).toEqual([]);
  }
  expect(formsOf(Buffer.from(pem).toString('base64'))).toEqual(expect.arrayContaining(keyLines));
});

test('percent-encoding is masked as every usual library writes it', () => {
  const value = "a~b/c+d=e f!g'h(i)*j";
  expect(formsOf(value)).toEqual(
    expect.arrayContaining([
      encodeURIComponent(value),
      "a~b%2fc%2bd%3de%20f!g'h(i)*j",
      'a~b%2Fc%2Bd%3De%20f%21g%27h%28i%29%2Aj',
      'a%7eb%2fc%2bd%3de+f%21g%27h%28i%29*j',
      'a%7Eb%2Fc%2Bd%3De+f%21g%27h%28i%29*j',
    ]),
  );
});

test.each(['\\', '%25', '&amp;', ' ', '=', '.', '%', '&#', '\\u0041', '\u200b'])(
  'a long text of nothing but %j is searched in one pass',
  (piece) => {
    // A quadratic search would exceed the time limit of the test.
    const text = piece.repeat(100_000 / piece.length);
    expect(
      redactorOf('correct-horse-battery-staple', 'aaaaaaaaaaaaaaaaaaaaaaaab').redact(
        `${text}correct-horse-battery-staple`,
      ),
    ).toBe(`${text}***`);
  },
);

test.each(['a', 'ab', '%', '\\', '&', 'eyJ', 'MIIE\n', 'aaaaaaaaaaaaaaab', '=41', 'é', 'random'])(
  'a secret of nothing but %j is found in one pass, in all its spellings',
  (piece) => {
    // A search that is quadratic in the length of the secret would exceed the time limit of the test.
    const random = Array.from({ length: 2000 }, (_, at) => Math.imul(at + 1, 2_654_435_761).toString(36)).join('');
    const secret = piece === 'random' ? random : piece.repeat(12_000 / piece.length);
    const redactor = redactorOf(secret);
    const texts = [secret, encodeURIComponent(secret), Buffer.from(secret).toString('base64'), JSON.stringify(secret)];
    for (const text of texts)
      expect(redactor.redact(`<${text}>`).replace(/\s/gu, '')).toMatch(/^<?"?(?:\*\*\*)+"?>?$/u);
  },
);

test('at most fifteen characters are left of any part of a secret that repeats itself', () => {
  const part = fc.stringMatching(/^[ab]{1,20}$/u);
  fc.assert(
    fc.property(fc.array(part, { minLength: 2, maxLength: 5 }), fc.nat(200), (parts, at) => {
      const value = parts.join('').repeat(10).slice(0, 300);
      const shown = value.slice(at, at + 31);
      fc.pre(shown.length === 31);
      expect(redactorOf(value).redact(shown).replaceAll('***', '').length).toBeLessThan(16);
    }),
  );
});

test('a part of a secret that repeats itself is hidden with the text beside it', () => {
  // The same sixteen characters, each time between others.
  const secret = Array.from({ length: 200 }, (_, at) => `sixteen-of-those${(at * 7919).toString(36).padStart(8, '0')}`);
  const redactor = redactorOf(secret.join(''));
  expect(redactor.redact(`<${secret.join('')}>`)).toMatch(/^<?\*\*\*>?$/u);
  expect(redactor.redact(`<${secret.slice(50, 60).join('')}>`)).not.toMatch(/sixteen|[0-9a-z]{4}/u);
});

test('secrets that overlap, or that begin alike, are all hidden', () => {
  const redactor = redactorOf('abcdefghij', 'ghijklmnop', 'abcdefghijxyz');
  expect(redactor.redact('<abcdefghijklmnop>')).toBe('<***>');
  expect(redactor.redact('<abcdefghijxyz>')).toBe('<***>');
  expect(redactor.redact('<abcdefghijx>')).toBe('<***x>');
  expect(redactor.redact('<abcdefghijabcdefghij>')).toBe('<******>');
});

test('no part of a secret is left, whatever is around it', () => {
  const word = fc.stringMatching(/^[a-c]{8,14}$/u);
  fc.assert(
    fc.property(fc.array(word, { minLength: 1, maxLength: 6 }), fc.stringMatching(/^[a-c]{0,60}$/u), (values, text) => {
      const redactor = redactorOf(...values);
      const hidden = redactor.redact([...values, text].join(''));
      for (const value of values) expect(hidden).not.toContain(value);
      expect(redactor.redact('nothing to hide')).toBe('nothing to hide');
    }),
  );
});

test('a secret is reported to the host although another spelling of it is known', () => {
  const reported: string[] = [];
  const redactor = new Redactor((form) => reported.push(form));
  redactor.add(new Secret('Zq8-secret-\u200bvalue-0123'));
  expect(reported).not.toContain('Zq8-secret-value-0123');
  redactor.add(new Secret('Zq8-secret-value-0123'));
  expect(reported).toContain('Zq8-secret-value-0123');
  const count = reported.length;
  redactor.add(new Secret('Zq8-secret-value-0123'));
  expect(reported).toHaveLength(count);
});
