/**
 * Keeps answers back for so many milliseconds on average. Timers are late, by up to a millisecond and a bit: so much
 * less is the next answer kept back.
 */
export class Latency {
  readonly #ms: number;
  #late = 0;

  constructor(ms = 0) {
    this.#ms = ms;
  }

  async pass(): Promise<void> {
    if (this.#ms === 0) return;
    const wait = Math.max(0, this.#ms - this.#late);
    this.#late = 0;
    const start = performance.now();
    await new Promise((resolve) => setTimeout(resolve, wait));
    // What is more than that is no timer's inaccuracy but a busy process: it is not made up for.
    this.#late += Math.min(2, performance.now() - start - wait);
  }
}
