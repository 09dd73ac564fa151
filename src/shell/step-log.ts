import type { Redactor } from '../adapters/redaction/redactor.ts';
import type { Log } from '../core/ports.ts';
import { toLogLine } from '../core/sanitize.ts';

/** How a host prints a line. The line can't be a command to the host. */
interface LogCommands {
  /** Whether to print debug lines. A sync of hundreds of PATs has thousands of them. */
  readonly debugging: boolean;
  debug(line: string): void;
  info(line: string): void;
  notice(line: string): void;
  warning(line: string): void;
}

interface StepLog extends Log {
  /** Reports how many annotations did not fit. */
  finish(): void;
}

/** GitHub and Azure Pipelines show ten annotations of a kind for each step (GitHub Docs, "Workflow commands"). */
const shownAnnotations = 10;

/** The log of a step. No line contains a secret, or text of a service that could be a command to the host. */
export function stepLog(commands: LogCommands, redactor: Redactor): StepLog {
  const safe = (message: string): string => toLogLine(redactor.redact(message));
  const counts = { notice: 0, warning: 0 };
  function annotate(kind: 'notice' | 'warning', message: string): void {
    counts[kind] += 1;
    // The last annotation is left for the count of those that do not fit.
    if (counts[kind] >= shownAnnotations) commands.info(`${kind}: ${safe(message)}`);
    else commands[kind](safe(message));
  }
  return {
    debug: (message) => {
      if (commands.debugging) commands.debug(safe(message));
    },
    info: (message) => commands.info(safe(message)),
    notice: (message) => annotate('notice', message),
    warning: (message) => annotate('warning', message),
    mask: (secret) => redactor.add(secret),
    finish() {
      for (const kind of ['warning', 'notice'] as const) {
        const hidden = counts[kind] - shownAnnotations + 1;
        if (hidden > 0) commands[kind](`The log of this step has ${hidden} more ${hidden === 1 ? kind : `${kind}s`}.`);
      }
    },
  };
}
