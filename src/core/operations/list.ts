import { Failure } from '../failure.ts';
import type { ListOutcome } from '../outcome.ts';
import type { Pat } from '../pat.ts';
import type { PatList } from '../ports.ts';
import { formatDuration } from '../request/duration.ts';
import { formatInstant } from '../request/instant.ts';
import type { RequestFor } from '../request/request.ts';
import { readConfirmedList } from '../rotation/confirmed-pat-list.ts';
import { isSuperseded } from '../rotation/lineage.ts';
import { quoteForeign } from '../sanitize.ts';
import type { Instant } from '../time.ts';
import type { OperationContext } from './context.ts';

type ListContext = OperationContext<RequestFor<'list'>>;

/**
 * All PATs of the filter, the soonest end first. With `expiring-within` it lists only PATs that end within that time,
 * and warns of each that no rotation has replaced.
 */
export async function list(context: ListContext): Promise<ListOutcome> {
  const { request, pats, clock, log } = context;
  const { expiringWithin, filter } = request;
  // The list decides which PATs are active, not the clock of this machine.
  const expires = (pat: Pat, now: Instant): boolean =>
    expiringWithin !== undefined && pat.validTo - now <= expiringWithin && (filter === 'active' || pat.validTo > now);
  const matters = (pat: Pat): boolean => expiringWithin === undefined || expires(pat, clock.now());
  const whole = await readConfirmedList(filter, pats, { matters });
  // Read the clock only now, because the answer of Azure DevOps may have corrected it.
  const now = clock.now();
  const all = [...whole.pats].sort((a, b) => a.validTo - b.validTo);
  if (expiringWithin === undefined) {
    log.info(`PATs in the list: ${all.length} (filter: ${filter}).`);
    return { operation: 'list', changed: false, pats: all, failure: expiryFailure(all, whole, context) };
  }
  const expiring = all.filter((pat) => expires(pat, now));
  for (const pat of expiring.filter((pat) => !isSuperseded(pat))) {
    log.warning(
      `PAT "${quoteForeign(pat.displayName)}" (${pat.authorizationId}) expires in ${formatDuration(Math.max(0, pat.validTo - now))}, at ${formatInstant(pat.validTo)}.`,
    );
  }
  log.info(`${expiring.length} of ${all.length} PATs expire within ${formatDuration(expiringWithin)}.`);
  return { operation: 'list', changed: false, pats: expiring, failure: expiryFailure(expiring, whole, context) };
}

function expiryFailure(pats: readonly Pat[], list: PatList, { request }: ListContext): Failure | undefined {
  const left = pats.filter((pat) => !isSuperseded(pat));
  if (!request.failOnExpiring) return undefined;
  if (left.length === 0) return unreadableFailure(list, request.organization);
  return new Failure('tokens-expiring', {
    what: `Checking the PATs of ${request.organization}`,
    why: `PATs that need attention: ${left.length} (${left.map((pat) => `"${quoteForeign(pat.displayName)}"`).join(', ')})`,
    hint: 'Rotate them, or let a schedule do it.',
  });
}

/** An entry that can't be read may be a PAT that expires, so the operation must not report that none does. */
function unreadableFailure({ unreadable }: PatList, organization: string): Failure | undefined {
  const [first] = unreadable;
  if (!first) return undefined;
  return new Failure('unexpected-response', {
    what: `Checking the PATs of ${organization}`,
    why: `PATs that could not be read: ${unreadable.length}, and they may need attention (${first.why})`,
    hint: 'Look at them in the portal. Run again. If this keeps happening, please report it.',
  });
}
