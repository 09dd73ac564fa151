import { quoteForeign } from '../core/sanitize.ts';

export interface Column {
  readonly head: string;
  /** How narrow it may become where the terminal is narrow; absent where it is never cut. */
  readonly least?: number;
}

const segmenter = new Intl.Segmenter('en', { granularity: 'grapheme' });

/** Characters that take two columns of a terminal (Unicode, "East Asian Width", the blocks that are wide throughout). */
const wide =
  /\p{Emoji_Presentation}|[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\ua960-\ua97f\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]|[\u{1f000}-\u{1faff}\u{20000}-\u{3fffd}]/u;

/** Columns of a terminal that a text takes. */
export function widthOf(text: string): number {
  let width = 0;
  for (const { segment } of segmenter.segment(text)) width += wide.test(segment) ? 2 : 1;
  return width;
}

/** As much of a text as so many columns hold; what was cut off is shown as `…`. */
function cut(text: string, columns: number): string {
  let width = 1;
  let shown = '';
  for (const { segment } of segmenter.segment(text)) {
    width += widthOf(segment);
    if (width > columns) break;
    shown += segment;
  }
  return `${shown.trimEnd()}…`;
}

const gap = '  ';

/** Wider than any terminal, in UTF-16 units. */
const longestCell = 1000;

/** Text of a service or a user as one line of a terminal: nothing in it can move the cursor or ring a bell. */
function cellOf(text: string): string {
  return quoteForeign(text, longestCell);
}

function pad(text: string, width: number): string {
  return text + ' '.repeat(Math.max(0, width - widthOf(text)));
}

/**
 * A table for a terminal. Columns that may be cut give way, the widest first, until it fits.
 * @param available columns of the terminal; undefined: as many as it takes
 */
export function table(
  columns: readonly Column[],
  rows: readonly (readonly string[])[],
  available: number | undefined,
): string {
  const cells = [columns.map(({ head }) => head), ...rows.map((row) => row.map(cellOf))];
  const widths = columns.map((_, index) => Math.max(...cells.map((row) => widthOf(row[index] ?? ''))));
  const total = (): number => widths.reduce((sum, width) => sum + width, 0) + gap.length * (columns.length - 1);
  while (available !== undefined && total() > available) {
    const [widest] = columns
      .map(({ least }, index) => ({ index, width: widths[index] ?? 0, least: least ?? Number.POSITIVE_INFINITY }))
      .filter(({ width, least }) => width > least)
      .sort((a, b) => b.width - a.width);
    if (!widest) break;
    widths[widest.index] = widest.width - 1;
  }
  const lines = cells.map((row) =>
    row
      .map((cell, index) => {
        const width = widths[index] ?? 0;
        const shown = widthOf(cell) > width ? cut(cell, width) : cell;
        return index === row.length - 1 ? shown : pad(shown, width);
      })
      .join(gap)
      .trimEnd(),
  );
  return `${lines.join('\n')}\n`;
}
