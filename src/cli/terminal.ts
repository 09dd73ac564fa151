import { writeSync } from 'node:fs';
import { Redactor } from '../adapters/redactor.ts';
import { Failure } from '../core/failure.ts';
import type { Log } from '../core/ports.ts';
import { toLogLine, toSafeLine } from '../core/sanitize.ts';
import { stackLines } from '../shell/stack.ts';

/** Writes to standard output and standard error at once, so nothing is lost if the process ends. */
const standardOutput = 1;
const standardError = 2;

/**
 * Writes all of a text, or throws (EPIPE if the reader is gone). A pipe that is full makes Node say EAGAIN if it
 * was opened without blocking.
 */
function write(stream: number, text: string): void {
  let rest: Uint8Array = Buffer.from(text);
  while (rest.length > 0) {
    try {
      rest = rest.subarray(writeSync(stream, rest));
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'EAGAIN')) throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 5);
    }
  }
}

/** Writes to standard output. @throws Failure `destination-failed` if nobody reads it */
export function put(text: string): void {
  try {
    write(standardOutput, text);
  } catch (error) {
    throw new Failure('destination-failed', {
      what: 'Writing to standard output',
      why: `nobody reads it (${error instanceof Error && 'code' in error ? String(error.code) : 'unknown'})`,
      hint: 'Look at the program that this output is piped to.',
      cause: error,
    });
  }
}

/** The messages of the program beside its result: lines on standard error, without secrets. */
export interface Terminal extends Log {
  /** A block that keeps its lines, such as a workflow to paste. */
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
      // Nobody reads the messages. The result and the exit code still say how it ended.
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
      for (const line of stackLines(failure, (text) => redactor.redact(text))) say(toLogLine(line));
    },
  };
}
