import { type Failure, toFailure } from '../failure.ts';
import type { Pat } from '../pat.ts';
import { quoteForeign } from '../sanitize.ts';
import type { Secret } from '../secret.ts';
import type { Made, Replacement, RotationPorts } from './replacement.ts';
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
 * @throws Failure. If no destination accepted the new PAT, it is removed again (I5). Otherwise both PATs stay, and the
 *   message says which destination has which.
 */
export async function store(replacement: Replacement, made: Made, ports: RotationPorts): Promise<void> {
  const { stores, clock, log, cancellation } = ports;
  if (stores.length === 0) return;
  const holders: Holders = { holding: [], mayHold: [], without: [] };
  let first: Failure | undefined;
  for (const destination of stores) {
    try {
      cancellation.check();
      checkWorkLimit(made.createSent, clock);
      await destination.write(made.token, {
        label: `Azure DevOps PAT ${replacement.displayName}`,
        expires: made.pat.validTo,
        deadline: made.createSent + writeLimit,
        proveAlive: async () => {
          if (!(await stillWorks(replacement, made, ports))) throw noLongerWorks(replacement, made.pat);
        },
      });
      holders.holding.push(destination.name);
      log.info(`Stored the new PAT of "${quoteForeign(replacement.displayName)}" in ${destination.name}.`);
    } catch (thrown) {
      const failure = toFailure(thrown, `Storing in ${destination.name}`);
      first ??= failure;
      (failure.mayHaveActed ? holders.mayHold : holders.without).push(destination.name);
      if (holders.holding.length + holders.mayHold.length === 0) throw await undo(made, ports, failure);
    }
  }
  ports.onStored?.(made.pat, replacement.previous);
  if (!first) return;
  const works = cancellation.requested ? undefined : await stillWorks(replacement, made, ports).catch(() => undefined);
  const failure = works === false ? noLongerWorks(replacement, made.pat) : first;
  throw adviseOnHolders(failure, { replacement, made: made.pat, holders, works });
}

/** Adds which destination has which PAT, and what to do. */
function adviseOnHolders(
  failure: Failure,
  {
    replacement: { previous, name },
    made: { authorizationId },
    holders: { holding, mayHold, without },
    works,
  }: {
    readonly replacement: Replacement;
    readonly made: Pat;
    readonly holders: Holders;
    readonly works: boolean | undefined;
  },
): Failure {
  return failure.advise(
    holding.length > 0 && `The new PAT ${authorizationId} is in: ${holding.join(', ')}.`,
    mayHold.length > 0 &&
      `${holding.length > 0 ? 'It' : `The new PAT ${authorizationId}`} may be in: ${mayHold.join(', ')}.`,
    without.length > 0 && `It is not in: ${without.join(', ')}.`,
    previous &&
      `This run did not revoke the old PAT ${previous.authorizationId}${works ? ', and the new one works' : ''}.`,
    name === 'beside-namesakes'
      ? `Correct the cause and run again, then revoke PAT ${authorizationId}: other PATs have its name, so no run can tell what it was for.`
      : 'Correct the cause and run again: the next run finishes the job.',
  );
}

/**
 * Stores the new value that a change gave to a PAT. The value in the destinations may no longer work.
 * @returns a Failure that says where it could not be stored; undefined if it is everywhere
 */
export async function storeRenewedValue(
  { pat, token }: { readonly pat: Pat; readonly token: Secret },
  name: string,
  ports: Pick<RotationPorts, 'stores' | 'log' | 'handOver'>,
): Promise<Failure | undefined> {
  const { stores, log, handOver } = ports;
  log.warning(
    `The service gave PAT ${pat.authorizationId} of "${quoteForeign(name)}" a new value when it was changed.`,
  );
  const without: string[] = [];
  let first: Failure | undefined;
  for (const destination of stores) {
    try {
      await destination.write(token, { label: `Azure DevOps PAT ${name}`, expires: pat.validTo });
      log.info(`Stored the new value of "${quoteForeign(name)}" in ${destination.name}.`);
    } catch (thrown) {
      first ??= toFailure(thrown, `Storing in ${destination.name}`);
      without.push(destination.name);
    }
  }
  try {
    handOver(pat, token);
  } catch (thrown) {
    first ??= toFailure(thrown, 'Handing over the new value');
    without.push('the outputs of this run');
  }
  const advice = `The new value of PAT ${pat.authorizationId} may be missing in: ${without.join(', ')}; what is there may no longer work. Rotate it at once.`;
  return first?.advise(advice);
}
