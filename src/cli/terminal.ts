import { writeSync } from 'node:fs';
import { nodeErrorCode } from '../adapters/node-error-code.ts';
import { Redactor } from '../adapters/redaction/redactor.ts';
import { Failure } from '../core/failure.ts';
import type { Log } from '../core/ports.ts';
import { toLogLine, toSafeLine } from '../core/sanitize.ts';
import { stackTraceLines } from '../shell/stack-trace.ts';

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

/** Writes to standard output. @throws Failure `destination-failed` if the reader is gone */
export function put(text: string): void {
  try {
    write(standardOutput, text);
  } catch (error) {
    throw new Failure('destination-failed', {
      what: 'Writing to standard output',
      why: `nobody reads it (${nodeErrorCode(error) || 'unknown'})`,
      hint: 'Look at the program that this output is piped to.',
      cause: error,
    });
  }
}

/** Prints the messages of the program as lines on standard error, without secrets. */
export interface Terminal extends Log {
  /** Prints several lines, such as a workflow to paste. */
  block(text: string): void;
  /** The text with every known secret hidden. */
  redact(text: string): string;
  /** The last line of a command that failed, `azure-devops-pat: CODE: what: why. What to do.` */
  fail(failure: Failure): void;
}

/** @param debugging whether debug lines and stack traces are shown */
export function openTerminal(debugging: boolean): Terminal {
  const redactor = new Redactor();
  const say = (line: string): void => {
    try {
      write(standardError, `${line}\n`);
    } catch {
      // The reader of the messages is gone. The result and the exit code still show how the command ended.
    }
  };
  const safe = (message: string): string => toLogLine(redactor.redact(message));
  return {
    debug: (message) => {
      if (debugging) say(`debug: ${safe(message)}`);
    },
    info: (message) => say(safe(message)),
    notice: (message) => say(`Note: ${safe(message)}`),
    warning: (message) => say(`Warning: ${safe(message)}`),
    mask: (secret) => redactor.add(secret),
    block: (text) => {
      for (const line of redactor.redact(text).split('\n')) say(`${/^ */u.exec(line)?.[0] ?? ''}${toSafeLine(line)}`);
    },
    redact: (text) => redactor.redact(text),
    fail(failure) {
      say(`azure-devops-pat: ${failure.code}: ${safe(failure.message)}`);
      if (!debugging) return;
      for (const line of stackTraceLines(failure, (text) => redactor.redact(text))) say(toLogLine(line));
    },
  };
}
