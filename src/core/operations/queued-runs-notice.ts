import type { Log, Store } from '../ports.ts';
import { quoteForeign } from '../sanitize.ts';

/** An old PAT that this run replaced and revoked: its name, and the destinations of its value. */
export interface ReplacedPat {
  readonly displayName: string;
  readonly stores: readonly Store[];
}

/**
 * Notes that queued runs may still get a revoked PAT: GitHub and Azure Pipelines read some destinations when they queue
 * a run (GitHub's docs, "Secrets reference"; docs of Azure Pipelines, "Manage variable groups").
 */
export function noteQueuedRuns(revoked: readonly ReplacedPat[], log: Log): void {
  const affected = revoked.filter(({ stores }) => stores.some((store) => store.readWhenQueued));
  const [first] = affected;
  if (!first) return;
  const name = `"${quoteForeign(first.displayName)}"`;
  const others = affected.length - 1;
  const what = others === 0 ? `The old PAT of ${name} is` : `The old PATs of ${name} and ${others} more are`;
  log.notice(
    `${what} revoked. A run that was already queued may still get an old value, and is then refused. With previous-token: 24h, an old value stays valid for another day.`,
  );
}
