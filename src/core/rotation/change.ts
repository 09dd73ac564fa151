import { isTransient } from '../error-code.ts';
import { Failure, toFailure } from '../failure.ts';
import type { Pat, PatChange } from '../pat.ts';
import type { Changed } from '../ports.ts';
import type { RotationPorts } from './replacement.ts';

/**
 * Whether a change failed because the service no longer knows the PAT. No other step after the stores fails like this.
 */
export function isGone(thrown: unknown): boolean {
  return thrown instanceof Failure && thrown.code === 'pat-not-found';
}

/**
 * Whether the failure says nothing about the change: the same change may succeed later, or with another access token.
 */
function leavesOpen({ code, retryable, mayHaveActed }: Failure): boolean {
  return mayHaveActed || retryable || isTransient(code) || code === 'unauthorized';
}

/** The changed PAT, or undefined if the service refuses the change as such. */
export async function changeIfAllowed(pat: Pat, change: PatChange, ports: RotationPorts): Promise<Changed | undefined> {
  try {
    return await seenChanged(await ports.pats.update(pat.authorizationId, change), change, ports);
  } catch (thrown) {
    const failure = toFailure(thrown, 'Changing the PAT');
    // If the answer was lost, read the PAT back: only an unchanged PAT counts as a refusal.
    if (failure.mayHaveActed && !failure.retryable) return await readBack(pat, ports, failure);
    if (leavesOpen(failure) || isGone(failure)) throw failure;
    // The organization has answered this run before, so a 404 is about the PAT.
    if (failure.code === 'organization-not-found') throw failure.with({ code: 'pat-not-found' });
    ports.log.debug(`${failure.what}: ${failure.why}`);
    return undefined;
  }
}

/** Reads the PAT if the answer shows it without the change: that answer may be older than the change. */
async function seenChanged(
  changed: Changed,
  { displayName, validTo }: PatChange,
  { pats }: RotationPorts,
): Promise<Changed> {
  const { pat } = changed;
  const isSeen =
    (displayName ?? pat.displayName) === pat.displayName && Math.abs((validTo ?? pat.validTo) - pat.validTo) <= 1000;
  const found = isSeen ? undefined : await pats.get(pat.authorizationId).catch(() => undefined);
  return found ? { ...changed, pat: found } : changed;
}

/**
 * Finds out whether a change was made if its answer was lost.
 * @throws Failure the given one if the PAT can't be read
 */
async function readBack(pat: Pat, ports: RotationPorts, failure: Failure): Promise<Changed | undefined> {
  const found = await ports.pats.get(pat.authorizationId).catch(() => undefined);
  if (!found) throw failure;
  const isUnchanged = found.displayName === pat.displayName && Math.abs(found.validTo - pat.validTo) < 1000;
  return isUnchanged ? undefined : { pat: found };
}
