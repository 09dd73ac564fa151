import { createHash, createPrivateKey, type KeyObject, X509Certificate } from 'node:crypto';
import type { Secret } from '../../core/secret.ts';
import type { Instant } from '../../core/time.ts';
import { readPem } from './pem.ts';

/** A client certificate in the form that MSAL needs. */
interface ClientCertificate {
  /**
   * SHA-256 of the leaf's DER in hexadecimal, without colons: with them MSAL sends a wrong `x5t#S256` and says nothing.
   */
  readonly thumbprint: string;
  readonly privateKey: string;
  /** The leaf first, then the rest of the chain, as PEM. */
  readonly chain: string;
  readonly expires: Instant;
}

/** PEM labels that people mistake for a certificate with its key. */
const otherLabels: Readonly<Record<string, string>> = {
  'CERTIFICATE REQUEST': 'a certificate request',
  'NEW CERTIFICATE REQUEST': 'a certificate request',
  PKCS7: 'a PKCS#7 file, which holds no private key',
  'PUBLIC KEY': 'a public key',
  'RSA PUBLIC KEY': 'a public key',
  'OPENSSH PRIVATE KEY': 'a key for SSH',
  'SSH2 ENCRYPTED PRIVATE KEY': 'a key for SSH',
};

/**
 * Reads a PEM that holds one private key and its certificate, with or without the rest of the chain, in any order.
 * @throws Error whose message says what is wrong and holds nothing of the PEM
 */
export function readCertificate(pem: Secret): ClientCertificate {
  const blocks = readPem(pem.reveal());
  const other = blocks.map(({ label }) => otherLabels[label]).find((name) => name !== undefined);
  const found = other === undefined ? '' : ` (it holds ${other})`;
  const keys = blocks.filter(({ label }) => label.endsWith('PRIVATE KEY') && otherLabels[label] === undefined);
  const certificates = blocks.filter(({ label }) => /^(?:X509 |TRUSTED )?CERTIFICATE$/u.test(label));
  const [key] = keys;
  if (!key || keys.length > 1) {
    throw new Error(`it holds ${keys.length} private keys${found}; it needs exactly one, in PEM`);
  }
  if (certificates.length === 0) {
    throw new Error(`it holds no certificate${found}; append its PEM to that of the private key`);
  }
  const parsed = certificates.map(({ text }) => parse(text));
  const privateKey = parseKey(key.text);
  const leaf = parsed.find((certificate) => certificate.checkPrivateKey(privateKey));
  if (!leaf) throw new Error('the private key belongs to none of its certificates');
  const chain = [leaf, ...parsed.filter((certificate) => certificate !== leaf)];
  return {
    thumbprint: createHash('sha256').update(leaf.raw).digest('hex'),
    privateKey: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    chain: chain.map((certificate) => certificate.toString()).join(''),
    expires: Date.parse(leaf.validTo),
  };
}

function parse(pem: string): X509Certificate {
  try {
    return new X509Certificate(pem);
  } catch {
    throw new Error('one of its certificates is unreadable; check that the secret was stored whole');
  }
}

function parseKey(pem: string): KeyObject {
  if (pem.includes('ENCRYPTED')) throw new Error('its private key is encrypted; store it without a passphrase');
  let key: KeyObject;
  try {
    key = createPrivateKey(pem);
  } catch {
    throw new Error('its private key is unreadable; check that the secret was stored whole');
  }
  if (key.asymmetricKeyType !== 'rsa') throw new Error('its private key is not RSA, the only kind that Entra accepts');
  return key;
}

/** What is wrong with a PEM of a certificate and its key; undefined if nothing is. */
export function certificateProblem(pem: Secret, now: number): string | undefined {
  try {
    const { expires } = readCertificate(pem);
    return expires > now
      ? undefined
      : `its certificate expired on ${new Date(expires).toISOString()}; upload a new one to the app registration`;
  } catch (error) {
    return error instanceof Error ? error.message : 'it is unreadable';
  }
}
