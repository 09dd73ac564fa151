import { type Failure, toFailure } from '../failure.ts';
import { revokeLost } from './create-pending.ts';
import type { Made, RotationPorts } from './replacement.ts';

/** Runs the steps before the first destination is written. If one fails, the new PAT is removed again (I5). */
export async function orUndo(made: Made, ports: RotationPorts, steps: () => Promise<void>): Promise<void> {
  try {
    await steps();
  } catch (thrown) {
    throw await undo(made, ports, toFailure(thrown, 'Checking the new PAT'));
  }
}

/** Removes the new PAT. Returns the reason, with advice that names what could not be removed. */
export async function undo(made: Made, ports: RotationPorts, reason: Failure): Promise<Failure> {
  const { authorizationId } = made.pat;
  let failure = reason;
  try {
    await ports.pats.revoke(authorizationId);
  } catch (thrown) {
    const { why, mayHaveActed } = toFailure(thrown, 'Removing the new PAT');
    const state = mayHaveActed ? 'may not have been removed' : 'could not be removed';
    const left = `The new PAT ${authorizationId} ${state} (${why}); nothing uses it, and the next run removes it.`;
    failure = failure.advise(left);
  }
  try {
    await revokeLost([...made.lostNames], ports, failure, true);
  } catch (thrown) {
    failure = toFailure(thrown, 'Removing the new PAT');
  }
  if (failure === reason) ports.log.info(`Removed the new PAT ${authorizationId} again; everything is as it was.`);
  return failure;
}
