const values = new WeakMap<Secret, string>();

/**
 * A value that must never be printed. If it is turned into text by accident (a template, JSON, an inspector), it reads
 * `***`. Code that needs the value calls `reveal()`, so a review can easily find every such place.
 */
export class Secret {
  constructor(value: string) {
    values.set(this, value);
  }

  /** The value itself. Only for a request body, a header, or an output that is masked. */
  reveal(): string {
    return values.get(this) ?? '';
  }

  get empty(): boolean {
    return this.reveal() === '';
  }

  toString(): string {
    return '***';
  }

  toJSON(): string {
    return '***';
  }

  get [Symbol.toStringTag](): string {
    return '***';
  }
}
