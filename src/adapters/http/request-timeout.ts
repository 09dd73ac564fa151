import type { Clock } from '../../core/ports.ts';
import { type Milliseconds, never, second } from '../../core/time.ts';
import type { HttpRequest } from './types.ts';

/** A limit for the time of a request, with the words for an error if it is passed. */
export interface TimeLimit {
  readonly ms: Milliseconds;
  /** Ends the sentence `… did not answer within 30 s`. */
  readonly after: string;
  readonly hint: string;
}

/** How long a request may take after the host asked the run to stop: a host kills it after about 10 s. */
const shutdownGrace = 3 * second;

/** The advice if the host asked the run to stop, or if the time that the run may take is over. */
export const afterStop = 'Run again; a later run finishes or undoes what this one began.';

/** The limit from the moment at which the host asks the run to stop. */
export const stopLimit: TimeLimit = { ms: shutdownGrace, after: ' after the run was asked to stop', hint: afterStop };

/** The limit of an attempt: what `request-timeout` allows, or what is left of the time that this run may take. */
export function attemptLimit(timeout: Milliseconds, left: Milliseconds): TimeLimit {
  if (left < timeout) return { ms: left, after: ', and the time that this run may take is over', hint: afterStop };
  return { ms: timeout, after: '', hint: 'Try again; raise request-timeout if the network is slow.' };
}

/** How long the request may still take. */
export function timeLeft({ deadline = never }: HttpRequest, clock: Clock): Milliseconds {
  return Math.max(0, deadline - clock.elapsed());
}

interface Timer {
  /** Aborted when a limit is passed. */
  readonly signal: AbortSignal;
  /** Adds a limit to those that already apply. */
  limit(limit: TimeLimit): void;
  /** The first limit that was passed. */
  passed(): TimeLimit | undefined;
  clear(): void;
}

export function createTimer(first: TimeLimit): Timer {
  const controller = new AbortController();
  const timeouts: NodeJS.Timeout[] = [];
  let passed: TimeLimit | undefined;
  const limit = (added: TimeLimit): void => {
    const end = (): void => {
      passed ??= added;
      controller.abort();
    };
    timeouts.push(setTimeout(end, added.ms));
  };
  limit(first);
  return {
    signal: controller.signal,
    limit,
    passed: () => passed,
    clear() {
      for (const timeout of timeouts) clearTimeout(timeout);
    },
  };
}
