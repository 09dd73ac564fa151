import type { Pat } from '../pat.ts';
import type { Cancellation, Clock, Log, PatApi, Store } from '../ports.ts';
import type { RunIdentity } from '../run-identity.ts';
import type { Secret } from '../secret.ts';

/** What a rotation needs of the world outside of it. */
export interface RotationPorts {
  readonly pats: PatApi;
  readonly clock: Clock;
  readonly log: Log;
  readonly cancellation: Cancellation;
  readonly stores: readonly Store[];
  readonly run: RunIdentity | undefined;
  /** Twelve fresh lower-case hexadecimal digits. */
  readonly nonce: () => string;
  /** Called with every PAT that was made, before anything is done with it. */
  readonly onCreated?: (made: Pat) => void;
  /**
   * Hands the value to the caller, after the last destination has it; without a destination, after the PAT was checked.
   * Called again if a change gives the PAT another value.
   */
  readonly handOver: (made: Pat, token: Secret) => void;
  /**
   * Called once a destination has the new PAT, or may have it; without a destination, after the hand-over. From then on
   * the PAT stays, whatever fails.
   */
  readonly onStored?: (made: Pat, previous: Pat | undefined) => void;
  /** Called once the service has confirmed to this run that the old PAT is revoked. */
  readonly onPreviousRevoked?: () => void;
}
