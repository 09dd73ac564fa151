import { fnv1a } from '../fnv1a.ts';
import { type Instant, second } from '../time.ts';

/**
 * Two runs of one lineage at the same time can each leave a PAT of the same exact name. The next run must distinguish
 * that pair from two PATs that a person made, because between those it never guesses. The service has no field for our
 * own data, but it stores the fraction of a second of `validTo`. So a rotation ends its PAT less than a second early,
 * on one of 99 hundredths that follows from the name. Hundredths survive the service's rounding to 1/300 s.
 */

function hundredths(name: string): number {
  return 1 + (fnv1a(name) % 99);
}

/**
 * The latest instant with the watermark of that name that is not after `validTo`.
 * @example hasWatermark('build', addWatermark('build', validTo)) // true
 */
export function addWatermark(name: string, validTo: Instant): Instant {
  const at = Math.floor(validTo / second) * second + hundredths(name) * 10;
  return at <= validTo ? at : at - second;
}

/**
 * The latest instant without any watermark that is not after `validTo`: a whole second.
 * @example stripWatermark(1_700_000_000_420) // 1700000000000
 */
export function stripWatermark(validTo: Instant): Instant {
  return Math.floor(validTo / second) * second;
}

/** Whether `validTo`, as the service returned it, has the watermark of a rotation of that name. */
export function hasWatermark(name: string, validTo: Instant): boolean {
  return Math.abs(validTo - Math.floor(validTo / second) * second - hundredths(name) * 10) <= 2;
}
