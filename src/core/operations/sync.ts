import { Failure } from '../failure.ts';
import type { SyncOutcome } from '../outcome.ts';
import type { FleetContext } from './context.ts';
import { type Rotated, warnOfQueuedRuns } from './queued-runs.ts';
import { carryOutAll, checkAll, noChanges } from './sync-apply.ts';
import { Ledger } from './sync-ledger.ts';
import { planAll, type Task } from './sync-plan.ts';

/**
 * Creates, rotates and changes the PATs that the manifest names, and touches no others. If one token fails, the others
 * go on.
 */
export async function sync(context: FleetContext): Promise<SyncOutcome> {
  const { request, log, manifest } = context;
  const ledger = new Ledger(manifest, log);
  const tasks = await planAll(context, ledger);
  logPlan(ledger, context);
  if (request.dryRun) await checkAll(tasks, context, ledger);
  const { changed, finished } = request.dryRun ? noChanges : await carryOutAll(tasks, context, ledger);
  if (!request.dryRun) warnOfQueuedRuns(rotatedBy(ledger.succeeded(tasks)), log);
  return { operation: 'sync', changed, plan: ledger.plan, failure: partialFailure(ledger, finished) };
}

function logPlan(ledger: Ledger, { log, request }: FleetContext): void {
  const actions = (['create', 'rotate', 'update', 'none'] as const).map(
    (action) => `${ledger.count(action)} ${action}`,
  );
  const failed = ledger.failures.length;
  if (failed > 0) actions.push(`${failed} failed`);
  log.info(`Plan for ${ledger.plan.length} tokens: ${actions.join(', ')}${request.dryRun ? ' (dry run)' : ''}.`);
}

/** The tasks that replaced a PAT. */
function rotatedBy(tasks: readonly Task[]): Rotated[] {
  return tasks.flatMap((task) => (task.action === 'rotate' ? [{ ...task.token, stores: task.stores }] : []));
}

function partialFailure({ failures, plan }: Ledger, finished: number): Failure | undefined {
  if (failures.length === 0) return undefined;
  const codes = [...new Set(failures.map(({ code }) => code))];
  const others = finished > 0 ? ` and ${finished} changed` : '';
  return new Failure('partial-failure', {
    what: 'Syncing the manifest',
    why: `${failures.length} of ${plan.length} tokens failed (${codes.join(', ')})${others}`,
    hint: 'The summary says what became of each; the next run goes on from there.',
    problems: failures.flatMap(({ problems }) => problems),
  });
}
