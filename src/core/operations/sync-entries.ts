import { type Failure, toFailure } from '../failure.ts';
import type { PlanEntry } from '../outcome.ts';
import type { Log } from '../ports.ts';
import type { ManifestToken } from '../request/manifest/manifest.ts';
import { quoteForeign } from '../sanitize.ts';

/** The plan of a sync: an entry for each token, which its failure joins. */
export class SyncEntries {
  readonly plan: PlanEntry[];
  readonly #log: Log;

  constructor(manifest: readonly ManifestToken[], log: Log) {
    this.#log = log;
    this.plan = manifest.map(({ organization, displayName }) => {
      return { organization, displayName, action: 'none', reason: { kind: 'not-planned' } };
    });
  }

  get failures(): Failure[] {
    return this.plan.flatMap(({ failure }) => failure ?? []);
  }

  note(index: number, change: Partial<PlanEntry>): void {
    const entry = this.plan[index];
    if (entry) this.plan[index] = { ...entry, ...change };
  }

  fail(index: number, thrown: unknown): void {
    const entry = this.plan[index];
    if (!entry) return;
    const failure = toFailure(thrown, `Syncing "${quoteForeign(entry.displayName)}"`);
    this.plan[index] = { ...entry, failure };
    this.#log.warning(`"${quoteForeign(entry.displayName)}" in ${entry.organization}: ${failure.message}`);
  }

  /** Reports one failure of several tokens once. */
  failAll(indexes: readonly number[], failure: Failure): void {
    for (const index of indexes) this.note(index, { failure });
    if (indexes.length > 0) this.#log.warning(`${failure.message} Tokens left as they are: ${indexes.length}.`);
  }

  count(action: PlanEntry['action']): number {
    return this.plan.filter((entry) => entry.action === action && !entry.failure).length;
  }
}
