import { Redactor } from '../adapters/redaction/redactor.ts';
import type { Failure } from '../core/failure.ts';
import type { Log } from '../core/ports.ts';
import { toLogLine, toSafeLine } from '../core/sanitize.ts';
import { writeFailure } from './failure-message.ts';
import { writeMessage } from './standard-streams.ts';

/** Prints the messages of the program as lines on standard error, without secrets. */
export interface Terminal extends Log {
  /** Prints several lines, such as a workflow to paste. */
  block(text: string): void;
  /** The text with every known secret hidden. */
  redact(text: string): string;
  /** Prints the last line of a command that failed. */
  fail(failure: Failure): void;
}

/** @param debugging whether debug lines and stack traces are shown */
export function openTerminal(debugging: boolean): Terminal {
  const redactor = new Redactor();
  const say = (line: string): void => writeMessage(`${line}\n`);
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
    fail: (failure) => writeFailure(failure, { debugging, redact: (text) => redactor.redact(text) }),
  };
}
