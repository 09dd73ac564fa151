import { Failure, toFailure } from '../failure.ts';
import type { Pat } from '../pat.ts';
import type { Log } from '../ports.ts';
import { quoteForeign } from '../sanitize.ts';
import { howToFinish } from './later-rotation.ts';
import type { Made, Replacement } from './replacement.ts';
import { type Attempt, retire } from './retire.ts';
import { findRival, needsSearch, type Rival } from './rival.ts';
import type { RotationPorts } from './rotation-ports.ts';
import { type Named, restoreWatermark, takeName } from './take-name.ts';
import { checkWorkLimit } from './time-limits.ts';
import { lookLast } from './verify.ts';

/**
 * Ends a rotation whose new PAT is stored everywhere: retires what it replaces, gives it the name, and last checks that
 * it still works (I11 in docs/rotation.md). If one step fails, the others still retire what they can, but the new PAT
 * keeps its pending name. It also keeps it if the name is exclusive and another run may have made a PAT of this name.
 * @throws Failure that tells every failure, and what is left to do
 */
export async function finish(replacement: Replacement, made: Made, ports: RotationPorts): Promise<Pat> {
  const failures: Failure[] = [];
  const attempt: Attempt = async (step) => {
    try {
      ports.cancellation.check();
      checkWorkLimit(replacement, made, ports.clock);
      return await step();
    } catch (thrown) {
      failures.push(toFailure(thrown, `Finishing the new PAT of "${quoteForeign(replacement.displayName)}"`));
      return undefined;
    }
  };
  const { isNameFree, mayHaveRival, gaveUpName } = await retire(replacement, made, { ...ports, attempt });
  let named: Named = { ...made, unsaved: undefined, seenAlive: false };
  let rival: Rival = 'none';
  const isNameLeft = (): boolean => rival !== 'none' && replacement.name === 'exclusive';
  const mayTakeName = (): boolean => isNameFree && failures.length === 0 && !isNameLeft();
  if (mayTakeName()) named = (await attempt(() => restoreWatermark(replacement, named, ports))) ?? named;
  if (mayTakeName() && (mayHaveRival || needsSearch(replacement, named.pat)))
    rival = (await attempt(() => findRival(replacement, { made: made.pat, gaveUpName }, ports))) ?? rival;
  if (mayTakeName()) named = (await attempt(() => takeName(replacement, named, ports))) ?? named;

  if (named.unsaved) failures.unshift(named.unsaved);
  const works = named.seenAlive || (await lookLast(replacement, named, { ports, failures }));
  const failure = Failure.all(failures);
  if (failure && (works === false || named.unsaved)) throw failure;
  if (failure) throw withState(failure, replacement, { made: made.pat, works, isStored: ports.stores.length > 0 });
  if (rival !== 'none') warnOfRival(replacement, rival, ports.log);
  return named.pat;
}

interface State {
  readonly made: Pat;
  /** Undefined if it is not known. */
  readonly works: boolean | undefined;
  /** False if there is no destination, so that only the host has the value. */
  readonly isStored: boolean;
}

/** The failure, with a sentence on the state of the new PAT. */
function withState(failure: Failure, replacement: Replacement, { made, works, isStored }: State): Failure {
  const holds = isStored ? 'is stored everywhere' : 'was handed over';
  return failure.advise(
    `The new PAT ${made.authorizationId} ${works ? 'works and ' : ''}${holds}.`,
    howToFinish(replacement, made),
  );
}

/** What the list shows of the PAT that another run may have made. */
function describeRival(rival: Exclude<Rival, string>): string {
  const { authorizationId = 'without an id', displayName = '' } = rival;
  const unreadable = 'why' in rival ? `; this entry of the list cannot be read: ${rival.why}` : '';
  return `${authorizationId}, "${quoteForeign(displayName)}"${unreadable}`;
}

/** Warns of another run that may have made a PAT of this name too. */
function warnOfRival({ displayName, name }: Replacement, rival: Exclude<Rival, 'none'>, log: Log): void {
  const called = quoteForeign(displayName);
  const why =
    rival === 'unknown'
      ? `Azure DevOps does not list the new PAT of "${called}" yet, so another run that works on it could not be seen. The new PAT of this run works`
      : `Another run may work on "${called}" at the same time (PAT ${describeRival(rival)}). The new PAT of this run works too`;
  const condition = typeof rival === 'object' && 'why' in rival ? ' if it can read that entry' : '';
  const later =
    name === 'exclusive'
      ? `, under its pending name; a later rotation leaves only one${condition}`
      : ', and no rotation removes either, because other PATs have the same name: revoke by its id what nothing uses';
  log.warning(`${why}${later}. Let runs of one PAT wait for each other.`);
}
