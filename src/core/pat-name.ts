import { type RunIdentity, runPattern, runText } from './run-identity.ts';

/**
 * The grammar of the display names that rotations give. The whole state of a rotation is kept in these names
 * (docs/rotation.md), so that any later run can read it.
 */

/**
 * What a pending PAT was made for. A `successor` replaces the PAT that has the name. A `first` one was made because there
 * was none: then only the destinations of its create can hold it. A `namesake` stands beside another PAT of the same name
 * that it has nothing to do with: no rotation of that one may take it for a leftover.
 */
export type PendingKind = 'successor' | 'first' | 'namesake';

export interface PendingName {
  /** The name that the PAT takes once its rotation is finished. */
  readonly name: string;
  /** The run that made it, as `runText` gives it. */
  readonly run: string;
  readonly kind: PendingKind;
}

const origin = `(?<run>${runPattern})-(?<nonce>[0-9a-f]{12})`;
const pendingPattern = new RegExp(`^(?<name>.+)~pending-${origin}$`, 'su');
const supersededPattern = new RegExp(`^(?<name>.+)~superseded(?:-${origin})?$`, 'su');

/** How the nonce of each kind begins. */
const beginnings: readonly (readonly [kind: PendingKind, beginning: string])[] = [
  ['first', 'c'],
  ['namesake', 'ad0be'],
];

/**
 * The name of a PAT that is not finished: `build~pending-g17342158.2-0123456789ab`.
 * @param nonce twelve hexadecimal digits. The first of them come to say the kind; for a successor they say neither.
 */
export function pendingName(
  name: string,
  { run, nonce, kind }: { readonly run: RunIdentity | undefined; readonly nonce: string; readonly kind: PendingKind },
): string {
  const beginning = beginnings.find(([each]) => each === kind)?.[1] ?? nonce.slice(0, 1).replace(/[ac]/u, 'd');
  return `${name}~pending-${runText(run)}-${beginning}${nonce.slice(beginning.length)}`;
}

/** The parts of a pending name, read to the letter of the grammar; undefined for every other name. */
export function readPendingName(displayName: string): PendingName | undefined {
  const groups = pendingPattern.exec(displayName)?.groups;
  if (!groups) return undefined;
  const { name = '', run = '', nonce = '' } = groups;
  const kind = beginnings.find(([, beginning]) => nonce.startsWith(beginning))?.[0] ?? 'successor';
  return { name, run, kind };
}

/** The name of a PAT that was replaced, if its end carries the watermark. */
export function supersededName(name: string): string {
  return `${name}~superseded`;
}

/**
 * The same for a PAT whose end the service refuses to change: `build~superseded-g17342158.2-0123456789ab`. No watermark
 * tells it from one of a person, so the name itself says that a rotation gave it.
 * @param nonce twelve hexadecimal digits
 */
export function signedSupersededName(name: string, run: RunIdentity | undefined, nonce: string): string {
  return `${supersededName(name)}-${runText(run)}-${nonce}`;
}

/** Whether the name says that its PAT was replaced already and only waits for its end. */
export function isSupersededName(displayName: string): boolean {
  return supersededPattern.test(displayName);
}

/** Whether the name says so, and says too which run gave it: a person gives no such name. */
export function isSignedSupersededName(displayName: string): boolean {
  return supersededPattern.exec(displayName)?.groups?.run !== undefined;
}

/** The lineage's name in a display name, whichever state the PAT is in. */
export function lineageName(displayName: string): string {
  const match = pendingPattern.exec(displayName) ?? supersededPattern.exec(displayName);
  return match?.groups?.name ?? displayName;
}

/**
 * The lineage that a reader of the list would count a PAT to: that of its name, also if the name only begins as one of a
 * rotation does (`build~pending-2024-07`).
 */
export function seemingName(displayName: string): string {
  const name = lineageName(displayName);
  return name === displayName ? (/^(.+?)~(?:pending|superseded)-/su.exec(displayName)?.[1] ?? name) : name;
}

/** Whether a display name is one that only this program gives. */
export function isReserved(displayName: string): boolean {
  return lineageName(displayName) !== displayName;
}
