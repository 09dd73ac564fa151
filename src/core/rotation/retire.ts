import { type Failure, toFailure } from '../failure.ts';
import { isGlobal, type Pat, type PatChange, worksIn } from '../pat.ts';
import { supersededName } from '../pat-name.ts';
import { formatInstant } from '../request/instant.ts';
import type { PreviousToken } from '../request/previous-token.ts';
import { quoteForeign } from '../sanitize.ts';
import { changeIfAllowed, isGone } from './change.ts';
import { sweepLost } from './create-pending.ts';
import { checkWorkLimit } from './deadlines.ts';
import { isOrphaned, readLineage, readPending } from './lineage.ts';
import type { Made, Replacement, RotationPorts } from './replacement.ts';
import { takeName } from './take-name.ts';
import { hasWatermark } from './watermark.ts';

/**
 * Retires what the new PAT replaces, and gives the new PAT the name. Every step is tried, whatever became of the others.
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
  // Without a watermark, two PATs left by concurrent runs look like two made by hand. Check for a rival before taking
  // the name.
  let checkForRival = replacement.name === 'exclusive' && !hasWatermark(replacement.displayName, replacement.validTo);
  const ours = new Set([made.pat.authorizationId]);
  for (const leftover of replacement.leftovers) {
    await attempt(async () => {
      if (!(await isToRetire(leftover, made.pat, ports))) return;
      ours.add(leftover.authorizationId);
      const outcome = await pats.revoke(leftover.authorizationId);
      if (outcome === 'already-gone') checkForRival = true;
      log.info(
        `Revoked PAT ${leftover.authorizationId} (${quoteForeign(leftover.displayName)}), left by an earlier run.`,
      );
    });
  }
  const { previous } = replacement;
  if (previous) {
    await attempt(async () => {
      if (!(await isToRetire(previous, made.pat, ports))) return;
      ours.add(previous.authorizationId);
      const left = await retirePrevious(replacement, previous, ports);
      if (left === 'has the name') nameIsFree = false;
      if (left === 'was gone') checkForRival = true;
    });
  }
  if (made.lost.length > 0) await attempt(() => sweepLost(made, ports));
  if (nameIsFree && checkForRival) {
    await attempt(async () => {
      nameIsFree = !(await hasRival(replacement, made.pat, ours, ports));
    });
  }
  let current = made.pat;
  let unsaved: Failure | undefined;
  if (nameIsFree) {
    await attempt(async () => {
      const isTaken = (): Promise<boolean> => hasRival(replacement, made.pat, ours, ports);
      ({ pat: current, unsaved } = await takeName(replacement, made, isTaken, ports));
    });
  }
  if (unsaved) throw unsaved;
  const [failure] = failures;
  if (!failure) return current;
  throw withState(failure, replacement, made.pat);
}

/** The failure, with what it means for the new PAT. */
function withState(failure: Failure, replacement: Replacement, { authorizationId }: Pat): Failure {
  if (isGone(failure)) {
    return failure.with({
      code: 'verification-failed',
      hint: `Somebody revoked the new PAT ${authorizationId} while it was stored. Run again at once.`,
    });
  }
  const state = `The new PAT ${authorizationId} works and is stored everywhere. ${
    replacement.name === 'beside-namesakes'
      ? 'To finish the job, rotate it by that authorization-id: by its name it has namesakes.'
      : 'The next run finishes the job.'
  }`;
  return failure.advise(state);
}

/**
 * Whether a PAT of the lineage is this run's to retire. The successor tells: when it began, no other run may still be
 * storing that PAT (I10). Both dates are the service's, however wrong the clock of this machine is.
 */
async function isToRetire(pat: Pat, made: Pat, ports: RotationPorts): Promise<boolean> {
  const pending = readPending(pat);
  if (pending && !isOrphaned(pending, ports.run, made.validFrom)) return false;
  return worksBeside(pat, made, ports);
}

/** Whether a PAT works where the new one does: the list may show PATs of other organizations of the same user (I8). */
async function worksBeside(pat: Pat, made: Pat, ports: RotationPorts): Promise<boolean> {
  if (isGlobal(pat)) return true;
  const homes = made.targetAccounts ?? [await ports.pats.organizationId()];
  return homes.some((home) => worksIn(pat, home));
}

/** Revokes the old PAT, or lets it end by itself. Returns what became of the name. */
async function retirePrevious(
  replacement: Replacement,
  previous: Pat,
  ports: RotationPorts,
): Promise<'left the name' | 'has the name' | 'was gone'> {
  const { pats, log } = ports;
  const { displayName, previousToken } = replacement;
  if (previousToken.kind !== 'revoke') {
    try {
      return (await supersede(replacement, previous, previousToken, ports)) ? 'left the name' : 'has the name';
    } catch (thrown) {
      if (!isGone(thrown)) throw thrown;
      log.info(`The old PAT ${previous.authorizationId} of "${quoteForeign(displayName)}" is gone already.`);
      return 'was gone';
    }
  }
  const outcome = await pats.revoke(previous.authorizationId);
  log.info(`Revoked the old PAT ${previous.authorizationId} of "${quoteForeign(displayName)}".`);
  // If somebody else retired it meanwhile, a successor of theirs may have the name, or be about to take it.
  return outcome === 'revoked' ? 'left the name' : 'was gone';
}

/** Renames the old PAT and lets it end by itself. Returns whether it left the name. */
async function supersede(
  replacement: Replacement,
  previous: Pat,
  policy: Exclude<PreviousToken, { kind: 'revoke' }>,
  ports: RotationPorts,
): Promise<boolean> {
  const { clock, log } = ports;
  const displayName = supersededName(replacement.displayName);
  const validTo = policy.kind === 'grace' ? Math.min(previous.validTo, clock.now() + policy.milliseconds) : undefined;
  const wish: PatChange = { displayName, ...(validTo === undefined ? {} : { validTo }) };
  const result =
    (
      (await changeIfAllowed(previous, wish, ports)) ??
      (validTo === undefined ? undefined : await changeIfAllowed(previous, { displayName }, ports)) ??
      (validTo === undefined ? undefined : await changeIfAllowed(previous, { validTo }, ports))
    )?.pat ?? previous;
  const id = previous.authorizationId;
  if (validTo !== undefined && result.validTo > validTo + 1000) {
    log.warning(
      `The service refused to shorten the old PAT ${id}: it stays active until ${formatInstant(result.validTo)}.`,
    );
  } else {
    log.info(
      `The old PAT ${id} of "${quoteForeign(replacement.displayName)}" stays active until ${formatInstant(result.validTo)}.`,
    );
  }
  if (result.displayName === displayName) return true;
  log.warning(
    `The service refused to rename the old PAT ${id}: it keeps the name "${quoteForeign(result.displayName)}", and the new one goes on as pending.`,
  );
  return result.displayName !== replacement.displayName;
}

/** Whether a PAT other than `ours` has the name, or may be about to take it. */
async function hasRival(
  replacement: Replacement,
  made: Pat,
  ours: ReadonlySet<string>,
  ports: RotationPorts,
): Promise<boolean> {
  const { pats, clock, log } = ports;
  const { displayName } = replacement;
  const lineage = readLineage(await pats.list('active'), displayName, clock.now());
  for (const rival of [...lineage.named, ...lineage.pending.map(({ pat }) => pat)]) {
    if (ours.has(rival.authorizationId) || !(await worksBeside(rival, made, ports))) continue;
    log.warning(
      `Another run rotates "${quoteForeign(displayName)}" at the same time (PAT ${rival.authorizationId}). Both PATs work; the next ` +
        'run leaves one. Let runs of one PAT wait for each other.',
    );
    return true;
  }
  return false;
}
