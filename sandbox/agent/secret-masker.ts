type Encoder = (value: string) => string;

/** What the agent derives from every secret by itself (`HostContext.CreateSecretMasker`). No form of base64 is among it. */
const encoders: readonly Encoder[] = [
  (value) => JSON.stringify(value).slice(1, -1),
  (value) => encodeURIComponent(value.toWellFormed()),
  (value) => value.replaceAll('\\\\', '\\').replaceAll("\\'", "'").replaceAll('\\"', '"').replaceAll('\\t', '\t'),
];

/** `//user:password@` in an address is hidden whoever printed it (`AdditionalMaskingRegexes`, simplified). */
const urlCredentials = /(?<=\/\/[^:/?#\s@]+:)[^:/?#\s@]+(?=@)/gu;

/**
 * Hides secrets in one line at a time, as the agent does and no better: a secret of several lines never matches, and
 * what a task itself sets gets fewer forms than what came with the job.
 */
export class AgentSecretMasker {
  /** As they were given, in order. */
  readonly values: string[] = [];
  readonly #patterns = new Set<string>();

  /** A secret that a command sets: the value, and what the encoders make of it. */
  add(value: string): void {
    if (value === '') return;
    this.values.push(value);
    for (const form of [value, ...encoders.map((encode) => encode(value))]) if (form !== '') this.#patterns.add(form);
  }

  /** A secret variable that came with the job: also its base64, its escapes, and the value without quotes and blanks. */
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
