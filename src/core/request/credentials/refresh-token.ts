import { Secret } from '../../secret.ts';
import { accepted, type Parsed, refused } from '../parsed.ts';
import { withoutInvisible, withoutQuotes } from '../pasted-text.ts';
import { kindNames, kindOf, type SecretKind } from './secret-kind.ts';

/** Only Entra's refresh tokens have a known form. Those of the legacy provider may look like anything. */
type RefreshTokenIssuer = 'entra' | 'azure-devops-oauth';

/** The narrowest line of a wrapped text: no mail program and no editor wraps earlier. */
const narrowestWrap = 40;

/** How many layers around a token are removed at most. Nobody adds more by mistake. */
const mostLayers = 10;

/** Names of a refresh token in JSON: in Entra's answer, in this program's own output, in an answer of Key Vault. */
const jsonNames = ['refresh_token', 'refresh-token', 'refreshToken', 'value'];

/**
 * Parses a refresh token as people store it. It corrects what has exactly one meaning: quotation marks, a byte order
 * mark, invisible characters, UTF-16 that was read byte by byte, `NAME=value`, Entra's JSON answer, lines of one width,
 * base64. Any other text that can't be a refresh token is refused. The problem names the kind of the text, and never
 * quotes it.
 */
export function parseRefreshToken(text: string, issuer: RefreshTokenIssuer = 'entra'): Parsed<Secret> {
  const token = unwrapToken(text);
  const kind = kindOf(token);
  const isOpaque = issuer === 'azure-devops-oauth' && kind === 'json-web-token';
  if (kind !== undefined && !isOpaque)
    return refused(`it is ${kindNames[kind]}, not a refresh token; ${adviceFor(kind)}`);
  const lines = linesOf(token);
  const joined = joinWrapped(lines);
  if (joined !== undefined) return accepted(new Secret(decodeBase64(joined) ?? joined));
  if (lines.length > 1) {
    return refused(
      `it holds white space: it has ${lines.length} lines, but a refresh token is one line; ${storeAgain}`,
    );
  }
  if (/\s/u.test(token)) return refused(`it holds white space, but no refresh token does; ${storeAgain}`);
  // RFC 6749, appendix A.17.
  if (/[^\x20-\x7e]/u.test(token)) {
    return refused(`it holds a character that no refresh token has; ${storeAgain}`);
  }
  return accepted(new Secret(decodeBase64(token) ?? token));
}

const storeAgain = 'store it again, as one line and nothing else';

function adviceFor(kind: SecretKind): string {
  switch (kind) {
    case 'absent':
      return 'look at what writes it; it found no refresh token';
    case 'expression':
      return 'define the variable, or pass on the secret itself';
    case 'mask':
      return 'sign in again and store the token with --store';
    case 'json':
      return 'store only the value of refresh_token; if the JSON has none, ask for the scope offline_access when you sign in';
    case 'json-web-token':
      return 'the answer of Entra has it next to the refresh token; store the value of refresh_token';
    case 'path':
      return 'store what the file holds';
    default:
      return 'store what sign-in gave as the refresh token';
  }
}

/** The lines that hold anything, without white space around them. */
function linesOf(text: string): string[] {
  return text
    .split(/[\r\n]/u)
    .map((line) => line.trim())
    .filter((line) => line !== '');
}

/** Removes the layers around a token, one after the other. */
function unwrapToken(text: string): string {
  let token = withoutInvisible(text).trim();
  for (let layer = 0; layer < mostLayers; layer++) {
    const inner = (
      jsonValue(token) ??
      assignedValue(token) ??
      withoutQuotes(token).replace(/(?:\\[rn]){1,4}$/u, '')
    ).trim();
    if (inner === token) break;
    token = inner;
  }
  return token;
}

function jsonValue(text: string): string | undefined {
  if (!text.startsWith('{')) return undefined;
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    return undefined;
  }
  const fields = new Map(Object.entries(parsed as Record<string, unknown>));
  const values = jsonNames.map((name) => fields.get(name)).filter((value) => typeof value === 'string');
  return new Set(values).size === 1 ? values[0] : undefined;
}

/** The value of `NAME=value` or `refresh_token: value`, on a line of its own or among other such lines. */
function assignedValue(text: string): string | undefined {
  const lines = linesOf(text).filter((line) => !line.startsWith('#'));
  const assigned = lines.map((line) =>
    /^(?:export\s+|set\s+|\$env:)?(?<name>[A-Za-z_][\w-]{0,63})\s*(?:=|:\s)\s*(?<value>\S.{15,})$/iu.exec(line),
  );
  if (assigned.some((match) => match === null)) return undefined;
  const named = assigned.length === 1 ? assigned : assigned.filter((match) => /refresh/iu.test(match?.[1] ?? ''));
  return named.length === 1 ? named[0]?.groups?.value : undefined;
}

/** Joins lines into which a mail program or an editor broke one line: all but the last have the same width. */
function joinWrapped(lines: readonly string[]): string | undefined {
  const [first = '', ...others] = lines;
  const last = others.at(-1);
  if (last === undefined || first.length < narrowestWrap || last.length > first.length) return undefined;
  const wrapped = lines.slice(0, -1).every((line) => line.length === first.length);
  // Refresh tokens of Entra begin like this, so such a line begins a second token.
  const another = others.some((line) => /^[01]\.A[\w-]/u.test(line));
  const clean = lines.every((line) => !/[\s\p{Cc}]/u.test(line));
  return wrapped && clean && !another ? lines.join('') : undefined;
}

/**
 * Decodes the base64 of a refresh token of Entra; undefined for any other text. Such a token holds a dot, base64 never.
 */
function decodeBase64(text: string): string | undefined {
  if (!/^M[CS]5B[A-Za-z0-9+/]+={0,2}$/u.test(text)) return undefined;
  try {
    const decoded = atob(text).trim();
    return /^[01]\.A[\w.-]+$/u.test(decoded) ? decoded : undefined;
  } catch {
    return undefined;
  }
}
