/** How many characters share a bit. */
const group = 4;

/** The bit that stands for the characters at this index. The multiplication spreads them over all bits (Knuth, volume 3). */
function bitOf(text: string, at: number, shift: number): number {
  const characters =
    text.charCodeAt(at) ^
    (text.charCodeAt(at + 1) << 8) ^
    (text.charCodeAt(at + 2) << 16) ^
    (text.charCodeAt(at + 3) << 24);
  return Math.imul(characters, 0x9e3779b1) >>> shift;
}

/** A Bloom filter. It shows for most indexes of a text, at little cost, that no noted characters begin there. */
export class Filter {
  /** Number of bits, as a power of two. */
  readonly size: number;
  readonly #bits: Uint8Array;
  #noted = 0;

  constructor(size: number) {
    this.size = size;
    this.#bits = new Uint8Array(1 << (size - 3));
  }

  /** Whether so many characters are noted that much of a harmless text looks like them. */
  get crowded(): boolean {
    return this.#noted > this.#bits.length;
  }

  /** Notes `length` characters of the text from this index on. */
  note(text: string, at: number, length: number): void {
    const bits = this.#bits;
    const shift = 32 - this.size;
    for (let next = at; next < at + length; next += group) {
      const bit = bitOf(text, next, shift);
      bits[bit >> 3] = (bits[bit >> 3] ?? 0) | (1 << (bit & 7));
    }
    this.#noted += length / group;
  }

  /** False if the `length` characters at this index were never noted. */
  mayHold(text: string, at: number, length: number): boolean {
    const bits = this.#bits;
    const shift = 32 - this.size;
    for (let next = at; next < at + length; next += group) {
      const bit = bitOf(text, next, shift);
      if (((bits[bit >> 3] ?? 0) & (1 << (bit & 7))) === 0) return false;
    }
    return true;
  }
}
