import { describe, expect, test } from '@jest/globals';
import { startSandbox } from '../../sandbox/index.ts';
import { Scene } from './harness.ts';
import { keyLines, leaks } from './leak.ts';

const secret = 'rH7/q+Z"wK2&pXv9=Tn4 Lm6%Yd8~Bf1^Gs3';
const bytes = Buffer.from(secret);

const forms: readonly [name: string, text: string][] = [
  ['raw', `the value ${secret} in a sentence`],
  ['half of it', secret.slice(0, 20)],
  ['base64', bytes.toString('base64')],
  ['base64 of :pat', Buffer.from(`:${secret}`).toString('base64')],
  ['base64 within a text, first alignment', Buffer.from(`abc${secret}def`).toString('base64')],
  ['base64 within a text, second alignment', Buffer.from(`abcd${secret}ef`).toString('base64')],
  ['base64 within a text, third alignment', Buffer.from(`abcde${secret}f`).toString('base64')],
  ['base64url', bytes.toString('base64url')],
  ['base64url within a text', Buffer.from(`{"t":"${secret.replace('"', '')}"}`).toString('base64url')],
  ['URL-encoded', encodeURIComponent(secret)],
  ['form-encoded', new URLSearchParams({ secret }).toString()],
  ['JSON-escaped', JSON.stringify({ secret })],
  ['hex', bytes.toString('hex')],
  ['upper-case hex', bytes.toString('hex').toUpperCase()],
  ['a cell of a job summary', secret.replace(/[&~^#]/gu, (character) => `&#${character.charCodeAt(0)};`)],
  ['HTML', secret.replaceAll('&', '&amp;').replaceAll('"', '&quot;')],
  ['percent-encoded in lower case', secret.replace(/./gu, (c) => `%${c.charCodeAt(0).toString(16)}`)],
  ['percent-encoded twice', secret.replace(/./gu, (c) => `%25${c.charCodeAt(0).toString(16)}`)],
  ['escapes of JSON', secret.replace(/./gu, (c) => `\\u00${c.charCodeAt(0).toString(16)}`)],
  ['escapes of JSON in JSON', secret.replace(/./gu, (c) => `\\\\u00${c.charCodeAt(0).toString(16)}`)],
  ['quoted-printable', secret.replace(/./gu, (c) => `=${c.charCodeAt(0).toString(16).toUpperCase()}`)],
  ['folded', secret.replace(/.{7}/gu, '$&\r\n ')],
  ['with an invisible letter after each', secret.replace(/./gu, '$&\u200b')],
  ['cut off', `${secret.slice(0, 25)}…`],
  ['HTML in hex', secret.replace(/\W/gu, (character) => `&#x${character.charCodeAt(0).toString(16).toUpperCase()};`)],
];

describe('the search of every run for secrets', () => {
  test.each(forms)('finds a secret written as %s', (_name, text) => {
    expect(leaks(text, [secret])).not.toEqual([]);
  });

  test('finds no secret if there is none', () => {
    expect(leaks('Created PAT 0000 for "build": *** (base64 Kioq), rH7/q+Z', [secret, ''])).toEqual([]);
  });

  test('finds the lines of a private key, with any line ends', () => {
    const line = 'MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQC7';
    const pem = `-----BEGIN PRIVATE KEY-----\n${line}\n${line}\n-----END PRIVATE KEY-----\n`;
    expect(keyLines(pem)).toEqual([line, line]);
    expect(keyLines(pem.replaceAll('\n', '\\n'))).toEqual([line, line]);
  });

  test('is applied to each run of the action', async () => {
    const sandbox = await startSandbox();
    try {
      const token = 'Q7x2Lm9Rt4Kp8Wz3Vn6Bc1Yh5Jd0Fg';
      sandbox.azureDevOps.addPat({ token, displayName: `notes on ${token}` });
      const run = new Scene(sandbox).run({ operation: 'list' });
      await expect(run).rejects.toThrow(`${token} as ${token.slice(0, 20)}`);
    } finally {
      await sandbox.close();
    }
  });
});
