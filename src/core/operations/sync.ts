import { Failure } from '../failure.ts';
import type { SyncOutcome } from '../outcome.ts';
import type { FleetContext } from './context.ts';
import { noteQueuedRuns } from './queued-runs-notice.ts';
import { carryOutAll, checkAll, noChanges } from './sync-apply.ts';
import { SyncEntries } from './sync-entries.ts';
import { planAll } from './sync-plan.ts';

/**
 * Creates, rotates and changes the PATs that the manifest names, and touches no others. If one token fails, the others
 * go on.
 */
export async function sync(context: FleetContext): Promise<SyncOutcome> {
  const { request, log, manifest } = context;
  const entries = new SyncEntries(manifest, log);
  const tasks = await planAll(context, entries);
  logPlan(entries, context);
  if (request.dryRun) await checkAll(tasks, context, entries);
  const { changed, finished, revoked } = request.dryRun ? noChanges : await carryOutAll(tasks, context, entries);
  noteQueuedRuns(revoked, log);
  return { operation: 'sync', changed, plan: entries.plan, failure: partialFailure(entries, finished) };
}

function logPlan(entries: SyncEntries, { log, request }: FleetContext): void {
  const actions = (['create', 'rotate', 'update', 'none'] as const).map(
    (action) => `${entries.count(action)} ${action}`,
  );
  const failed = entries.failures.length;
  if (failed > 0) actions.push(`${failed} failed`);
  log.info(`Plan for ${entries.plan.length} tokens: ${actions.join(', ')}${request.dryRun ? ' (dry run)' : ''}.`);
}

function partialFailure({ failures, plan }: SyncEntries, finished: number): Failure | undefined {
  if (failures.length === 0) return undefined;
  const codes = [...new Set(failures.map(({ code }) => code))];
  const others = finished > 0 ? ` and ${finished} changed` : '';
  return new Failure('partial-failure', {
    what: 'Syncing the manifest',
    why: `${failures.length} of ${plan.length} tokens failed (${codes.join(', ')})${others}`,
    hint: 'The warnings in the log say why each one failed. The next run goes on from there.',
    problems: failures.flatMap(({ problems }) => problems),
  });
}
