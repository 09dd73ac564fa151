type Encoder = (value: string) => string;

/**
 * The forms that the agent derives from every secret (`HostContext.CreateSecretMasker`), by the rules of .NET: its JSON
 * escapes more line ends, and its addresses more signs than those of JavaScript. Base64 is not among them.
 */
const encoders: readonly Encoder[] = [
  (value) =>
    JSON.stringify(value)
      .slice(1, -1)
      .replace(/[\u0085\u2028\u2029]/gu, (end) => `\\u${end.charCodeAt(0).toString(16).padStart(4, '0')}`),
  (value) =>
    encodeURIComponent(value.toWellFormed()).replace(
      /[!'()*]/gu,
      (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`,
    ),
  (value) => value.replaceAll('\\\\', '\\').replaceAll("\\'", "'").replaceAll('\\"', '"').replaceAll('\\t', '\t'),
];

/** The agent hides the password of `//user:password@` in every address (`AdditionalMaskingRegexes`). */
const urlCredentials =
  /(?<=\/\/[^:/?#\n]+:)(?:[\p{L}\p{Mn}\p{Nd}\p{Pc}.~-]|(?:%|%AZP25)[0-9a-fA-F]{2}|[!$&'()*+,;=]|:)+(?=@)/gu;

/**
 * Hides secrets in one line at a time, no better than the agent does: a secret of several lines never matches, and
 * fewer forms are masked of a secret that a task sets than of one that came with the job.
 */
export class AgentSecretMasker {
  /** The secrets as they were given, in order. */
  readonly values: string[] = [];
  readonly #patterns = new Set<string>();
  readonly #shortest: number;

  /** @param shortest `AZP_IGNORE_SECRETS_SHORTER_THAN` of the job, of which the agent follows no more than 6 */
  constructor(shortest = 0) {
    this.#shortest = Math.min(shortest, 6);
  }

  /** Masks a secret that a command sets: the value, and what the encoders make of it. */
  add(value: string): void {
    if (value === '') return;
    this.values.push(value);
    for (const form of [value, ...encoders.map((encode) => encode(value))]) if (form !== '') this.#patterns.add(form);
  }

  /**
   * Masks a secret variable that came with the job: also its base64, its escapes, and the value without quotes and
   * blanks.
   */
  addInitial(value: string): void {
    if (value.trim() === '') return;
    const base64 = Buffer.from(value).toString('base64');
    const lines = value.replaceAll('\r', '%0D').replaceAll('\n', '%0A');
    for (const form of [
      value,
      value.replaceAll('%', '%AZP25').replaceAll('\r', '%0D').replaceAll('\n', '%0A'),
      lines,
      base64,
    ]) {
      this.add(form);
      this.add(form.replace(/^[\r\n ]+|[\r\n ]+$/gu, ''));
      for (const quote of ['"', "'"]) {
        if (form.length > 2 && form.startsWith(quote) && form.endsWith(quote)) this.add(form.slice(1, -1));
      }
    }
  }

  mask(line: string): string {
    const ranges: [start: number, end: number][] = [];
    for (const pattern of this.#patterns) {
      if (pattern.length < this.#shortest) continue;
      for (let at = line.indexOf(pattern); at >= 0; at = line.indexOf(pattern, at + 1)) {
        ranges.push([at, at + pattern.length]);
      }
    }
    for (const { index, 0: text } of line.matchAll(urlCredentials)) ranges.push([index, index + text.length]);
    ranges.sort((a, b) => a[0] - b[0]);
    let masked = '';
    let done = 0;
    for (const [start, end] of ranges) {
      if (start >= done) masked += `${line.slice(done, start)}***`;
      done = Math.max(done, end);
    }
    return masked + line.slice(done);
  }
}
