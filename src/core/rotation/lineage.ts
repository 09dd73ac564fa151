import type { Pat } from '../pat.ts';
import { hasWatermark } from './watermark.ts';

/**
 * A lineage is what users think of as "the PAT called build": one name, one PAT after another. Its whole state is kept
 * in the display names on the service (docs/rotation.md shows the states), so that any later run can read it.
 */
export interface Lineage {
  readonly name: string;
  /** Active PATs of exactly that name, and those made apart that only wait for it, newest first. */
  readonly named: readonly Pat[];
  /** Successors whose rotation has not finished, newest first. */
  readonly pending: readonly Pending[];
  /** Predecessors that end by themselves, newest first. */
  readonly superseded: readonly Pat[];
  /** Other PATs have the name too, and are none of its business: it was chosen by an id. */
  readonly shared?: true;
}

export interface Pending {
  readonly pat: Pat;
  /** Id of the workflow run that made it; `0` for a run outside of GitHub. */
  readonly run: string;
  readonly kind: PendingKind;
}

/**
 * What a pending PAT was made for. A `successor` replaces what has the name. A `first` one was made where there was none:
 * then nothing but the destinations of its create can hold it. One made `apart` stands beside a namesake that it has
 * nothing to do with: no rotation of that one may take it for a leftover.
 */
export type PendingKind = 'successor' | 'first' | 'apart';

const pendingPattern = /^(?<name>.+)~pending-(?<run>\d+)-(?<nonce>[0-9a-f]+)$/su;
const supersededPattern = /^(?<name>.+)~superseded$/su;

/** Milliseconds during which a pending PAT of another run may belong to a run that is still alive (I10). */
export const lifeOfARun = 15 * 60_000;

/**
 * Milliseconds between the starts of two PATs that rotations at the same time can have left: the life of a run, and as
 * long again and more between its list and its create, or until the list shows what another run did.
 */
const twinsApart = 60 * 60_000;

/** How the nonce of each kind begins. */
const beginnings: readonly (readonly [kind: PendingKind, beginning: string])[] = [
  ['first', 'c'],
  ['apart', 'ad0be'],
];

/** The nonce says the kind by how it begins; that of a successor begins with neither of those letters. */
export function pendingName(name: string, run: string, nonce: string, kind: PendingKind): string {
  const beginning = beginnings.find(([each]) => each === kind)?.[1] ?? nonce.slice(0, 1).replace(/[ac]/u, 'd');
  return `${name}~pending-${run}-${beginning}${nonce.slice(beginning.length)}`;
}

export function supersededName(name: string): string {
  return `${name}~superseded`;
}

/** The lineage's name in a display name, whichever state the PAT is in. */
export function lineageName(displayName: string): string {
  const match = pendingPattern.exec(displayName) ?? supersededPattern.exec(displayName);
  return match?.groups?.name ?? displayName;
}

/** Whether a display name is one that only this program gives. */
export function isReserved(displayName: string): boolean {
  return lineageName(displayName) !== displayName;
}

/** Whether a PAT was replaced already and only waits for its end. */
export function isSuperseded(pat: Pat): boolean {
  return supersededPattern.test(pat.displayName);
}

/** A PAT as the successor of a rotation that has not finished; undefined where it is none. */
export function readPending(pat: Pat): Pending | undefined {
  const groups = pendingPattern.exec(pat.displayName)?.groups;
  if (!groups) return undefined;
  const { run = '', nonce = '' } = groups;
  const kind = beginnings.find(([, beginning]) => nonce.startsWith(beginning))?.[0] ?? 'successor';
  return { pat, run, kind };
}

/** Sorts the PATs of one name by their state; PATs whose time is over count as gone. */
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
    if (unfinished?.kind === 'apart') named.push(pat);
    else if (unfinished) pending.push(unfinished);
    else superseded.push(pat);
  }
  return { name, named, pending, superseded };
}

export function members(lineage: Lineage): Pat[] {
  return [...lineage.named, ...lineage.pending.map((pending) => pending.pat), ...lineage.superseded];
}

/**
 * Whether the run that made a pending PAT is certainly over: it is an earlier attempt of this very run, or older than
 * any run lets itself become (I10).
 */
export function isOrphaned(pending: Pending, run: string, now: number): boolean {
  if (pending.run === run && run !== '0') return true;
  return now - pending.pat.validFrom >= lifeOfARun;
}

/** Whether several PATs of one exact name are what rotations at the same time leave behind (I9, I10). */
export function areTwins(lineage: Lineage): boolean {
  const { name, named } = lineage;
  const starts = named.map((pat) => pat.validFrom);
  return (
    named.length > 1 &&
    named.every((pat) => hasWatermark(name, pat.validTo)) &&
    Math.max(...starts) - Math.min(...starts) < twinsApart
  );
}
