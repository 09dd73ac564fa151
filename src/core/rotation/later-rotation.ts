import type { Pat } from '../pat.ts';
import { readPendingName } from '../pat-name.ts';
import type { Replacement } from './replacement.ts';

/**
 * What a later rotation does with a PAT that this one leaves, in words for a message. A rotation by name must not
 * mistake a PAT that was made beside namesakes for a leftover (I9 in docs/rotation.md), so it doesn't finish or revoke
 * such a PAT.
 */

/** Who revokes PATs of these pending names, as a clause. */
export function whoRemoves(names: readonly string[]): string {
  const isBesideNamesakes = names.some((name) => readPendingName(name)?.kind === 'namesake');
  return isBesideNamesakes ? 'revoke it by its id' : 'a later rotation revokes it';
}

/** How a rotation is finished that failed after every destination, or the host, had its new PAT. */
export function howToFinish({ name, previous }: Replacement, { authorizationId }: Pat): string {
  if (name !== 'beside-namesakes') return 'A later rotation finishes what is left.';
  const rest = previous ? ` Then revoke the old PAT ${previous.authorizationId} if it is still active.` : '';
  return `To finish, rotate PAT ${authorizationId} by its authorization-id, because other PATs have the same name.${rest}`;
}

/** How a rotation is finished that only some of the destinations got. */
export function howToStoreEverywhere({ name, previous }: Replacement, { authorizationId }: Pat): string {
  if (name === 'beside-namesakes')
    return `Correct the cause and run again, then revoke PAT ${authorizationId}: other PATs have its name, so no run can tell what it was for.`;
  return previous
    ? 'Correct the cause and run again: a later run finishes what is left.'
    : 'Correct the cause, then rotate it: a later rotation finishes what is left.';
}
