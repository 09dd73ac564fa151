import { type Failure, toFailure } from '../failure.ts';
import { isGlobal, type Pat } from '../pat.ts';
import type { Log } from '../ports.ts';
import { quoteForeign } from '../sanitize.ts';
import { isGone } from './change.ts';
import { sweepLost } from './create-pending.ts';
import { isOrphaned, noteGlobal, readPending } from './lineage.ts';
import { goneFailure, isAlive } from './liveness.ts';
import type { Made, Replacement, RotationPorts } from './replacement.ts';
import { findRival, type Rival, worksWhereNewOneDoes } from './rival.ts';
import { supersede } from './supersede.ts';
import { type Named, restoreWatermark, takeName } from './take-name.ts';
import { checkWorkLimit } from './time-limits.ts';
import { hasWatermark } from './watermark.ts';

/**
 * Retires what the new PAT replaces, gives the new PAT the name, and last checks that it still works (I11). Each step is
 * tried even if another one failed.
 * @throws Failure that says what is left to do
 */
export async function retire(replacement: Replacement, made: Made, ports: RotationPorts): Promise<Pat> {
  const { pats, clock, log } = ports;
  const failures: Failure[] = [];
  let nameIsFree = true;
  const attempt = async (step: () => Promise<void>): Promise<void> => {
    try {
      ports.cancellation.check();
      checkWorkLimit(made.createSent, clock);
      await step();
    } catch (thrown) {
      nameIsFree = false;
      failures.push(toFailure(thrown, 'Retiring the old PAT'));
    }
  };
  let mayHaveRival = false;
  const ours = new Set([made.pat.authorizationId]);
  for (const leftover of replacement.leftovers) {
    await attempt(async () => {
      if (!(await isToRetire(leftover, made.pat, ports))) return;
      if (isGlobal(leftover)) return noteGlobal(leftover, log);
      if (!(await isUnchanged(leftover, ports))) {
        mayHaveRival = true;
        return;
      }
      ours.add(leftover.authorizationId);
      const outcome = await pats.revoke(leftover.authorizationId);
      if (outcome === 'already-gone') mayHaveRival = true;
      const called = `PAT ${leftover.authorizationId} (${quoteForeign(leftover.displayName)})`;
      log.info(outcome === 'revoked' ? `Revoked ${called}, left by an earlier run.` : `${called} is gone already.`);
    });
  }
  const { previous } = replacement;
  if (previous) {
    await attempt(async () => {
      if (!(await isToRetire(previous, made.pat, ports))) {
        // It belongs to another run, which may soon give it the name.
        mayHaveRival ||= !hasWatermark(replacement.displayName, previous.validTo);
        return;
      }
      const left =
        isListFresh(replacement, made.pat, ports) || (await isUnchanged(previous, ports))
          ? await retirePrevious(replacement, { previous, made: made.pat }, ports)
          : 'was gone';
      if (left !== 'was gone') ours.add(previous.authorizationId);
      if (left === 'has the name') nameIsFree = false;
      if (left === 'was gone') mayHaveRival = true;
    });
  }
  if (made.lostNames.length > 0) await attempt(() => sweepLost(made, ports));
  let named: Named = { pat: made.pat, token: made.token, seenAlive: false };
  if (nameIsFree) {
    await attempt(async () => {
      named = await restoreWatermark(replacement, named, ports);
    });
  }
  let rival: Rival | undefined;
  if (nameIsFree && (mayHaveRival || needsLook(replacement, named.pat))) {
    await attempt(async () => {
      rival = await findRival(replacement, made.pat, ours, ports);
      nameIsFree = rival === undefined;
    });
  }
  if (nameIsFree) {
    await attempt(async () => {
      named = await takeName(replacement, named, ports);
    });
  }
  const { unsaved } = named;
  const alive = named.seenAlive || (await isNewOneAlive(replacement, named, failures, ports));
  if (alive === false) throw goneFailure(replacement, made.pat);
  if (unsaved) throw unsaved;
  const [failure] = failures;
  if (failure) throw withState(failure, replacement, made.pat, alive === true);
  if (rival) tellRival(replacement, rival, log);
  return named.pat;
}

/**
 * Whether to look for a rival before the PAT takes the name, even if nothing hints at one. Without a watermark, two PATs that
 * concurrent runs left would look like two that a person made.
 */
function needsLook({ name, displayName }: Replacement, { validTo }: Pat): boolean {
  return name === 'exclusive' && !hasWatermark(displayName, validTo);
}

function tellRival({ displayName }: Replacement, rival: Rival, log: Log): void {
  const name = quoteForeign(displayName);
  const why =
    rival === 'unknown'
      ? `Azure DevOps does not list the new PAT of "${name}" yet, so another run that rotates it could not be seen. The new PAT of this run works`
      : `Another run rotates "${name}" at the same time (PAT ${rival.authorizationId}). The new PAT of this run works too`;
  log.warning(`${why}, under its pending name; the next run leaves one. Let runs of one PAT wait for each other.`);
}

/** Whether the new PAT works. If the check itself fails, that is one more failure, and the result is undefined. */
async function isNewOneAlive(
  replacement: Replacement,
  named: Named,
  failures: Failure[],
  ports: RotationPorts,
): Promise<boolean | undefined> {
  try {
    ports.cancellation.check();
    return await isAlive(replacement, named, ports);
  } catch (thrown) {
    failures.push(toFailure(thrown, 'Checking that the new PAT still works'));
    return undefined;
  }
}

/** The failure, with a sentence on the state of the new PAT. */
function withState(failure: Failure, replacement: Replacement, { authorizationId }: Pat, seenAlive: boolean): Failure {
  const state = `The new PAT ${authorizationId} ${seenAlive ? 'works and ' : ''}is stored everywhere. ${
    replacement.name === 'beside-namesakes'
      ? 'To finish the job, rotate it by that authorization-id: by its name it has namesakes.'
      : 'The next run finishes the job.'
  }`;
  return failure.advise(state);
}

/**
 * Whether the list is so fresh that the old PAT needs no second look: if no destination was written and nothing is left
 * over, the list was read two requests ago.
 */
function isListFresh(replacement: Replacement, made: Pat, { stores }: RotationPorts): boolean {
  const { displayName, previous, leftovers } = replacement;
  const isAlone = stores.length === 0 && leftovers.length === 0 && previous?.displayName === displayName;
  return isAlone && !needsLook(replacement, made);
}

/** Whether a PAT still has the name that it had at the start: another run or a person may have taken it over. */
async function isUnchanged(pat: Pat, { pats, log }: RotationPorts): Promise<boolean> {
  const { authorizationId, displayName } = pat;
  const found = await pats.get(authorizationId);
  if (found?.displayName === displayName) return true;
  if (!found) log.info(`PAT ${authorizationId} (${displayName}) is gone already.`);
  else {
    log.notice(
      `PAT ${authorizationId} was "${quoteForeign(displayName)}" when this run began and is "${quoteForeign(found.displayName)}" now: somebody took it over, so it is left alone.`,
    );
  }
  return false;
}

/**
 * Whether this run may retire a PAT of the lineage. It may not if another run could still have been storing that PAT when
 * the successor began (I10). Both dates are the service's, so a wrong clock of this machine does no harm.
 */
async function isToRetire(pat: Pat, made: Pat, ports: RotationPorts): Promise<boolean> {
  const pending = readPending(pat);
  if (pending && !isOrphaned(pending, ports.run, made.validFrom)) return false;
  return worksWhereNewOneDoes(pat, made, ports);
}

/** Whether the service seems to store only whole seconds, and so no watermark, as the times of the new PAT show. */
function isInWholeSeconds({ validFrom, validTo }: Pat, wish: Replacement): boolean {
  const isAsked = hasWatermark(wish.displayName, wish.validTo);
  return validTo % 1000 === 0 && (isAsked || validFrom % 1000 === 0);
}

/** Revokes the old PAT, or lets it end by itself. Returns whether the name is free now. */
async function retirePrevious(
  replacement: Replacement,
  { previous, made }: { readonly previous: Pat; readonly made: Pat },
  ports: RotationPorts,
): Promise<'left the name' | 'has the name' | 'was gone'> {
  const { pats, log } = ports;
  const { displayName, previousToken } = replacement;
  if (previousToken.kind !== 'revoke') {
    try {
      const keepsWatermark = !isInWholeSeconds(made, replacement);
      const superseding = { name: displayName, policy: previousToken, keepsWatermark };
      return (await supersede(previous, superseding, ports)) ? 'left the name' : 'has the name';
    } catch (thrown) {
      if (!isGone(thrown)) throw thrown;
      log.info(`The old PAT ${previous.authorizationId} of "${quoteForeign(displayName)}" is gone already.`);
      return 'was gone';
    }
  }
  const outcome = await pats.revoke(previous.authorizationId);
  const called = `old PAT ${previous.authorizationId} of "${quoteForeign(displayName)}"`;
  log.info(outcome === 'revoked' ? `Revoked the ${called}.` : `The ${called} is gone already.`);
  // If another run retired it meanwhile, the successor of that run may have the name, or may soon take it.
  return outcome === 'revoked' ? 'left the name' : 'was gone';
}
