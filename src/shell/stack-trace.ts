import type { Failure } from '../core/failure.ts';

/**
 * The stack of a failure, line by line. Secrets are taken out before it is cut into lines: the message of an error that
 * this program doesn't know may fold a secret over several of them.
 * @param redact takes known secrets out of a text
 */
export function stackTraceLines({ stack = '' }: Failure, redact: (text: string) => string): string[] {
  return redact(stack).split('\n');
}
