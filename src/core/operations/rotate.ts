import { Failure } from '../failure.ts';
import type { MakeOutcome, PlanEntry } from '../outcome.ts';
import type { Pat } from '../pat.ts';
import { seemingName } from '../pat-name.ts';
import type { PatList } from '../ports.ts';
import type { RequestFor } from '../request/request.ts';
import { searchActive } from '../rotation/confirmed-pat-list.ts';
import type { Lineage } from '../rotation/lineage.ts';
import { findLookalike, lookalikeExists } from '../rotation/lookalike.ts';
import { explainAbsence } from '../rotation/pat-not-found.ts';
import { planRotation } from '../rotation/plan.ts';
import { currentPat, findLineage, findLineageAround, worksHere } from '../rotation/selection.ts';
import { quoteForeign } from '../sanitize.ts';
import type { OperationContext } from './context.ts';
import { createFirst } from './create-first.ts';
import { rotateFound } from './rotate-found.ts';

type RotateRequest = RequestFor<'rotate'>;
type RotateContext = OperationContext<RotateRequest>;

/** What the search for the PAT has seen so far. */
interface Seen {
  active: readonly Pat[];
  lineage: Lineage | undefined;
}

/** Replaces a PAT by a successor of the same name. @throws Failure `pat-not-found`, `pat-ambiguous`, … */
export async function rotate(context: RotateContext): Promise<MakeOutcome> {
  const { request } = context;
  const seen: Seen = { active: [], lineage: undefined };
  const outcome = await unlessMissing(context, (ports) => rotateSelected(seen, ports));
  if (outcome) return outcome;
  switch (request.ifMissing) {
    case 'create':
      return createMissing(seen, { ...context, request });
    case 'ignore':
      return ignoreMissing(context);
    case 'fail':
      throw await absence(seen, context);
  }
}

/**
 * The outcome of the steps; undefined if they fail because there is no such PAT, and `if-missing` allows that. It was
 * rotated already, or the only PAT of that name belongs to another organization (I8 in docs/rotation.md).
 */
async function unlessMissing(
  context: RotateContext,
  steps: (context: RotateContext) => Promise<MakeOutcome | undefined>,
): Promise<MakeOutcome | undefined> {
  let isStored = false;
  const onStored: RotateContext['onStored'] = (made, previous) => {
    isStored = true;
    context.onStored?.(made, previous);
  };
  try {
    return await steps({ ...context, onStored });
  } catch (thrown) {
    const isMissing = thrown instanceof Failure && thrown.code === 'pat-not-found';
    // Once the new PAT is stored, or may be left, the operation has found its PAT.
    if (!isMissing || isStored || thrown.mayHaveActed || context.request.ifMissing === 'fail') throw thrown;
    context.log.info(thrown.message);
    return undefined;
  }
}

/** Rotates the PAT that the request selects. Undefined if there is none. */
async function rotateSelected(seen: Seen, context: RotateContext): Promise<MakeOutcome | undefined> {
  const { selector } = context.request;
  const matters = ({ authorizationId, displayName }: Pat): boolean =>
    'id' in selector ? authorizationId === selector.id : seemingName(displayName) === selector.name;
  const find = async (list: PatList): Promise<Pat | undefined> => {
    seen.active = list.pats;
    if ('id' in selector) {
      seen.lineage = await lineageOfId(list, selector.id, context);
      return seen.lineage && currentPat(seen.lineage);
    }
    seen.lineage = await lineageOf(list, selector.name, context);
    // A pending PAT is not enough: the list may have missed the PAT that has the name.
    return seen.lineage.named[0];
  };
  await searchActive({ selector, matters, find }, context.pats);
  const { lineage } = seen;
  const previous = lineage && currentPat(lineage);
  return lineage && previous && rotateFound(lineage, previous, context);
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
  const lineage = await findLineageAround(list.pats, id, pats);
  const chosen = lineage && currentPat(lineage);
  if (!chosen || !(request.dryRun || isIdle(lineage, context))) return lineage;
  return (await worksHere(chosen, pats)) ? lineage : undefined;
}

/** Whether no PAT will be made, because the one in use is not due. */
function isIdle(lineage: Lineage, { request, clock }: RotateContext): boolean {
  const previous = currentPat(lineage);
  if (!previous) return false;
  return planRotation(lineage, previous, request.rotateWithin, clock.now()).action === 'none';
}

/** Makes the first PAT of the name. */
async function createMissing(
  { active, lineage }: Seen,
  context: OperationContext<Extract<RotateRequest, { readonly ifMissing: 'create' }>>,
): Promise<MakeOutcome> {
  const { name } = context.request.selector;
  const lookalike = findLookalike(active, name);
  if (lookalike) throw lookalikeExists(lookalike, name);
  context.log.info(`There is no active PAT "${quoteForeign(name)}", and if-missing is create.`);
  const [superseded, similar] = [lineage?.superseded ?? [], lineage?.similar ?? []];
  return createFirst({ name, named: [], pending: [], superseded, similar }, context);
}

function ignoreMissing({ request, log }: RotateContext): MakeOutcome {
  const { operation, selector, organization } = request;
  const called = 'id' in selector ? selector.id : selector.name;
  log.info(`There is no such active PAT (${called}); nothing to do, as if-missing is ignore.`);
  const entry: PlanEntry = { organization, displayName: called, action: 'none', reason: { kind: 'no-such-pat' } };
  return { operation, changed: false, plan: 'id' in selector ? [] : [entry], failure: undefined };
}

/** The Failure for a PAT that is missing. */
function absence({ active }: Seen, context: RotateContext): Promise<Failure> {
  const { selector, organization } = context.request;
  const hintIfExpired =
    'Nothing is left to rotate. if-missing: create makes a new PAT; it needs display-name and scopes.';
  return explainAbsence({ selector, organization, active, hintIfExpired }, context);
}
