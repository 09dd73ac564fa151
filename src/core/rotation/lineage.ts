import type { Pat } from '../pat.ts';
import { isSupersededName, lineageName, type PendingName, readPendingName } from '../pat-name.ts';
import { isEarlierAttempt, type RunIdentity } from '../run-identity.ts';
import { runLifetime } from './deadlines.ts';
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
  /** The PAT was chosen by its id, and other PATs of the same name are none of its business. */
  readonly hasNamesakes?: true;
}

export interface Pending extends Pick<PendingName, 'run' | 'kind'> {
  readonly pat: Pat;
}

/**
 * Milliseconds between the starts of two PATs that rotations at the same time can have left: the life of a run, and as
 * long again and more between its list and its create, or until the list shows what another run did.
 */
const longestBetweenTwins = 60 * 60_000;

/** Whether a PAT was replaced already and only waits for its end. */
export function isSuperseded(pat: Pat): boolean {
  return isSupersededName(pat.displayName);
}

/** A PAT as the successor of a rotation that has not finished; undefined if it is none. */
export function readPending(pat: Pat): Pending | undefined {
  const read = readPendingName(pat.displayName);
  return read && { pat, run: read.run, kind: read.kind };
}

/** Sorts the PATs of one name by their state; expired PATs count as gone. */
export function readLineage(pats: readonly Pat[], name: string, now: number): Lineage {
  const named: Pat[] = [];
  const pending: Pending[] = [];
  const superseded: Pat[] = [];
  const newestFirst = pats.filter((pat) => pat.validTo > now).sort((a, b) => b.validFrom - a.validFrom);
  for (const pat of newestFirst) {
    if (pat.displayName === name) {
      named.push(pat);
      continue;
    }
    if (lineageName(pat.displayName) !== name) continue;
    const unfinished = readPending(pat);
    if (unfinished?.kind === 'namesake') named.push(pat);
    else if (unfinished) pending.push(unfinished);
    else superseded.push(pat);
  }
  return { name, named, pending, superseded };
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

/** Whether several PATs of one exact name are what rotations at the same time leave behind (I9, I10). */
export function areTwins(lineage: Lineage): boolean {
  const { name, named } = lineage;
  const starts = named.map((pat) => pat.validFrom);
  return (
    named.length > 1 &&
    named.every((pat) => hasWatermark(name, pat.validTo)) &&
    Math.max(...starts) - Math.min(...starts) < longestBetweenTwins
  );
}
