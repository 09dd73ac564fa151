import { Failure } from '../failure.ts';
import type { Clock } from '../ports.ts';
import { minute } from '../time.ts';
import { describeReplacement, type Made, type Replacement } from './replacement.ts';

/**
 * The times of the protocol. Each follows from the ones before it, so a run has always made its last write before
 * another run may consider it dead (I10 in docs/rotation.md).
 */

/** The age up to which a pending PAT may belong to a run that is still working. */
export const runLifetime = 15 * minute;

/** The longest that a single request waits in all between its tries, Retry-After included. */
export const requestWaitLimit = 4 * minute;

/** The time between the last write of a run and the moment at which others may take over. */
const takeoverMargin = minute;

/** The time after its create at which the last write of a run is over. */
export const writeLimit = runLifetime - takeoverMargin;

/** The time after its create at which a run begins no further write to a destination, and retires nothing. */
export const workLimit = writeLimit - requestWaitLimit;

/** @throws Failure `timeout` if the run has worked so long that others may soon count it as dead */
export function checkWorkLimit(replacement: Replacement, { createSent }: Pick<Made, 'createSent'>, clock: Clock): void {
  if (clock.elapsed() - createSent <= workLimit) return;
  throw new Failure('timeout', {
    what: describeReplacement(replacement),
    why: `it took longer than ${workLimit / minute} minutes, and another run may soon take over`,
    hint: 'Look for a service that answers slowly, and run again.',
  });
}
