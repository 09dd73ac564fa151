import { toFailure } from '../failure.ts';
import type { Pat } from '../pat.ts';
import { quoteForeign } from '../sanitize.ts';
import { createPending, refuseOtherName } from './create-pending.ts';
import { finish } from './finish.ts';
import { warnIfDifferent } from './granted-terms.ts';
import { howToFinish } from './later-rotation.ts';
import type { Made, Replacement } from './replacement.ts';
import type { RotationPorts } from './rotation-ports.ts';
import { storeNewPat } from './store-new-pat.ts';
import { checkWorkLimit } from './time-limits.ts';
import { orUndo, undo } from './undo.ts';
import { verify } from './verify.ts';

/**
 * Makes the successor, proves that it works, stores it everywhere, and only then retires what it replaces (states S0-S3
 * in docs/rotation.md). Every store must have been prepared before.
 * @throws Failure. If no destination accepted the new PAT, it is revoked (I5 there). Otherwise the message says which
 *   destination holds which PAT, and a later rotation finishes what is left.
 */
export async function replacePat(replacement: Replacement, ports: RotationPorts): Promise<Pat> {
  const made = await createPending(replacement, ports);
  await orUndo(made, ports, () => prove(replacement, made, ports));
  await storeNewPat(replacement, made, ports);
  await handOver(replacement, made, ports);
  return finish(replacement, made, ports);
}

/** Checks the new PAT before anything holds it: is it what was asked for, and does it work? */
async function prove(replacement: Replacement, made: Made, ports: RotationPorts): Promise<void> {
  const { clock, log, cancellation } = ports;
  ports.onCreated?.(made.pat);
  log.info(
    `Created PAT ${made.pat.authorizationId} for "${quoteForeign(replacement.displayName)}", named "${quoteForeign(made.pat.displayName)}" for now.`,
  );
  refuseOtherName(replacement, made);
  warnIfDifferent(replacement, made.pat, log);
  await replacement.checkSuccessor?.(made.pat);
  if (replacement.verify) await verify(replacement, made, ports);
  cancellation.check();
  checkWorkLimit(replacement, made, clock);
}

/**
 * Hands the value to the host.
 * @throws Failure if the host can't take it. Without a destination, the new PAT is revoked
 */
async function handOver(replacement: Replacement, made: Made, ports: RotationPorts): Promise<void> {
  const { previous } = replacement;
  const { pat, token } = made;
  const isStored = ports.stores.length > 0;
  try {
    ports.handOver(pat, token);
  } catch (thrown) {
    const failure = toFailure(thrown, 'Handing over the new PAT');
    if (!isStored) throw await undo(made, ports, failure);
    throw failure.advise(
      `The new PAT ${pat.authorizationId} is in: ${ports.stores.map(({ name }) => name).join(', ')}.`,
      previous && `This run did not revoke the old PAT ${previous.authorizationId}.`,
      howToFinish(replacement, pat),
    );
  }
  if (!isStored) ports.onStored?.(pat, previous);
}
