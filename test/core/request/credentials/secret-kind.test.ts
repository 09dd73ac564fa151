import { expect, test } from '@jest/globals';
import { kindOf, type SecretKind, secretKindOf } from '../../../../src/core/request/credentials/secret-kind.ts';

const guid = '01234567-89ab-cdef-0123-456789abcdef';
const clientSecret = (end: string) => `aB~8Q~${'x'.repeat(30)}${end}`;

test.each<[kind: SecretKind, texts: readonly string[]]>([
  ['wrong-encoding', ['a\ufffdb', 'a\0b', '\0']],
  ['absent', ['null', 'undefined', 'None', 'NIL']],
  [
    'expression',
    [
      `\${{ secrets.X }}`,
      `\${{}}`,
      `a\${{ b`,
      '$(X)',
      '$(my.X)',
      '$()',
      '$[variables.X]',
      '$[]',
      `\${X}`,
      `\${my-X.y}`,
      '$X',
      '$_',
      '$env:X',
      `$ENV:{X}`,
      '%X%',
      '%_x1%',
    ],
  ],
  ['mask', ['*', '***']],
  ['pem', ['-----BEGIN PRIVATE KEY-----', 'a ----- BEGIN X509 CRL-----']],
  ['json-web-token', ['eyJ0.eyJ1.c2ln', 'eyJ0..', 'eyJ-_.a.b.c.d']],
  ['azure-devops-pat', ['b2'.repeat(26), `${'aZ09'.repeat(19)}AZDOab12`]],
  ['github-token', ['ghp_a', 'gho_1', 'ghr_a', 'ghs_a', 'ghu_a', 'github_pat_1a', 'ghs_a.b']],
  ['entra-client-secret', [clientSecret('x'), clientSecret('x.~-'), clientSecret('xx').replace('8Q', '7Q')]],
  ['guid', [guid, guid.toUpperCase()]],
  ['json', ['{', '{"a":1}', '["a"]', '[ {"a":1}]', '["']],
  ['address', ['http://a', 'HTTPS://a.b/c']],
  ['path', ['/', './a', '../a b', '~/a', '/a/b', '\\a', '\\\\server\\a', 'C:\\a', 'z:/a', 'C:/']],
  [
    'path',
    [
      'a.txt',
      '@a.json',
      'my file.pem',
      'a\\b-c.PFX',
      'a.p12',
      'a.crt',
      'a.cer',
      'a.key',
      'x.env',
      `${'a'.repeat(255)}.env`,
    ],
  ],
])('%s: %j', (kind, texts) => {
  expect(texts.map((text) => [text, kindOf(text)])).toEqual(texts.map((text) => [text, kind]));
});

test.each<[what: string, texts: readonly string[]]>([
  ['a word', ['a', 'nothing', 'nullable', 'a null', 'none ']],
  [
    'what only begins or ends like an expression',
    ['a$(X)', '$(X)a', '$(X', '$(a(b))', '$[a[b]]', '$(X]', 'a$X', '$1X', '$X y', 'a%X%', '%X%a', '%1%', '%X', '%%'],
  ],
  ['braces that do not match', [`\${X}a`, `a\${X}`, '$env:']],
  ['a mask with something around it', ['a***', '***a']],
  [
    'half a line of a PEM',
    ['-----BEGIN-----', '-----BEGIN private key-----', '----BEGIN PRIVATE KEY----', '-----END PRIVATE KEY-----'],
  ],
  [
    'a JWT with other parts',
    ['eyJ0.eyJ1', 'eyJ0.a.b.c', 'eyJ0.a.b.c.d.e', 'eyJ.a.b', 'a eyJ0.a.b', 'eyJ0.a.b ', 'eyJ0.a+.b', 'eyK0.a.b'],
  ],
  [
    'a PAT of another length',
    [
      'b2'.repeat(25),
      `${'b2'.repeat(26)}b`,
      `${'b2'.repeat(25)}b1`,
      `${'B2'.repeat(26)}`,
      `${'a1'.repeat(37)}AZDOab12`,
      `${'a1'.repeat(38)}AZDOab123`,
      `-${'a1'.repeat(38)}AZDOab12`,
    ],
  ],
  ['a token of GitHub with another beginning', ['ghx_a', 'ghp_', 'aghp_a', 'github_pat_', 'gh_a']],
  [
    'a client secret of another form',
    [
      clientSecret(''),
      clientSecret('xxxxx'),
      clientSecret('x').replace('8Q', '9Q'),
      `a${clientSecret('x')}`,
      clientSecret('+'),
    ],
  ],
  ['half a GUID', [guid.slice(1), `${guid}0`]],
  ['a list that is no JSON', ['[a]', '[', 'a{', 'a["b"]']],
  ['another address', ['ftp://a', 'a http://b', 'http:/a']],
  [
    'what only holds a path',
    [
      'a/b',
      '.../a',
      'a~/b',
      '~',
      '~a',
      '..',
      '\\',
      'C:',
      'CD:\\a',
      'a C:/b',
      '/a\nb',
      'C:/a\nb',
      `/${'a'.repeat(1024)}`,
      `\\${'a'.repeat(1024)}`,
    ],
  ],
  [
    'what only ends like a file',
    ['a.txt.', 'a.text', 'atxt', '.txt ', 'a:b.txt', '@@a.txt', `${'a'.repeat(256)}.env`, 'a.envs'],
  ],
])('no kind: %s', (_what, texts) => {
  expect(texts.map((text) => [text, kindOf(text)])).toEqual(texts.map((text) => [text, undefined]));
});

test.each<[kind: SecretKind, text: string]>([
  ['pem', `-----BEGIN PRIVATE KEY-----${'a'.repeat(10)}`],
  ['json-web-token', `eyJ0.eyJ1.${'a'.repeat(27)}`],
  ['azure-devops-pat', 'b2'.repeat(26)],
  ['github-token', `ghp_${'a1B'.repeat(12)}`],
  ['github-token', `github_pat_${'a1'.repeat(11)}_${'b2'.repeat(29)}`],
  ['entra-client-secret', clientSecret('x')],
])('is certainly a secret: %s %j', (kind, text) => {
  expect(secretKindOf(text)).toBe(kind);
});

test.each([
  ['a short name', 'ghs_rotation'],
  ['a long name of words', 'github_pat_of_the_build_farm_for_releases_2026'],
  ['an address', `https://dev.azure.com/${'a'.repeat(30)}`],
  ['any other text', 'a'.repeat(40)],
])('may be no secret: %s', (_, text) => {
  expect(secretKindOf(text)).toBeUndefined();
});
