import { type Failure, toFailure } from '../failure.ts';
import { whoRemoves } from './later-rotation.ts';
import { adviseOnLost, revokeLost } from './lost-create.ts';
import type { Made } from './replacement.ts';
import type { RotationPorts } from './rotation-ports.ts';

/** Runs the steps before the first destination is written. If one fails, the new PAT is removed again (I5). */
export async function orUndo(made: Made, ports: RotationPorts, steps: () => Promise<void>): Promise<void> {
  try {
    await steps();
  } catch (thrown) {
    throw await undo(made, ports, toFailure(thrown, 'Checking the new PAT'));
  }
}

/**
 * Removes the new PAT. Returns the reason, with advice that names what may be left. Then the reason also says that
 * the service may have acted.
 */
export async function undo(made: Made, ports: RotationPorts, reason: Failure): Promise<Failure> {
  const removal = await removePat(made, ports);
  const lostAdvice = adviseOnLost(await revokeLost(made.lostNames, ports, { polls: true, known: made.pat }));
  if ('done' in removal)
    ports.log.info(lostAdvice ? `${removal.done}.` : `${removal.done}; this rotation changed nothing else.`);
  const advised = reason.advise('left' in removal && removal.left, lostAdvice);
  return advised === reason ? reason : advised.with({ mayHaveActed: true });
}

/** What was done as a clause, or what may be left as a sentence. */
async function removePat(
  { pat: { authorizationId }, askedName }: Made,
  { pats }: RotationPorts,
): Promise<{ readonly done: string } | { readonly left: string }> {
  try {
    const outcome = await pats.revoke(authorizationId);
    if (outcome === 'revoked') return { done: `Removed the new PAT ${authorizationId} again` };
    return { done: `The new PAT ${authorizationId} is gone already` };
  } catch (thrown) {
    const { why, mayHaveActed } = toFailure(thrown, 'Removing the new PAT');
    const state = mayHaveActed ? 'may not have been removed' : 'could not be removed';
    return {
      left: `The new PAT ${authorizationId} ${state} (${why}), and no destination has it: ${whoRemoves([askedName])}.`,
    };
  }
}
