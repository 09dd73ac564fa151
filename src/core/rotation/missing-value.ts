import { isTransient } from '../error-code.ts';
import { Failure, toFailure } from '../failure.ts';
import type { Pat } from '../pat.ts';
import { lineageName } from '../pat-name.ts';
import type { MissingValue, PlanReason } from '../plan-reason.ts';
import { quoteForeign } from '../sanitize.ts';
import type { StoredValue } from '../stored-value.ts';
import { type Instant, minute } from '../time.ts';
import type { RotationPlan } from './plan.ts';
import type { RotationPorts } from './rotation-ports.ts';

/**
 * By how much a value may seem older than the PAT and still be its value. A rotation stores the value seconds after the
 * create, but the other service has its own clock and cuts the time to the second.
 */
const clockTolerance = minute;

/**
 * The plan after a look at the destinations. If one of them lacks the value, the PAT is due, whatever its dates are.
 */
export async function planWithDestinations(
  plan: RotationPlan,
  pat: Pat,
  ports: Pick<RotationPorts, 'stores' | 'clock' | 'log' | 'cancellation'>,
): Promise<RotationPlan> {
  if (plan.action !== 'none') return plan;
  const reason = await findMissingValue(pat, ports);
  return reason ? { action: 'rotate', reason } : plan;
}

/**
 * Asks every destination at once whether it can hold the value of this PAT. A destination that was added, or whose
 * secret somebody deleted, needs a new PAT: the value of this one cannot be read again.
 * @returns undefined if no destination is known to lack the value
 * @throws Failure of the first destination that does not exist or may not be read; its message names the problems of
 *   all
 */
export async function findMissingValue(
  pat: Pat,
  { stores, clock, log, cancellation }: Pick<RotationPorts, 'stores' | 'clock' | 'log' | 'cancellation'>,
): Promise<PlanReason | undefined> {
  const destinations: MissingValue[] = [];
  const failures: Failure[] = [];
  await Promise.all(
    stores.map(async (store) => {
      try {
        const missing = missingIn(await store.inspect(), { destination: store.name, pat, now: clock.now() });
        if (missing) destinations.push(missing);
      } catch (thrown) {
        const failure = toFailure(thrown, `Looking at ${store.name}`);
        if (!isTransient(failure.code)) failures.push(failure);
        else
          log.warning(
            `It is not known whether ${store.name} holds the PAT "${quoteForeign(pat.displayName)}": ${failure.message}`,
          );
      }
    }),
  );
  cancellation.check();
  const failure = Failure.all(failures);
  if (failure) throw failure.advise(`No PAT of "${quoteForeign(lineageName(pat.displayName))}" was made or changed.`);
  if (destinations.length === 0) return undefined;
  return { kind: 'missing-value', destinations: destinations.sort((a, b) => (a.destination < b.destination ? -1 : 1)) };
}

/**
 * Why a destination cannot hold the value of the PAT; undefined if it may hold it.
 * @param pat undefined if there is none
 */
export function missingIn(
  { exists, updatedAt, expires }: StoredValue,
  { destination, pat, now }: { readonly destination: string; readonly pat: Pat | undefined; readonly now: Instant },
): MissingValue | undefined {
  if (!exists) return { destination, found: 'nothing' };
  if (expires !== undefined && expires <= now) return { destination, found: 'ended', endedAt: expires };
  return pat && updatedAt !== undefined && updatedAt < pat.validFrom - clockTolerance
    ? { destination, found: 'older', storedAt: updatedAt, validFrom: pat.validFrom }
    : undefined;
}
