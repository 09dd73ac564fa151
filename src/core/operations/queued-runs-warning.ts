import type { Log, Store } from '../ports.ts';
import type { PreviousToken } from '../request/previous-token.ts';
import { quoteForeign } from '../sanitize.ts';

/** A PAT that was rotated, and the destinations that hold its successor. */
export interface Rotated {
  readonly displayName: string;
  readonly previousToken: PreviousToken;
  readonly stores: readonly Store[];
}

/**
 * Warns of runs that still use a revoked PAT: GitHub and Azure Pipelines read some destinations when they queue a run
 * (GitHub's docs, "Secrets reference"; docs of Azure Pipelines, "Manage variable groups").
 */
export function warnOfQueuedRuns(rotated: readonly Rotated[], log: Log): void {
  const affected = rotated.filter(
    ({ previousToken, stores }) => previousToken.kind === 'revoke' && stores.some((store) => store.readWhenQueued),
  );
  const [first] = affected;
  if (!first) return;
  const others = affected.length > 1 ? ` and ${affected.length - 1} more` : '';
  log.notice(
    `Runs that were queued earlier still use the old PAT of "${quoteForeign(first.displayName)}"${others}, but previous-token: revoke ends it at once. With previous-token: 24h, it stays valid for another day.`,
  );
}
