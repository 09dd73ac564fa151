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

/** How many characters in a row are noted and searched for: as many as the shortest secret has. */
const notedLength = 2 * groupSize;

/** Shows for most indexes of a text, at little cost, that no noted characters begin there. */
export class BloomFilter {
  /** The filter has 2 to the power of this number of bits. */
  readonly log2Bits: number;
  readonly #bits: Uint8Array;
  #noted = 0;

  constructor(log2Bits: number) {
    this.log2Bits = log2Bits;
    this.#bits = new Uint8Array(1 << (log2Bits - 3));
  }

  /** Whether so many characters are noted that much of a harmless text looks like them. */
  get crowded(): boolean {
    return this.#noted > this.#bits.length;
  }

  /** Notes eight characters at each index of the text that is a multiple of `step`, if so many are left. */
  noteEvery(step: number, text: string): void {
    const bits = this.#bits;
    const shift = 32 - this.log2Bits;
    for (let at = 0; at + notedLength <= text.length; at += step) {
      const first = Math.imul(bytesAt(text, at), spreadFactor) >>> shift;
      const second = Math.imul(bytesAt(text, at + groupSize), spreadFactor) >>> shift;
      bits[first >> 3] = (bits[first >> 3] ?? 0) | (1 << (first & 7));
      bits[second >> 3] = (bits[second >> 3] ?? 0) | (1 << (second & 7));
      this.#noted += 2;
    }
  }

  /** The first index, from `from` on, at which noted characters may begin; -1 if there is none. */
  search(text: string, from: number): number {
    const bits = this.#bits;
    const shift = 32 - this.log2Bits;
    let bytes = bytesAt(text, from) << 8;
    for (let at = from; at + notedLength <= text.length; at++) {
      bytes = (bytes >>> 8) | (text.charCodeAt(at + groupSize - 1) << 24);
      const first = Math.imul(bytes, spreadFactor) >>> shift;
      if (((bits[first >> 3] ?? 0) & (1 << (first & 7))) === 0) continue;
      const second = Math.imul(bytesAt(text, at + groupSize), spreadFactor) >>> shift;
      if (((bits[second >> 3] ?? 0) & (1 << (second & 7))) !== 0) return at;
    }
    return -1;
  }
}
