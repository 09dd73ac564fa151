import type { Log, Store } from '../ports.ts';
import { quoteForeign } from '../sanitize.ts';

/** A PAT whose predecessor this run revoked, and the destinations that hold it. */
export interface RevokedPredecessor {
  readonly displayName: string;
  readonly stores: readonly Store[];
}

/**
 * Warns of runs that still use a revoked PAT: GitHub and Azure Pipelines read some destinations when they queue a run
 * (GitHub's docs, "Secrets reference"; docs of Azure Pipelines, "Manage variable groups").
 */
export function warnOfQueuedRuns(revoked: readonly RevokedPredecessor[], log: Log): void {
  const affected = revoked.filter(({ stores }) => stores.some((store) => store.readWhenQueued));
  const [first] = affected;
  if (!first) return;
  const others = affected.length > 1 ? ` and ${affected.length - 1} more` : '';
  log.notice(
    `Runs that were queued earlier still use the old PAT of "${quoteForeign(first.displayName)}"${others}, but previous-token: revoke ends it at once. With previous-token: 24h, it stays valid for another day.`,
  );
}
