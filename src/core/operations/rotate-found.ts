import type { MakeOutcome, PlanEntry } from '../outcome.ts';
import { lifeOf, type Pat } from '../pat.ts';
import { prepareStores } from '../prepare-stores.ts';
import type { RequestFor } from '../request/request.ts';
import type { Lineage } from '../rotation/lineage.ts';
import { planWithDestinations } from '../rotation/missing-value.ts';
import { planRotation, type RotationPlan } from '../rotation/plan.ts';
import { rotateLineage, warnIfAlwaysDue } from '../rotation/rotate-lineage.ts';
import { refuseAmbiguity } from '../rotation/selection.ts';
import { quoteForeign } from '../sanitize.ts';
import type { OperationContext } from './context.ts';
import { noteQueuedRuns, type ReplacedPat } from './queued-runs-notice.ts';

type RotatingContext = OperationContext<RequestFor<'create' | 'rotate'>>;

/** Rotates a lineage in which `previous` is the PAT in use, if that is due. */
export async function rotateFound(lineage: Lineage, previous: Pat, context: RotatingContext): Promise<MakeOutcome> {
  const { request, stores, log, explainReason } = context;
  refuseAmbiguity(lineage);
  // A create has no rotate-within.
  const rotateWithin = request.operation === 'rotate' ? request.rotateWithin : undefined;
  const byDates = planRotation(lineage, previous, rotateWithin, context.clock.now());
  const plan = await planWithDestinations(byDates, previous, context);
  const called = `"${quoteForeign(lineage.name)}" (${previous.authorizationId})`;
  if (plan.action === 'none') {
    log.info(`${called} is not due: ${explainReason(plan.reason)}.`);
    return planned(plan, { lineage, previous }, request);
  }
  await prepareStores(context);
  if (request.dryRun) {
    log.info(`Would rotate ${called}: ${explainReason(plan.reason)} (dry run).`);
    return planned(plan, { lineage, previous }, request);
  }
  log.info(`Rotating ${called}: ${explainReason(plan.reason)}.`);
  const { scope, lifetime, previousToken, verify } = request;
  const revoked: ReplacedPat[] = [];
  const onPreviousRevoked = (): void => void revoked.push({ displayName: lineage.name, stores });
  const { operation } = request;
  const previousAuthorizationId = previous.authorizationId;
  try {
    const options = { scope, lifetime, previousToken, verify };
    const pat = await rotateLineage(lineage, previous, options, { ...context, onPreviousRevoked });
    warnIfAlwaysDue(lineage.name, pat, rotateWithin, context);
    return { operation, changed: true, pat, previousAuthorizationId, failure: undefined };
  } finally {
    noteQueuedRuns(revoked, log);
  }
}

/** The outcome if the PAT stays as it is. */
function planned(
  { action, reason }: RotationPlan,
  { lineage, previous }: { readonly lineage: Lineage; readonly previous: Pat },
  { operation, organization }: RotatingContext['request'],
): MakeOutcome {
  const life = lifeOf(previous);
  const entry: PlanEntry = { organization, displayName: lineage.name, action, reason, life };
  return { operation, changed: false, pat: previous, plan: [entry], failure: undefined };
}
