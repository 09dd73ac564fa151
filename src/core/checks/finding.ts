import type { Failure } from '../failure.ts';
import type { Pat } from '../pat.ts';
import type { MissingValue } from '../plan-reason.ts';
import type { StoredValue } from '../stored-value.ts';
import type { ClockDifference, Instant, Milliseconds } from '../time.ts';

/** What a check saw. The shells turn it into words. */
export type Finding =
  /** What was to be looked at could not be reached, read or written. */
  | { readonly kind: 'failure'; readonly failure: Failure }
  | SignInFinding
  /** `count` is the number of active PATs of this user in the organization. */
  | { readonly kind: 'pats-listed'; readonly count: number }
  | PatFinding
  | DestinationFinding
  | MachineFinding;

type SignInFinding =
  /** `left` is the rest of the refresh token's life; undefined if Entra does not say it. */
  | { readonly kind: 'signed-in'; readonly tenant: string | undefined; readonly left: Milliseconds | undefined }
  | { readonly kind: 'permissions-missing'; readonly missing: readonly string[] }
  /** `scopes` is empty if the access token does not say which permissions it has. */
  | { readonly kind: 'permissions'; readonly scopes: readonly string[] }
  /** `left` is zero or less if it has ended. */
  | { readonly kind: 'certificate'; readonly end: Instant; readonly left: Milliseconds };

export type PatFinding =
  /** `lookalike` is a PAT of another name that looks the same to a reader. */
  | { readonly kind: 'no-such-pat'; readonly lookalike: Pat | undefined }
  /** The user chose the PAT by its id, and this organization has no active PAT of that id. */
  | { readonly kind: 'no-such-id' }
  | ActivePatFinding
  | { readonly kind: 'several-of-one-name'; readonly ids: readonly string[] }
  | { readonly kind: 'concurrent-rotations'; readonly ids: readonly string[] }
  | { readonly kind: 'unfinished-rotation'; readonly ids: readonly string[] }
  | { readonly kind: 'superseded'; readonly id: string; readonly end: Instant }
  /** A person gave it a name like those that rotations give. */
  | { readonly kind: 'similar-name'; readonly pat: Pat };

export interface ActivePatFinding {
  readonly kind: 'active-pat';
  readonly pat: Pat;
  readonly left: Milliseconds;
  /** What somebody should act on; undefined if there is nothing. */
  readonly concern: 'due' | 'ends-soon' | 'global' | 'scopes-drifted' | undefined;
}

type DestinationFinding =
  /**
   * A destination for the refresh token. If `isRenewed`, the exchange brought a new one, which the destination holds
   * now.
   */
  | { readonly kind: 'custody'; readonly before: StoredValue; readonly isRenewed: boolean }
  | { readonly kind: 'value-missing'; readonly missing: MissingValue }
  | { readonly kind: 'value'; readonly held: StoredValue };

type MachineFinding =
  /** No answer of a service carried a time. */
  | { readonly kind: 'clock-not-compared' }
  | { readonly kind: 'clock-agrees'; readonly service: ClockDifference['service'] }
  /** `ahead` is negative if the clock of this machine is behind. */
  | { readonly kind: 'clock-differs'; readonly service: ClockDifference['service']; readonly ahead: Milliseconds }
  | { readonly kind: 'no-proxy' }
  /** `direct` are the hosts that were reached without the proxy. If `isBypassed`, every host was. */
  | { readonly kind: 'proxy'; readonly direct: readonly string[]; readonly isBypassed: boolean }
  /** `note` is what the host says of its own version, as a sentence. */
  | { readonly kind: 'runtime'; readonly note: string | undefined };
