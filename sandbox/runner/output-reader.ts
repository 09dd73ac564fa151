import type { Readable } from 'node:stream';
import { StringDecoder } from 'node:string_decoder';

/** Cuts a stream into lines, keeping its raw text. */
class Lines {
  raw = '';
  readonly pending: string[] = [];
  readonly #decoder = new StringDecoder('utf8');
  #rest = '';

  add(chunk: Buffer): void {
    const text = this.#decoder.write(chunk);
    this.raw += text;
    const lines = (this.#rest + text).split(/\r?\n/u);
    this.#rest = lines.pop() ?? '';
    this.pending.push(...lines);
  }

  end(): void {
    this.raw += this.#decoder.end();
    if (this.#rest !== '') this.pending.push(this.#rest);
    this.#rest = '';
  }
}

export interface OutputReader {
  readonly stdout: string;
  readonly stderr: string;
  /** Hands on whatever is left, a last line without an end included. */
  finish(): void;
}

/**
 * Two pipes, read side by side: what lies ready in standard error is handled before what lies ready in standard output
 * (actions/runner, ProcessInvoker). A secret on standard error is thus shown, though the mask was printed before it.
 */
export function readOutput(stdout: Readable, stderr: Readable, onLine: (line: string) => void): OutputReader {
  const out = new Lines();
  const error = new Lines();
  let scheduled = false;
  const drain = (): void => {
    scheduled = false;
    for (const line of error.pending.splice(0)) onLine(line);
    for (const line of out.pending.splice(0)) onLine(line);
  };
  const listen = (stream: Readable, lines: Lines): void => {
    stream.on('data', (chunk: Buffer) => {
      lines.add(chunk);
      if (!scheduled) setImmediate(drain);
      scheduled = true;
    });
  };
  listen(stdout, out);
  listen(stderr, error);
  return {
    get stdout() {
      return out.raw;
    },
    get stderr() {
      return error.raw;
    },
    finish() {
      error.end();
      out.end();
      drain();
    },
  };
}
