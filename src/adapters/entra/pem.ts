import { createPrivateKey, X509Certificate } from 'node:crypto';
import { kindNames, kindOf } from '../../core/request/credentials/secret-kind.ts';
import { withoutInvisible, withoutQuotes } from '../../core/request/pasted-text.ts';
import { decodeText } from '../text-encoding.ts';

/** One part of a PEM, with the line ends that OpenSSL requires. */
interface PemBlock {
  /** `CERTIFICATE`, `PRIVATE KEY`, ... */
  readonly label: string;
  readonly text: string;
}

const boundary = /-----(BEGIN|END) ([A-Z0-9 ]+)-----/gu;

/** The shortest base64 that is decoded, in characters: a shorter one holds neither a key nor a certificate. */
const shortestBase64 = 200;

/** How many layers of base64 are decoded. Two can happen by mistake; more are unlikely. */
const mostLayers = 2;

/**
 * The blocks of a PEM, however it was stored: in any order, with any line ends (also folded into spaces, or written out
 * as `\n`), with quotation marks around it, with dashes that a word processor changed, or as base64 of the whole.
 * @throws Error whose message says what the text is instead and holds nothing of it
 */
export function readPem(stored: string): PemBlock[] {
  const text = decodePem(stored);
  const blocks: PemBlock[] = [];
  let begun: { readonly label: string; readonly at: number } | undefined;
  for (const { 0: line, 1: kind, 2: label = '', index } of text.matchAll(boundary)) {
    if (kind === 'BEGIN') begun = { label, at: index + line.length };
    if (kind === 'BEGIN' || begun?.label !== label) continue;
    blocks.push({ label, text: write(label, text.slice(begun.at, index)) });
    begun = undefined;
  }
  if (blocks.length > 0) return blocks;
  if (/-----BEGIN /u.test(text)) throw new Error('its end is missing; check that the secret was stored whole');
  throw new Error(refusalOf(text));
}

function decodePem(stored: string): string {
  let text = withPlainLines(stored);
  for (let layers = 0; layers < mostLayers && !text.includes('-----BEGIN '); layers++) {
    const bytes = base64Bytes(text);
    if (bytes === undefined) return text;
    const decoded = decodeText(bytes);
    if (!('text' in decoded)) throw new Error(kindOfDer(bytes));
    text = withPlainLines(decoded.text);
  }
  return text;
}

function withPlainLines(stored: string): string {
  return withoutQuotes(withoutInvisible(stored).trim())
    .replaceAll('\\r', '')
    .replaceAll('\\n', '\n')
    .replace(/[-\u2013\u2014]{2,5} ?(BEGIN|END) ([A-Z0-9 ]+?) ?[-\u2013\u2014]{2,5}/gu, '-----$1 $2-----')
    .trim();
}

/** Writes a block with base64 in lines of 64 characters. A body with headers (an old encrypted key) stays unchanged. */
function write(label: string, body: string): string {
  const headers = /Proc-Type|DEK-Info/u.test(body);
  const base64 = headers ? body.trim() : (body.replace(/\s+/gu, '').match(/.{1,64}/gu) ?? []).join('\n');
  return `-----BEGIN ${label}-----\n${base64}\n-----END ${label}-----\n`;
}

function base64Bytes(text: string): Uint8Array | undefined {
  const compact = text.replace(/\s+/gu, '');
  return compact.length >= shortestBase64 && /^[\w+/-]+={0,2}$/u.test(compact)
    ? Buffer.from(compact, 'base64')
    : undefined;
}

/** Says what binary data is, by the ASN.1 structure at its start. */
function kindOfDer(bytes: Uint8Array): string {
  if (bytes[0] !== 0x30) return 'it is base64, but not of a PEM; store the PEM of the certificate and its private key';
  // SEQUENCE, a length in up to five bytes, and version 3 as an INTEGER: RFC 7292, section 4.
  const length = (bytes[1] ?? 0) > 0x80 ? (bytes[1] ?? 0) - 0x80 : 0;
  const version = bytes.subarray(2 + length, 5 + length);
  if (version[0] === 2 && version[1] === 1 && version[2] === 3)
    return `it is a PKCS#12 file (PFX) in base64; ${convertHint}`;
  const der = Buffer.from(bytes);
  try {
    new X509Certificate(der);
    return 'it is a certificate in DER, without its private key; store the PEM of both';
  } catch {
    // Perhaps it is a key.
  }
  for (const type of ['pkcs8', 'pkcs1'] as const) {
    try {
      createPrivateKey({ key: der, format: 'der', type });
      return 'it is a private key in DER, without its certificate; store the PEM of both';
    } catch {
      // It is something else.
    }
  }
  return 'it is base64 of a binary file, not of a PEM; store the PEM of the certificate and its private key';
}

const convertHint = 'convert it to PEM: openssl pkcs12 -in FILE.pfx -nodes -out FILE.pem';

function refusalOf(text: string): string {
  // DER begins with the bytes 30 82, and 82 is not valid UTF-8.
  if (/^0\ufffd/u.test(text)) return `it is a binary file, such as a PKCS#12 file (PFX); ${convertHint}`;
  if (/^(?:[0-9a-f]{2}:?){20}(?:(?:[0-9a-f]{2}:?){12})?$/iu.test(text)) {
    return 'it is the thumbprint of a certificate; store the PEM of the certificate and its private key';
  }
  const kind = kindOf(text);
  if (kind === 'path')
    return 'it is the path of a file; give what the file holds, for example $(cat FILE.pem) in a shell';
  if (kind !== undefined) return `it is ${kindNames[kind]}; store the PEM of the certificate and its private key`;
  return 'it is not PEM: no line of it begins with -----BEGIN; store the PEM of the certificate and its private key';
}
