import { Failure } from '../failure.ts';
import type { Outcome, PlanEntry } from '../outcome.ts';
import { isGlobal, type Pat, worksIn } from '../pat.ts';
import { explainAbsence, notFound } from '../rotation/absence.ts';
import type { Lineage } from '../rotation/lineage.ts';
import { findLookalike, lookalikeExists } from '../rotation/lookalike.ts';
import { planWithDestinations } from '../rotation/missing-value.ts';
import { planRotation, rotateLineage } from '../rotation/plan.ts';
import { findLineage, lineageAround, present, refuseAmbiguity } from '../rotation/selection.ts';
import { quoteForeign } from '../sanitize.ts';
import { prepareAll } from '../stores.ts';
import type { OperationContext } from './context.ts';
import { createFirst } from './create-first.ts';

/** Replaces a PAT by a successor of the same name. @throws Failure `pat-not-found`, `pat-ambiguous`, … */
export async function rotate(context: OperationContext): Promise<Outcome> {
  const { request, pats, log } = context;
  const list = await pats.list('active');
  const [authorizationId] = request.authorizationIds;
  const name = request.displayName ?? '';
  let lineage: Lineage | undefined;
  try {
    lineage =
      authorizationId === undefined
        ? await lineageOf(list, name, context)
        : await lineageOfId(list, authorizationId, context);
    if (lineage && present(lineage)) return await rotateFound(lineage, context);
  } catch (thrown) {
    // The only PAT of that name turned out to be another organization's (I8), or was rotated already: there is none.
    if (!(thrown instanceof Failure) || thrown.code !== 'pat-not-found' || request.ifMissing === 'fail') throw thrown;
    log.info(thrown.message);
  }
  if (request.ifMissing === 'create') {
    const lookalike = findLookalike(list, name, context.clock.now());
    if (lookalike) throw lookalikeExists(lookalike, name);
    log.info(`There is no active PAT "${quoteForeign(name)}"; making the first one.`);
    return createFirst({ name, named: [], pending: [], superseded: lineage?.superseded ?? [] }, context);
  }
  if (request.ifMissing === 'ignore') {
    log.info(`There is no such active PAT (${authorizationId ?? name}); nothing to do, as if-missing is ignore.`);
    const { organization } = request;
    const entry: PlanEntry = { organization, displayName: name, action: 'none', reason: 'there is none' };
    return { changed: false, plan: name === '' ? [] : [entry] };
  }
  throw await explainAbsence(
    {
      selector: authorizationId === undefined ? { displayName: name } : { authorizationId },
      organization: request.organization,
      active: list,
      hintIfExpired: 'Nothing is left to rotate. if-missing: create makes a new PAT; it needs display-name and scopes.',
    },
    context,
  );
}

/** Where nothing would be made, no successor tells whether the PAT is of this organization (I8): then it is asked for. */
async function lineageOf(list: readonly Pat[], name: string, context: OperationContext): Promise<Lineage> {
  const lineage = await findLineage(list, name, context, context.request.dryRun ? 'certain' : 'if-in-doubt');
  return isIdle(lineage, context) ? findLineage(list, name, context, 'certain') : lineage;
}

async function lineageOfId(list: readonly Pat[], id: string, context: OperationContext): Promise<Lineage | undefined> {
  const { request, clock, pats } = context;
  const lineage = lineageAround(list, id, clock.now());
  const chosen = lineage && present(lineage);
  if (!chosen || isGlobal(chosen) || !(request.dryRun || isIdle(lineage, context))) return lineage;
  return worksIn(chosen, await pats.organizationId()) ? lineage : undefined;
}

/** Whether nothing will be made, for the present PAT is not due. */
function isIdle(lineage: Lineage, { request, clock }: OperationContext): boolean {
  const previous = present(lineage);
  if (!previous) return false;
  return planRotation(lineage, previous, request.rotateWithin, clock.now()).action === 'none';
}

/** Rotates a lineage that has a present PAT, where that is due. */
export async function rotateFound(lineage: Lineage, context: OperationContext): Promise<Outcome> {
  const { request, clock, log } = context;
  refuseAmbiguity(lineage);
  const previous = present(lineage);
  if (!previous) throw notFound({ displayName: lineage.name }, request.organization);
  const rotateWithin = request.operation === 'rotate' ? request.rotateWithin : undefined;
  const plan = await planWithDestinations(
    planRotation(lineage, previous, rotateWithin, clock.now()),
    previous,
    context,
  );
  const entry = {
    organization: request.organization,
    displayName: lineage.name,
    action: plan.action,
    reason: plan.reason,
    validTo: previous.validTo,
  };
  if (plan.action === 'none') {
    log.info(`"${quoteForeign(lineage.name)}" (${previous.authorizationId}) is not due: ${plan.reason}.`);
    return { changed: false, pat: previous, plan: [entry] };
  }
  await prepareAll(context);
  if (request.dryRun) {
    log.info(`Would rotate "${quoteForeign(lineage.name)}" (${previous.authorizationId}): ${plan.reason} (dry run).`);
    return { changed: false, pat: previous, plan: [entry] };
  }
  adviseGrace(context);
  log.info(`Rotating "${quoteForeign(lineage.name)}" (${previous.authorizationId}): ${plan.reason}.`);
  const pat = await rotateLineage(
    lineage,
    previous,
    {
      scope: request.scope,
      lifetime: request.lifetime,
      rotateWithin,
      previousToken: request.previousToken,
      verify: request.verify,
    },
    context,
  );
  return { changed: true, pat, previousAuthorizationId: previous.authorizationId };
}

/** GitHub reads repository and organization secrets when a run is queued ("Secrets reference" of its docs). */
function adviseGrace(context: OperationContext): void {
  const late = context.stores.find((store) => store.readWhenQueued);
  if (!late || context.request.previousToken.kind !== 'revoke') return;
  context.log.notice(
    `Runs that are already queued hold the old PAT of ${late.name}, which is revoked now. ` +
      'previous-token: 24h lets it end by itself instead.',
  );
}
