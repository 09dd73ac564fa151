import { Failure } from '../failure.ts';
import type { Pat } from '../pat.ts';
import { lineageName } from '../pat-name.ts';
import type { Clock, PatApi } from '../ports.ts';
import { formatInstant } from '../request/instant.ts';
import { describeSelector, type Selector } from '../request/selector.ts';
import { readConfirmedList } from './confirmed-pat-list.ts';
import { findLookalike } from './lookalike.ts';

/**
 * The Failure for a selector that fits no PAT.
 * @param sought `PAT` if the PAT was looked for in every state
 */
export function notFound(
  selector: Selector,
  organization: string,
  sought: 'active PAT' | 'PAT' = 'active PAT',
): Failure {
  return new Failure('pat-not-found', {
    what: `Selecting the PAT ${describeSelector(selector)}`,
    why: `the user of this refresh token has no ${sought} of this ${'id' in selector ? 'id' : 'name'} in ${organization}`,
    hint: 'The operation list shows which PATs exist; names are case-sensitive.',
  });
}

interface Absence {
  readonly selector: Selector;
  readonly organization: string;
  /** The active PATs, among which the wanted one is not. */
  readonly active: readonly Pat[];
  /** What to do if the PAT expired. */
  readonly hintIfExpired: string;
}

/**
 * Finds out why there is no such PAT: it expired, or a PAT that looks the same has another name. This costs a request,
 * so call it only once the operation has failed. If that request fails too, the result is the plain Failure.
 */
export async function explainAbsence(
  { selector, organization, active, hintIfExpired }: Absence,
  { pats, clock }: { readonly pats: PatApi; readonly clock: Clock },
): Promise<Failure> {
  const failure = notFound(selector, organization);
  const lookalike = 'name' in selector ? findLookalike(active, selector.name) : undefined;
  if (lookalike) {
    return failure.with({
      why: `${failure.why}; PAT ${lookalike.authorizationId} has a name that looks the same, but is written with other Unicode characters`,
      hint: 'Copy the name from the output of list, or give authorization-id instead.',
    });
  }
  const isWanted = (pat: Pat): boolean =>
    'id' in selector ? pat.authorizationId === selector.id : lineageName(pat.displayName) === selector.name;
  const expired = await readConfirmedList('expired', pats, { matters: isWanted }).catch(() => undefined);
  const [last] = (expired?.pats ?? []).filter(isWanted).sort((a, b) => b.validTo - a.validTo);
  if (!last || last.validTo > clock.now()) return failure;
  return failure.with({
    why: `PAT ${last.authorizationId} of this ${'id' in selector ? 'id' : 'name'} expired on ${formatInstant(last.validTo)}`,
    hint: hintIfExpired,
  });
}
