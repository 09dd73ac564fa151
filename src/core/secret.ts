/**
 * The length of the shortest text that is masked, in UTF-16 units. A mask for a shorter one would blank harmless
 * output.
 */
export const shortestSecret = 8;

/**
 * Whether a text can be a token: it has only visible ASCII (RFC 6749, appendix A, without blanks), and is long enough
 * for a mask.
 */
export function isTokenText(text: string): boolean {
  return text.length >= shortestSecret && /^[!-~]+$/u.test(text);
}

const values = new WeakMap<Secret, string>();

/**
 * A value that must never be printed. If it becomes text by accident (a template, JSON, an inspector), it reads `***`.
 * Code that needs the value calls `reveal()`, so a review finds every such call.
 * @example `${new Secret('x')}` // '***'
 */
export class Secret {
  constructor(value: string) {
    values.set(this, value);
  }

  /** The value itself. Use it only for a request body, a header, or a masked output. */
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
