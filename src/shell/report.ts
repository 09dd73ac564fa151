import type { Failure } from '../core/failure.ts';
import type { Operation } from '../core/interface.ts';
import type { Outcome } from '../core/outcome.ts';
import type { Instant } from '../core/time.ts';

/** The result of a run. The host turns it into outputs, a summary or a table. */
export interface Report {
  readonly operation: Operation | undefined;
  readonly organization: string | undefined;
  readonly dryRun: boolean;
  /** The end of the run. */
  readonly now: Instant;
  /** Whether the host asked the run to stop. */
  readonly interrupted: boolean;
  readonly outcome: Outcome | undefined;
  readonly failure: Failure | undefined;
}
