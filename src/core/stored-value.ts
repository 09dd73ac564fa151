import type { Instant } from './time.ts';

/** What a destination says about its value, without showing it. */
export interface StoredValue {
  /** False if the destination exists but has no value for its readers; unknown if the service doesn't say. */
  readonly exists: boolean | 'unknown';
  /**
   * When the value was stored, by the clock of that service and rounded down to its seconds; undefined if the service
   * doesn't say.
   */
  readonly updatedAt: Instant | undefined;
  /** When the value ends; undefined if the destination doesn't store that with it. */
  readonly expires: Instant | undefined;
}

/** The destination exists, and holds no value. */
export const noValue: StoredValue = { exists: false, updatedAt: undefined, expires: undefined };
