import { type ErrorCode, Failure, toFailure } from '../failure.ts';
import { isGlobal, type Pat, type PatChange, worksIn } from '../pat.ts';
import type { Cancellation, Changed, Clock, Log, PatApi, Store } from '../ports.ts';
import { formatInstant } from '../request/instant.ts';
import type { PreviousToken } from '../request/previous-token.ts';
import type { Secret } from '../secret.ts';
import {
  isOrphaned,
  lifeOfARun,
  type PendingKind,
  pendingName,
  readLineage,
  readPending,
  supersededName,
} from './lineage.ts';
import { addWatermark, hasWatermark } from './watermark.ts';

/** One PAT to be made and put in the place of others. */
export interface Replacement {
  readonly name: string;
  readonly scope: string;
  /** Milliseconds since 1970. */
  readonly validTo: number;
  readonly allOrganizations: boolean;
  /** The PAT that is replaced; none where a first one is made. */
  readonly previous: Pat | undefined;
  /** What else the lineage holds: what of it dead runs left is revoked once the successor is everywhere. */
  readonly leftovers: readonly Pat[];
  readonly previousToken: PreviousToken;
  readonly verify: boolean;
  /** Whether the name is meant for one PAT alone, also where `validTo` bears no watermark by which twins are told. */
  readonly alone?: boolean;
  /** Whether other PATs have the name and are none of its business. */
  readonly apart?: boolean | undefined;
  /**
   * Judges the successor right after it was made (I8: is it in the organization of the PAT that it replaces?).
   * @throws Failure to have it removed again.
   */
  readonly examine?: (made: Pat) => Promise<void>;
}

export interface RotationPorts {
  readonly pats: PatApi;
  readonly clock: Clock;
  readonly log: Log;
  readonly cancellation: Cancellation;
  readonly stores: readonly Store[];
  /** Id of the workflow run, digits; `0` outside of GitHub. */
  readonly run: string;
  /** A fresh lower-case hexadecimal word. */
  readonly nonce: () => string;
  /** Told of every PAT that was made, before anything is done with it. */
  readonly created?: (made: Pat) => void;
  /** Hands the new PAT to the caller, as the last of the stores. */
  readonly handOver: (made: Pat, token: Secret) => void;
  /** Told once a place has the new PAT, or may have it: from then on it stays, whatever fails. */
  readonly kept?: (made: Pat, previous: Pat | undefined) => void;
}

/** Milliseconds for which a new PAT may be unknown to the service before it counts as broken. */
const verificationWindow = 30_000;

/** Milliseconds after which a run stores and retires nothing any more: from then on others may count it as dead. */
const workingTime = lifeOfARun - 5 * 60_000;

/** Milliseconds after its create at which the last write of a run is over, one minute before others may take over. */
const lastWrite = lifeOfARun - 60_000;

const createTries = 3;

/** Milliseconds between the looks for a PAT whose value was lost, before it is left to the next run. */
const lookAgain = [1000, 2000];

interface Made {
  readonly pat: Pat;
  readonly token: Secret;
  /** Milliseconds since 1970 at which the create was sent. */
  readonly since: number;
  /** Names under which earlier tries may have made PATs whose values are lost. */
  readonly lost: readonly string[];
}

/**
 * Makes the successor, proves it, stores it everywhere, and only then retires what it replaces (states S0-S3).
 * Called with every store already prepared.
 * @throws Failure. Where no store accepted the new PAT it is gone again (I5); else the message says which store holds
 *   which, and a later run finishes.
 */
export async function replacePat(replacement: Replacement, ports: RotationPorts): Promise<Pat> {
  const made = await createPending(replacement, ports);
  const { log } = ports;
  ports.created?.(made.pat);
  log.info(`Created PAT ${made.pat.authorizationId} for "${replacement.name}", pending until it is proved and stored.`);
  await undoing(made, ports, async () => {
    tellGranted(replacement, made.pat, log);
    await replacement.examine?.(made.pat);
    if (replacement.verify) await verify(replacement, made, ports);
    ports.cancellation.check();
  });
  await store(replacement, made, ports);
  if (ports.stores.length === 0) {
    await undoing(made, ports, async () => ports.handOver(made.pat, made.token));
    ports.kept?.(made.pat, replacement.previous);
  } else {
    ports.handOver(made.pat, made.token);
  }
  return retire(replacement, made, ports);
}

/** A create whose answer was lost is looked for by its nonce and revoked before another is sent (I7). */
async function createPending(replacement: Replacement, ports: RotationPorts): Promise<Made> {
  const { pats, clock, log, cancellation } = ports;
  const lost: string[] = [];
  for (let tries = 1; ; tries++) {
    cancellation.check();
    const displayName = pendingName(replacement.name, ports.run, ports.nonce(), kindOf(replacement));
    const { scope, validTo, allOrganizations } = replacement;
    const since = clock.now();
    try {
      const { pat, token, maybeDuplicated } = await pats.create({ displayName, scope, validTo, allOrganizations });
      return { pat, token, since, lost: maybeDuplicated ? [...lost, displayName] : lost };
    } catch (thrown) {
      const failure = toFailure(thrown, `Creating the PAT "${replacement.name}"`);
      if (failure.mayHaveActed) {
        log.info(`No usable answer to the create (${failure.why}): looking for what it may have made.`);
        lost.push(displayName);
      }
      const last = !failure.mayHaveActed || tries >= createTries || cancellation.requested;
      await revokeLost(lost, ports, last ? lookAgain : [], failure);
      if (last) throw withNameAdvice(failure, displayName);
      // What the service asked to wait, the way to it waits by itself.
      await clock.sleep(1000 * tries);
    }
  }
}

function kindOf({ apart, previous }: Replacement): PendingKind {
  if (apart) return 'apart';
  return previous ? 'successor' : 'first';
}

/** Nobody promises that a name may be that long, or hold a tilde: say what was refused, for it isn't the user's name. */
function withNameAdvice(failure: Failure, displayName: string): Failure {
  if (!failure.why.includes('invalidDisplayName')) return failure;
  return failure.with({
    hint: `Until it is stored everywhere, a new PAT is named "${displayName}" (${displayName.length} characters), which this service refuses: choose a shorter, plainer display-name.`,
  });
}

/** Revokes the PATs of those names; looks again after each of the pauses while some are not seen (the list may lag). */
async function revokeLost(
  names: string[],
  ports: RotationPorts,
  pauses: readonly number[],
  reason: Failure,
): Promise<void> {
  const { pats, clock, log } = ports;
  if (names.length === 0) return;
  try {
    for (const pause of [0, ...pauses]) {
      if (pause > 0) await clock.sleep(pause);
      // One name can have two: a create that was refused with 429 may have acted, and was sent again.
      const seen = (await pats.list('active')).filter((pat) => names.includes(pat.displayName));
      for (const pat of seen) {
        await pats.revoke(pat.authorizationId);
        log.info(`Revoked PAT ${pat.authorizationId}: it was made, but its value never arrived.`);
      }
      const found = new Set(seen.map((pat) => pat.displayName));
      names.splice(0, names.length, ...names.filter((name) => !found.has(name)));
      if (names.length === 0) return;
    }
  } catch (thrown) {
    const cleanup = toFailure(thrown, 'Looking for the lost PAT');
    const left = `A PAT named ${names.join(', ')} may exist and could not be removed (${cleanup.why}); the next run removes it.`;
    throw reason.with({ hint: [reason.hint, left].filter(Boolean).join(' ') });
  }
}

/** Runs the steps before the first store; a failure of theirs removes the new PAT again (I5). */
async function undoing(made: Made, ports: RotationPorts, steps: () => Promise<void>): Promise<void> {
  try {
    await steps();
  } catch (thrown) {
    throw await undo(made, ports, toFailure(thrown, 'Checking the new PAT'));
  }
}

async function undo(made: Made, ports: RotationPorts, reason: Failure): Promise<Failure> {
  const { authorizationId } = made.pat;
  let told = reason;
  try {
    await ports.pats.revoke(authorizationId);
  } catch (thrown) {
    const { why } = toFailure(thrown, 'Removing the new PAT');
    const left = `The new PAT ${authorizationId} could not be removed (${why}); nothing uses it, and the next run removes it.`;
    told = told.with({ hint: [told.hint, left].filter(Boolean).join(' ') });
  }
  try {
    await revokeLost([...made.lost], ports, lookAgain, told);
  } catch (thrown) {
    told = toFailure(thrown, 'Removing the new PAT');
  }
  if (told === reason) ports.log.info(`Removed the new PAT ${authorizationId} again; everything is as it was.`);
  return told;
}

function tellGranted(replacement: Replacement, granted: Pat, log: Log): void {
  // Storage rounds by 1/300 s, so a second is the finest difference that means something.
  if (granted.validTo >= replacement.validTo - 1000) return;
  log.warning(
    `The service granted "${replacement.name}" a life until ${formatInstant(granted.validTo)}, shorter than the ` +
      `${formatInstant(replacement.validTo)} that was asked for: a lifespan policy of the tenant limits it.`,
  );
}

async function verify(replacement: Replacement, made: Made, ports: RotationPorts): Promise<void> {
  const { pats, clock, log, cancellation } = ports;
  const until = clock.now() + verificationWindow;
  let reason = 'the service does not recognise it';
  for (let pause = 500; ; pause = Math.min(pause * 2, 4000)) {
    try {
      if (await pats.authenticates(made.token)) {
        log.info(`Verified: the new PAT of "${replacement.name}" authenticates.`);
        return;
      }
    } catch (thrown) {
      const failure = toFailure(thrown, 'Verifying the new PAT');
      if (!failure.retryable && !failure.mayHaveActed) throw failure;
      reason = failure.why;
    }
    cancellation.check();
    if (clock.now() + pause > until) {
      throw new Failure('verification-failed', {
        what: `Verifying the new PAT of "${replacement.name}"`,
        why: `it did not authenticate within ${verificationWindow / 1000} s: ${reason}`,
        hint: 'Run again; if it stays so, look for a conditional access or IP policy of the organization. If its scopes are too narrow to be asked who it is, set verify: false.',
      });
    }
    log.debug(`The new PAT does not authenticate yet (${reason}); asking again in ${pause} ms`);
    await clock.sleep(pause);
  }
}

/** @throws Failure where the run has worked so long that others may count it as dead (I10). */
function checkTime(made: Made, ports: RotationPorts): void {
  if (ports.clock.now() - made.since <= workingTime) return;
  throw new Failure('timeout', {
    what: 'Rotating',
    why: `it took longer than ${workingTime / 60_000} minutes, after which another run may take over`,
    hint: 'Run again; it finishes what this run began.',
  });
}

async function store(replacement: Replacement, made: Made, ports: RotationPorts): Promise<void> {
  const { stores, log, cancellation } = ports;
  if (stores.length === 0) return;
  const holding: string[] = [];
  const unsure: string[] = [];
  const without: string[] = [];
  let first: Failure | undefined;
  for (const place of stores) {
    try {
      cancellation.check();
      checkTime(made, ports);
      const deadline = made.since + lastWrite;
      await place.write(made.token, {
        label: `Azure DevOps PAT ${replacement.name}`,
        expires: made.pat.validTo,
        deadline,
      });
      holding.push(place.name);
      log.info(`Stored the new PAT of "${replacement.name}" in ${place.name}.`);
    } catch (thrown) {
      const failure = toFailure(thrown, `Storing in ${place.name}`);
      first ??= failure;
      (failure.mayHaveActed ? unsure : without).push(place.name);
      if (holding.length + unsure.length === 0) throw await undo(made, ports, failure);
    }
  }
  ports.kept?.(made.pat, replacement.previous);
  if (!first) return;
  const told = [
    holding.length > 0 && `The new PAT ${made.pat.authorizationId} is in: ${holding.join(', ')}.`,
    unsure.length > 0 && `It may be in: ${unsure.join(', ')}.`,
    without.length > 0 && `Not in: ${without.join(', ')}.`,
    replacement.previous &&
      `The old PAT ${replacement.previous.authorizationId} stays active, so that every one of them works.`,
    replacement.apart
      ? `Mend the cause and run again, then revoke PAT ${made.pat.authorizationId}: beside namesakes no run can tell what it was for.`
      : 'Mend the cause and run again: the next run finishes the job.',
  ];
  throw first.with({ hint: [first.hint, ...told].filter(Boolean).join(' ') });
}

async function retire(replacement: Replacement, made: Made, ports: RotationPorts): Promise<Pat> {
  const { pats, log } = ports;
  const failures: Failure[] = [];
  let nameIsFree = true;
  const attempt = async (step: () => Promise<void>): Promise<void> => {
    try {
      ports.cancellation.check();
      checkTime(made, ports);
      await step();
    } catch (thrown) {
      nameIsFree = false;
      failures.push(toFailure(thrown, 'Retiring the old PAT'));
    }
  };
  // Twins that lack the watermark could not be told from two PATs that a person made: then look before.
  let checkForRival = replacement.alone === true && !hasWatermark(replacement.name, replacement.validTo);
  const ours = new Set([made.pat.authorizationId]);
  for (const leftover of replacement.leftovers) {
    await attempt(async () => {
      if (!(await isToRetire(leftover, made.pat, ports))) return;
      ours.add(leftover.authorizationId);
      const outcome = await pats.revoke(leftover.authorizationId);
      if (outcome === 'already-gone') checkForRival = true;
      log.info(`Revoked PAT ${leftover.authorizationId} (${leftover.displayName}), left by an earlier run.`);
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
      nameIsFree = await nobodyElse(replacement, made.pat, ours, ports);
    });
  }
  let current = made.pat;
  let unsaved: Failure | undefined;
  if (nameIsFree)
    await attempt(async () => {
      ({ pat: current, unsaved } = await takeName(replacement, made, ours, ports));
    });
  if (unsaved) throw unsaved;
  const [failure] = failures;
  if (!failure) return current;
  const { authorizationId } = made.pat;
  if (isGone(failure)) {
    throw failure.with({
      code: 'verification-failed',
      hint: `Somebody revoked the new PAT ${authorizationId} while it was stored. Run again at once.`,
    });
  }
  const state = `The new PAT ${authorizationId} works and is stored everywhere. ${
    replacement.apart
      ? 'To finish the job, rotate it by that authorization-id: by its name it has namesakes.'
      : 'The next run finishes the job.'
  }`;
  throw failure.with({ hint: [failure.hint, state].filter(Boolean).join(' ') });
}

/**
 * Whether a PAT of the lineage is this run's to retire, told by the successor itself: by when it began no other run may
 * still be storing that PAT (I10), and that by the service's clock, however wrong the one of this machine is.
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

async function sweepLost(made: Made, ports: RotationPorts): Promise<void> {
  const late = (await ports.pats.list('active')).filter((pat) => made.lost.includes(pat.displayName));
  for (const pat of late) {
    if (pat.authorizationId === made.pat.authorizationId) continue;
    await ports.pats.revoke(pat.authorizationId);
    ports.log.info(`Revoked PAT ${pat.authorizationId}: it was made, but its value never arrived.`);
  }
}

/** Says what became of the name. */
async function retirePrevious(
  replacement: Replacement,
  previous: Pat,
  ports: RotationPorts,
): Promise<'left the name' | 'has the name' | 'was gone'> {
  const { pats, log } = ports;
  if (replacement.previousToken.kind !== 'revoke') {
    try {
      return (await supersede(replacement, previous, replacement.previousToken, ports))
        ? 'left the name'
        : 'has the name';
    } catch (thrown) {
      if (!isGone(thrown)) throw thrown;
      log.info(`The old PAT ${previous.authorizationId} of "${replacement.name}" is gone already.`);
      return 'was gone';
    }
  }
  const outcome = await pats.revoke(previous.authorizationId);
  log.info(`Revoked the old PAT ${previous.authorizationId} of "${replacement.name}".`);
  // Somebody else retired it meanwhile: then a successor of theirs may have the name, or be about to take it.
  return outcome === 'revoked' ? 'left the name' : 'was gone';
}

/** Whether no PAT has the name, or may be about to take it, but those that are `ours`. */
async function nobodyElse(
  replacement: Replacement,
  made: Pat,
  ours: ReadonlySet<string>,
  ports: RotationPorts,
): Promise<boolean> {
  const { pats, clock, log } = ports;
  const lineage = readLineage(await pats.list('active'), replacement.name, clock.now());
  for (const rival of [...lineage.named, ...lineage.pending.map(({ pat }) => pat)]) {
    if (ours.has(rival.authorizationId) || !(await worksBeside(rival, made, ports))) continue;
    log.warning(
      `Another run rotates "${replacement.name}" at the same time (PAT ${rival.authorizationId}). Both PATs work; the next ` +
        'run leaves one. A concurrency group in the workflow keeps runs apart.',
    );
    return false;
  }
  return true;
}

async function supersede(
  replacement: Replacement,
  previous: Pat,
  policy: Exclude<PreviousToken, { kind: 'revoke' }>,
  ports: RotationPorts,
): Promise<boolean> {
  const { clock, log } = ports;
  const displayName = supersededName(replacement.name);
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
    log.info(`The old PAT ${id} of "${replacement.name}" stays active until ${formatInstant(result.validTo)}.`);
  }
  if (result.displayName === displayName) return true;
  log.warning(
    `The service refused to rename the old PAT ${id}: it keeps the name "${result.displayName}", and the new one goes on as pending.`,
  );
  return result.displayName !== replacement.name;
}

/** Whether a change failed because the service knows the PAT no more; nothing else after the stores fails so. */
function isGone(thrown: unknown): boolean {
  return thrown instanceof Failure && thrown.code === 'pat-not-found';
}

/** These say nothing about the change: the same one may succeed another time. */
const passing: readonly ErrorCode[] = ['unauthorized', 'rate-limited', 'service-unavailable', 'network', 'timeout'];

/** The changed PAT, or undefined where the service refuses the change as such. */
async function changeIfAllowed(pat: Pat, change: PatChange, ports: RotationPorts): Promise<Changed | undefined> {
  try {
    return await ports.pats.update(pat.authorizationId, change);
  } catch (thrown) {
    const failure = toFailure(thrown, 'Changing the PAT');
    // An answer that tells nothing is no refusal, unless the PAT is as it was.
    if (failure.mayHaveActed && !failure.retryable) return await changedMeanwhile(pat, ports, failure);
    if (failure.mayHaveActed || failure.retryable || passing.includes(failure.code) || isGone(failure)) throw failure;
    // The organization has answered before, so its 404 speaks of the PAT.
    if (failure.code === 'organization-not-found') throw failure.with({ code: 'pat-not-found' });
    ports.log.debug(`${failure.what}: ${failure.why}`);
    return undefined;
  }
}

/** What became of a change whose answer told nothing. @throws Failure the given one, where the PAT can't be read */
async function changedMeanwhile(pat: Pat, ports: RotationPorts, failure: Failure): Promise<Changed | undefined> {
  const found = await ports.pats.get(pat.authorizationId).catch(() => undefined);
  if (!found) throw failure;
  const same = found.displayName === pat.displayName && Math.abs(found.validTo - pat.validTo) < 1000;
  return same ? undefined : { pat: found };
}

/**
 * Stores a value that a change gave the PAT: what the places hold works no more.
 * @returns the Failure that says where it could not be stored
 */
export async function storeRenewedValue(
  { pat, token }: { readonly pat: Pat; readonly token: Secret },
  name: string,
  ports: Pick<RotationPorts, 'stores' | 'log' | 'handOver'>,
): Promise<Failure | undefined> {
  const { stores, log, handOver } = ports;
  log.warning(`The service gave PAT ${pat.authorizationId} of "${name}" a new value as it was changed.`);
  const without: string[] = [];
  let first: Failure | undefined;
  for (const place of stores) {
    try {
      await place.write(token, { label: `Azure DevOps PAT ${name}`, expires: pat.validTo });
      log.info(`Stored the new value of "${name}" in ${place.name}.`);
    } catch (thrown) {
      first ??= toFailure(thrown, `Storing in ${place.name}`);
      without.push(place.name);
    }
  }
  handOver(pat, token);
  const lost = `The new value of PAT ${pat.authorizationId} is not in: ${without.join(', ')}; what is there works no more. Rotate it at once.`;
  return first?.with({ hint: [first.hint, lost].filter(Boolean).join(' ') });
}

async function takeName(
  replacement: Replacement,
  made: Made,
  ours: ReadonlySet<string>,
  ports: RotationPorts,
): Promise<{ readonly pat: Pat; readonly unsaved?: Failure | undefined }> {
  const { pat } = made;
  const renamed = await rename(replacement, made, ours, ports);
  if (renamed === 'taken') return { pat };
  const unsaved =
    renamed?.token && (await storeRenewedValue({ pat: renamed.pat, token: renamed.token }, replacement.name, ports));
  if (renamed?.pat.displayName === replacement.name) {
    ports.log.info(`PAT ${pat.authorizationId} is "${replacement.name}" now.`);
    return { pat: renamed.pat, unsaved };
  }
  ports.log.warning(
    `The service refused to rename the new PAT ${pat.authorizationId}: it stays "${pat.displayName}", works, and ` +
      'the next run takes it as the present one.',
  );
  return { pat: renamed?.pat ?? pat, unsaved };
}

/** A life that the service cut has lost its watermark; the rename brings it back, a second or two earlier. */
async function rename(
  replacement: Replacement,
  made: Made,
  ours: ReadonlySet<string>,
  ports: RotationPorts,
): Promise<Changed | 'taken' | undefined> {
  const { name } = replacement;
  const { pat } = made;
  if (hasWatermark(name, replacement.validTo) && !hasWatermark(name, pat.validTo)) {
    const wish = { displayName: name, validTo: addWatermark(name, pat.validTo) };
    const renamed = await changeIfAllowed(pat, wish, ports);
    if (renamed) return renamed;
    if (!(await nobodyElse(replacement, pat, ours, ports))) return 'taken';
    checkTime(made, ports);
  }
  return changeIfAllowed(pat, { displayName: name }, ports);
}
