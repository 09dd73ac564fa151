import type { Span } from './escapes.ts';

/** How many characters of a secret in a row are a match. A shorter match counts as chance. */
export const telling = 16;

/** How many characters before and after a match are compared too. Beyond them, the next match of the form is found. */
const margin = telling - 1;

/** How many different surroundings of a match are stored. If there are more, everything around such a match is hidden. */
const mostPlaces = 8;

/** The sixteen characters of a form at this index, with what surrounds them there, as far as `margin` reaches. */
interface Place {
  readonly form: string;
  readonly at: number;
}

function before({ form, at }: Place): string {
  return form.slice(Math.max(0, at - margin), at);
}

function after({ form, at }: Place): string {
  return form.slice(at + telling, at + telling + margin);
}

function isSame(a: Place, b: Place): boolean {
  return before(a) === before(b) && after(a) === after(b);
}

/** Finds parts of forms by the sixteen characters at every sixteenth index of a form. */
export class Middles {
  /** Forms whose places are not stored yet. They are stored at the first search, because most runs never search. */
  readonly #added: string[] = [];
  readonly #places = new Map<string, Place[]>();

  add(form: string): void {
    this.#added.push(form);
  }

  /** The part of a form that surrounds the sixteen characters of the text at this index. */
  find(text: string, at: number): Span | undefined {
    for (const form of this.#added.splice(0)) {
      for (let next = 0; next + telling <= form.length; next += telling) this.#store({ form, at: next });
    }
    const places = this.#places.get(text.slice(at, at + telling));
    if (places === undefined) return undefined;
    let [start, end] = [at, at + telling];
    if (places.length > mostPlaces) return { start: Math.max(0, start - margin), end: end + margin };
    for (const place of places) {
      start = Math.min(start, at - commonLengthBefore(text, at, before(place)));
      end = Math.max(end, at + telling + commonLength(text, at + telling, after(place)));
    }
    return { start, end };
  }

  #store(place: Place): void {
    const characters = place.form.slice(place.at, place.at + telling);
    const others = this.#places.get(characters);
    if (others === undefined) this.#places.set(characters, [place]);
    else if (others.length <= mostPlaces && !others.some((other) => isSame(other, place))) others.push(place);
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
