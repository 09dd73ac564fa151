import { KeyObject, webcrypto } from 'node:crypto';
import { x509 } from '../network/x509.ts';

const algorithm = {
  name: 'RSASSA-PKCS1-v1_5',
  hash: 'SHA-256',
  publicExponent: new Uint8Array([1, 0, 1]),
  modulusLength: 2048,
} as const;
const day = 86_400_000;

export interface ClientCertificate {
  /** PEM, for the app registration. */
  readonly certificate: string;
  /** PEM of the certificate and its private key, for the client. */
  readonly bundle: string;
}

/** Makes a self-signed certificate as people do for an app registration. */
export async function createClientCertificate(): Promise<ClientCertificate> {
  const keys = await webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify']);
  const certificate = await x509.X509CertificateGenerator.createSelfSigned({
    serialNumber: '01',
    name: 'CN=pat-rotation',
    notBefore: new Date(Date.now() - day),
    notAfter: new Date(Date.now() + 365 * day),
    signingAlgorithm: algorithm,
    keys,
  });
  const text = `${certificate.toString('pem')}\n`;
  const privateKey = KeyObject.from(keys.privateKey).export({ type: 'pkcs8', format: 'pem' });
  return { certificate: text, bundle: `${text}${privateKey.toString()}` };
}
