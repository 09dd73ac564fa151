import { decodedMappings, type SourceMapInput, TraceMap } from '@jridgewell/trace-mapping';

interface Word {
  readonly text: string;
  readonly column: number;
}

function wordsOf(line: string): Word[] {
  return [...line.matchAll(/[\w$]+|\S/gu)].map(({ 0: text, index }) => ({ text, column: index }));
}

/** How many words can be skipped before two lines that differ are no longer compared. */
const longestDifference = 40;

/** How many words of each line to skip, so that the next two words are the same again. */
function difference(left: readonly Word[], right: readonly Word[]): readonly [number, number] | undefined {
  const same = (i: number, j: number): boolean => left[i]?.text === right[j]?.text;
  for (let passed = 1; passed <= longestDifference; passed++) {
    for (let inLeft = 0; inLeft <= passed; inLeft++) {
      const inRight = passed - inLeft;
      if (inLeft >= left.length || inRight >= right.length) continue;
      if (same(inLeft, inRight) && same(inLeft + 1, inRight + 1)) return [inLeft, inRight];
    }
  }
  return undefined;
}

/** The columns of the same words in two lines. */
function* alike(left: readonly Word[], right: readonly Word[]): Generator<readonly [left: number, right: number]> {
  let [i, j] = [0, 0];
  for (;;) {
    const [a, b] = [left[i], right[j]];
    if (a === undefined || b === undefined) return;
    if (a.text === b.text) {
      yield [a.column, b.column];
      i += 1;
      j += 1;
      continue;
    }
    const passed = difference(left.slice(i), right.slice(j));
    if (passed === undefined) return;
    i += passed[0];
    j += passed[1];
  }
}

/**
 * Adds columns to a map of ncc, which has only lines. A bundler copies a line word by word and replaces the names of
 * imports.
 */
export function addColumns(map: string, code: string): SourceMapInput {
  const trace = new TraceMap(map);
  const contents = (trace.sourcesContent ?? []).map((content) => content?.split('\n'));
  const lines = code.split('\n');
  const mappings = decodedMappings(trace).map((segments, line) => {
    const [, source, sourceLine] = segments[0] ?? [];
    if (source === undefined || sourceLine === undefined) return [];
    const original = contents[source]?.[sourceLine] ?? '';
    return [...alike(wordsOf(lines[line] ?? ''), wordsOf(original))].map(
      ([column, sourceColumn]): [number, number, number, number] => [column, source, sourceLine, sourceColumn],
    );
  });
  return { version: 3, names: [], sources: trace.sources, mappings };
}
