import { type RunIdentity, runPattern, runText } from './run-identity.ts';

/**
 * The grammar of the display names that rotations give. The whole state of a rotation is kept in these names
 * (docs/rotation.md), so that any later run can read it.
 */

/**
 * What a pending PAT was made for. A `successor` replaces the PAT that has the name. A `first` PAT was made because
 * there was none, so only the destinations of that create can hold it. A `namesake` was made although an unrelated PAT
 * has the same name, so no rotation of that PAT may mistake it for a leftover.
 */
export type PendingKind = 'successor' | 'first' | 'namesake';

export interface PendingName {
  /** The name that the PAT takes once its rotation is finished. */
  readonly name: string;
  /** The run that made it, in the form of `runText`. */
  readonly run: string;
  readonly kind: PendingKind;
}

const origin = `(?<run>${runPattern})-(?<nonce>[0-9a-f]{12})`;
const pendingPattern = new RegExp(`^(?<name>.+)~pending-${origin}$`, 'su');
const supersededPattern = new RegExp(`^(?<name>.+)~superseded(?:-${origin})?$`, 'su');

/** The first digits of the nonce for each kind. */
const beginnings: readonly (readonly [kind: PendingKind, beginning: string])[] = [
  ['first', 'c'],
  ['namesake', 'ad0be'],
];

/**
 * The name of a PAT whose rotation is not finished: `build~pending-g17342158.2-0123456789ab`.
 * @param nonce twelve hexadecimal digits. The first ones are replaced, so that they show the kind
 * @example pendingName('build', { run: undefined, nonce: '0123456789ab', kind: 'first' }) // 'build~pending-t0-c123456789ab'
 */
export function pendingName(
  name: string,
  { run, nonce, kind }: { readonly run: RunIdentity | undefined; readonly nonce: string; readonly kind: PendingKind },
): string {
  const beginning = beginnings.find(([each]) => each === kind)?.[1] ?? nonce.slice(0, 1).replace(/[ac]/u, 'd');
  return `${name}~pending-${runText(run)}-${beginning}${nonce.slice(beginning.length)}`;
}

/**
 * The parts of a pending name; undefined for every other name.
 * @example readPendingName('build~pending-g17342158.2-0123456789ab')?.run // 'g17342158.2'
 */
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
 * The name of a replaced PAT whose end the service refuses to change: `build~superseded-g17342158.2-0123456789ab`. It
 * has no watermark that distinguishes it from a PAT of a person, so the name itself says which rotation gave it.
 * @param nonce twelve hexadecimal digits
 * @example signedSupersededName('build', undefined, '0123456789ab') // 'build~superseded-t0-0123456789ab'
 */
export function signedSupersededName(name: string, run: RunIdentity | undefined, nonce: string): string {
  return `${supersededName(name)}-${runText(run)}-${nonce}`;
}

/** Whether the name says that a rotation replaced the PAT, so that it only waits for its end. */
export function isSupersededName(displayName: string): boolean {
  return supersededPattern.test(displayName);
}

/** Whether the name also says which run gave it. A person gives no such name. */
export function isSignedSupersededName(displayName: string): boolean {
  return supersededPattern.exec(displayName)?.groups?.run !== undefined;
}

/**
 * The name of the lineage in a display name, whichever state the PAT is in.
 * @example lineageName('build~superseded') // 'build'
 */
export function lineageName(displayName: string): string {
  const match = pendingPattern.exec(displayName) ?? supersededPattern.exec(displayName);
  return match?.groups?.name ?? displayName;
}

/**
 * The lineage to which a reader of the list would count a PAT. It includes names that only begin like those of a
 * rotation: `build` for `build~pending-2024-07`.
 * @example seemingName('build~pending-2024-07') // 'build'
 */
export function seemingName(displayName: string): string {
  const name = lineageName(displayName);
  return name === displayName ? (/^(.+?)~(?:pending|superseded)-/su.exec(displayName)?.[1] ?? name) : name;
}

/** Whether a display name is one that only this program gives. */
export function isReserved(displayName: string): boolean {
  return lineageName(displayName) !== displayName;
}
