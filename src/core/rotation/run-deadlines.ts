import { Failure } from '../failure.ts';
import type { Clock } from '../ports.ts';

/**
 * The times of the protocol, in milliseconds. They belong together: whatever a run still writes, it has written before
 * another run may take it for dead (I10 in docs/rotation.md).
 */

/** After its create, a pending PAT of another run may belong to a run that is still alive for so long. */
export const runLifetime = 15 * 60_000;

/** After so long from its create, a run begins no further store and retires nothing. */
export const workLimit = 10 * 60_000;

/** A single request waits so long in all for a service that asks for patience, Retry-After included. */
export const requestWaitLimit = 4 * 60_000;

/** After so long from its create, the last write of a run is over: one minute before others may take over. */
export const writeLimit = workLimit + requestWaitLimit;

/** @throws Failure `timeout` if the run has worked so long that others may soon count it as dead */
export function checkWorkLimit(createSent: number, clock: Clock): void {
  if (clock.now() - createSent <= workLimit) return;
  throw new Failure('timeout', {
    what: 'Rotating',
    why: `it took longer than ${workLimit / 60_000} minutes, after which another run may take over`,
    hint: 'Run again; it finishes what this run began.',
  });
}
