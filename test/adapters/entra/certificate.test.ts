import { generateKeyPairSync } from 'node:crypto';
import { beforeAll, expect, test } from '@jest/globals';
import { createClientCertificate } from '../../../sandbox/entra/client-certificate.ts';
import { certificateProblem } from '../../../src/adapters/entra/certificate.ts';
import { Secret } from '../../../src/core/secret.ts';

let certificate: string;
let key: string;
let stranger: string;
beforeAll(async () => {
  const made = await createClientCertificate();
  certificate = made.certificate;
  key = made.bundle.slice(certificate.length);
  stranger = (await createClientCertificate()).certificate;
});

const day = 86_400_000;
const pem = { type: 'pkcs8', format: 'pem' } as const;
const problem = (text: string, now = Date.now()): string | undefined => certificateProblem(new Secret(text), now);

test('one key and its certificate, with strangers or without', () => {
  expect(problem(certificate + key)).toBeUndefined();
  expect(problem(stranger + key + certificate)).toBeUndefined();
});

test('what is wrong is said', () => {
  expect(problem('nothing')).toBe('it holds 0 private keys; it needs exactly one, in PEM');
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
    'its private key is not RSA, the only kind that Entra takes',
  );
  const locked = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({
    ...pem,
    cipher: 'aes-256-cbc',
    passphrase: 'x',
  });
  expect(problem(certificate + locked)).toBe('its private key is encrypted; store it without a passphrase');
  expect(problem(certificate + key, Date.now() + 366 * day)).toMatch(
    /^its certificate expired \S+Z; upload a new one to the app registration$/u,
  );
});
