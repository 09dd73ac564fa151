import type { Span } from './escapes.ts';

/** How many characters of a secret in a row are a match. A shorter match counts as chance. */
export const fragmentLength = 16;

/** How many characters before and after a match are compared too. Beyond them, the next match of the form is found. */
const margin = fragmentLength - 1;

/**
 * How many different surroundings of a match are stored. If there are more, everything around such a match is hidden.
 */
const mostOccurrences = 8;

/** The sixteen characters of a form at this index, with what surrounds them there, as far as `margin` reaches. */
interface Occurrence {
  readonly form: string;
  readonly at: number;
}

function textBefore({ form, at }: Occurrence): string {
  return form.slice(Math.max(0, at - margin), at);
}

function textAfter({ form, at }: Occurrence): string {
  return form.slice(at + fragmentLength, at + fragmentLength + margin);
}

function isSame(a: Occurrence, b: Occurrence): boolean {
  return textBefore(a) === textBefore(b) && textAfter(a) === textAfter(b);
}

/** Finds parts of forms by the sixteen characters at every sixteenth index of a form. */
export class FragmentIndex {
  /** Forms whose occurrences are not stored yet. The first search stores them, because most runs never search. */
  readonly #added: string[] = [];
  readonly #occurrences = new Map<string, Occurrence[]>();

  add(form: string): void {
    this.#added.push(form);
  }

  /** The part of a form that surrounds the sixteen characters of the text at this index. */
  find(text: string, at: number): Span | undefined {
    for (const form of this.#added.splice(0)) {
      for (let next = 0; next + fragmentLength <= form.length; next += fragmentLength) this.#store({ form, at: next });
    }
    const occurrences = this.#occurrences.get(text.slice(at, at + fragmentLength));
    if (occurrences === undefined) return undefined;
    let [start, end] = [at, at + fragmentLength];
    if (occurrences.length > mostOccurrences) return { start: Math.max(0, start - margin), end: end + margin };
    for (const occurrence of occurrences) {
      start = Math.min(start, at - commonLengthBefore(text, at, textBefore(occurrence)));
      end = Math.max(end, at + fragmentLength + commonLength(text, at + fragmentLength, textAfter(occurrence)));
    }
    return { start, end };
  }

  #store(occurrence: Occurrence): void {
    const characters = occurrence.form.slice(occurrence.at, occurrence.at + fragmentLength);
    const others = this.#occurrences.get(characters);
    if (others === undefined) this.#occurrences.set(characters, [occurrence]);
    else if (others.length <= mostOccurrences && !others.some((other) => isSame(other, occurrence)))
      others.push(occurrence);
  }
}

/** How many characters the text from this index on has in common with the beginning of the form. */
export function commonLength(text: string, at: number, form: string): number {
  let length = 0;
  while (length < form.length && text[at + length] === form[length]) length++;
  return length;
}

/** How many characters the text before this index has in common with the end of the form. */
function commonLengthBefore(text: string, at: number, form: string): number {
  let length = 0;
  while (length < form.length && text[at - 1 - length] === form[form.length - 1 - length]) length++;
  return length;
}
