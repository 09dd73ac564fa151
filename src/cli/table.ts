import { quoteForeign } from '../core/sanitize.ts';
import { cutToWidth, widthOf } from './text-width.ts';

interface Column {
  readonly head: string;
  /** The least width to which it may be cut. A column without it is never cut. */
  readonly least?: number;
  /**
   * If cutting is not enough, columns are dropped in this order, the lowest first. A column without it always stays.
   */
  readonly dropped?: number;
}

const gap = '  ';

/** The longest cell in UTF-16 units: wider than any terminal. */
const longestCell = 1000;

/** Text of a service or a user as one line that can't move the cursor of a terminal or ring its bell. */
function cellOf(text: string): string {
  return quoteForeign(text, longestCell);
}

function pad(text: string, width: number): string {
  return text + ' '.repeat(Math.max(0, width - widthOf(text)));
}

/** The widths of the columns if no cell is cut. */
function fullWidths(cells: readonly (readonly string[])[], columns: readonly Column[]): number[] {
  return columns.map((_, index) => Math.max(...cells.map((row) => widthOf(row[index] ?? ''))));
}

/** The indexes of the columns that fit if each is cut to its least width. */
function fittingColumns(columns: readonly Column[], widths: readonly number[], available: number): number[] {
  let places = columns.map((_, index) => index);
  const narrowest = (index: number): number => Math.min(widths[index] ?? 0, columns[index]?.least ?? Infinity);
  const total = (): number =>
    places.reduce((sum, index) => sum + narrowest(index), 0) + gap.length * (places.length - 1);
  const leaving = places
    .filter((index) => columns[index]?.dropped !== undefined)
    .sort((a, b) => (columns[a]?.dropped ?? 0) - (columns[b]?.dropped ?? 0));
  for (const next of leaving) {
    if (total() <= available) break;
    places = places.filter((index) => index !== next);
  }
  return places;
}

/**
 * A table for a terminal. It drops columns only if cutting the others would not be enough. Then it cuts the widest
 * columns until the table fits.
 * @param available columns of the terminal; undefined if there is no limit
 */
export function table(
  everyColumn: readonly Column[],
  rows: readonly (readonly string[])[],
  available: number | undefined,
): string {
  const everyCell = [everyColumn.map(({ head }) => head), ...rows.map((row) => row.map(cellOf))];
  const fits =
    available === undefined
      ? everyColumn.map((_, index) => index)
      : fittingColumns(everyColumn, fullWidths(everyCell, everyColumn), available);
  const columns = everyColumn.filter((_, index) => fits.includes(index));
  const cells = everyCell.map((row) => fits.map((index) => row[index] ?? ''));
  const widths = fullWidths(cells, columns);
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
        const shown = widthOf(cell) > width ? cutToWidth(cell, width) : cell;
        return index === row.length - 1 ? shown : pad(shown, width);
      })
      .join(gap)
      .trimEnd(),
  );
  return `${lines.join('\n')}\n`;
}
