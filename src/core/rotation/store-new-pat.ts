import { Failure } from '../failure.ts';
import type { Pat } from '../pat.ts';
import type { SecretMetadata } from '../ports.ts';
import { quoteForeign } from '../sanitize.ts';
import { describeHolders, type SecretToStore, type StoreWrite, writeTo } from '../store-write.ts';
import { howToStoreEverywhere } from './later-rotation.ts';
import type { Made, Replacement } from './replacement.ts';
import type { RotationPorts } from './rotation-ports.ts';
import { checkWorkLimit, writeLimit } from './time-limits.ts';
import { undo } from './undo.ts';
import { lookLast, noLongerWorks, stillWorks } from './verify.ts';

/**
 * Stores the new PAT in every destination.
 * @throws Failure. If no destination accepted the new PAT, it is revoked (I5 in docs/rotation.md). Otherwise both PATs
 *   stay, and the message tells every failure, and which destination has which PAT.
 */
export async function storeNewPat(replacement: Replacement, made: Made, ports: RotationPorts): Promise<void> {
  const value = secretToStore(replacement, made, ports);
  const writes: StoreWrite[] = [];
  for (const destination of ports.stores) {
    const write = await writeTo(destination, value, ports.log);
    writes.push(write);
    if (writes.length > 1) continue;
    // If the first destination certainly lacks the new PAT, nothing holds it yet.
    if (write.failure?.mayHaveActed === false) throw await undo(made, ports, write.failure);
    ports.onStored?.(made.pat, replacement.previous);
  }
  const failures = writes.flatMap(({ failure }) => failure ?? []);
  if (failures.length === 0) return;
  const works = await lookLast(replacement, made, { ports, failures });
  const failure = Failure.all(failures);
  if (failure) throw adviseOnHolders(failure, { replacement, made: made.pat, writes, works });
}

/** The value of the new PAT. No write of it begins once the run is to stop, or has taken too long. */
function secretToStore(replacement: Replacement, made: Made, ports: RotationPorts): SecretToStore {
  const { displayName } = replacement;
  return {
    secret: made.token,
    called: `the new PAT of "${quoteForeign(displayName)}"`,
    about: { label: labelOf(displayName), expires: made.pat.validTo, ...limitsOf(replacement, made, ports) },
    checkFirst: () => {
      ports.cancellation.check();
      checkWorkLimit(replacement, made, ports.clock);
    },
  };
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
    writes,
    works,
  }: {
    readonly replacement: Replacement;
    readonly made: Pat;
    readonly writes: readonly StoreWrite[];
    readonly works: boolean | undefined;
  },
): Failure {
  const { previous } = replacement;
  return failure.advise(
    describeHolders(`The new PAT ${made.authorizationId}`, writes),
    previous &&
      `This run did not revoke the old PAT ${previous.authorizationId}${works ? ', and the new one works' : ''}.`,
    howToStoreEverywhere(replacement, made),
  );
}
