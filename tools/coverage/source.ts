import { readFileSync } from 'node:fs';

/** One source file: where its code is, and which of it ran, in whatever form it was loaded. */
export class Source {
  readonly path: string;
  readonly #text: string;
  /** By offset: 1 if a piece of code begins there, according to the source maps. */
  readonly #code: Uint8Array;
  /** By offset: 1 if what stands there ran at least once. */
  readonly #ran: Uint8Array;
  /** Functions and branches that V8 counted apart, as offsets of their first and last piece of code. */
  readonly #branches = new Map<string, readonly [first: number, last: number]>();

  constructor(root: string, path: string) {
    this.path = path;
    this.#text = readFileSync(`${root}/${path}`, 'utf8');
    this.#code = new Uint8Array(this.#text.length + 1);
    this.#ran = new Uint8Array(this.#text.length + 1);
  }

  get length(): number {
    return this.#text.length;
  }

  /** The offset of a position that counts lines and columns from 0. */
  offsetOf(line: number, column: number): number {
    let at = 0;
    for (let passed = 0; passed < line; passed++) at = this.#text.indexOf('\n', at) + 1;
    return at + column;
  }

  addCode(offset: number): void {
    this.#code[offset] = 1;
  }

  addRun(offset: number): void {
    this.#ran[offset] = 1;
  }

  /** Adds a function or a branch that lies between two offsets. One without code of its own is left out. */
  addBranch(start: number, end: number): void {
    const first = this.#code.indexOf(1, start);
    const last = this.#code.lastIndexOf(1, end - 1);
    if (first >= 0 && first <= last) this.#branches.set(`${first}-${last}`, [first, last]);
  }

  /** How many branches there are, and the line of each that never ran. */
  branches(): { readonly count: number; readonly missed: readonly number[] } {
    const all = [...this.#branches.values()];
    const missed = all
      .filter(([first, last]) => !this.#ranWithin(first, last + 1))
      .map(([first]) => this.#lineOf(first));
    return { count: all.length, missed };
  }

  /** How many lines hold code, and each of them that never ran. */
  lines(): { readonly count: number; readonly missed: readonly number[] } {
    let count = 0;
    const missed: number[] = [];
    let start = 0;
    for (const [index, line] of this.#text.split('\n').entries()) {
      const end = start + line.length + 1;
      if (this.#code.subarray(start, end).includes(1)) {
        count += 1;
        if (!this.#ranWithin(start, end)) missed.push(index + 1);
      }
      start = end;
    }
    return { count, missed };
  }

  #ranWithin(start: number, end: number): boolean {
    for (let at = start; at < end; at++) if (this.#code[at] === 1 && this.#ran[at] === 1) return true;
    return false;
  }

  #lineOf(offset: number): number {
    return this.#text.slice(0, offset).split('\n').length;
  }
}
