import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { nodeErrorCode } from '../adapters/node-error-code.ts';
import { Failure } from '../core/failure.ts';
import { quoteForeign } from '../core/sanitize.ts';

/** Certificates of a PEM. Whatever else it holds, such as a private key, is not read. */
const certificates = /-----BEGIN ((?:X509 |TRUSTED )?CERTIFICATE)-----[^-]*-----END \1-----/gu;

const advice =
  'Configure the agent with --sslcacert and a PEM file of the certificates, which the user of the agent may read. A container job needs the file at the same path in the container.';

/**
 * Certificates that the agent trusts in addition to those of Node. This also reads NODE_EXTRA_CA_CERTS, because Node 20
 * leaves those certificates out for a connection that has certificates of its own.
 * @throws Failure `network` if the agent's file can't be read, or holds anything but whole certificates
 */
export function authoritiesOf(environment: Readonly<Record<string, string | undefined>>): string[] {
  const file = (environment.AGENT_CAINFO ?? '').trim();
  if (file === '') return [];
  const extraFile = environment.NODE_EXTRA_CA_CERTS ?? '';
  const extraAuthorities = extraFile === '' ? '' : readIfThere(extraFile);
  return [readAgentFile(file), extraAuthorities].filter((pem) => pem !== '');
}

function readAgentFile(file: string): string {
  let bytes: Buffer;
  try {
    bytes = readFileSync(file);
  } catch (thrown) {
    throw refused(file, `which cannot be read (${nodeErrorCode(thrown) || 'unknown'})`);
  }
  const blocks = [...bytes.toString('latin1').matchAll(certificates)].map(([block]) => block);
  if (blocks.length === 0) throw refused(file, `which holds no certificate in PEM${kindOf(bytes)}`);
  for (const [at, block] of blocks.entries()) {
    // If Node can't read a certificate, it silently drops that one and all that follow.
    if (!isCertificate(block)) throw refused(file, `whose certificate ${at + 1} of ${blocks.length} is unreadable`);
  }
  return blocks.join('\n');
}

/** What the file is instead, if its content shows it. */
function kindOf(bytes: Buffer): string {
  if (bytes.length === 0) return ': it is empty';
  if (bytes.includes('PRIVATE KEY-----')) return ': it holds only a private key';
  return isCertificate(bytes)
    ? ': it is a certificate in DER, which openssl x509 -inform der -in FILE -out FILE.pem converts'
    : '';
}

function isCertificate(given: string | Buffer): boolean {
  try {
    new X509Certificate(given);
    return true;
  } catch {
    return false;
  }
}

function refused(file: string, why: string): Failure {
  return new Failure('network', {
    what: "Reading the agent's file of certificates",
    why: `AGENT_CAINFO names "${quoteForeign(file)}", ${why}`,
    hint: advice,
  }).nothingSent();
}

/** The text of a file; empty if it can't be read. Node itself only warns of that too. */
function readIfThere(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}
