import { isAscii } from '../../core/ascii.ts';

/** Part of a text: the UTF-16 units from `start` (included) to `end` (excluded). */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** A decoded text that can locate each of its parts in the original. */
interface Decoding {
  readonly text: string;
  /** The part of the original that was decoded to this part. */
  locate(span: Span): Span;
}

/**
 * The named entities of characters that occur in tokens and passwords, and of characters that a reader doesn't see
 * (HTML, "Named character references").
 */
const entities: Readonly<Record<string, string>> = {
  emsp: '',
  ensp: '',
  lrm: '',
  nbsp: '',
  newline: '',
  rlm: '',
  shy: '',
  tab: '',
  thinsp: '',
  zwj: '',
  zwnj: '',
  amp: '&',
  apos: "'",
  ast: '*',
  bsol: '\\',
  colon: ':',
  comma: ',',
  commat: '@',
  dollar: '$',
  equals: '=',
  excl: '!',
  grave: '`',
  gt: '>',
  hat: '^',
  lbrace: '{',
  lcub: '{',
  lowbar: '_',
  lpar: '(',
  lsqb: '[',
  lt: '<',
  num: '#',
  percnt: '%',
  period: '.',
  plus: '+',
  quest: '?',
  quot: '"',
  rbrace: '}',
  rcub: '}',
  rpar: ')',
  rsqb: ']',
  semi: ';',
  sol: '/',
  verbar: '|',
  vert: '|',
};

/** The patterns that find everything that is decoded. */
interface Patterns {
  readonly blank: RegExp;
  readonly escapes: RegExp;
}

/**
 * The patterns for texts that have these blanks: white space, invisible characters, and marks on letters. Colors of a
 * terminal are blanks too. One match takes at most 999 blanks, because a match of millions would need more stack than
 * there is. The escapes are those of JSON and of programming languages, percent-encoding (once or again), HTML
 * entities, quoted-printable; and blanks. Each alternative consumes everything that it has examined, so the time is
 * linear.
 */
function patternsFor(blanks: string, flags: string): Patterns {
  const blank = String.raw`\u001b(?:\[[\d;]{0,20}[A-Za-z])?|${blanks}{1,999}`;
  const ways = [
    String.raw`\\+(?:[ux]\{([0-9a-f]{1,6})\}|u((?:0000)?[0-9a-f]{4})|x([0-9a-f]{2})|([0-3][0-7]{2})|(["'\/])|([nrt]))?`,
    '%(?:25)*(?:u([0-9a-f]{4})|([0-9a-f]{2}))',
    '=([0-9A-F]{2})',
    String.raw`&(?:amp;){0,20}(?:#0{0,20}(\d{1,7})|#x0{0,20}([0-9a-f]{1,6})|([a-z]{2,8}));?`,
    blank,
  ];
  return { blank: new RegExp(blank, flags), escapes: new RegExp(ways.join('|'), `${flags}i`) };
}

const ofAscii = patternsFor(String.raw`[\0-\x1a\x1c-\x20\x7f]`, 'g');

let ofUnicode: Patterns | undefined;

function patternsOf(text: string): Patterns {
  if (isAscii(text)) return ofAscii;
  ofUnicode ??= patternsFor(String.raw`[[\s\p{Cc}\p{Cf}\p{Cs}\p{M}\p{Default_Ignorable_Code_Point}]--\u001b]`, 'gv');
  return ofUnicode;
}

/** What a match decodes to; undefined if it is no escape after all. */
function decodedOf(groups: readonly (string | undefined)[]): string | undefined {
  // No group matches blanks, nor backslashes that escape one another.
  if (groups.every((group) => group === undefined)) return '';
  const [long, short, byte, octal, plain, blank, percentUnit, percent, printable, decimal, hex, name] = groups;
  if (plain !== undefined) return plain;
  if (blank !== undefined) return '';
  if (name !== undefined) return entities[name.toLowerCase()];
  const sixteen = long ?? short ?? byte ?? percentUnit ?? percent ?? printable ?? hex;
  const code =
    sixteen === undefined
      ? Number.parseInt(octal ?? decimal ?? '', octal === undefined ? 10 : 8)
      : Number.parseInt(sixteen, 16);
  return code >= 0 && code <= 0x10ffff ? String.fromCodePoint(code) : undefined;
}

/** Where each copied part and each escape ends: in the decoded text, and in the source. */
class Ends {
  readonly #decoded: number[] = [0];
  readonly #source: number[] = [0];

  constructor(source: string, pattern: RegExp) {
    for (const match of source.matchAll(pattern)) {
      const decoded = decodedOf(match.slice(1));
      if (decoded === undefined) continue;
      // A copied part ends where the next escape begins.
      this.#add(match.index - (this.#source.at(-1) ?? 0), match.index);
      this.#add(decoded.length, match.index + match[0].length);
    }
  }

  #add(length: number, end: number): void {
    if (end === this.#source.at(-1)) return;
    this.#decoded.push((this.#decoded.at(-1) ?? 0) + length);
    this.#source.push(end);
  }

  /** The part of the source that was decoded to this part. */
  locate({ start, end }: Span): Span {
    const first = this.#before(start);
    const from = (this.#source[first] ?? 0) + start - (this.#decoded[first] ?? 0);
    // If the part ends with an escape, it ends with that whole escape in the source.
    const final = this.#before(end - 1);
    const next = this.#decoded[final + 1];
    const to =
      next === end ? (this.#source[final + 1] ?? 0) : (this.#source[final] ?? 0) + end - (this.#decoded[final] ?? 0);
    return { start: from, end: to };
  }

  /** Index of the last end at or before an offset of the decoded text. */
  #before(at: number): number {
    let [low, high] = [0, this.#decoded.length - 1];
    while (low < high) {
      const middle = Math.ceil((low + high) / 2);
      if ((this.#decoded[middle] ?? 0) <= at) low = middle;
      else high = middle - 1;
    }
    return low;
  }
}

/** How many layers of escapes are decoded. */
const deepest = 4;

/**
 * Every text with an escape or a blank matches this. Ids, tokens and most headers don't match, so they need no search by
 * the patterns above, which takes longer.
 */
const mayBeEncoded = /[^!-~]|[\\%&]|=[0-9A-Fa-f]{2}/u;

const nothing: readonly Decoding[] = [];

/** The text without blanks, and then with one more layer of escapes decoded each time. */
export function decodings(source: string): readonly Decoding[] {
  if (!mayBeEncoded.test(source)) return nothing;
  const found: Decoding[] = [];
  const { blank } = patternsOf(source);
  const bare = source.replace(blank, '');
  if (bare !== source) found.push(decodingOf(source, blank, bare, undefined));
  for (let depth = 1; depth <= deepest; depth++) {
    const outer = found.at(-1);
    const text = outer?.text ?? source;
    if (!mayBeEncoded.test(text)) break;
    const { escapes } = patternsOf(text);
    const decoded = text.replace(escapes, (match, ...groups) => decodedOf(groups.slice(0, -2)) ?? match);
    if (decoded === text) break;
    found.push(decodingOf(text, escapes, decoded, outer));
  }
  return found;
}

/** A layer that was decoded from the text of the outer one. Its ends are found only if it holds a secret. */
function decodingOf(source: string, pattern: RegExp, text: string, outer: Decoding | undefined): Decoding {
  let ends: Ends | undefined;
  return {
    text,
    locate(span) {
      ends ??= new Ends(source, pattern);
      const part = ends.locate(span);
      return outer?.locate(part) ?? part;
    },
  };
}
