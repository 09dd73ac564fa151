/** A point in time: milliseconds since 1970 in UTC. */
export type Instant = number;

/** A duration. */
export type Milliseconds = number;

/**
 * A reading of `Clock.elapsed`: milliseconds since some instant before the run. Only the difference of two readings
 * means something.
 */
export type Elapsed = number;

/** A deadline that never comes. */
export const never: Elapsed = Number.POSITIVE_INFINITY;

export const second: Milliseconds = 1000;
export const minute: Milliseconds = 60 * second;
export const hour: Milliseconds = 60 * minute;
export const day: Milliseconds = 24 * hour;

/** How far the clock of this machine is ahead of the clock of a service. */
export interface ClockDifference {
  readonly milliseconds: Milliseconds;
  /** Azure DevOps, because its clock decides when PATs end; until it has answered, the service that answered last. */
  readonly service: 'azure-devops' | 'last-to-answer';
}
