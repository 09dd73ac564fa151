import { Failure } from '../failure.ts';
import type { Outcome } from '../outcome.ts';
import type { Pat } from '../pat.ts';
import { formatDuration } from '../request/duration.ts';
import { formatInstant } from '../request/instant.ts';
import { isSuperseded } from '../rotation/lineage.ts';
import { quoteForeign } from '../sanitize.ts';
import type { OperationContext } from './context.ts';

/**
 * All PATs of the filter, soonest end first; with `expiring-within` only those, each told as a warning. One that a
 * rotation left to end by itself shall end: it is listed, and alarms nobody.
 */
export async function list(context: OperationContext): Promise<Outcome> {
  const { request, pats, clock, log } = context;
  const now = clock.now();
  const all = (await pats.list(request.filter)).sort((a, b) => a.validTo - b.validTo);
  const { expiringWithin } = request;
  if (expiringWithin === undefined) {
    log.info(`${all.length} PATs (${request.filter}).`);
    return { changed: false, pats: all, failure: failureOf(all, context) };
  }
  const expiring = all.filter((pat) => pat.validTo > now && pat.validTo - now <= expiringWithin);
  for (const pat of expiring.filter((pat) => !isSuperseded(pat))) {
    log.warning(
      `PAT "${quoteForeign(pat.displayName)}" (${pat.authorizationId}) expires in ${formatDuration(pat.validTo - now)}, at ${formatInstant(pat.validTo)}.`,
    );
  }
  log.info(`${expiring.length} of ${all.length} PATs expire within ${formatDuration(expiringWithin)}.`);
  return { changed: false, pats: expiring, failure: failureOf(expiring, context) };
}

function failureOf(pats: readonly Pat[], { request }: OperationContext): Failure | undefined {
  const left = pats.filter((pat) => !isSuperseded(pat));
  if (!request.failOnExpiring || left.length === 0) return undefined;
  return new Failure('tokens-expiring', {
    what: `Checking the PATs of ${request.organization}`,
    why: `${left.length} of them need attention: ${left.map((pat) => `"${quoteForeign(pat.displayName)}"`).join(', ')}`,
    hint: 'Rotate them, or let a schedule do it.',
  });
}
