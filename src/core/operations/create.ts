import { Failure } from '../failure.ts';
import type { MakeOutcome } from '../outcome.ts';
import type { Pat } from '../pat.ts';
import { lineageName } from '../pat-name.ts';
import type { RequestFor } from '../request/request.ts';
import type { Lineage } from '../rotation/lineage.ts';
import { findLookalike, lookalikeExists } from '../rotation/lookalike.ts';
import type { Replacement } from '../rotation/replacement.ts';
import { searchLineage } from '../rotation/selection.ts';
import { isEarlierAttempt, type RunIdentity } from '../run-identity.ts';
import { quoteForeign } from '../sanitize.ts';
import type { OperationContext } from './context.ts';
import { createFirst } from './create-first.ts';
import { rotateFound } from './rotate-found.ts';

/**
 * Makes a new PAT.
 * @throws Failure `pat-exists` if there is an active PAT of that name, or of a name that looks the same, and
 *   `if-exists` does not allow that
 */
export async function create(context: OperationContext<RequestFor<'create'>>): Promise<MakeOutcome> {
  const { request, log, run } = context;
  const name = request.displayName;
  const { lineage, active } = await searchLineage(name, context, 'certain');
  const existing = patInUse(lineage, run);
  if (existing && request.ifExists === 'rotate') return rotateFound(lineage, existing, context);
  if (existing && request.ifExists === 'fail') throw patExists(existing, request.organization);
  const lookalike = existing ? undefined : findLookalike(active, name);
  if (lookalike && request.ifExists !== 'allow') throw lookalikeExists(lookalike, name);
  if (existing)
    log.info(`An active PAT "${quoteForeign(name)}" exists (${existing.authorizationId}), and if-exists is allow.`);
  return createFirst(lineage, context, nameFor(existing, request));
}

/** Who else may have the name of the new PAT. */
function nameFor(existing: Pat | undefined, request: RequestFor<'create'>): Replacement['name'] {
  if (existing) return 'beside-namesakes';
  return request.ifExists === 'allow' ? 'another-allowed' : 'exclusive';
}

/**
 * The PAT that already has the name. A single pending PAT counts too: a rotation that was killed before the rename left
 * it in every destination. A pending PAT of an earlier attempt of this create doesn't count, because the destinations
 * are the same.
 */
function patInUse(lineage: Lineage, run: RunIdentity | undefined): Pat | undefined {
  const pendingOfAnother = lineage.pending.find(
    ({ kind, run: maker }) => !(kind === 'first' && isEarlierAttempt(maker, run)),
  );
  return lineage.named[0] ?? pendingOfAnother?.pat;
}

function patExists(existing: Pat, organization: string): Failure {
  const name = lineageName(existing.displayName);
  const state = name === existing.displayName ? '' : ', pending from a run that has not finished';
  return new Failure('pat-exists', {
    what: `Creating the PAT "${quoteForeign(name)}"`,
    why: `an active PAT of this name exists in ${organization}: ${existing.authorizationId}${state}`,
    hint: 'Use operation rotate, or set if-exists to rotate or allow.',
  });
}
