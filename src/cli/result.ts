import type { Failure } from '../core/failure.ts';
import type { OutputName } from '../core/interface.ts';
import type { Outcome } from '../core/outcome.ts';
import { toLogLine } from '../core/sanitize.ts';
import type { Secret } from '../core/secret.ts';
import type { Instant } from '../core/time.ts';
import { outcomeJson } from '../shell/outputs.ts';
import { outcomeText } from './outcome-tables.ts';
import { printable } from './printable-json.ts';
import { writeOutput } from './standard-streams.ts';

/** Writes the result of a command to standard output only. */
export interface Result {
  /**
   * Writes a secret immediately, so that the reader has it even if this process is killed.
   * @throws Failure `destination-failed` if the reader has closed standard output
   */
  secret(name: OutputName, value: Secret): void;
  /** Writes the rest. */
  finish(outcome: Outcome | undefined, failure: Failure | undefined, now: Instant): void;
}

/**
 * Writes one JSON object with the names of the action's outputs, piece by piece and secrets first: the value of a new
 * PAT must be written before the old PAT is revoked.
 */
export function jsonResult(redact: (text: string) => string): Result {
  let open = false;
  const write = (name: string, json: string): void => {
    writeOutput(`${open ? ',' : '{'}\n  ${JSON.stringify(name)}: ${json.replaceAll('\n', '\n  ')}`);
    open = true;
  };
  return {
    secret: (name, value) => write(name, JSON.stringify(value.reveal())),
    finish(outcome, failure) {
      if (!open && !outcome) return;
      const fields = {
        ...(outcome ? outcomeJson(outcome) : {}),
        ...(failure ? { 'error-code': failure.code, 'error-message': toLogLine(redact(failure.message)) } : {}),
      };
      // The value may hold a name from a service, which can be any text.
      for (const [name, value] of Object.entries(fields))
        write(name, printable(redact(JSON.stringify(value, undefined, 2))));
      writeOutput('\n}\n');
    },
  };
}

/** Text for a person. @param columns width of the terminal; undefined if the terminal doesn't know it */
export function textResult(columns: number | undefined, redact: (text: string) => string): Result {
  const show = (text: string): void => writeOutput(redact(text));
  return {
    secret: (name, value) => writeOutput(`${name}: ${value.reveal()}\n`),
    finish: (outcome, _failure, now) => show(outcome ? outcomeText(outcome, now, columns) : ''),
  };
}
