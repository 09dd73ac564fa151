const segmenter = new Intl.Segmenter('en', { granularity: 'grapheme' });

/**
 * Characters that take two columns of a terminal: pictures, flags of two letters, and the blocks that are wide
 * throughout (Unicode, `EastAsianWidth.txt`, W and F).
 */
const wideCharacters =
  /(?!\p{RI})\p{Emoji_Presentation}|\p{RI}{2}|[\u1100-\u115f\u2329\u232a\u2e80-\u303e\u3041-\u3247\u3250-\ua4cf\ua960-\ua97f\uac00-\ud7a3\uf900-\ufaff\ufe10-\ufe19\ufe30-\ufe6f\uff01-\uff60\uffe0-\uffe6]|[\u{16fe0}-\u{1b2ff}\u{1f200}-\u{1f265}\u{20000}-\u{3fffd}]/u;

/** Characters that take no column: marks on the letter before them, vowels and finals of Hangul, format characters. */
const withoutWidth = /[\p{M}\p{Cf}\u1160-\u11ff\ud7b0-\ud7ff]/u;

/** A plain character that a variation selector turns into an emoji, such as ✏️ or 1️⃣. */
const presentedAsEmoji = /\p{Emoji}\ufe0f/u;

function widthOfSegment(segment: string): number {
  if (wideCharacters.test(segment) || presentedAsEmoji.test(segment)) return 2;
  return [...segment].filter((character) => !withoutWidth.test(character)).length;
}

/**
 * How many columns of a terminal a text takes.
 * @example widthOf('日本') // 4
 */
export function widthOf(text: string): number {
  let width = 0;
  for (const { segment } of segmenter.segment(text)) width += widthOfSegment(segment);
  return width;
}

/** The start of a text that fits into that many columns. `…` stands for the rest. */
export function cutToWidth(text: string, columns: number): string {
  let width = 1;
  let shown = '';
  for (const { segment } of segmenter.segment(text)) {
    width += widthOf(segment);
    if (width > columns) break;
    shown += segment;
  }
  return `${shown.trimEnd()}…`;
}
