/**
 * The result of parsing a text that a person wrote: the value, or the problem. The problem is one line that quotes the
 * text and says what is allowed; the shell puts the name of the input before it. Parsers throw nothing, so that the
 * problems of all inputs can be reported together.
 */
export type Parsed<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly problem: string };

/** The result for a text that has a meaning. */
export function accepted<T>(value: T): Parsed<T> {
  return { ok: true, value };
}

/** The result for a text that has none. */
export function refused(problem: string): Parsed<never> {
  return { ok: false, problem };
}
