import { type Secret, shortestSecret } from '../../core/secret.ts';
import { BloomFilter } from './bloom-filter.ts';
import { decodings, type Span } from './escapes.ts';
import { commonLength, FragmentIndex, fragmentLength } from './fragment-index.ts';
import { formsOf } from './secret-forms.ts';

/**
 * A filter has 2 to the power of such a number of bits. The smaller filter is enough for a run with a few secrets. With
 * the larger one, little of a harmless text looks like one of thousands of forms.
 */
const [smallestFilter, largestFilter] = [20, 22];

const nothing: readonly Span[] = [];

/**
 * Keeps secrets out of whatever the program prints: in each form of `formsOf`, written with escapes, and in part.
 * It searches a text for the first characters of each form, and for the sixteen characters at every sixteenth index of
 * a form. It doesn't search for one form after the other, because a run that makes hundreds of PATs knows thousands of
 * forms. Each index of a text costs a bounded number of steps, however long a secret is and however often it repeats
 * itself.
 */
export class Redactor {
  /** The forms that are searched for, by their first sixteen characters. */
  readonly #forms = new Map<string, string[]>();
  /**
   * The forms that `onForm` received. A secret without its invisible characters is searched for too, but `onForm`
   * receives that text only if it is also a form of a secret.
   */
  readonly #reported = new Set<string>();
  /** The first characters of forms, up to sixteen of each, by the first eight. */
  readonly #heads = new Map<string, string[]>();
  readonly #fragments = new FragmentIndex();
  /** Shows for most indexes of a text, at little cost, that no form begins there. */
  #filter = new BloomFilter(smallestFilter);
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
    if (form.length < shortestSecret) return;
    const head = form.slice(0, fragmentLength);
    const others = this.#forms.get(head);
    // A search for a form also finds its beginning.
    if (others?.some((other) => other.startsWith(form))) return;
    if (others === undefined) this.#addHead(head);
    this.#forms.set(head, [...(others ?? []), form]);
    this.#fragments.add(form);
    this.#filter.noteEvery(fragmentLength, form);
    if (!this.#filter.crowded || this.#filter.log2Bits === largestFilter) return;
    this.#filter = new BloomFilter(largestFilter);
    for (const known of this.#forms.values()) for (const each of known) this.#filter.noteEvery(fragmentLength, each);
  }

  #addHead(head: string): void {
    const start = head.slice(0, shortestSecret);
    const heads = this.#heads.get(start);
    if (heads === undefined) this.#heads.set(start, [head]);
    else heads.push(head);
  }

  /** The text with every secret replaced by `***`. Secrets that overlap are replaced together. */
  redact(text: string): string {
    if (this.#forms.size === 0 || text.length < shortestSecret) return text;
    const found = [...this.#find(text)];
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
  #find(text: string): readonly Span[] {
    const filter = this.#filter;
    const first = filter.search(text, 0);
    if (first < 0) return nothing;
    const found: Span[] = [];
    let last: Span | undefined;
    for (let at = first; at >= 0; at = filter.search(text, at + 1)) {
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
    let end = at;
    for (const head of this.#heads.get(text.slice(at, at + shortestSecret)) ?? []) {
      const length = commonLength(text, at, head);
      // A form of fewer than sixteen characters, or the start of a form that was cut off. Longer matches are found
      // below.
      if ((length === head.length && length < fragmentLength) || isCut(text, at + length))
        end = Math.max(end, at + length);
    }
    const part = this.#fragments.find(text, at);
    if (part !== undefined) return { start: part.start, end: Math.max(end, part.end) };
    return end > at ? { start: at, end } : undefined;
  }
}

function isCut(text: string, at: number): boolean {
  return at === text.length || text[at] === '…';
}
