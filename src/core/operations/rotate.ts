import { searchActive } from '../confirmed-pat-list.ts';
import { Failure } from '../failure.ts';
import type { MakeOutcome, PlanEntry } from '../outcome.ts';
import { isGlobal, type Pat, worksIn } from '../pat.ts';
import { seemingName } from '../pat-name.ts';
import type { PatList } from '../ports.ts';
import type { RequestFor } from '../request/request.ts';
import type { Lineage } from '../rotation/lineage.ts';
import { findLookalike, lookalikeExists } from '../rotation/lookalike.ts';
import { planWithDestinations } from '../rotation/missing-value.ts';
import { explainAbsence } from '../rotation/pat-not-found.ts';
import { planRotation } from '../rotation/plan.ts';
import { rotateLineage, warnIfAlwaysDue } from '../rotation/rotate-lineage.ts';
import { currentPat, findLineage, lineageAround, refuseAmbiguity, withTargetAccounts } from '../rotation/selection.ts';
import { quoteForeign } from '../sanitize.ts';
import { prepareAll } from '../stores.ts';
import type { OperationContext } from './context.ts';
import { createFirst } from './create-first.ts';
import { warnOfQueuedRuns } from './queued-runs.ts';

type RotateContext = OperationContext<RequestFor<'rotate'>>;

/** Replaces a PAT by a successor of the same name. @throws Failure `pat-not-found`, `pat-ambiguous`, … */
export async function rotate(context: RotateContext): Promise<MakeOutcome> {
  const { request, pats, log } = context;
  const { operation, selector, organization } = request;
  let active: readonly Pat[] = [];
  let lineage: Lineage | undefined;
  const find = async (list: PatList): Promise<Pat | undefined> => {
    active = list.pats;
    if ('id' in selector) {
      lineage = await lineageOfId(list, selector.id, context);
      return lineage && currentPat(lineage);
    }
    lineage = await lineageOf(list, selector.name, context);
    // A pending PAT is not enough: the list may have missed the PAT that has the name.
    return lineage.named[0];
  };
  const [called, matters] =
    'id' in selector
      ? [selector.id, isCalled(selector.id)]
      : [selector.name, (pat: Pat): boolean => seemingName(pat.displayName) === selector.name];
  try {
    await searchActive({ selector, matters, find }, pats);
    const previous = lineage && currentPat(lineage);
    if (lineage && previous) return await rotateFound(lineage, previous, context);
  } catch (thrown) {
    // The only PAT of that name turned out to be another organization's (I8), or was rotated already: there is none.
    if (!(thrown instanceof Failure) || thrown.code !== 'pat-not-found' || request.ifMissing === 'fail') throw thrown;
    log.info(thrown.message);
  }
  if (request.ifMissing === 'create') {
    const { name } = request.selector;
    const lookalike = findLookalike(active, name);
    if (lookalike) throw lookalikeExists(lookalike, name);
    log.info(`There is no active PAT "${quoteForeign(name)}"; making the first one.`);
    const [superseded, similar] = [lineage?.superseded ?? [], lineage?.similar ?? []];
    return createFirst({ name, named: [], pending: [], superseded, similar }, { ...context, request });
  }
  if (request.ifMissing === 'ignore') {
    log.info(`There is no such active PAT (${called}); nothing to do, as if-missing is ignore.`);
    const entry: PlanEntry = { organization, displayName: called, action: 'none', reason: { kind: 'no-such-pat' } };
    return { operation, changed: false, plan: 'id' in selector ? [] : [entry] };
  }
  throw await explainAbsence(
    {
      selector,
      organization,
      active,
      hintIfExpired: 'Nothing is left to rotate. if-missing: create makes a new PAT; it needs display-name and scopes.',
    },
    context,
  );
}

function isCalled(id: string): (pat: Pat) => boolean {
  return (pat) => pat.authorizationId.toLowerCase() === id.toLowerCase();
}

/** If no successor will be made whose organization could decide (I8), the organization's own id decides. */
async function lineageOf(list: PatList, name: string, context: RotateContext): Promise<Lineage> {
  // A list of several pages can miss a PAT. The one that was found must then not be another organization's.
  const mustBeCertain = context.request.dryRun || list.pages > 1;
  const lineage = await findLineage(list.pats, name, context, mustBeCertain ? 'certain' : 'if-in-doubt');
  return !mustBeCertain && isIdle(lineage, context) ? findLineage(list.pats, name, context, 'certain') : lineage;
}

async function lineageOfId(list: PatList, id: string, context: RotateContext): Promise<Lineage | undefined> {
  const { request, pats } = context;
  const lineage = lineageAround(await withTargetAccounts(list.pats, isCalled(id), pats), id);
  const chosen = lineage && currentPat(lineage);
  if (!chosen || isGlobal(chosen) || !(request.dryRun || isIdle(lineage, context))) return lineage;
  return worksIn(chosen, await pats.organizationId()) ? lineage : undefined;
}

/** Whether no PAT will be made, because the one in use is not due. */
function isIdle(lineage: Lineage, { request, clock }: RotateContext): boolean {
  const previous = currentPat(lineage);
  if (!previous) return false;
  return planRotation(lineage, previous, request.rotateWithin, clock.now()).action === 'none';
}

/** Rotates a lineage in which `previous` is the PAT in use, if that is due. */
export async function rotateFound(
  lineage: Lineage,
  previous: Pat,
  context: OperationContext<RequestFor<'create' | 'rotate'>>,
): Promise<MakeOutcome> {
  const { request, clock, log, explain } = context;
  const { operation, organization } = request;
  refuseAmbiguity(lineage);
  const rotateWithin = request.operation === 'rotate' ? request.rotateWithin : undefined;
  const plan = await planWithDestinations(
    planRotation(lineage, previous, rotateWithin, clock.now()),
    previous,
    context,
  );
  const entry = {
    organization,
    displayName: lineage.name,
    action: plan.action,
    reason: plan.reason,
    validTo: previous.validTo,
  };
  if (plan.action === 'none') {
    log.info(`"${quoteForeign(lineage.name)}" (${previous.authorizationId}) is not due: ${explain(plan.reason)}.`);
    return { operation, changed: false, pat: previous, plan: [entry] };
  }
  await prepareAll(context);
  if (request.dryRun) {
    log.info(
      `Would rotate "${quoteForeign(lineage.name)}" (${previous.authorizationId}): ${explain(plan.reason)} (dry run).`,
    );
    return { operation, changed: false, pat: previous, plan: [entry] };
  }
  log.info(`Rotating "${quoteForeign(lineage.name)}" (${previous.authorizationId}): ${explain(plan.reason)}.`);
  const pat = await rotateLineage(
    lineage,
    previous,
    {
      scope: request.scope,
      lifetime: request.lifetime,
      previousToken: request.previousToken,
      verify: request.verify,
    },
    context,
  );
  warnIfAlwaysDue(lineage.name, pat, rotateWithin, context);
  const { stores } = context;
  warnOfQueuedRuns([{ displayName: lineage.name, previousToken: request.previousToken, stores }], log);
  return { operation, changed: true, pat, previousAuthorizationId: previous.authorizationId };
}
