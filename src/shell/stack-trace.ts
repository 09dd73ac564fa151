import type { Failure } from '../core/failure.ts';

/**
 * The stack of a failure, line by line. It is redacted before it is cut into lines, because the message of an error
 * that this program doesn't know may spread a secret over several lines.
 * @param redact takes known secrets out of a text
 */
export function stackTraceLines({ stack = '' }: Failure, redact: (text: string) => string): string[] {
  return redact(stack).split('\n');
}
