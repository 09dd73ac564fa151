const values = new WeakMap<Secret, string>();

/**
 * A value that must never be printed. Turned into text by accident (a template, JSON, an inspector) it reads `***`;
 * whoever truly needs the value calls `reveal()`, which makes every such place easy to find in a review.
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
