import type { Failure } from '../core/failure.ts';
import { toLogLine } from '../core/sanitize.ts';
import { stackTraceLines } from '../shell/stack-trace.ts';
import { writeMessage } from './standard-streams.ts';

interface FailureMessageOptions {
  /** Whether the stack is shown too. */
  readonly debugging: boolean;
  /** Takes known secrets out of a text. */
  readonly redact: (text: string) => string;
}

/** Prints the last line of a command that failed: `azure-devops-pat: CODE: what: why. What to do.` */
export function writeFailure(failure: Failure, { debugging, redact }: FailureMessageOptions): void {
  writeMessage(`azure-devops-pat: ${failure.code}: ${toLogLine(redact(failure.message))}\n`);
  if (!debugging) return;
  for (const line of stackTraceLines(failure, redact)) writeMessage(`${toLogLine(line)}\n`);
}
