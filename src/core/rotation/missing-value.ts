import { type ErrorCode, Failure, toFailure } from '../failure.ts';
import type { Pat } from '../pat.ts';
import type { Store, StoredValue } from '../ports.ts';
import { formatInstant } from '../request/instant.ts';
import { quoteForeign } from '../sanitize.ts';
import type { RotationPlan } from './plan.ts';
import type { RotationPorts } from './replacement.ts';

/**
 * Milliseconds by which a value may seem older than the PAT and still be its value. A rotation stores the value seconds
 * after the create, but the other service has its own clock and cuts the time to the second.
 */
const clockTolerance = 60_000;

/** Codes after which a destination may answer later, so nothing is known about its value. */
const transientCodes: readonly ErrorCode[] = ['network', 'timeout', 'rate-limited', 'service-unavailable'];

/** The plan, after a look at the destinations: one that lacks the value makes a PAT due that its dates do not make due. */
export async function planWithDestinations(
  plan: RotationPlan,
  pat: Pat,
  ports: Pick<RotationPorts, 'stores' | 'clock' | 'log' | 'cancellation'>,
): Promise<RotationPlan> {
  if (plan.action !== 'none') return plan;
  const reason = await findMissingValue(pat, ports);
  return reason === undefined ? plan : { action: 'rotate', reason };
}

/**
 * Asks every destination at once whether it can hold the value of this PAT. A destination that was added, or whose secret
 * somebody deleted, needs a new PAT: the value of this one cannot be read again.
 * @returns why a destination cannot hold the value, as one clause; undefined if none is known to lack it
 * @throws Failure of the first destination that does not exist or may not be read; its message names the problems of all
 */
async function findMissingValue(
  pat: Pat,
  { stores, clock, log, cancellation }: Pick<RotationPorts, 'stores' | 'clock' | 'log' | 'cancellation'>,
): Promise<string | undefined> {
  const reasons: string[] = [];
  const failures: Failure[] = [];
  await Promise.all(
    stores.map(async (store) => {
      try {
        const reason = reasonOf(await store.inspect(), { store, pat, now: clock.now() });
        if (reason !== undefined) reasons.push(reason);
      } catch (thrown) {
        const failure = toFailure(thrown, `Looking at ${store.name}`);
        if (!transientCodes.includes(failure.code)) failures.push(failure);
        else
          log.warning(
            `Whether ${store.name} holds the PAT "${quoteForeign(pat.displayName)}" is not known: ${failure.message}`,
          );
      }
    }),
  );
  cancellation.check();
  const failure = Failure.all(failures);
  if (failure) throw failure.advise('No PAT was made or changed.');
  return reasons.length > 0 ? reasons.sort().join('; ') : undefined;
}

function reasonOf(
  { exists, updatedAt, expires }: StoredValue,
  { store, pat, now }: { readonly store: Store; readonly pat: Pat; readonly now: number },
): string | undefined {
  if (!exists) return `${store.name} holds no value`;
  if (updatedAt !== undefined && updatedAt < pat.validFrom - clockTolerance) {
    return `${store.name} holds a value from ${formatInstant(updatedAt)}, which is older than the PAT`;
  }
  if (expires !== undefined && expires <= now)
    return `${store.name} holds a value that ended ${formatInstant(expires)}`;
  return undefined;
}
