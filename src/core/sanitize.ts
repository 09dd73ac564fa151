import { isAscii } from './ascii.ts';

/** The longest quotation in a message, in UTF-16 units. */
const longestQuotation = 200;

/**
 * The shortest PAT has 52 characters (https://learn.microsoft.com/azure/devops/release-notes/2024/sprint-241-update).
 */
const unbroken = /[A-Za-z0-9_~+=-]{52,}/gu;

/** The same, also if punctuation of base64, JWTs, percent-encoding or addresses interrupts it. */
const interrupted = /[A-Za-z0-9_~+=/.%:-]{52,}/gu;

/**
 * Shorter tokens that are recognized by their form: GitHub's, and client secrets of Entra
 * (https://docs.github.com/authentication/keeping-your-account-and-data-secure/about-authentication-to-github,
 * https://learn.microsoft.com/purview/sit-defn-client-secret-api-key).
 */
const tokenWithMarker = /(?:\bgh[oprsu]_|\bgithub_pat_)\w{16,}|[\w.~-]{3}[78]Q~[\w.~-]{31,34}/gu;

/** Ids look random but are not secret: a GUID, or a version in Key Vault. */
const id = /(?<![0-9a-z])[0-9a-f]{8}-?(?:[0-9a-f]{4}-?){3}[0-9a-f]{12}(?![0-9a-z])/giu;

/**
 * The shortest average length of the words in a text that is not random. Words have four letters and more on average;
 * random base64, base64url and hexadecimal change between letters, capitals and digits every two characters.
 */
const shortestAverage = 2.8;

/**
 * Any text as one harmless line: white space collapses, control characters become spaces, invisible ones (bidi
 * overrides among them) vanish, and no part of it is a command to a runner. GitHub's runner reads `::` at the start of
 * a line, and `##[` anywhere, as a command (https://github.com/actions/runner, `ActionCommand.cs`). The agent of Azure
 * Pipelines reads `##vso[` as one, even with an invisible character between its letters.
 * @example toSafeLine('one\n::warning::two') // 'one ::warning::two'
 */
export function toSafeLine(text: string): string {
  return withoutFormatCharacters(text)
    .replace(/[\0-\x1f\x7f-\x9f\s]+/gu, ' ')
    .trim()
    .replace(/^::/u, ': :')
    .replace(/##(?=(?:vso)?\[)/giu, '## ');
}

function withoutFormatCharacters(text: string): string {
  if (isAscii(text)) return text;
  return text.replace(/[\p{Cf}\p{Cs}]|(?<=[#vso])\p{Default_Ignorable_Code_Point}+/giu, '');
}

/** The longest line, in UTF-16 units. Nobody reads more in one line. */
const longestLine = 16_000;

/** A text as one harmless line of bounded length for the log. The caller has redacted the known secrets. */
export function toLogLine(text: string): string {
  return shorten(toSafeLine(text), longestLine);
}

/** The text before the word that the cut would halve. Words, addresses and tokens are all of ASCII. */
function cutAtWord(text: string, length: number): string {
  let at = length;
  while (at > 0 && /[!-~]{2}/u.test(text.slice(at - 1, at + 1))) at--;
  // Never leave half of a surrogate pair.
  return text.slice(0, at).replace(/[\uD800-\uDBFF]$/u, '');
}

/**
 * `text`, at most `length` UTF-16 units of it; what was cut off is shown as `…`. The cut never halves a word of ASCII:
 * the first half of an address leads somewhere else, and the first half of a token is most of it.
 * @example shorten('one two three', 10) // 'one two…'
 */
export function shorten(text: string, length: number): string {
  return text.length <= length ? text : `${cutAtWord(text, length - 1).trimEnd()}…`;
}

function decodePercent(text: string): string {
  return text.replace(/%([0-9a-f]{2})/giu, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
}

/** Whether a long run is made of random characters, as tokens are, and not of words, as addresses and names are. */
function isRandom(run: string): boolean {
  const plain = decodePercent(run).replace(id, '/id/');
  if (plain.search(unbroken) >= 0) return true;
  const words = plain.match(/[A-Z]?[a-z]+|[A-Z]+|\d+/gu) ?? [];
  const length = words.reduce((sum, word) => sum + word.length, 0);
  return length > 20 && length / words.length < shortestAverage;
}

/** Hides what looks like a token. A service may repeat one that was never registered as a secret. */
function hideTokens(line: string): string {
  return line.replace(tokenWithMarker, '***').replace(interrupted, (run) => {
    if (!isRandom(run)) return run;
    const [host = ''] = /^https?:\/\/[a-z0-9.:-]{1,80}\//iu.exec(run) ?? [];
    return isRandom(host) ? '***' : `${host}***`;
  });
}

/**
 * Every text of a service or a user goes through this function before it becomes part of a message. The result is one
 * line of bounded length that can neither command a runner nor show a token. The caller adds the quotation marks.
 * @param length in UTF-16 units. Only twenty times as much is read, because an answer can be megabytes of HTML
 * @example quoteForeign('line one\nline two') // 'line one line two'
 */
export function quoteForeign(text: string, length = longestQuotation): string {
  return shorten(hideTokens(toSafeLine(shorten(text, 20 * length))), length);
}
