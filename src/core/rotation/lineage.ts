import type { Pat } from '../pat.ts';
import {
  isSignedSupersededName,
  isSupersededName,
  lineageName,
  type PendingName,
  readPendingName,
  seemingName,
} from '../pat-name.ts';
import type { Log } from '../ports.ts';
import { isEarlierAttempt, type RunIdentity } from '../run-identity.ts';
import { quoteForeign } from '../sanitize.ts';
import type { Instant } from '../time.ts';
import { runLifetime } from './time-limits.ts';
import { hasWatermark } from './watermark.ts';

/** A lineage is what users think of as "the PAT called build": one name, one PAT after another. */
export interface Lineage {
  readonly name: string;
  /** Active PATs of exactly that name, and pending namesakes that wait for it, newest first. */
  readonly named: readonly Pat[];
  /** Successors whose rotation has not finished, newest first. */
  readonly pending: readonly Pending[];
  /** Predecessors that end by themselves, newest first. */
  readonly superseded: readonly Pat[];
  /** PATs whose names only look as if a rotation had left them. A person made them, so nothing here touches them. */
  readonly similar: readonly Pat[];
  /** If the PAT was chosen by its id: PATs of the same name that are not part of this lineage. */
  readonly namesakes?: readonly Pat[];
}

interface Pending extends Pick<PendingName, 'run' | 'kind'> {
  readonly pat: Pat;
}

/**
 * Whether a rotation replaced the PAT, so that it only waits for its end. The name `build~superseded` alone does not
 * prove it, because a person can give that name. A rotation also leaves its watermark, or its run in the name.
 */
export function isSuperseded(pat: Pat): boolean {
  const { displayName, validTo } = pat;
  if (isSignedSupersededName(displayName)) return true;
  return isSupersededName(displayName) && hasWatermark(lineageName(displayName), validTo);
}

/** The name of the lineage that a PAT belongs to. */
export function lineageNameOf(pat: Pat): string {
  const { displayName } = pat;
  return isSupersededName(displayName) && !isSuperseded(pat) ? displayName : lineageName(displayName);
}

/** The PAT as a pending one, if its name says that its rotation has not finished; otherwise undefined. */
export function readPending(pat: Pat): Pending | undefined {
  const read = readPendingName(pat.displayName);
  return read && { pat, run: read.run, kind: read.kind };
}

/**
 * Sorts the active PATs of one lineage by their state. The service's list decides which PATs are active, not the clock
 * of this machine.
 * @example readLineage([pat], 'build').named // [pat], if its displayName is 'build'
 */
export function readLineage(pats: readonly Pat[], name: string): Lineage {
  const named: Pat[] = [];
  const pending: Pending[] = [];
  const superseded: Pat[] = [];
  const similar: Pat[] = [];
  const newestFirst = [...pats].sort((a, b) => b.validFrom - a.validFrom);
  for (const pat of newestFirst) {
    if (pat.displayName === name) {
      named.push(pat);
      continue;
    }
    if (lineageNameOf(pat) !== name) {
      if (seemingName(pat.displayName) === name) similar.push(pat);
      continue;
    }
    const unfinished = readPending(pat);
    if (unfinished?.kind === 'namesake') named.push(pat);
    else if (unfinished) pending.push(unfinished);
    else superseded.push(pat);
  }
  return { name, named, pending, superseded, similar };
}

/** Logs which PATs stay untouched although their names look as if a rotation had left them. */
export function noteSimilar({ name, similar }: Lineage, log: Log): void {
  for (const { authorizationId, displayName } of similar) {
    log.notice(
      `PAT ${authorizationId} "${quoteForeign(displayName)}" looks as if a rotation of "${quoteForeign(name)}" had left it, but nothing proves that: it is left alone.`,
    );
  }
}

/** Logs that a leftover stays untouched because revoking it would end it in other organizations too. */
export function noteGlobal({ authorizationId, displayName }: Pat, log: Log): void {
  log.notice(
    `PAT ${authorizationId} (${quoteForeign(displayName)}) was left by an earlier run and works in all organizations: it is left alone. Revoke it by its id if nothing uses it.`,
  );
}

/** Logs that somebody else has renamed a PAT that was to be retired. @param found the PAT as it is now */
export function noteRenamed({ authorizationId, displayName }: Pat, found: Pat, log: Log): void {
  log.notice(
    `PAT ${authorizationId} was "${quoteForeign(displayName)}" when this run began and is "${quoteForeign(found.displayName)}" now, so it is left alone.`,
  );
}

/** Every PAT of the lineage. The similar ones are not part of it. */
export function members(lineage: Lineage): Pat[] {
  return [...lineage.named, ...lineage.pending.map((pending) => pending.pat), ...lineage.superseded];
}

/**
 * Whether the run that made a pending PAT is certainly over: it was an earlier attempt of this run, or the PAT is older
 * than any run may become (I10 in docs/rotation.md).
 * @example isOrphaned(pending, undefined, pending.pat.validFrom + 16 * minute) // true: older than 15 minutes
 */
export function isOrphaned(pending: Pending, run: RunIdentity | undefined, now: Instant): boolean {
  if (isEarlierAttempt(pending.run, run)) return true;
  return now - pending.pat.validFrom >= runLifetime;
}

/**
 * Whether rotations made all of several PATs that have one exact name: two ran at the same time, or one missed the
 * other's PAT in a list (I9, I10).
 */
export function areTwins(lineage: Lineage): boolean {
  const { name, named } = lineage;
  return named.length > 1 && named.every((pat) => hasWatermark(name, pat.validTo));
}
