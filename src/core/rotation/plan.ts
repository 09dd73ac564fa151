import type { Pat } from '../pat.ts';
import type { PlanReason } from '../plan-reason.ts';
import type { Instant, Milliseconds } from '../time.ts';
import type { Lineage } from './lineage.ts';

/** Whether to rotate, decided before anything is changed. */
export interface RotationPlan {
  readonly action: 'rotate' | 'none';
  readonly reason: PlanReason;
}

/**
 * Whether a lineage that has a current PAT is due. A pending PAT forces a rotation, because it may be the one in use (I6
 * in docs/rotation.md).
 * @example planRotation(lineage, previous, 7 * day, previous.validTo - 3 * day) // { action: 'rotate', reason: { kind: 'expires', left: 3 * day } }
 */
export function planRotation(
  lineage: Lineage,
  previous: Pat,
  rotateWithin: Milliseconds | undefined,
  now: Instant,
): RotationPlan {
  // The list decides that the PAT is active, not the clock of this machine.
  const left = Math.max(0, previous.validTo - now);
  const unfinished = lineage.pending.length > 0 || previous.displayName !== lineage.name;
  if (unfinished) return { action: 'rotate', reason: { kind: 'unfinished-rotation' } };
  if (lineage.named.length > 1) return { action: 'rotate', reason: { kind: 'concurrent-rotations' } };
  if (rotateWithin === undefined) return { action: 'rotate', reason: { kind: 'asked-for' } };
  if (left <= rotateWithin) return { action: 'rotate', reason: { kind: 'expires', left } };
  return { action: 'none', reason: { kind: 'still-valid', left } };
}
