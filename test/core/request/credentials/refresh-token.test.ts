import { describe, expect, test } from '@jest/globals';
import { parseRefreshToken } from '../../../../src/core/request/credentials/refresh-token.ts';
import { fc } from '../../../seed.ts';
import { anyText } from '../../any-text.ts';

const token = `1.AX${'b-_9'.repeat(10)}.AgABAwEAAAB${'Zq0-'.repeat(120)}`;
const jwt = `eyJ0eXAiOiJKV1QifQ.${'eyJ1cG4iOiJhIn0'.repeat(9)}.c2ln`;
const bytesAsText = (text: string): string => [...text].map((character) => `${character}\0`).join('');
const wrapped = (width: number, end: string): string =>
  (token.match(new RegExp(`.{1,${width}}`, 'gu')) ?? []).join(end);

describe('a refresh token with something around it', () => {
  test.each<[what: string, stored: string]>([
    ['itself', token],
    ['white space', `  ${token}\r\n`],
    ['double quotation marks', `"${token}"`],
    ['single quotation marks', `'${token}'\n`],
    ['typographic quotation marks', `“${token}”`],
    ['back quotes', `\`${token}\``],
    ['a byte order mark', `\ufeff${token}`],
    ['zero-width spaces and a soft hyphen', `\u200b${token.slice(0, 90)}\u00ad${token.slice(90)}\u2060`],
    ['no-break spaces', `\u00a0${token}\u00a0`],
    ['UTF-16 read as UTF-8', bytesAsText(token)],
    ['UTF-16 with its mark, read as UTF-8', `\ufffd\ufffd${bytesAsText(`${token}\r\n`)}`],
    ['UTF-16 of the other byte order', [...token].map((character) => `\0${character}`).join('')],
    ['the answer of Entra', JSON.stringify({ token_type: 'Bearer', access_token: jwt, refresh_token: token })],
    ['the answer of Entra on several lines', JSON.stringify({ refresh_token: token, id_token: jwt }, undefined, 2)],
    ['the output of exchange', JSON.stringify({ 'access-token': jwt, 'refresh-token': token })],
    ['an answer of Key Vault', JSON.stringify({ id: 'https://contoso.vault.azure.net/secrets/x', value: token })],
    ['a field of JSON', `"refresh_token": "${token}"`.replace('"refresh_token"', 'refresh_token')],
    ['an assignment', `AZURE_DEVOPS_REFRESH_TOKEN=${token}`],
    ['an assignment in a shell', `export AZURE_DEVOPS_REFRESH_TOKEN='${token}'`],
    ['an assignment in PowerShell', `$env:AZURE_DEVOPS_REFRESH_TOKEN = "${token}"`],
    ['a file of assignments', `# first\nCLIENT_ID=01234567-89ab-cdef-0123-456789abcdef\nREFRESH_TOKEN=${token}\n`],
    ['a line of YAML', `refresh_token: ${token}`],
    ['lines of one width', wrapped(76, '\n')],
    ['lines of the narrowest width', wrapped(40, '\n')],
    ['a last line of that width', wrapped(token.length / 2, '\n')],
    ['ten pairs of quotation marks', `${'"'.repeat(10)}${token}${'"'.repeat(10)}`],
    ['an assignment of an old Windows shell', `set refresh_token =${token}`],
    ['a file of assignments with a comment inside', `A_TOKEN=0123456789abcdefg\n # second\nmy-Refresh=${token}`],
    ['indented lines of one width', wrapped(64, '\r\n  ')],
    ['base64 of it', Buffer.from(token).toString('base64')],
    [
      'base64 of it in lines',
      (
        Buffer.from(token)
          .toString('base64')
          .match(/.{1,76}/gu) ?? []
      ).join('\n'),
    ],
    ['a line end that was written as two characters', `${token}\\r\\n`],
    ['base64 of it and a line end', Buffer.from(`0${token.slice(1)}\n`).toString('base64')],
  ])('%s', (_, stored) => {
    const parsed = parseRefreshToken(stored);
    expect(parsed.ok && [token, `0${token.slice(1)}`].includes(parsed.value.reveal())).toBe(true);
  });
});

describe('anything else is reported by its kind', () => {
  const github = `ghp_${'aB3'.repeat(12)}`;
  const pats = ['b2'.repeat(26), `${'aB3x'.repeat(19)}AZDO1234`];
  test.each<[what: string, stored: string, says: RegExp]>([
    ['an access token', jwt, /it is a JWT, such as an access token.*store the value of refresh_token/u],
    ['an access token with its scheme', `"${jwt}"`, /it is a JWT/u],
    ['an encrypted token', `${jwt}.abc.def`, /it is a JWT/u],
    ['an answer without a refresh token', JSON.stringify({ access_token: jwt }), /it is JSON.*offline_access/u],
    ['an answer with two', JSON.stringify({ refresh_token: token, refreshToken: jwt }), /it is JSON/u],
    ['JSON that was cut off', `{"refresh_token":"${token}`, /it is JSON/u],
    ['a PAT', pats[0] ?? '', /it is an Azure DevOps PAT/u],
    ['a PAT of today', pats[1] ?? '', /it is an Azure DevOps PAT/u],
    ['a GitHub token', github, /it is a GitHub token/u],
    ['a client secret', 'aBc8Q~0123456789012345678901234567890123', /it is the client secret of an app/u],
    ['a GUID', '01234567-89ab-cdef-0123-456789abcdef', /it is a GUID/u],
    ['a PEM', '-----BEGIN PRIVATE KEY-----\nabc\n-----END PRIVATE KEY-----', /it is a PEM/u],
    ['an expression of a workflow', `\${{ secrets.REFRESH_TOKEN }}`, /not replaced by its value/u],
    ['a macro of a pipeline', '$(refreshToken)', /not replaced by its value/u],
    ['a variable of a shell', '$REFRESH_TOKEN', /not replaced by its value/u],
    ['a variable of a Windows shell', '%REFRESH_TOKEN%', /not replaced by its value/u],
    ['what a log shows', '***', /asterisks/u],
    ['an address', 'http://localhost:8400/?code=abc', /address of a web page/u],
    ['a path', '/home/ada/token.txt', /path of a file.*store what the file holds/u],
    ['a path of Windows', 'C:\\Users\\ada\\token.txt', /path of a file/u],
    ['a file', 'refresh-token.txt', /path of a file/u],
    ['a file as curl names it', '@refresh-token.txt', /path of a file/u],
    ['what jq writes for nothing', 'null', /no value.*found no refresh token/u],
    ['bytes that were lost', `\ufffd\ufffd${token}`, /not UTF-8/u],
    ['two tokens', `${token}\n${token}`, /it has 2 lines/u],
    ['lines that are too narrow', wrapped(39, '\n'), /it has \d+ lines/u],
    ['a last line that is longer', `${token.slice(0, 90)}\n${token.slice(0, 91)}`, /it has 2 lines/u],
    ['lines of one width with a space inside', `${token.slice(0, 44)} \n${'a b'.repeat(14)}`, /it has 2 lines/u],
    ['two assignments of a refresh token', `REFRESH_A=${token}\nREFRESH_B=${token}x`, /it has 2 lines/u],
    ['an assignment and another line', `REFRESH_A=${token}\nand more`, /it has 2 lines/u],
    ['a text before an assignment', `see REFRESH_A=${token}`, /white space/u],
    ['JSON without any value', '{}', /it is JSON/u],
    ['JSON with a number in its place', '{"refresh_token":7}', /it is JSON/u],
    ['two lines of different width', `${token.slice(0, 90)}\n${token.slice(90)}`, /it has 2 lines/u],
    ['a space inside', `${token} ${token}`, /white space/u],
    ['a control character', `${token}\u0007`, /a character that no refresh token has/u],
    ['a letter that is not English', `${token}ü`, /a character that no refresh token has/u],
  ])('%s', (_, stored, says) => {
    const parsed = parseRefreshToken(stored);
    expect(parsed).toEqual({ ok: false, problem: expect.stringMatching(says) });
  });
});

test.each([
  ['eleven pairs of quotation marks', `${'"'.repeat(11)}${token}${'"'.repeat(11)}`, `"${token}"`],
  ['a short value after an equals sign', 'a=0123456789abcde', 'a=0123456789abcde'],
  ['base64 of another text', 'MS5BIGI=', 'MS5BIGI='],
  ['what only begins like base64', 'MS5BQ', 'MS5BQ'],
  ['what only holds base64', 'xMS5BQUFB', 'xMS5BQUFB'],
  ['base64 of a token', 'MS5BQUFB', '1.AAAA'],
  ['every printable character of ASCII', `a!#~${token}`, `a!#~${token}`],
])('%s', (_what, stored, expected) => {
  const parsed = parseRefreshToken(stored);
  expect(parsed.ok && parsed.value.reveal()).toBe(expected);
});

test('the legacy provider gives tokens in any form', () => {
  expect(parseRefreshToken(jwt, 'azure-devops-oauth')).toMatchObject({ ok: true });
});

test('no problem holds a part of what was stored', () => {
  const part = fc.constantFrom(
    token,
    jwt,
    'hunter2hunter2',
    '{"a":',
    '"',
    "'",
    '\n',
    '\0',
    '\ufffd',
    '=',
    'X=',
    '$(',
    '/',
  );
  fc.assert(
    fc.property(fc.array(fc.oneof(part, anyText()), { maxLength: 6 }), (parts) => {
      const parsed = parseRefreshToken(parts.join(''));
      if (parsed.ok) return;
      expect(parsed.problem).not.toMatch(/hunter2|Zq0-|eyJ/u);
    }),
  );
});
