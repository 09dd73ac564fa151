import { Failure, toFailure } from '../failure.ts';
import type { PlanEntry, RevokeOutcome } from '../outcome.ts';
import { isGlobal, type Pat, worksIn } from '../pat.ts';
import { readList } from '../pat-list.ts';
import type { RequestFor } from '../request/request.ts';
import { explainAbsence } from '../rotation/absence.ts';
import { members, noteGlobal, noteSimilar } from '../rotation/lineage.ts';
import { currentPat, refuseAmbiguity, searchLineage } from '../rotation/selection.ts';
import { quoteForeign } from '../sanitize.ts';
import type { OperationContext } from './context.ts';

type RevokeContext = OperationContext<RequestFor<'revoke'>>;

/** Revokes PATs by id, or a name with what its rotations left in this organization. Doing so again succeeds. */
export async function revoke(context: RevokeContext): Promise<RevokeOutcome> {
  const { request, pats, log, cancellation } = context;
  const { operation, organization, which } = request;
  const targets = 'ids' in which ? which.ids : await idsByName(which.name, context);
  if (request.dryRun) {
    for (const id of targets) log.info(`Would revoke PAT ${id} (dry run).`);
    const plan = targets.map((id): PlanEntry => {
      const displayName = 'name' in which ? which.name : id;
      return { organization, displayName, action: 'revoke', reason: { kind: 'asked-for' } };
    });
    return { operation, changed: false, plan };
  }
  let changed = false;
  const failures: Failure[] = [];
  const mayBeActive: string[] = [];
  for (const id of targets) {
    try {
      cancellation.check();
      const outcome = await pats.revoke(id);
      changed ||= outcome === 'revoked';
      if (outcome === 'revoked') log.info(`Revoked PAT ${id}.`);
      else log.notice(`PAT ${id} was not active: it was revoked already, or this user never had it.`);
    } catch (thrown) {
      const failure = toFailure(thrown, `Revoking PAT ${id}`);
      failures.push(failure);
      mayBeActive.push(id);
      log.info(`PAT ${id} may still be active: ${failure.why}.`);
    }
  }
  const ended = { operation, changed, failure: failureOf(failures, targets.length) } as const;
  return mayBeActive.length === 0 ? ended : { ...ended, mayBeActive };
}

function failureOf(failures: readonly Failure[], total: number): Failure | undefined {
  const [first] = failures;
  if (!first || total === 1) return first;
  const why = `${failures.length} of ${total} PATs were not revoked`;
  return Failure.all([first.with({ what: 'Revoking', why, problems: [] }), ...failures]);
}

async function idsByName(name: string, context: RevokeContext): Promise<readonly string[]> {
  const { request, pats, log } = context;
  const { lineage, active } = await searchLineage(name, context, 'certain');
  refuseAmbiguity(lineage);
  noteSimilar(lineage, log);
  const found = members(lineage).filter((pat) => {
    // The PAT that stands for the name ends wherever it works: that was asked for.
    const isLeftover = !lineage.named.includes(pat) && pat !== currentPat(lineage);
    if (!isLeftover || !isGlobal(pat)) return true;
    noteGlobal(pat, log);
    return false;
  });
  if (found.length > 0) return found.map((pat) => pat.authorizationId);
  if (request.ifMissing !== 'fail') {
    log.info(`There is no active PAT "${quoteForeign(name)}"; nothing to do, as if-missing is ${request.ifMissing}.`);
    return [];
  }
  // Revoking a PAT that is already revoked succeeds. The service lists such PATs for a while.
  const isNamesake = (pat: Pat): boolean => pat.displayName === name;
  const namesakes = (await readList('revoked', pats, { matters: isNamesake })).pats.filter(isNamesake);
  const home = namesakes.length > 0 ? await pats.organizationId() : '';
  const revoked = namesakes.find((pat) => worksIn(pat, home));
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
  return [];
}
