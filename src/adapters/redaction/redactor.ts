import { type Secret, shortestSecret } from '../../core/secret.ts';
import { decodings, type Span } from './escapes.ts';
import { formsOf } from './secret-forms.ts';

/** A text that repeats so many characters of a secret in a row shows a part of it. A shorter match counts as chance. */
const telling = 16;

/** How far a part goes on beside those characters, until the next such characters of the same form are found. */
const margin = telling - 1;

/** Different surroundings that are remembered of the same characters; if a form has more, whatever is beside them is hidden. */
const mostPlaces = 8;

/** The characters of a form at one place: what stands before them and after them, as far as a search looks. */
interface Place {
  readonly before: string;
  readonly after: string;
}

/** Bits of the filter: enough that few places of a harmless text look like the beginning of a form. */
const filterBits = 22;

const { imul } = Math;

/** Which bit stands for the four characters from there on. */
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
 * Keeps secrets out of whatever the program prints: in every form, decoded however somebody wrote it, and in part. A
 * text is searched for the first characters of each form and for those at every sixteenth place: a run that makes
 * hundreds of PATs knows thousands of forms, and looking for each of them would take longer the more there are. Each
 * place of a text costs a bounded number of steps, however long a secret is and however often it repeats itself.
 */
export class Redactor {
  readonly #forms = new Set<string>();
  /**
   * Forms that `onForm` has got. The form of a secret without its invisible characters is searched for, but `onForm` gets
   * it only if it is a form of a secret itself.
   */
  readonly #reported = new Set<string>();
  /** The first characters of forms, up to sixteen of each, by the first eight. */
  readonly #heads = new Map<string, string[]>();
  readonly #middles = new Map<string, Place[]>();
  /** Says of most places of a text, at little cost, that no form stands there. */
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
    // A text is searched after its escapes and its white space were taken away too: so is the secret.
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

  /** The text with every secret replaced; what overlaps vanishes together. */
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

  /** The parts of a text that are parts of secrets, in the order of their beginnings; those that overlap are one. */
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

  /** The part of a secret whose beginning, or whose sixteen characters from the middle, stand there. */
  #spanAt(text: string, at: number): Span | undefined {
    let [start, end] = [at, at];
    for (const head of this.#heads.get(text.slice(at, at + shortestSecret)) ?? []) {
      const length = commonLength(text, at, head);
      // A short form, or what a cut left of a longer one. Sixteen characters are found below.
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

/** How many characters of the form stand in the text from there on. */
function commonLength(text: string, at: number, form: string): number {
  let length = 0;
  while (length < form.length && text[at + length] === form[length]) length++;
  return length;
}

/** How many characters at the end of the form stand in the text right before that place. */
function commonLengthBefore(text: string, at: number, form: string): number {
  let length = 0;
  while (length < form.length && text[at - 1 - length] === form[form.length - 1 - length]) length++;
  return length;
}

function isCut(text: string, at: number): boolean {
  return at === text.length || text[at] === '…';
}
