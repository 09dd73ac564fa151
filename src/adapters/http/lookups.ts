import dns from 'node:dns';
import type { LookupFunction } from 'node:net';

/** Resolves the names of hosts for connections, as Node does, and tells when the next one is resolved. */
export class Lookups {
  #pending = 0;
  readonly #waiting: (() => void)[] = [];

  readonly lookup: LookupFunction = (host, options, callback) => {
    this.#pending++;
    dns.lookup(host, options, (...result) => {
      this.#pending--;
      callback(...result);
      for (const resolve of this.#waiting.splice(0)) resolve();
    });
  };

  /** Settles with the next name that is resolved, or can't be; at once if none is being resolved. */
  async next(): Promise<void> {
    if (this.#pending > 0) await new Promise<void>((resolve) => this.#waiting.push(resolve));
  }
}
