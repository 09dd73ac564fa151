import { spawnSync } from 'node:child_process';
import { createPrivateKey, generateKeyPairSync } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { createClientCertificate } from '../../../sandbox/entra/client-certificate.ts';
import { clientCertificateOf } from '../../../sandbox/network/trust.ts';
import { certificateProblem } from '../../../src/adapters/entra/certificate.ts';
import { Secret } from '../../../src/core/secret.ts';

let certificate: string;
let key: string;
let stranger: string;
beforeAll(async () => {
  const made = await clientCertificateOf(process.env);
  certificate = made.certificate;
  key = made.bundle.slice(certificate.length);
  stranger = (await createClientCertificate()).certificate;
});

const day = 86_400_000;
const pem = { type: 'pkcs8', format: 'pem' } as const;
const problem = (text: string, now = Date.now()): string | undefined => certificateProblem(new Secret(text), now);

test('one key and its certificate are found, also among other certificates', () => {
  expect(problem(certificate + key)).toBeUndefined();
  expect(problem(stranger + key + certificate)).toBeUndefined();
});

test('two hundred certificates with the key, and a million unfinished blocks, are read in one pass', () => {
  expect(problem(stranger.repeat(200) + key + certificate)).toBeUndefined();
  expect(problem(stranger.repeat(200) + key)).toBe('the private key belongs to none of its certificates');
  // A search for the end of each one would exceed the time limit of the test.
  expect(problem('-----BEGIN A-----'.repeat(1_000_000))).toMatch(/its end is missing/u);
  expect(problem(`-----BEGIN A-----\n-----BEGIN B-----\n${key}${certificate}`)).toBeUndefined();
});

test('each mistake is named', () => {
  expect(problem(certificate)).toBe('it holds 0 private keys; it needs exactly one, in PEM');
  expect(problem(key + key + certificate)).toBe('it holds 2 private keys; it needs exactly one, in PEM');
  expect(problem(key)).toBe('it holds no certificate; append its PEM to that of the private key');
  expect(problem(stranger + key)).toBe('the private key belongs to none of its certificates');
  const cut = (text: string): string => text.replace(/\n[A-Za-z0-9+/=]{10,}\n/u, '\n');
  expect(problem(cut(certificate) + key)).toBe(
    'one of its certificates is unreadable; check that the secret was stored whole',
  );
  expect(problem(certificate + cut(key))).toBe('its private key is unreadable; check that the secret was stored whole');
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  expect(problem(certificate + privateKey.export(pem))).toBe(
    'its private key is not RSA, the only kind that Entra accepts',
  );
  const locked = createPrivateKey(key).export({ ...pem, cipher: 'aes-256-cbc', passphrase: 'x' });
  expect(problem(certificate + locked)).toBe('its private key is encrypted; store it without a passphrase');
  expect(problem(certificate + key, Date.now() + 366 * day)).toMatch(
    /^its certificate expired on \S+Z; upload a new one to the app registration$/u,
  );
});

describe('a PEM is read if it was stored', () => {
  const folded = (text: string): string => text.replaceAll('\n', ' ');
  test.each<[what: string, store: (text: string) => string]>([
    ['with its line ends folded into spaces', folded],
    ['without line ends', (text) => text.replaceAll('\n', '')],
    ['with line ends written out', (text) => text.replaceAll('\n', '\\n')],
    ['with line ends of Windows written out', (text) => text.replaceAll('\n', '\\r\\n')],
    ['as a string of JSON', (text) => JSON.stringify(text)],
    ['in single quotation marks', (text) => `'${text}'`],
    ['indented', (text) => text.replaceAll('\n', '\n    ')],
    ['with a byte order mark', (text) => `\ufeff${text}`],
    ['as base64', (text) => Buffer.from(text).toString('base64')],
    [
      'as base64 in lines',
      (text) =>
        (
          Buffer.from(text)
            .toString('base64')
            .match(/.{1,76}/gu) ?? []
        ).join('\n'),
    ],
    ['as base64 of a folded one', (text) => Buffer.from(folded(text)).toString('base64')],
    ['as base64 of base64', (text) => Buffer.from(Buffer.from(text).toString('base64')).toString('base64')],
    ['as base64 of UTF-16', (text) => Buffer.from(`\ufeff${text}`, 'utf16le').toString('base64')],
    ['in UTF-16 read as UTF-8', (text) => [...text].map((character) => `${character}\0`).join('')],
    ['with the dashes of a word processor', (text) => text.replaceAll('-----', '—–')],
    ['with the attributes of OpenSSL', (text) => `Bag Attributes\n    localKeyID: 01\nsubject=CN = x\n${text}`],
  ])('%s', (_, store) => {
    expect(problem(store(certificate + key))).toBeUndefined();
    expect(problem(store(key + certificate))).toBeUndefined();
  });
});

describe('anything but a PEM is reported by its kind', () => {
  /** A PKCS#12 file begins so: SEQUENCE, version 3, and the content. */
  const pfx = Buffer.concat([
    Buffer.from([0x30, 0x82, 0x09, 0x71, 2, 1, 3, 0x30, 0x82, 0x09, 0x37]),
    Buffer.alloc(400, 7),
  ]);
  const der = (text: string): string => text.replace(/-----[A-Z ]+-----|\s/gu, '');
  const thumbprint = 'A1B2C3D4'.repeat(5);
  test.each<[what: string, text: () => string, says: RegExp]>([
    ['a PFX in base64', () => pfx.toString('base64'), /PKCS#12 file \(PFX\).*openssl pkcs12/u],
    ['a PFX as bytes', () => pfx.toString('utf8'), /binary file.*PFX.*openssl pkcs12/u],
    ['a certificate in DER', () => der(certificate), /certificate in DER, without its private key/u],
    ['a key in DER', () => der(key), /private key in DER, without its certificate/u],
    ['other bytes', () => Buffer.alloc(300, 0xfe).toString('base64'), /base64, but not of a PEM/u],
    ['a path', () => '/home/runner/work/client.pem', /path of a file.*cat FILE/u],
    ['a path of Windows', () => 'C:\\certs\\client.pfx', /path of a file/u],
    ['a file', () => './client.pem', /path of a file/u],
    ['a thumbprint', () => thumbprint, /thumbprint/u],
    ['a thumbprint with colons', () => (thumbprint.match(/../gu) ?? []).join(':'), /thumbprint/u],
    ['a GUID', () => '01234567-89ab-cdef-0123-456789abcdef', /it is a GUID/u],
    ['a macro', () => '$(clientCertificate)', /not replaced by its value/u],
    ['a PEM without its end', () => (certificate + key).slice(0, 600), /its end is missing/u],
    ['a request', () => certificate.replaceAll('CERTIFICATE', 'CERTIFICATE REQUEST') + key, /a certificate request/u],
    [
      'a public key',
      () => key.replaceAll('PRIVATE', 'PUBLIC') + certificate,
      /0 private keys \(it holds a public key\)/u,
    ],
    ['a key for SSH', () => key.replaceAll('PRIVATE', 'OPENSSH PRIVATE') + certificate, /a key for SSH/u],
    ['a text', () => 'hunter2', /it is not PEM/u],
  ])('%s', (_, text, says) => {
    const reported = problem(text());
    expect(reported).toMatch(says);
    expect(reported).not.toMatch(/hunter2|A1B2C3D4|home|certs/u);
  });

  test('the PFX that OpenSSL makes, if it is installed', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'pfx-'));
    try {
      const pem = join(folder, 'client.pem');
      await writeFile(pem, certificate + key);
      const made = spawnSync('openssl', ['pkcs12', '-export', '-in', pem, '-passout', 'pass:']);
      if (made.error) return;
      expect(problem(made.stdout.toString('base64'))).toMatch(/PKCS#12/u);
      expect(problem(made.stdout.toString('utf8'))).toMatch(/PFX/u);
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});
