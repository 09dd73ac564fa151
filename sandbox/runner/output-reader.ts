import type { Readable } from 'node:stream';
import { StringDecoder } from 'node:string_decoder';

/**
 * Cuts a stream into lines, and also collects its raw text. As for .NET, a carriage return alone ends a line too; at the
 * end of a chunk it may be the first half of an end.
 */
class Lines {
  raw = '';
  readonly pending: string[] = [];
  readonly #decoder = new StringDecoder('utf8');
  #rest = '';

  add(chunk: Buffer): void {
    const text = this.#decoder.write(chunk);
    this.raw += text;
    const lines = (this.#rest + text).split(/\r\n|\n|\r(?!$)/u);
    this.#rest = lines.pop() ?? '';
    this.pending.push(...lines);
  }

  end(): void {
    this.raw += this.#decoder.end();
    if (this.#rest !== '') this.pending.push(this.#rest.replace(/\r$/u, ''));
    this.#rest = '';
  }
}

interface OutputReader {
  readonly stdout: string;
  readonly stderr: string;
  /** Passes on the rest, also a last line without an end. */
  finish(): void;
}

/**
 * Reads two pipes side by side: lines that wait in standard error come before lines that wait in standard output
 * (actions/runner, ProcessInvoker). So a secret on standard error is shown although its mask was printed before.
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
