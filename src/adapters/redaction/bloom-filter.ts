/** How many characters share a bit. */
const groupSize = 4;

/** Multiplying a number by this one spreads it over all bits (Knuth, volume 3). */
const spreadFactor = 0x9e3779b1;

/** The low bytes of the four characters at this index, as one number. */
function bytesAt(text: string, at: number): number {
  return (
    (text.charCodeAt(at) & 255) |
    ((text.charCodeAt(at + 1) & 255) << 8) |
    ((text.charCodeAt(at + 2) & 255) << 16) |
    (text.charCodeAt(at + 3) << 24)
  );
}

/** Shows for most indexes of a text, at little cost, that no noted characters begin there. */
export class BloomFilter {
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
    for (let next = at; next < at + length; next += groupSize) {
      const bit = this.#bitOf(bytesAt(text, next));
      this.#bits[bit >> 3] = (this.#bits[bit >> 3] ?? 0) | (1 << (bit & 7));
    }
    this.#noted += length / groupSize;
  }

  /** False if the `length` characters at this index were never noted. */
  mayHold(text: string, at: number, length: number): boolean {
    for (let next = at; next < at + length; next += groupSize) {
      const bit = this.#bitOf(bytesAt(text, next));
      if (((this.#bits[bit >> 3] ?? 0) & (1 << (bit & 7))) === 0) return false;
    }
    return true;
  }

  /** The first index, from `from` on, at which `mayHold` is true; -1 if there is none. It reads each character once. */
  search(text: string, from: number, length: number): number {
    const bits = this.#bits;
    const shift = 32 - this.size;
    let bytes = bytesAt(text, from) << 8;
    for (let at = from; at + length <= text.length; at++) {
      bytes = (bytes >>> 8) | (text.charCodeAt(at + groupSize - 1) << 24);
      const bit = Math.imul(bytes, spreadFactor) >>> shift;
      if (((bits[bit >> 3] ?? 0) & (1 << (bit & 7))) !== 0 && this.mayHold(text, at, length)) return at;
    }
    return -1;
  }

  #bitOf(bytes: number): number {
    return Math.imul(bytes, spreadFactor) >>> (32 - this.size);
  }
}
