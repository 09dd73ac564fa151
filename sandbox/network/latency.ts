/**
 * Delays answers by so many milliseconds on average. Timers fire up to about a millisecond late, so the next answer
 * is delayed by that much less.
 */
export class Latency {
  readonly #ms: number;
  #overdue = 0;

  constructor(ms = 0) {
    this.#ms = ms;
  }

  async pass(): Promise<void> {
    if (this.#ms === 0) return;
    const wait = Math.max(0, this.#ms - this.#overdue);
    this.#overdue = 0;
    const start = performance.now();
    await new Promise((resolve) => setTimeout(resolve, wait));
    // A longer delay comes from a busy process, not from the timer. It is not made up for.
    this.#overdue += Math.min(2, performance.now() - start - wait);
  }
}
