import { Failure } from '../failure.ts';
import type { SyncOutcome } from '../outcome.ts';
import { quoteForeign } from '../sanitize.ts';
import type { FleetContext } from './context.ts';
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
  if (!request.dryRun) adviseGrace(ledger.succeeded(tasks), context);
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

/** GitHub reads repository and organization secrets when a run is queued ("Secrets reference" of its docs). */
function adviseGrace(tasks: readonly Task[], { log }: FleetContext): void {
  const late = tasks.filter(
    (task) =>
      task.action === 'rotate' &&
      task.token.previousToken.kind === 'revoke' &&
      task.stores.some((store) => store.readWhenQueued),
  );
  const [first] = late;
  if (!first) return;
  const others = late.length > 1 ? ` and ${late.length - 1} more` : '';
  log.notice(
    `Workflow runs that are already queued hold the old PAT of "${quoteForeign(first.token.displayName)}"${others}, which this run ` +
      'revoked. previous-token: 24h in the manifest lets it end by itself instead.',
  );
}

function partialFailure({ failures, plan }: Ledger, finished: number): Failure | undefined {
  if (failures.length === 0) return undefined;
  const codes = [...new Set(failures.map(({ code }) => code))];
  const others = finished > 0 ? ` and ${finished} changed` : '';
  return new Failure('partial-failure', {
    what: 'Syncing the manifest',
    why: `${failures.length} of ${plan.length} tokens failed (${codes.join(', ')})${others}`,
    hint: 'The summary says what became of each; the next run goes on from there.',
  });
}
