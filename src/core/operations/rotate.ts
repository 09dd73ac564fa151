import { Failure } from '../failure.ts';
import type { Outcome, PlanEntry } from '../outcome.ts';
import { isGlobal, type Pat, worksIn } from '../pat.ts';
import { searchActive } from '../pat-list.ts';
import { seemingName } from '../pat-name.ts';
import type { PatList } from '../ports.ts';
import { explainAbsence, notFound } from '../rotation/absence.ts';
import type { Lineage } from '../rotation/lineage.ts';
import { findLookalike, lookalikeExists } from '../rotation/lookalike.ts';
import { planWithDestinations } from '../rotation/missing-value.ts';
import { planRotation, rotateLineage } from '../rotation/plan.ts';
import { findLineage, lineageAround, present, refuseAmbiguity, withHomes } from '../rotation/selection.ts';
import { quoteForeign } from '../sanitize.ts';
import { prepareAll } from '../stores.ts';
import type { OperationContext } from './context.ts';
import { createFirst } from './create-first.ts';

/** Replaces a PAT by a successor of the same name. @throws Failure `pat-not-found`, `pat-ambiguous`, … */
export async function rotate(context: OperationContext): Promise<Outcome> {
  const { request, pats, log } = context;
  const [authorizationId] = request.authorizationIds;
  const name = request.displayName ?? '';
  let active: readonly Pat[] = [];
  let lineage: Lineage | undefined;
  const find = async (list: PatList): Promise<Pat | undefined> => {
    active = list.pats;
    lineage =
      authorizationId === undefined
        ? await lineageOf(list, name, context)
        : await lineageOfId(list, authorizationId, context);
    // Beside a pending PAT, the one that has the name can be missed.
    return authorizationId === undefined ? lineage?.named[0] : lineage && present(lineage);
  };
  const matters = (pat: Pat): boolean =>
    authorizationId === undefined ? seemingName(pat.displayName) === name : pat.authorizationId === authorizationId;
  try {
    await searchActive({ name: authorizationId ?? name, matters, find }, pats);
    if (lineage && present(lineage)) return await rotateFound(lineage, context);
  } catch (thrown) {
    // The only PAT of that name turned out to be another organization's (I8), or was rotated already: there is none.
    if (!(thrown instanceof Failure) || thrown.code !== 'pat-not-found' || request.ifMissing === 'fail') throw thrown;
    log.info(thrown.message);
  }
  if (request.ifMissing === 'create') {
    const lookalike = findLookalike(active, name);
    if (lookalike) throw lookalikeExists(lookalike, name);
    log.info(`There is no active PAT "${quoteForeign(name)}"; making the first one.`);
    const [superseded, similar] = [lineage?.superseded ?? [], lineage?.similar ?? []];
    return createFirst({ name, named: [], pending: [], superseded, similar }, context);
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
      active,
      hintIfExpired: 'Nothing is left to rotate. if-missing: create makes a new PAT; it needs display-name and scopes.',
    },
    context,
  );
}

/** Where nothing would be made, no successor tells whether the PAT is of this organization (I8): then it is asked for. */
async function lineageOf(list: PatList, name: string, context: OperationContext): Promise<Lineage> {
  // Between several pages a PAT can be missed: then the one that was found must not be another organization's.
  const isDoubtful = context.request.dryRun || list.pages > 1;
  const lineage = await findLineage(list.pats, name, context, isDoubtful ? 'certain' : 'if-in-doubt');
  return !isDoubtful && isIdle(lineage, context) ? findLineage(list.pats, name, context, 'certain') : lineage;
}

async function lineageOfId(list: PatList, id: string, context: OperationContext): Promise<Lineage | undefined> {
  const { request, pats } = context;
  const isChosen = (pat: Pat): boolean => pat.authorizationId.toLowerCase() === id.toLowerCase();
  const lineage = lineageAround(await withHomes(list.pats, isChosen, pats), id);
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
  adviseGrace(context);
  return { changed: true, pat, previousAuthorizationId: previous.authorizationId };
}

/** GitHub reads repository and organization secrets when a run is queued ("Secrets reference" of its docs). */
function adviseGrace(context: OperationContext): void {
  const late = context.stores.find((store) => store.readWhenQueued);
  if (!late || context.request.previousToken.kind !== 'revoke') return;
  context.log.notice(
    `Runs that are already queued hold the old PAT of ${late.name}, which this run revoked. ` +
      'previous-token: 24h lets it end by itself instead.',
  );
}
