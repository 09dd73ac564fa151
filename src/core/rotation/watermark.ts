import { fnv1a } from '../hash.ts';

/**
 * Two runs of one lineage at once can both end with a PAT of the same exact name. The next run must tell that pair from
 * two PATs that a person made, between which it never guesses; the service keeps no field of ours, but it keeps the
 * fraction of a second of `validTo`. A rotation therefore ends its PAT, less than a second early, on a fraction that
 * follows from the name: 1 of 99 hundredths. Hundredths survive the service's rounding to 1/300 s.
 */

function hundredths(name: string): number {
  return 1 + (fnv1a(name) % 99);
}

/** The latest marked instant (milliseconds since 1970) that is not after `validTo`. */
export function addWatermark(name: string, validTo: number): number {
  const at = Math.floor(validTo / 1000) * 1000 + hundredths(name) * 10;
  return at <= validTo ? at : at - 1000;
}

/** The latest instant that is not after `validTo` and bears the mark of no name: whole seconds never do. */
export function stripWatermark(validTo: number): number {
  return Math.floor(validTo / 1000) * 1000;
}

/** Whether `validTo`, as the service returned it, carries the mark of a rotation of that name. */
export function hasWatermark(name: string, validTo: number): boolean {
  return Math.abs(validTo - Math.floor(validTo / 1000) * 1000 - hundredths(name) * 10) <= 2;
}
