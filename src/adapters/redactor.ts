import type { Secret } from '../core/secret.ts';

/** Shorter texts are no secrets, and a mask for one would blank harmless output. */
const shortest = 8;

/**
 * Every form in which a value could be printed. The runner derives some forms of a mask by itself (base64 at three
 * alignments, JSON, URL and shell escapes: actions/runner, `ValueEncoders`), but a base64 only where nothing follows the
 * value, and neither base64url nor hexadecimal.
 */
export function formsOf(value: string): string[] {
  // The runner takes a mask of several lines for one of each, down to the shortest: they are given one by one.
  const forms = new Set<string>(/[\r\n]/u.test(value) ? [] : [value]);
  for (const line of value.split(/\r?\n|\\n/u)) forms.add(line.trim());
  const bytes = Buffer.from(value);
  for (const encoding of ['base64', 'base64url'] as const) {
    for (const shift of [0, 1, 2]) {
      const rest = bytes.subarray(shift);
      // Whole groups of three bytes: whatever follows the value can't change them.
      forms.add(rest.subarray(0, rest.length - (rest.length % 3)).toString(encoding));
      forms.add(rest.toString(encoding));
    }
  }
  // Basic authentication, as every client of a PAT sends it.
  forms.add(Buffer.from(`:${value}`).toString('base64'));
  forms.add(bytes.toString('hex'));
  forms.add(bytes.toString('hex').toUpperCase());
  forms.add(encodeURIComponent(value));
  forms.add(new URLSearchParams({ value }).toString().slice('value='.length));
  forms.add(JSON.stringify(value).slice(1, -1));
  const segments = value.split('.');
  if (/^eyJ/u.test(value) && segments.length === 3) for (const segment of segments) forms.add(segment);
  return [...forms].filter((form) => form.length >= shortest && !/^(?:-----(?:BEGIN|END)|Bag Attributes)/u.test(form));
}

/**
 * Keeps secrets out of whatever the program prints. Forms are found by their first characters: a run that makes hundreds
 * of PATs knows thousands of forms, and looking for each of them in each line would take longer the more there are.
 */
export class Redactor {
  readonly #forms = new Set<string>();
  readonly #byHead = new Map<string, string[]>();
  readonly #onForm: (form: string) => void;

  /** @param onForm told of every form of a secret that was not known before */
  constructor(onForm: (form: string) => void = () => {}) {
    this.#onForm = onForm;
  }

  add(secret: Secret): void {
    if (secret.empty) return;
    for (const form of formsOf(secret.reveal())) {
      if (this.#forms.has(form)) continue;
      this.#forms.add(form);
      const head = form.slice(0, shortest);
      const others = this.#byHead.get(head);
      if (others) others.push(form);
      else this.#byHead.set(head, [form]);
      this.#onForm(form);
    }
  }

  /** The text with every form of every secret replaced; forms that overlap vanish together. */
  redact(text: string): string {
    if (this.#forms.size === 0) return text;
    const parts: string[] = [];
    let shown = 0;
    let end = 0;
    for (let at = 0; at + shortest <= text.length; at++) {
      for (const form of this.#byHead.get(text.slice(at, at + shortest)) ?? []) {
        if (at + form.length <= end || !text.startsWith(form, at)) continue;
        if (at >= end) parts.push(text.slice(shown, at), '***');
        end = at + form.length;
        shown = end;
      }
    }
    return parts.length === 0 ? text : parts.join('') + text.slice(shown);
  }
}
