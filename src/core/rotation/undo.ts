import { type Failure, toFailure } from '../failure.ts';
import { lineageName } from '../pat-name.ts';
import { quoteForeign } from '../sanitize.ts';
import { whoRemoves } from './later-rotation.ts';
import { adviseOnLost, revokeLost } from './lost-create.ts';
import type { Made } from './replacement.ts';
import type { RotationPorts } from './rotation-ports.ts';

/**
 * Runs the steps before the first destination is written. If one fails, it revokes the new PAT (I5 in docs/rotation.md).
 */
export async function orUndo(made: Made, ports: RotationPorts, steps: () => Promise<void>): Promise<void> {
  try {
    await steps();
  } catch (thrown) {
    throw await undo(made, ports, toFailure(thrown, 'Checking the new PAT'));
  }
}

/**
 * Revokes the new PAT. Returns the reason, with advice that names what may be left. If that is the new PAT, the reason
 * also says that the service may have acted.
 */
export async function undo(made: Made, ports: RotationPorts, reason: Failure): Promise<Failure> {
  const revocation = await revokeNew(made, ports);
  const lostAdvice = adviseOnLost(await revokeLost(made.lostNames, ports, { polls: true, known: made.pat }));
  if ('done' in revocation) {
    const rest = `; nothing else was changed for "${quoteForeign(lineageName(made.askedName))}"`;
    ports.log.info(`${revocation.done}${lostAdvice ? '' : rest}.`);
    return reason.advise(lostAdvice);
  }
  return reason.advise(revocation.left, lostAdvice).with({ mayHaveActed: true });
}

/** What was done as a clause, or what may be left as a sentence. */
async function revokeNew(
  { pat: { authorizationId }, askedName }: Made,
  { pats }: RotationPorts,
): Promise<{ readonly done: string } | { readonly left: string }> {
  try {
    const outcome = await pats.revoke(authorizationId);
    if (outcome === 'revoked') return { done: `Revoked the new PAT ${authorizationId}` };
    return { done: `The new PAT ${authorizationId} is gone already` };
  } catch (thrown) {
    const { why, mayHaveActed } = toFailure(thrown, 'Revoking the new PAT');
    const state = mayHaveActed ? 'may not have been revoked' : 'could not be revoked';
    return {
      left: `The new PAT ${authorizationId} ${state} (${why}), and no destination has it: ${whoRemoves([askedName])}.`,
    };
  }
}
