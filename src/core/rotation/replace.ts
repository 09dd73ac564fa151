import { toFailure } from '../failure.ts';
import type { Pat } from '../pat.ts';
import { quoteForeign } from '../sanitize.ts';
import { createPending, refuseOtherName, warnIfDifferent } from './create-pending.ts';
import type { Made, Replacement, RotationPorts } from './replacement.ts';
import { retire } from './retire.ts';
import { store } from './store.ts';
import { orUndo } from './undo.ts';
import { verify } from './verify.ts';

/**
 * Makes the successor, verifies it, stores it everywhere, and only then retires what it replaces (states S0-S3 in
 * docs/rotation.md). Every store must have been prepared before.
 * @throws Failure. If no destination accepted the new PAT, it is removed again (I5). Otherwise the message says which
 *   destination holds which PAT, and a later run finishes the rotation.
 */
export async function replacePat(replacement: Replacement, ports: RotationPorts): Promise<Pat> {
  const { log, cancellation } = ports;
  const made = await createPending(replacement, ports);
  await orUndo(made, ports, async () => {
    ports.onCreated?.(made.pat);
    log.info(
      `Created PAT ${made.pat.authorizationId} for "${quoteForeign(replacement.displayName)}", pending until it is proved and stored.`,
    );
    refuseOtherName(replacement, made);
    warnIfDifferent(replacement, made.pat, log);
    await replacement.checkSuccessor?.(made.pat);
    if (replacement.verify) await verify(replacement, made, ports);
    cancellation.check();
  });
  await store(replacement, made, ports);
  if (ports.stores.length === 0) {
    await orUndo(made, ports, async () => ports.handOver(made.pat, made.token));
    ports.onStored?.(made.pat, replacement.previous);
  } else {
    handOverStored(replacement, made, ports);
  }
  return retire(replacement, made, ports);
}

/** Hands the value to the host. @throws Failure if it can't take it; the old PAT stays, and the next run finishes the job */
function handOverStored({ previous }: Replacement, { pat, token }: Made, { handOver, stores }: RotationPorts): void {
  try {
    handOver(pat, token);
  } catch (thrown) {
    throw toFailure(thrown, 'Handing over the new PAT').advise(
      `The new PAT ${pat.authorizationId} is in: ${stores.map(({ name }) => name).join(', ')}.`,
      previous && `The old PAT ${previous.authorizationId} is left active.`,
      'The next run finishes the job.',
    );
  }
}
