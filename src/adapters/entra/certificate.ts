import { createHash, createPrivateKey, type KeyObject, X509Certificate } from 'node:crypto';
import type { Secret } from '../../core/secret.ts';

/** A client certificate as MSAL takes it. */
export interface ClientCertificate {
  /** SHA-256 of the leaf's DER, hexadecimal, no colons (with colons MSAL's `x5t#S256` is silently wrong). */
  readonly thumbprint: string;
  readonly privateKey: string;
  /** The leaf first, then the rest of the chain, as PEM. */
  readonly chain: string;
  /** Milliseconds since 1970. */
  readonly expires: number;
}

const block = /-----BEGIN ([A-Z0-9 ]+)-----[\s\S]+?-----END \1-----/gu;

/**
 * Reads a PEM that holds a private key and its certificate, with or without the chain, in any order and with any line
 * ends (a secret pasted on one line, with `\n` written out, too) and any indentation.
 * @throws Error whose message says what is wrong and holds nothing of the PEM
 */
export function readCertificate(pem: Secret): ClientCertificate {
  const text = pem
    .reveal()
    .replaceAll('\\r', '')
    .replaceAll('\\n', '\n')
    .replace(/[ \t]*(?:\r\n?|\n)[ \t]*/gu, '\n');
  const blocks = [...text.matchAll(block)].map((match) => ({ kind: match[1] ?? '', pem: match[0] }));
  const keys = blocks.filter(({ kind }) => kind.endsWith('PRIVATE KEY'));
  const certificates = blocks.filter(({ kind }) => kind === 'CERTIFICATE').map((found) => parse(found.pem));
  const [key] = keys;
  if (!key || keys.length > 1) throw new Error(`it holds ${keys.length} private keys; it needs exactly one, in PEM`);
  if (certificates.length === 0) throw new Error('it holds no certificate; append its PEM to that of the private key');
  const privateKey = parseKey(key.pem);
  const leaf = certificates.find((certificate) => certificate.checkPrivateKey(privateKey));
  if (!leaf) throw new Error('the private key belongs to none of its certificates');
  const chain = [leaf, ...certificates.filter((certificate) => certificate !== leaf)];
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
  if (key.asymmetricKeyType !== 'rsa') throw new Error('its private key is not RSA, the only kind that Entra takes');
  return key;
}

/** What is wrong with a PEM; undefined where nothing is. */
export function certificateProblem(pem: Secret, now: number): string | undefined {
  try {
    const { expires } = readCertificate(pem);
    return expires > now
      ? undefined
      : `its certificate expired ${new Date(expires).toISOString()}; upload a new one to the app registration`;
  } catch (error) {
    return error instanceof Error ? error.message : 'it is unreadable';
  }
}
