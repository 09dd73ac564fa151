import type { Sandbox } from '../../sandbox/index.ts';

/**
 * Finds secrets in text in whatever form they could have been printed. It shares nothing with the product's own list of
 * forms: a form that both forgot would not be seen.
 */

/** A leak of fewer characters would help nobody, and some would be found by chance. */
const fragmentLength = 20;

/**
 * What base64 of a text certainly holds if that text contains `bytes`, for each of the three ways in which its
 * groups of three bytes can fall; characters that depend on what stands around are left out.
 */
function base64Cores(bytes: Buffer, encoding: 'base64' | 'base64url'): string[] {
  return [0, 1, 2].map((shift) => {
    const encoded = Buffer.concat([Buffer.alloc(shift), bytes])
      .toString(encoding)
      .replace(/=+$/u, '');
    const uncertainEnd = (shift + bytes.length) % 3 === 0 ? 0 : 1;
    return encoded.slice([0, 2, 3][shift], encoded.length - uncertainEnd);
  });
}

/** A window of every form of the secret; any 39 characters of a form in a row contain a window. */
function windows(secret: string): Set<string> {
  const bytes = Buffer.from(secret);
  const forms = [
    secret,
    ...base64Cores(bytes, 'base64'),
    ...base64Cores(bytes, 'base64url'),
    Buffer.from(`:${secret}`).toString('base64'),
    encodeURIComponent(secret),
    new URLSearchParams({ '': secret }).toString().slice(1),
    JSON.stringify(secret).slice(1, -1),
    bytes.toString('hex'),
    bytes.toString('hex').toUpperCase(),
    [...secret].reverse().join(''),
  ];
  const found = new Set<string>();
  for (const form of forms) {
    if (form.length <= fragmentLength) found.add(form);
    for (let at = 0; at + fragmentLength <= form.length; at += fragmentLength)
      found.add(form.slice(at, at + fragmentLength));
  }
  return found;
}

const entities: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

/** The text as a browser shows it: a job summary writes some characters as entities. */
function withoutEntities(text: string): string {
  return text.replace(/&(?:#(\d{1,7})|#x([\da-f]{1,6})|(\w+));/giu, (entity, decimal, hex, name) => {
    if (name !== undefined) return entities[name] ?? entity;
    const code = decimal === undefined ? Number.parseInt(hex, 16) : Number(decimal);
    return code <= 0x10ffff ? String.fromCodePoint(code) : entity;
  });
}

function characterOf(hex: string): string {
  return String.fromCharCode(Number.parseInt(hex, 16));
}

/** Ways to read a text. A secret that one of them shows has leaked. */
const readings: readonly ((text: string) => string)[] = [
  withoutEntities,
  (text) => text.replace(/%(?:25)*([\da-f]{2})/giu, (_, hex) => characterOf(hex)),
  (text) => text.replace(/\\+(?:u([\da-f]{4})|x([\da-f]{2}))/giu, (_, long, short) => characterOf(long ?? short)),
  (text) => text.replace(/=([\dA-F]{2})/gu, (_, hex) => characterOf(hex)),
  (text) => text.replace(/[\s\p{Cc}\p{Cf}]+/gu, ''),
];

/** The text itself, and what each way makes of it, alone and after the ways before it. */
function decoded(text: string): string[] {
  const texts = new Set([text]);
  let all = text;
  for (const reading of readings) {
    texts.add(reading(text));
    all = reading(all);
    texts.add(all);
  }
  return [...texts];
}

/** A piece of a secret is found by a hash of its first characters. No piece has fewer. */
const headLength = 4;
const hashBits = 18;

function hashOf(text: string, at: number): number {
  let hash = 0;
  for (let offset = 0; offset < headLength; offset++) hash = Math.imul(hash ^ text.charCodeAt(at + offset), 0x9e3779b1);
  return hash >>> (32 - hashBits);
}

interface Piece {
  readonly secret: string;
  readonly text: string;
  /** The number of another piece whose hash is the same; 0 if there is none. */
  readonly next: number;
}

const known = new Set<string>();
/** Every piece of every secret that was searched for so far, from number 1. */
const pieces: Piece[] = [{ secret: '', text: '', next: 0 }];
/** By hash: the number of the newest piece; 0 if there is none, as for most parts of a text. */
const newest = new Int32Array(1 << hashBits);

function learn(secret: string): void {
  if (known.has(secret)) return;
  known.add(secret);
  for (const text of windows(secret)) {
    const hash = hashOf(text, 0);
    newest[hash] = pieces.push({ secret, text, next: newest[hash] ?? 0 }) - 1;
  }
}

/** The secrets of which `text` shows a piece, each with that piece; for a failure message of a test only. */
export function leaks(text: string, secrets: Iterable<string>): string[] {
  return find(text, toSearch(secrets));
}

/** The same for several texts: by the name of each text that shows a secret. */
export function leaksIn(
  texts: Readonly<Record<string, string>>,
  secrets: Iterable<string>,
): Readonly<Record<string, readonly string[]>> {
  const wanted = toSearch(secrets);
  const found = Object.entries(texts).map(([name, text]) => [name, find(text, wanted)] as const);
  return Object.fromEntries(found.filter(([, shown]) => shown.length > 0));
}

function toSearch(secrets: Iterable<string>): ReadonlySet<string> {
  const wanted = new Set([...secrets].filter((secret) => secret.length >= 8));
  for (const secret of wanted) learn(secret);
  return wanted;
}

function find(text: string, wanted: ReadonlySet<string>): string[] {
  if (text === '') return [];
  const found = new Set<string>();
  for (const each of decoded(text)) {
    for (let at = 0; at + headLength <= each.length; at++) {
      let piece = pieces[newest[hashOf(each, at)] ?? 0];
      for (; piece !== undefined && piece.text !== ''; piece = pieces[piece.next]) {
        if (!each.startsWith(piece.text, at) || !wanted.has(piece.secret)) continue;
        found.add(`${piece.secret.slice(0, 60)} as ${piece.text}`);
      }
    }
  }
  return [...found];
}

/** Fields of a form that are as good as a password. */
const secretFields = ['client_assertion', 'code', 'code_verifier', 'device_code'];

/** Every secret of the services, and every one that was sent to them. */
export function secretsOf({ entra, azureDevOps, azureDevOpsOAuth, requests }: Sandbox): Set<string> {
  const secrets = new Set<string>(entra.accessTokens.keys());
  for (const { token } of [...entra.refreshTokens, ...azureDevOps.pats, ...azureDevOpsOAuth.refreshTokens]) {
    secrets.add(token);
  }
  for (const { headers, body } of requests) {
    const [, credential = ''] = /^\S+ (.+)$/u.exec(headers.authorization ?? '') ?? [];
    secrets.add(credential);
    if (!headers['content-type']?.startsWith('application/x-www-form-urlencoded')) continue;
    const form = new URLSearchParams(body);
    for (const field of secretFields) secrets.add(form.get(field) ?? '');
  }
  return secrets;
}

/** The lines of a private key in PEM: each of them alone gives a part of it away. */
export function keyLines(pem: string): string[] {
  const [, body = ''] = /-----BEGIN [A-Z ]*PRIVATE KEY-----([\s\S]+?)-----END/u.exec(pem) ?? [];
  return body.split(/\\n|\\r|\s+/u).filter((line) => line.length >= fragmentLength);
}
