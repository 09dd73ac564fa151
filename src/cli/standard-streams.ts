import { writeSync } from 'node:fs';
import { nodeErrorCode } from '../adapters/node-error-code.ts';
import { Failure } from '../core/failure.ts';

/** File descriptors. Writing to them is synchronous, so nothing is lost if the process ends. */
const standardOutput = 1;
const standardError = 2;

/**
 * Writes all of a text, or throws (EPIPE if the reader is gone). If a pipe is full and was opened without blocking,
 * Node throws EAGAIN, and this tries again.
 */
function write(stream: number, text: string): void {
  let rest: Uint8Array = Buffer.from(text);
  while (rest.length > 0) {
    try {
      rest = rest.subarray(writeSync(stream, rest));
    } catch (error) {
      if (nodeErrorCode(error) !== 'EAGAIN') throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 5);
    }
  }
}

/** Writes to standard output. @throws Failure `destination-failed` if it can't, for example if the reader is gone */
export function writeOutput(text: string): void {
  try {
    write(standardOutput, text);
  } catch (error) {
    const code = nodeErrorCode(error) || 'unknown';
    throw new Failure('destination-failed', {
      what: 'Writing to standard output',
      why: code === 'EPIPE' ? `nobody reads it (${code})` : `it cannot be written (${code})`,
      hint: 'Look at the program or the file that takes this output.',
      cause: error,
    });
  }
}

/** Writes a message to standard error. */
export function writeMessage(text: string): void {
  try {
    write(standardError, text);
  } catch {
    // The reader of the messages is gone. The result and the exit code still show how the command ended.
  }
}
