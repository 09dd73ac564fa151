import { Failure, toFailure } from '../failure.ts';
import type { Pat } from '../pat.ts';
import type { Log, PatApi, UnreadablePat } from '../ports.ts';
import { quoteForeign } from '../sanitize.ts';
import type { Milliseconds } from '../time.ts';
import { readConfirmedList } from './confirmed-pat-list.ts';
import { whoRemoves } from './later-rotation.ts';
import { poll } from './poll.ts';
import type { Made } from './replacement.ts';
import type { RotationPorts } from './rotation-ports.ts';

/** The result of a search for the PATs of lost creates. */
interface LostSearch {
  /** The pending names whose PATs were not found, or could not be revoked. */
  readonly left: readonly string[];
  /** Why the search ended early, in one clause. */
  readonly why?: string;
}

/** A PAT whose value never arrived. The list may show it as an unreadable entry. */
type LostPat = Pick<Pat | UnreadablePat, 'authorizationId' | 'displayName'>;

/** How to search for the PATs of lost creates. */
interface LostSearchOptions {
  /** Whether to read the list again for what it does not show, because it may lag. */
  readonly polls: boolean;
  /** A PAT that may have one of the names and is not lost. */
  readonly known?: Pat;
}

/** Revokes the PATs that creates without a usable answer may have made under these names (I7 in docs/rotation.md). */
export async function revokeLost(
  names: readonly string[],
  ports: RotationPorts,
  { polls, known }: LostSearchOptions,
): Promise<LostSearch> {
  let left = names;
  if (left.length === 0) return { left };
  const search = async (): Promise<'all found' | undefined> => {
    const seen = await findLost(left, known, ports.pats);
    for (const pat of seen) await revokeLostPat(pat, ports);
    const found = new Set(seen.map((pat) => pat.displayName));
    left = left.filter((name) => !found.has(name));
    return left.length === 0 ? 'all found' : undefined;
  };
  try {
    const sleep = (duration: Milliseconds): Promise<void> => ports.clock.sleep(duration, 'undoing');
    await (polls ? poll(search, sleep) : search());
    return { left };
  } catch (thrown) {
    return { left, why: toFailure(thrown, 'Looking for the lost PAT').why };
  }
}

/** What the reader should know of PATs that were not found or could not be revoked. */
export function adviseOnLost({ left, why }: LostSearch): string | undefined {
  if (left.length === 0) return undefined;
  const names = left.join(', ');
  return why === undefined
    ? `The list shows no PAT named ${names}; if one appears, ${whoRemoves(left)}.`
    : `A PAT named ${names} may exist and could not be revoked (${why}); ${whoRemoves(left)}.`;
}

/** Once everything is stored, revokes the PATs of lost creates that the list did not show before. */
export async function sweepLost(made: Made, ports: RotationPorts): Promise<void> {
  for (const pat of await findLost(made.lostNames, made.pat, ports.pats)) await revokeLostPat(pat, ports);
}

/**
 * Two PATs can have one of these names: a create that got a 429 may have acted, and then it was sent again. An unreadable
 * entry with such a name counts too, because no other run gives that name.
 */
async function findLost(names: readonly string[], known: Pat | undefined, pats: PatApi): Promise<readonly LostPat[]> {
  const matters = ({ displayName = '', authorizationId }: LostPat): boolean =>
    names.includes(displayName) && (!known || authorizationId !== known.authorizationId);
  const list = await readConfirmedList('active', pats, { matters });
  return [...list.pats, ...list.unreadable].filter(matters);
}

/**
 * Revokes one PAT whose value never arrived.
 * @throws Failure `unexpected-response` if the list shows no id by which to revoke it
 */
export async function revokeLostPat(
  { authorizationId, displayName = '' }: LostPat,
  { pats, log }: { readonly pats: Pick<PatApi, 'revoke'>; readonly log: Log },
): Promise<void> {
  if (authorizationId === undefined) {
    throw new Failure('unexpected-response', {
      what: 'Revoking a lost PAT',
      why: `the list shows "${quoteForeign(displayName)}" without a readable id`,
      hint: 'Run again. If this keeps happening, please report it.',
    });
  }
  const outcome = await pats.revoke(authorizationId);
  log.info(
    outcome === 'revoked'
      ? `Revoked PAT ${authorizationId}: it was made, but its value never arrived.`
      : `PAT ${authorizationId}, whose value never arrived, is gone already.`,
  );
}
