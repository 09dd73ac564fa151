import type { ErrorCode } from '../error-code.ts';
import { Failure, toFailure } from '../failure.ts';
import { endsAt, type Pat, type PatChange } from '../pat.ts';
import type { Changed } from '../ports.ts';
import type { RotationPorts } from './rotation-ports.ts';

/** Whether a change failed because the service no longer knows the PAT. */
export function isGone(thrown: unknown): boolean {
  return thrown instanceof Failure && thrown.code === 'pat-not-found';
}

/** Codes by which the service refuses what a change asks for. */
const refusals: readonly ErrorCode[] = [
  'forbidden',
  'invalid-input',
  'invalid-scope',
  'pat-policy-violation',
  'pat-api-error',
];

/**
 * The changed PAT, or undefined if the service refuses the change as such.
 * @throws Failure if it is not known whether the service refuses the change or makes it
 */
export async function changeIfAllowed(pat: Pat, change: PatChange, ports: RotationPorts): Promise<Changed | undefined> {
  let changed: Changed;
  try {
    changed = await ports.pats.update(pat.authorizationId, change);
  } catch (thrown) {
    if (!(thrown instanceof Failure)) throw toFailure(thrown, `Changing PAT ${pat.authorizationId}`);
    // The same change may succeed later.
    if (thrown.retryable) throw thrown;
    // If the answer was lost, read the PAT back: only an unchanged PAT counts as a refusal.
    if (thrown.mayHaveActed) return readBack(pat, ports, thrown);
    if (!refusals.includes(thrown.code)) throw thrown;
    ports.log.debug(`${thrown.what}: ${thrown.why}`);
    return undefined;
  }
  return seenChanged(changed, change, ports);
}

/** Reads the PAT if the answer shows it without the change: that answer may be older than the change. */
async function seenChanged(
  changed: Changed,
  { displayName, validTo }: PatChange,
  { pats }: RotationPorts,
): Promise<Changed> {
  const { pat } = changed;
  const isSeen = (displayName ?? pat.displayName) === pat.displayName && endsAt(pat, validTo ?? pat.validTo);
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
  const isUnchanged = found.displayName === pat.displayName && endsAt(found, pat.validTo);
  return isUnchanged ? undefined : { pat: found, token: undefined };
}
