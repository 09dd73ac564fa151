import { type Failure, toFailure } from '../failure.ts';
import type { Pat } from '../pat.ts';
import type { SecretMetadata, Store } from '../ports.ts';
import { quoteForeign } from '../sanitize.ts';
import { howToStoreEverywhere } from './later-rotation.ts';
import type { Made, Replacement } from './replacement.ts';
import type { RotationPorts } from './rotation-ports.ts';
import { checkWorkLimit, writeLimit } from './time-limits.ts';
import { undo } from './undo.ts';
import { noLongerWorks, stillWorks } from './verify.ts';

/** The names of the destinations by what they hold. */
interface Holders {
  readonly holding: string[];
  readonly mayHold: string[];
  readonly without: string[];
}

/**
 * Stores the new PAT in every destination.
 * @throws Failure. If no destination accepted the new PAT, it is revoked (I5 in docs/rotation.md). Otherwise both PATs
 *   stay, and the message says which destination has which.
 */
export async function storeNewPat(replacement: Replacement, made: Made, ports: RotationPorts): Promise<void> {
  const holders: Holders = { holding: [], mayHold: [], without: [] };
  let first: Failure | undefined;
  for (const destination of ports.stores) {
    const failure = await storeIn(destination, { replacement, made }, ports);
    first ??= failure;
    const wasHeld = isHeld(holders);
    listFor(failure, holders).push(destination.name);
    if (failure && !isHeld(holders)) throw await undo(made, ports, failure);
    if (!wasHeld) ports.onStored?.(made.pat, replacement.previous);
  }
  if (!first) return;
  const isStopped = ports.cancellation.requested;
  const works = isStopped ? undefined : await stillWorks(replacement, made, ports).catch(() => undefined);
  const failure = works === false ? noLongerWorks(replacement, made.pat) : first;
  throw adviseOnHolders(failure, { replacement, made: made.pat, holders, works });
}

/** Whether a destination has the new PAT, or may have it. */
function isHeld({ holding, mayHold }: Holders): boolean {
  return holding.length + mayHold.length > 0;
}

/** The list to which a destination belongs after a write with this result. */
function listFor(failure: Failure | undefined, { holding, mayHold, without }: Holders): string[] {
  if (!failure) return holding;
  return failure.mayHaveActed ? mayHold : without;
}

/** Stores the new PAT in one destination. Returns why it could not be stored. */
async function storeIn(
  destination: Store,
  { replacement, made }: { readonly replacement: Replacement; readonly made: Made },
  ports: RotationPorts,
): Promise<Failure | undefined> {
  try {
    ports.cancellation.check();
    checkWorkLimit(made.createSent, ports.clock);
    await destination.write(made.token, {
      label: labelOf(replacement.displayName),
      expires: made.pat.validTo,
      ...limitsOf(replacement, made, ports),
    });
    ports.log.info(`Stored the new PAT of "${quoteForeign(replacement.displayName)}" in ${destination.name}.`);
    return undefined;
  } catch (thrown) {
    return toFailure(thrown, `Storing in ${destination.name}`);
  }
}

/** Until when a destination may write the value of the new PAT, and how it sees that the value still works. */
export function limitsOf(
  replacement: Replacement,
  made: Made,
  ports: RotationPorts,
): Pick<SecretMetadata, 'deadline' | 'proveAlive'> {
  return {
    deadline: made.createSent + writeLimit,
    proveAlive: async () => {
      if (!(await stillWorks(replacement, made, ports))) throw noLongerWorks(replacement, made.pat);
    },
  };
}

/** What a destination calls the value of a PAT. */
export function labelOf(displayName: string): string {
  return `Azure DevOps PAT ${displayName}`;
}

/** Adds which destination has which PAT, and what to do. */
function adviseOnHolders(
  failure: Failure,
  {
    replacement,
    made,
    holders: { holding, mayHold, without },
    works,
  }: {
    readonly replacement: Replacement;
    readonly made: Pat;
    readonly holders: Holders;
    readonly works: boolean | undefined;
  },
): Failure {
  const { previous } = replacement;
  const { authorizationId } = made;
  return failure.advise(
    holding.length > 0 && `The new PAT ${authorizationId} is in: ${holding.join(', ')}.`,
    mayHold.length > 0 &&
      `${holding.length > 0 ? 'It' : `The new PAT ${authorizationId}`} may be in: ${mayHold.join(', ')}.`,
    without.length > 0 && `It is not in: ${without.join(', ')}.`,
    previous &&
      `This run did not revoke the old PAT ${previous.authorizationId}${works ? ', and the new one works' : ''}.`,
    howToStoreEverywhere(replacement, made),
  );
}
