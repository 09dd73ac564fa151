type Encoder = (value: string) => string;

/** The forms that the agent derives from every secret (`HostContext.CreateSecretMasker`). Base64 is not among them. */
const encoders: readonly Encoder[] = [
  (value) => JSON.stringify(value).slice(1, -1),
  (value) => encodeURIComponent(value.toWellFormed()),
  (value) => value.replaceAll('\\\\', '\\').replaceAll("\\'", "'").replaceAll('\\"', '"').replaceAll('\\t', '\t'),
];

/** The agent hides `//user:password@` in every address (`AdditionalMaskingRegexes`, simplified). */
const urlCredentials = /(?<=\/\/[^:/?#\s@]+:)[^:/?#\s@]+(?=@)/gu;

/**
 * Hides secrets in one line at a time, no better than the agent does: a secret of several lines never matches, and
 * fewer forms are masked of a secret that a task sets than of one that came with the job.
 */
export class AgentSecretMasker {
  /** The secrets as they were given, in order. */
  readonly values: string[] = [];
  readonly #patterns = new Set<string>();

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
