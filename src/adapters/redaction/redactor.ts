import { type Secret, shortestSecret } from '../../core/secret.ts';
import { decodings, type Span } from './escapes.ts';
import { formsOf } from './secret-forms.ts';

/** How many characters of a secret in a row are a match. A shorter match counts as chance. */
const telling = 16;

/** How many characters before and after a match are compared too. Beyond them, the next match of the form is found. */
const margin = telling - 1;

/** How many different surroundings of a match are stored. If there are more, everything around such a match is hidden. */
const mostPlaces = 8;

/** The surroundings of sixteen characters in a form: what comes before and after them, as far as `margin` reaches. */
interface Place {
  readonly before: string;
  readonly after: string;
}

/** The filter has two to the power of this many bits: so many that little of a harmless text looks like a form. */
const filterBits = 22;

const { imul } = Math;

/** The bit of the filter that stands for the four characters at this index. */
function bitOf(text: string, at: number): number {
  const hash =
    imul(text.charCodeAt(at), 0x9e3779b1) ^
    imul(text.charCodeAt(at + 1), 0x85ebca6b) ^
    imul(text.charCodeAt(at + 2), 0xc2b2ae35) ^
    imul(text.charCodeAt(at + 3), 0x27d4eb2f);
  return (hash ^ (hash >>> 15)) & ((1 << filterBits) - 1);
}

function register(index: Map<string, Place[]>, characters: string, place: Place): void {
  const others = index.get(characters);
  if (others === undefined) index.set(characters, [place]);
  else if (others.length <= mostPlaces && !others.some((other) => isSame(other, place))) others.push(place);
}

function isSame(a: Place, b: Place): boolean {
  return a.before === b.before && a.after === b.after;
}

/**
 * Keeps secrets out of whatever the program prints: in every form, behind every way to write a character, and in part. It
 * searches a text for the first characters of each form, and for the sixteen characters at every sixteenth index of a form.
 * It doesn't search for one form after the other, because a run that makes hundreds of PATs knows thousands of forms. Each
 * index of a text costs a bounded number of steps, however long a secret is and however often it repeats itself.
 */
export class Redactor {
  readonly #forms = new Set<string>();
  /**
   * The forms that `onForm` received. A secret without its invisible characters is searched for too, but `onForm` receives
   * that text only if it is also a form of a secret.
   */
  readonly #reported = new Set<string>();
  /** The first characters of forms, up to sixteen of each, by the first eight. */
  readonly #heads = new Map<string, string[]>();
  readonly #middles = new Map<string, Place[]>();
  /** Shows for most indexes of a text, at little cost, that no form begins there. */
  readonly #filter = new Uint8Array(1 << (filterBits - 3));
  readonly #onForm: (form: string) => void;

  /** @param onForm called once with every form of a secret */
  constructor(onForm: (form: string) => void = () => {}) {
    this.#onForm = onForm;
  }

  add(secret: Secret): void {
    if (secret.empty) return;
    const value = secret.reveal();
    const known = this.#reported.size;
    for (const form of formsOf(value)) {
      this.#index(form);
      if (this.#reported.has(form)) continue;
      this.#reported.add(form);
      this.#onForm(form);
    }
    if (this.#reported.size === known) return;
    // A text is also searched without its escapes and its white space, so index the secret without them too.
    for (const { text } of decodings(value)) this.#index(text);
  }

  #index(form: string): void {
    if (form.length < shortestSecret || this.#forms.has(form)) return;
    this.#forms.add(form);
    const head = form.slice(0, telling);
    const heads = this.#heads.get(head.slice(0, shortestSecret)) ?? [];
    if (heads.length === 0) this.#heads.set(head.slice(0, shortestSecret), heads);
    if (!heads.includes(head)) heads.push(head);
    this.#letPass(form, 0);
    for (let at = 0; at + telling <= form.length; at += telling) {
      const before = form.slice(Math.max(0, at - margin), at);
      const after = form.slice(at + telling, at + telling + margin);
      register(this.#middles, form.slice(at, at + telling), { before, after });
      this.#letPass(form, at);
    }
  }

  #letPass(form: string, at: number): void {
    const bit = bitOf(form, at);
    this.#filter[bit >> 3] = (this.#filter[bit >> 3] ?? 0) | (1 << (bit & 7));
  }

  /** The text with every secret replaced by `***`. Secrets that overlap are replaced together. */
  redact(text: string): string {
    if (this.#forms.size === 0) return text;
    const found = this.#find(text);
    for (const { text: decoded, locate } of decodings(text)) {
      for (const span of this.#find(decoded)) found.push(locate(span));
    }
    if (found.length === 0) return text;
    found.sort((a, b) => a.start - b.start);
    const parts: string[] = [];
    let end = 0;
    for (const span of found) {
      if (span.end <= end) continue;
      if (span.start >= end) parts.push(text.slice(end, span.start), '***');
      end = span.end;
    }
    return parts.join('') + text.slice(end);
  }

  /** The parts of a text that are parts of secrets, in the order in which they begin. Parts that overlap are joined. */
  #find(text: string): Span[] {
    const found: Span[] = [];
    let last: Span | undefined;
    for (let at = 0; at + shortestSecret <= text.length; at++) {
      const bit = bitOf(text, at);
      if (((this.#filter[bit >> 3] ?? 0) & (1 << (bit & 7))) === 0) continue;
      const span = this.#spanAt(text, at);
      if (span === undefined || (last !== undefined && span.end <= last.end)) continue;
      if (last !== undefined && span.start < last.end) {
        last = { start: Math.min(last.start, span.start), end: span.end };
        found[found.length - 1] = last;
      } else {
        last = span;
        found.push(span);
      }
    }
    return found;
  }

  /** The part of a secret at this index: its beginning, or sixteen of its characters with what surrounds them. */
  #spanAt(text: string, at: number): Span | undefined {
    let [start, end] = [at, at];
    for (const head of this.#heads.get(text.slice(at, at + shortestSecret)) ?? []) {
      const length = commonLength(text, at, head);
      // A form of fewer than sixteen characters, or the start of a form that was cut off. Longer matches are found below.
      if ((length === head.length && length < telling) || isCut(text, at + length)) end = Math.max(end, at + length);
    }
    const places = this.#middles.get(text.slice(at, at + telling)) ?? [];
    if (places.length > mostPlaces) return { start: Math.max(0, at - margin), end: at + telling + margin };
    for (const { before, after } of places) {
      start = Math.min(start, at - commonLengthBefore(text, at, before));
      end = Math.max(end, at + telling + commonLength(text, at + telling, after));
    }
    return end > at ? { start, end } : undefined;
  }
}

/** How many characters from the start of the form the text has at this index. */
function commonLength(text: string, at: number, form: string): number {
  let length = 0;
  while (length < form.length && text[at + length] === form[length]) length++;
  return length;
}

/** How many characters from the end of the form the text has right before this index. */
function commonLengthBefore(text: string, at: number, form: string): number {
  let length = 0;
  while (length < form.length && text[at - 1 - length] === form[form.length - 1 - length]) length++;
  return length;
}

function isCut(text: string, at: number): boolean {
  return at === text.length || text[at] === '…';
}
