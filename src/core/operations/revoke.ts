import { Failure, toFailure } from '../failure.ts';
import type { PlanEntry, Revocation, RevocationTarget, RevokeOutcome } from '../outcome.ts';
import { isGlobal, type Pat, worksIn } from '../pat.ts';
import type { PatApi } from '../ports.ts';
import type { RequestFor } from '../request/request.ts';
import { readConfirmedList } from '../rotation/confirmed-pat-list.ts';
import { members, noteGlobal, noteSimilar } from '../rotation/lineage.ts';
import { explainAbsence } from '../rotation/pat-not-found.ts';
import { currentPat, refuseAmbiguity, searchLineage } from '../rotation/selection.ts';
import { quoteForeign } from '../sanitize.ts';
import type { OperationContext } from './context.ts';

type RevokeContext = OperationContext<RequestFor<'revoke'>>;

/**
 * Revokes PATs by id, or all PATs of a name and what its rotations left in this organization. Revoking again succeeds.
 */
export async function revoke(context: RevokeContext): Promise<RevokeOutcome> {
  const { request, log } = context;
  const { operation, organization, which, dryRun } = request;
  const { targets, gone } = 'ids' in which ? targetsOf(which.ids) : await targetsByName(which.name, context);
  if (dryRun) {
    for (const { authorizationId: id } of targets) log.info(`Would revoke PAT ${id} (dry run).`);
    const plan = targets.map(({ authorizationId }): PlanEntry => {
      const displayName = 'name' in which ? which.name : authorizationId;
      return { organization, displayName, action: 'revoke', reason: { kind: 'asked-for' } };
    });
    return { operation, dryRun, changed: false, plan, failure: undefined };
  }
  const revocations: Revocation[] = gone.map((target) => ({ ...target, state: 'already-gone' }));
  for (const target of targets) revocations.push(await revokeOne(target, context));
  const failures = revocations.flatMap((each) => (each.state === 'may-be-active' ? each.failure : []));
  const changed = revocations.some(({ state }) => state === 'revoked');
  return { operation, dryRun, changed, revocations, failure: combine(failures, targets.length) };
}

interface Targets {
  readonly targets: readonly RevocationTarget[];
  /** What is known to be revoked already. */
  readonly gone: readonly RevocationTarget[];
}

function targetsOf(ids: readonly string[]): Targets {
  return { targets: ids.map((authorizationId) => ({ authorizationId, displayName: undefined })), gone: [] };
}

function targetOf({ authorizationId, displayName }: Pat): RevocationTarget {
  return { authorizationId, displayName };
}

async function revokeOne(target: RevocationTarget, { pats, log, cancellation }: RevokeContext): Promise<Revocation> {
  const { authorizationId: id } = target;
  try {
    cancellation.check();
    const state = await pats.revoke(id);
    if (state === 'revoked') log.info(`Revoked PAT ${id}.`);
    else log.notice(`PAT ${id} is not active: it is revoked or expired, or this user never had it.`);
    return { ...target, state };
  } catch (thrown) {
    const failure = toFailure(thrown, `Revoking PAT ${id}`);
    log.info(`PAT ${id} may still be active: ${failure.why}.`);
    return { ...target, state: 'may-be-active', failure };
  }
}

/** One Failure for those of several PATs. It says how many of the PATs may still be active. */
function combine(failures: readonly Failure[], total: number): Failure | undefined {
  const [first] = failures;
  if (!first || total === 1) return first;
  const why = `${failures.length} of ${total} PATs may still be active`;
  return Failure.all([first.with({ what: 'Revoking', why, problems: [] }), ...failures]);
}

async function targetsByName(name: string, context: RevokeContext): Promise<Targets> {
  const { request, pats, log } = context;
  const { lineage, active } = await searchLineage(name, context, 'certain');
  refuseAmbiguity(lineage);
  noteSimilar(lineage, log);
  const found = members(lineage).filter((pat) => {
    // The current PAT is revoked even if it works in all organizations, because the user asked for that.
    const isLeftover = !lineage.named.includes(pat) && pat !== currentPat(lineage);
    if (!isLeftover || !isGlobal(pat)) return true;
    noteGlobal(pat, log);
    return false;
  });
  if (found.length > 0) return { targets: found.map(targetOf), gone: [] };
  if (request.ifMissing !== 'fail') {
    log.info(`There is no active PAT "${quoteForeign(name)}"; nothing to do, as if-missing is ${request.ifMissing}.`);
    return { targets: [], gone: [] };
  }
  // Revoking a PAT that is already revoked succeeds. The service lists such PATs for a while.
  const isNamesake = (pat: Pat): boolean => pat.displayName === name;
  const namesakes = (await readConfirmedList('revoked', pats, { matters: isNamesake })).pats.filter(isNamesake);
  const revoked = await findOwn(namesakes, pats);
  if (!revoked) {
    throw await explainAbsence(
      {
        selector: { name },
        organization: request.organization,
        active,
        hintIfExpired: 'Nothing is left to revoke.',
      },
      context,
    );
  }
  log.info(`PAT "${quoteForeign(name)}" (${revoked.authorizationId}) was revoked already.`);
  return { targets: [], gone: [targetOf(revoked)] };
}

/**
 * The first PAT of this organization. The organization's id costs a request, which is not sent if the list is empty.
 */
async function findOwn(found: readonly Pat[], pats: PatApi): Promise<Pat | undefined> {
  if (found.length === 0) return undefined;
  const organizationId = await pats.organizationId();
  return found.find((pat) => worksIn(pat, organizationId));
}
