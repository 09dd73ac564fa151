import { readFileSync } from 'node:fs';
import { decodedMappings, TraceMap } from '@jridgewell/trace-mapping';
import type { Source } from './source.ts';

interface Range {
  readonly startOffset: number;
  readonly endOffset: number;
  readonly count: number;
}

/** What V8 counted in one function: its own range first, then those that ran more or less often than what is around. */
export interface FunctionCoverage {
  readonly ranges: readonly Range[];
  readonly isBlockCoverage: boolean;
}

/** By offset: 1 if what stands there ran. */
function paint(functions: readonly FunctionCoverage[], length: number): Uint8Array {
  const ran = new Uint8Array(length);
  const ranges = functions.flatMap((each) => each.ranges);
  // An inner range comes after the range around it, so the count of the inner one wins.
  ranges.sort((a, b) => a.startOffset - b.startOffset || b.endOffset - a.endOffset);
  for (const { startOffset, endOffset, count } of ranges) ran.fill(count > 0 ? 1 : 0, startOffset, endOffset);
  return ran;
}

/** Functions and branches that V8 counted apart. In a function that never ran, it counts no branches. */
function* branchesOf(functions: readonly FunctionCoverage[]): Generator<Range> {
  for (const { ranges, isBlockCoverage } of functions) yield* isBlockCoverage ? ranges : ranges.slice(0, 1);
}

/** Adds what ran of a source that was loaded as it is: Node replaces types by spaces, so every offset is the same. */
export function addSource(source: Source, functions: readonly FunctionCoverage[]): void {
  const ran = paint(functions, source.length);
  for (let at = ran.indexOf(1); at >= 0; at = ran.indexOf(1, at + 1)) source.addRun(at);
  for (const { startOffset, endOffset } of branchesOf(functions)) source.addBranch(startOffset, endOffset);
}

interface Piece {
  readonly source: Source;
  readonly offset: number;
}

/** A shipped file, with a map from its parts to their sources. */
export class Script {
  readonly #length: number;
  /** Offsets in this file at which a piece of code of a source begins, in order. */
  readonly #offsets: number[] = [];
  readonly #pieces: Piece[] = [];

  constructor(file: string, map: string, sourceOf: (name: string) => Source | undefined) {
    const lines = readFileSync(file, 'utf8').split('\n');
    const trace = new TraceMap(readFileSync(map, 'utf8'));
    const sources = trace.sources.map((name) => sourceOf(name ?? ''));
    let start = 0;
    for (const [line, text] of lines.entries()) {
      for (const [column, index, sourceLine, sourceColumn] of decodedMappings(trace)[line] ?? []) {
        const source = index === undefined ? undefined : sources[index];
        if (source === undefined || sourceLine === undefined || sourceColumn === undefined) continue;
        const offset = source.offsetOf(sourceLine, sourceColumn);
        source.addCode(offset);
        this.#offsets.push(start + column);
        this.#pieces.push({ source, offset });
      }
      start += text.length + 1;
    }
    this.#length = start;
  }

  add(functions: readonly FunctionCoverage[]): void {
    const ran = paint(functions, this.#length);
    for (const [index, { source, offset }] of this.#pieces.entries()) {
      if (ran[this.#offsets[index] ?? 0] === 1) source.addRun(offset);
    }
    for (const { startOffset, endOffset } of branchesOf(functions)) {
      const first = this.#pieces[this.#indexOf(startOffset)];
      const last = this.#pieces[this.#indexOf(endOffset) - 1];
      if (first !== undefined && first.source === last?.source) first.source.addBranch(first.offset, last.offset + 1);
    }
  }

  /** Index of the first piece at or after an offset. */
  #indexOf(offset: number): number {
    let low = 0;
    let high = this.#offsets.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#offsets[middle] ?? 0) < offset) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
