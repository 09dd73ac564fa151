import type { Secret } from '../core/secret.ts';
import { decodings, type Span } from './decoding.ts';
import { formsOf, shortestForm } from './secret-forms.ts';

/** A text that repeats so many characters of a secret in a row shows a part of it. A shorter match counts as chance. */
const telling = 16;

/**
 * Whatever reaches beyond a place of a text and stands in a form, is also found by a search that begins so many
 * characters before that place: it is shorter, or holds one of the form's sixteenth places there.
 */
const overlap = 2 * telling - 1;

/**
 * A form that repeats itself has the same characters at many places. It is enough to know so many of them: what is left
 * of a part is shorter than what tells anything.
 */
const placesOfRepetition = 16;

/** Where in a form some characters stand. */
interface Place {
  readonly form: string;
  readonly at: number;
}

/** Bits of the filter: enough that few places of a harmless text look like the beginning of a form. */
const filterBits = 22;

/** Which bit stands for the four characters from there on. */
function bitOf(text: string, at: number): number {
  const hash =
    Math.imul(text.charCodeAt(at), 0x9e3779b1) ^
    Math.imul(text.charCodeAt(at + 1), 0x85ebca6b) ^
    Math.imul(text.charCodeAt(at + 2), 0xc2b2ae35) ^
    Math.imul(text.charCodeAt(at + 3), 0x27d4eb2f);
  return (hash ^ (hash >>> 15)) & ((1 << filterBits) - 1);
}

function register(index: Map<string, Place[]>, characters: string, place: Place): void {
  const others = index.get(characters);
  if (others === undefined) index.set(characters, [place]);
  else if (others.at(-placesOfRepetition)?.form !== place.form) others.push(place);
}

/**
 * Keeps secrets out of whatever the program prints: in every form, decoded however somebody wrote it, and in part. A
 * text is searched for the first characters of each form and for those at every sixteenth place: a run that makes
 * hundreds of PATs knows thousands of forms, and looking for each of them would take longer the more there are.
 */
export class Redactor {
  readonly #forms = new Set<string>();
  /**
   * Forms that `onForm` was told of. A secret without its invisible characters is searched for, but told only as its
   * own.
   */
  readonly #told = new Set<string>();
  readonly #heads = new Map<string, Place[]>();
  readonly #middles = new Map<string, Place[]>();
  /** Says of most places of a text, at little cost, that no form stands there. */
  readonly #filter = new Uint8Array(1 << (filterBits - 3));
  readonly #onForm: (form: string) => void;

  /** @param onForm told once of every form of a secret */
  constructor(onForm: (form: string) => void = () => {}) {
    this.#onForm = onForm;
  }

  add(secret: Secret): void {
    if (secret.empty) return;
    const value = secret.reveal();
    const known = this.#told.size;
    for (const form of formsOf(value)) {
      this.#index(form);
      if (this.#told.has(form)) continue;
      this.#told.add(form);
      this.#onForm(form);
    }
    if (this.#told.size === known) return;
    // A text is searched after its escapes and its white space were taken away too: so is the secret.
    for (const { text } of decodings(value)) this.#index(text);
  }

  #index(form: string): void {
    if (form.length < shortestForm || this.#forms.has(form)) return;
    this.#forms.add(form);
    register(this.#heads, form.slice(0, shortestForm), { form, at: 0 });
    this.#letPass(form, 0);
    for (let at = 0; at + telling <= form.length; at += telling) {
      register(this.#middles, form.slice(at, at + telling), { form, at });
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

  #find(text: string): Span[] {
    const found: Span[] = [];
    let end = 0;
    for (let at = 0; at + shortestForm <= text.length; at++) {
      const bit = bitOf(text, at);
      if (((this.#filter[bit >> 3] ?? 0) & (1 << (bit & 7))) === 0) continue;
      const span = this.#spanAt(text, at, end);
      if (span === undefined) continue;
      found.push(span);
      end = span.end;
      // What was found is not searched again, or a secret that repeats itself would take the square of its length.
      at = Math.max(at, end - overlap - 1);
    }
    return found;
  }

  /** The longest part of a form that stands there and reaches beyond what was found before. */
  #spanAt(text: string, at: number, end: number): Span | undefined {
    let span: Span | undefined;
    for (const { form } of this.#heads.get(text.slice(at, at + shortestForm)) ?? []) {
      const length = commonLength(text, at, form);
      // The whole form, or what a cut left of it.
      if (length < form.length && !isCut(text, at + length)) continue;
      if (at + length > (span?.end ?? end)) span = { start: at, end: at + length };
    }
    for (const { form, at: place } of this.#middles.get(text.slice(at, at + telling)) ?? []) {
      const after = commonLength(text, at, form.slice(place));
      if (at + after <= end) continue;
      const before = commonLengthBefore(text.slice(Math.max(0, end, at - place), at), form.slice(0, place));
      span = { start: Math.min(at - before, span?.start ?? at), end: Math.max(at + after, span?.end ?? end) };
    }
    return span;
  }
}

/** How many characters of the form stand in the text from there on. */
function commonLength(text: string, at: number, form: string): number {
  let length = 0;
  while (length < form.length && text[at + length] === form[length]) length++;
  return length;
}

/** How many characters both texts end with. */
function commonLengthBefore(text: string, form: string): number {
  let length = 0;
  while (length < form.length && length < text.length && text.at(-1 - length) === form.at(-1 - length)) length++;
  return length;
}

function isCut(text: string, at: number): boolean {
  return at === text.length || text[at] === '…';
}
