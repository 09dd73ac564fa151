import type { Check } from './checks/check.ts';
import type { Failure } from './failure.ts';
import type { Life, Pat } from './pat.ts';
import type { PlanReason } from './plan-reason.ts';

export type PlannedAction = 'create' | 'rotate' | 'update' | 'revoke' | 'none';

/** One line of a plan: what becomes of one PAT, and why. */
export interface PlanEntry {
  readonly organization: string;
  readonly displayName: string;
  readonly action: PlannedAction;
  readonly reason: PlanReason;
  /** The life of the PAT as it is now; absent if there is no PAT yet. */
  readonly life?: Life;
  /** Why it could not be done. */
  readonly failure?: Failure;
}

/** The result of an operation. The shells turn it into outputs, a summary or a table. */
export type Outcome =
  | MakeOutcome
  | UpdateOutcome
  | GetOutcome
  | RevokeOutcome
  | ListOutcome
  | SyncOutcome
  | ExchangeOutcome
  | CheckOutcome;

interface Ended {
  readonly changed: boolean;
  /** What a dry run would do, why nothing is done, or what a sync did. */
  readonly plan?: readonly PlanEntry[];
  /** Why the run fails although the outcome is complete. The shell reports it after it has written the outputs. */
  readonly failure: Failure | undefined;
}

/** The outcome of `create` and of `rotate`. */
export interface MakeOutcome extends Ended {
  readonly operation: 'create' | 'rotate';
  /** The PAT as it is now; absent if there is none. */
  readonly pat?: Pat;
  /** The id of the PAT that it replaced; absent if it replaced none. */
  readonly previousAuthorizationId?: string;
}

export interface UpdateOutcome extends Ended {
  readonly operation: 'update';
  readonly pat: Pat;
}

export interface GetOutcome extends Ended {
  readonly operation: 'get';
  readonly pat: Pat;
}

export type RevokeOutcome = RevokeDryRun | RevokeDone;

interface RevokeDryRun extends Ended {
  readonly operation: 'revoke';
  readonly dryRun: true;
  readonly plan: readonly PlanEntry[];
}

interface RevokeDone extends Ended {
  readonly operation: 'revoke';
  readonly dryRun: false;
  /** Empty if there is no PAT of the name and `if-missing` ignores that. */
  readonly revocations: readonly Revocation[];
}

/** The result of revoking one PAT. */
export type Revocation = RevocationTarget &
  (
    | { readonly state: 'revoked' }
    /** It was revoked before, it has expired, or this user never had it. */
    | { readonly state: 'already-gone' }
    | { readonly state: 'may-be-active'; readonly failure: Failure }
  );

export interface RevocationTarget {
  readonly authorizationId: string;
  /** Undefined if the PAT was chosen by its id, because an answer to a revoke has no name. */
  readonly displayName: string | undefined;
}

export interface ListOutcome extends Ended {
  readonly operation: 'list';
  readonly pats: readonly Pat[];
}

export interface SyncOutcome extends Ended {
  readonly operation: 'sync';
  /** One line for each PAT of the manifest. */
  readonly plan: readonly PlanEntry[];
}

export interface ExchangeOutcome extends Ended {
  readonly operation: 'exchange';
}

export interface CheckOutcome extends Ended {
  readonly operation: 'check';
  /** One line for each thing that was looked at. */
  readonly checks: readonly Check[];
}
