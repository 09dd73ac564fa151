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
import { runLifetime } from './run-deadlines.ts';
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
  /** PATs whose names look as if rotations had left them, and which none did. They are a person's: nobody touches them. */
  readonly similar: readonly Pat[];
  /** The PAT was chosen by its id, and other PATs of the same name are none of its business. */
  readonly hasNamesakes?: true;
}

export interface Pending extends Pick<PendingName, 'run' | 'kind'> {
  readonly pat: Pat;
}

/**
 * Whether a rotation replaced the PAT, so that it only waits for its end. The name `build~superseded` alone does not say
 * so, for a person can give it: the rotation left its watermark too, or named its run.
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

/** A PAT as the successor of a rotation that has not finished; undefined if it is none. */
export function readPending(pat: Pat): Pending | undefined {
  const read = readPendingName(pat.displayName);
  return read && { pat, run: read.run, kind: read.kind };
}

/**
 * Sorts the active PATs of one name by their state. Whether a PAT is active the service says by its list: the clock of
 * this machine is not asked.
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

/** Says which PATs are left alone although their names look as if rotations had left them. */
export function noteSimilar({ name, similar }: Lineage, log: Log): void {
  for (const { authorizationId, displayName } of similar) {
    log.notice(
      `PAT ${authorizationId} "${quoteForeign(displayName)}" looks as if a rotation of "${quoteForeign(name)}" had left it, but none did: it is left alone.`,
    );
  }
}

/** Says that a leftover is left alone because to revoke it would end it elsewhere too. */
export function noteGlobal({ authorizationId, displayName }: Pat, log: Log): void {
  log.notice(
    `PAT ${authorizationId} (${quoteForeign(displayName)}) was left by an earlier run and works in all organizations: it is left alone. Revoke it by its id if nothing uses it.`,
  );
}

export function members(lineage: Lineage): Pat[] {
  return [...lineage.named, ...lineage.pending.map((pending) => pending.pat), ...lineage.superseded];
}

/**
 * Whether the run that made a pending PAT is certainly over: it is an earlier attempt of this run, or older than
 * any run lets itself become (I10).
 */
export function isOrphaned(pending: Pending, run: RunIdentity | undefined, now: number): boolean {
  if (isEarlierAttempt(pending.run, run)) return true;
  return now - pending.pat.validFrom >= runLifetime;
}

/** Whether several PATs of one exact name were all made by rotations: at the same time, or missed in a list (I9, I10). */
export function areTwins(lineage: Lineage): boolean {
  const { name, named } = lineage;
  return named.length > 1 && named.every((pat) => hasWatermark(name, pat.validTo));
}
