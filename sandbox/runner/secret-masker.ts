type Encoder = (value: string) => string;

function base64From(offset: number): Encoder {
  return (value) => Buffer.from(value, 'utf8').subarray(offset).toString('base64');
}

function escapeXml(value: string): string {
  const entities: Record<string, string> = { '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&apos;', '&': '&amp;' };
  return value.replace(/[<>"'&]/gu, (character) => entities[character] ?? character);
}

function escapeUri(value: string): string {
  return encodeURIComponent(value.toWellFormed()).replace(
    /[!'()*]/gu,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

/** PowerShell colors an error at an ampersand, which cuts a value in two. */
function beforeAmpersand(value: string): string {
  const cut = value.includes('&+') ? value.indexOf('&+') + 2 : value.lastIndexOf('&') + 1;
  const part = value.slice(0, cut);
  return part.length >= 6 ? part : '';
}

function afterAmpersand(value: string): string {
  if (!value.includes('&')) return '';
  const cut = value.includes('&+') ? value.indexOf('&+') + 3 : value.lastIndexOf('&') + 1;
  const part = value.slice(cut);
  return part.length >= 6 ? part : '';
}

/** The forms that the runner derives from every secret (actions/runner: HostContext, ValueEncoders). */
const encoders: readonly Encoder[] = [
  base64From(0),
  base64From(1),
  base64From(2),
  (value) => value.replaceAll('"', '\\"'),
  (value) => value.replaceAll("'", "''"),
  (value) => JSON.stringify(value).slice(1, -1),
  escapeUri,
  escapeXml,
  (value) => (value.length > 8 && value.startsWith('"') && value.endsWith('"') ? value.slice(1, -1) : ''),
  beforeAmpersand,
  afterAmpersand,
];

/** Replaces every known secret, and the encodings that the runner knows of it, with `***`. */
export class SecretMasker {
  /** The secrets as they were given, in order. */
  readonly values: string[] = [];
  readonly #patterns = new Set<string>();

  /** The value and, for one of several lines, each line on its own. */
  add(value: string): void {
    if (value.trim() === '') return;
    this.values.push(value);
    const lines = value.split(/[\r\n]+/u).map((line) => line.trim());
    for (const part of new Set([value, ...lines.filter((line) => line !== '')])) {
      this.#patterns.add(part);
      for (const encode of encoders) {
        const encoded = encode(part);
        if (encoded !== '') this.#patterns.add(encoded);
      }
    }
  }

  mask(text: string): string {
    const ranges: [start: number, end: number][] = [];
    for (const pattern of this.#patterns) {
      for (let at = text.indexOf(pattern); at >= 0; at = text.indexOf(pattern, at + 1)) {
        ranges.push([at, at + pattern.length]);
      }
    }
    ranges.sort((a, b) => a[0] - b[0]);
    let masked = '';
    let done = 0;
    let open = false;
    for (const [start, end] of ranges) {
      if (start > done || !open) masked += `${text.slice(done, start)}***`;
      open = true;
      done = Math.max(done, end);
    }
    return masked + text.slice(done);
  }
}
