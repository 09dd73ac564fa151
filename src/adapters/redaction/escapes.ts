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

function characterOf(groups: readonly (string | undefined)[]): string | undefined {
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

/** Decodes everything that the pattern matches, once; undefined if it matches nothing. */
function decodeOnce(source: string, pattern: RegExp): Decoding | undefined {
  const pieces: string[] = [];
  /** The ends of all copied parts and escapes: in the decoded text, and in the source. */
  const decodedAt: number[] = [0];
  const sourceAt: number[] = [0];
  let length = 0;
  let last = 0;
  const add = (piece: string, end: number): void => {
    pieces.push(piece);
    length += piece.length;
    decodedAt.push(length);
    sourceAt.push(end);
  };
  for (const match of source.matchAll(pattern)) {
    const groups = match.slice(1);
    // No group matches blanks, nor backslashes that escape one another.
    const character = groups.every((group) => group === undefined) ? '' : characterOf(groups);
    if (character === undefined) continue;
    if (match.index > last) {
      // A copied stretch ends where its escape begins.
      add(source.slice(last, match.index), match.index);
    }
    add(character, match.index + match[0].length);
    last = match.index + match[0].length;
  }
  if (last === 0) return undefined;
  pieces.push(source.slice(last));

  /** Index of the last end at or before an offset of the decoded text. */
  const markBefore = (at: number): number => {
    let [low, high] = [0, decodedAt.length - 1];
    while (low < high) {
      const middle = Math.ceil((low + high) / 2);
      if ((decodedAt[middle] ?? 0) <= at) low = middle;
      else high = middle - 1;
    }
    return low;
  };
  return {
    text: pieces.join(''),
    locate({ start, end }) {
      const first = markBefore(start);
      const from = (sourceAt[first] ?? 0) + start - (decodedAt[first] ?? 0);
      // If the part ends with an escape, it ends with that whole escape in the source.
      const final = markBefore(end - 1);
      const next = decodedAt[final + 1];
      const to = next === end ? (sourceAt[final + 1] ?? 0) : (sourceAt[final] ?? 0) + end - (decodedAt[final] ?? 0);
      return { start: from, end: to };
    },
  };
}

/** How many layers of escapes are decoded. */
const deepest = 4;

/**
 * What every escape and every blank has. Most texts have none of it, and then the patterns above, which take longer, are
 * not needed.
 */
const mayBeEncoded = /[^!-~]|[\\%&]|=[0-9A-Fa-f]{2}/u;

/** The text without blanks, and then with one more layer of escapes decoded each time. */
export function decodings(source: string): Decoding[] {
  const found: Decoding[] = [];
  for (let depth = 0; depth <= deepest; depth++) {
    const outer = found.at(-1);
    const text = outer?.text ?? source;
    if (!mayBeEncoded.test(text)) break;
    const { blank, escapes } = patternsOf(text);
    const layer = decodeOnce(text, depth === 0 ? blank : escapes);
    if (layer === undefined) {
      if (depth === 0) continue;
      break;
    }
    found.push({ text: layer.text, locate: (span) => outer?.locate(layer.locate(span)) ?? layer.locate(span) });
  }
  return found;
}
