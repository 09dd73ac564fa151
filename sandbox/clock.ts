/** The clock of the services. It shows the machine's time unless a test sets it ahead or behind. */
export class Clock {
  /** Milliseconds by which the services are ahead of this machine. Their `Date` headers show it. */
  ahead = 0;

  now(): number {
    return Date.now() + this.ahead;
  }

  /** Whole seconds since 1970, as in a JWT. */
  seconds(): number {
    return Math.floor(this.now() / 1000);
  }
}
