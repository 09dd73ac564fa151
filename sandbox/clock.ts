/** The services' clock: the real one, unless a test sets it ahead of (or behind) the machine's. */
export class Clock {
  /** Milliseconds by which the services are ahead of this machine; their `Date` headers tell. */
  ahead = 0;

  now(): number {
    return Date.now() + this.ahead;
  }

  /** Whole seconds since 1970, as JWTs count. */
  seconds(): number {
    return Math.floor(this.now() / 1000);
  }
}
