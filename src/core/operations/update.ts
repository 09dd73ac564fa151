import { Failure } from '../failure.ts';
import type { PlanEntry, UpdateOutcome } from '../outcome.ts';
import { endsAt, fieldsOf, isGlobal, lifeOf, type Pat, type PatChange } from '../pat.ts';
import type { PlanReason } from '../plan-reason.ts';
import { formatInstant } from '../request/instant.ts';
import type { RequestFor } from '../request/request.ts';
import { sameScopes } from '../request/scope.ts';
import { warnIfUnchanged } from '../rotation/granted-terms.ts';
import { findLookalike, lookalikeExists } from '../rotation/lookalike.ts';
import { storeRenewedValue } from '../rotation/renewed-value.ts';
import { currentPat, lineageAround, searchLineage, selectPat } from '../rotation/selection.ts';
import { quoteForeign } from '../sanitize.ts';
import type { Instant } from '../time.ts';
import type { OperationContext } from './context.ts';

type UpdateContext = OperationContext<RequestFor<'update'>>;

/** Changes a PAT in place. It normally keeps its value. If nothing differs, nothing is sent. */
export async function update(context: UpdateContext): Promise<UpdateOutcome> {
  const { request, pats, clock, log, explainReason } = context;
  const { selector, organization } = request;
  const pat = await selectPat(selector, organization, context);
  await refuseRename(pat, context);
  // By name, only active PATs are found, and Azure DevOps decides which are active. By id, compare the dates.
  if ('id' in selector && pat.validTo <= clock.now()) throw patExpired(pat);
  const change = changeFor(pat, request, clock.now());
  const fields = fieldsOf(change);
  const reason: PlanReason = fields.length > 0 ? { kind: 'changes', fields } : { kind: 'nothing-to-change' };
  const action = fields.length > 0 ? 'update' : 'none';
  const entry: PlanEntry = { organization, displayName: pat.displayName, action, reason, life: lifeOf(pat) };
  const called = `"${quoteForeign(pat.displayName)}" (${pat.authorizationId})`;
  if (fields.length === 0) {
    log.info(`${called} already is as requested, so there is nothing to change.`);
    return { operation: 'update', changed: false, pat, plan: [entry], failure: undefined };
  }
  if (request.dryRun) {
    log.info(`Would update ${called}: ${explainReason(reason)} (dry run).`);
    return { operation: 'update', changed: false, pat, plan: [entry], failure: undefined };
  }
  log.info(`Updating ${called}: ${explainReason(reason)}.`);
  const { pat: changed, token } = await pats.update(pat.authorizationId, change);
  log.info(`Updated "${quoteForeign(changed.displayName)}" (${changed.authorizationId}).`);
  warnIfUnchanged(change, changed, log);
  const { displayName } = changed;
  const failure = token && (await storeRenewedValue({ pat: changed, token, displayName }, {}, context));
  return { operation: 'update', changed: true, pat: changed, failure };
}

/**
 * Refuses a rename that would leave PATs which no selection by name finds.
 * @throws Failure `pat-exists` if another PAT already has the new name; `pat-ambiguous` if a pending PAT would be left
 *   under the old name
 */
async function refuseRename(pat: Pat, context: UpdateContext): Promise<void> {
  const { request } = context;
  const { newDisplayName } = request;
  if (newDisplayName === undefined || newDisplayName === pat.displayName) return;
  const { lineage, active: list } = await searchLineage(newDisplayName, context, 'certain');
  const others = lineageAround(list, pat.authorizationId)?.pending.filter(
    (pending) => pending.pat.authorizationId !== pat.authorizationId,
  );
  if (others?.[0]) {
    throw new Failure('pat-ambiguous', {
      what: `Renaming the PAT ${pat.authorizationId}`,
      why: `a rotation of it has not finished, and its successor ${others[0].pat.authorizationId} may be the one in use`,
      hint: 'Rotate it first, then rename it.',
    });
  }
  const namesake = currentPat(lineage);
  const otherPats = list.filter(({ authorizationId }) => authorizationId !== pat.authorizationId);
  const lookalike = namesake ? undefined : findLookalike(otherPats, newDisplayName);
  if (lookalike)
    throw lookalikeExists(lookalike, newDisplayName).with({ what: `Renaming the PAT ${pat.authorizationId}` });
  if (!namesake || namesake.authorizationId === pat.authorizationId) return;
  throw new Failure('pat-exists', {
    what: `Renaming the PAT ${pat.authorizationId}`,
    why: `an active PAT named "${quoteForeign(newDisplayName)}" exists in ${request.organization}: ${namesake.authorizationId}`,
    hint: 'Choose another new-display-name, or revoke the one that has it.',
  });
}

function changeFor(pat: Pat, request: RequestFor<'update'>, now: Instant): PatChange {
  const { newDisplayName, scope, lifetime, allOrganizations } = request;
  const validTo = lifetime?.kind === 'for' ? now + lifetime.milliseconds : lifetime?.at;
  return {
    ...(newDisplayName !== undefined && newDisplayName !== pat.displayName ? { displayName: newDisplayName } : {}),
    ...(scope !== undefined && !sameScopes(scope, pat.scope) ? { scope } : {}),
    ...(validTo !== undefined && !endsAt(pat, validTo) ? { validTo } : {}),
    ...(allOrganizations !== undefined && allOrganizations !== isGlobal(pat) ? { allOrganizations } : {}),
  };
}

/**
 * The Failure for an expired PAT. The documents contradict each other on whether a new date makes it valid again, so
 * this operation changes none.
 */
function patExpired(pat: Pat): Failure {
  return new Failure('pat-not-found', {
    what: `Updating the PAT ${pat.authorizationId}`,
    why: `it expired on ${formatInstant(pat.validTo)}, and update changes only active PATs`,
    hint: 'Create a new one.',
  });
}
