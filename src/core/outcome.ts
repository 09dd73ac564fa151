import type { Check } from './checks/check.ts';
import type { Failure } from './failure.ts';
import type { Pat } from './pat.ts';

export type PlannedAction = 'create' | 'rotate' | 'update' | 'revoke' | 'none';

/** One line of a plan: what becomes of one PAT, and why. */
export interface PlanEntry {
  readonly organization: string;
  readonly displayName: string;
  readonly action: PlannedAction;
  readonly reason: string;
  /** Since when the PAT is valid; milliseconds since 1970. */
  readonly validFrom?: number | undefined;
  /** Until when the PAT is valid now; milliseconds since 1970. */
  readonly validTo?: number | undefined;
  /** Why it could not be done. */
  readonly failure?: Failure | undefined;
}

/** What an operation came to; the shells turn it into outputs, a summary or a table. */
export interface Outcome {
  readonly changed: boolean;
  /** The PAT that the operation was about, as it is now. */
  readonly pat?: Pat | undefined;
  readonly previousAuthorizationId?: string | undefined;
  /** The list, where the operation is one. */
  readonly pats?: readonly Pat[];
  /** What is done, or would be done in a dry run. */
  readonly plan?: readonly PlanEntry[];
  /** What `check` found, one line for each thing that it looked at. */
  readonly checks?: readonly Check[];
  /** What makes the step fail although the outcome is complete; told after the outputs were written. */
  readonly failure?: Failure | undefined;
}
