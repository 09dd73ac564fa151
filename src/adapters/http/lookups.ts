import dns from 'node:dns';
import type { LookupFunction } from 'node:net';
import type { Milliseconds } from '../../core/time.ts';

/** The longest wait for a name. A name that takes longer delays only the connection that needs it. */
const longestWait: Milliseconds = 200;

/** Resolves the names of hosts for connections, as Node does, and tells when the next one is resolved. */
export class Lookups {
  #pending = 0;
  readonly #waiting: (() => void)[] = [];

  readonly lookup: LookupFunction = (host, options, callback) => {
    dns.lookup(host, options, (...result) => {
      this.#pending--;
      callback(...result);
      for (const resolve of this.#waiting.splice(0)) resolve();
    });
    this.#pending++;
  };

  /** Waits, but not long, until a name is resolved or can't be. Returns at once if no name is being resolved. */
  async waitForNext(): Promise<void> {
    if (this.#pending === 0) return;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, longestWait);
      this.#waiting.push(() => {
        clearTimeout(timer);
        resolve();
      });
    });
  }
}
