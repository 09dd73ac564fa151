import { isGlobal, type Pat } from '../pat.ts';
import { lineageName } from '../pat-name.ts';
import { quoteForeign } from '../sanitize.ts';
import { minute, second } from '../time.ts';
import { isGone } from './change-pat.ts';
import { isOrphaned, lineageNameOf, noteGlobal, noteRenamed, readPending } from './lineage.ts';
import { sweepLost } from './lost-create.ts';
import type { Made, Replacement } from './replacement.ts';
import { needsSearch, worksWhereNewOneDoes } from './rival.ts';
import type { RotationPorts } from './rotation-ports.ts';
import { supersede } from './supersede.ts';
import { hasWatermark } from './watermark.ts';

/**
 * Runs one step of the end of a rotation. If it fails, the result is undefined, and the failure is reported at the end.
 */
export type Attempt = <T>(step: () => Promise<T>) => Promise<T | undefined>;

/**
 * What became of a PAT that was to be retired.
 * - `retired`: this run revoked it, or gave it another name and an end
 * - `keeps-name`: the service did not rename it, so the name is not free
 * - `revoked-before`: somebody else revoked it meanwhile, as the answer to this run's own change shows
 * - `not-found`: a look did not find it. A list that shows it nevertheless may be right
 * - `renamed`: somebody else gave it a name outside of the lineage
 * - `contested`: another run may give it the name, or has given it another name of the lineage
 * - `left-alone`: this run may not touch it
 */
type Fate = 'retired' | 'keeps-name' | 'revoked-before' | 'not-found' | 'renamed' | 'contested' | 'left-alone';

const withoutName: readonly (Fate | undefined)[] = ['retired', 'revoked-before', 'renamed'];
const hintsOfRival: readonly (Fate | undefined)[] = ['revoked-before', 'not-found', 'renamed', 'contested'];

/** What is known of the name once everything was retired. */
interface Retired {
  readonly isNameFree: boolean;
  /** True if another run seems to have been at work, whose PAT may have the name or take it. */
  readonly mayHaveRival: boolean;
  /** Ids of the PATs that certainly gave up the name. A late list may still show them with it. */
  readonly gaveUpName: ReadonlySet<string>;
}

/** Retires what the new PAT replaces: leftovers first, then the old PAT, then what lost creates made. */
export async function retire(
  replacement: Replacement,
  made: Made,
  ports: RotationPorts & { readonly attempt: Attempt },
): Promise<Retired> {
  const { previous, leftovers } = replacement;
  const { attempt } = ports;
  const fates = new Map<string, Fate | undefined>();
  for (const leftover of leftovers) {
    fates.set(leftover.authorizationId, await attempt(() => retireLeftover(leftover, made.pat, ports)));
  }
  if (previous) {
    const fate = await attempt(() => retirePrevious(replacement, { previous, made }, ports));
    fates.set(previous.authorizationId, fate);
  }
  if (made.lostNames.length > 0) await attempt(() => sweepLost(made, ports));
  const known = [...fates.values()];
  return {
    isNameFree: !known.includes('keeps-name'),
    mayHaveRival: known.some((fate) => hintsOfRival.includes(fate)),
    gaveUpName: new Set([...fates].filter(([, fate]) => withoutName.includes(fate)).map(([id]) => id)),
  };
}

/** Revokes what an earlier run left. */
async function retireLeftover(leftover: Pat, made: Pat, ports: RotationPorts): Promise<Fate> {
  if (!(await isToRetire(leftover, made, ports))) return 'left-alone';
  if (isGlobal(leftover)) {
    noteGlobal(leftover, ports.log);
    return 'left-alone';
  }
  const change = await findChange(leftover, ports);
  if (change) return change;
  const name = quoteForeign(leftover.displayName);
  return revoke(leftover, `PAT ${leftover.authorizationId} (${name}), left by an earlier run`, ports);
}

/** Revokes the old PAT, or lets it end by itself. */
async function retirePrevious(
  replacement: Replacement,
  { previous, made }: { readonly previous: Pat; readonly made: Made },
  ports: RotationPorts,
): Promise<Fate> {
  const { displayName, previousToken } = replacement;
  // If it belongs to another run, that run may soon give it the name. With the watermark that does no harm.
  if (!(await isToRetire(previous, made.pat, ports)))
    return hasWatermark(displayName, previous.validTo) ? 'left-alone' : 'contested';
  const change = isListFresh(replacement, made, ports) ? undefined : await findChange(previous, ports);
  if (change) return change;
  if (previousToken.kind !== 'revoke') {
    const keepsWatermark = !isInWholeSeconds(made.pat, replacement);
    const superseding = { name: displayName, policy: previousToken, keepsWatermark };
    try {
      return (await supersede(previous, superseding, ports)) ? 'retired' : 'keeps-name';
    } catch (thrown) {
      if (!isGone(thrown)) throw thrown;
      noteGone(previous, ports.log);
      return 'revoked-before';
    }
  }
  const called = `the old PAT ${previous.authorizationId} of "${quoteForeign(displayName)}"`;
  const fate = await revoke(previous, called, ports);
  ports.onPreviousRevoked?.();
  return fate;
}

/** Revokes a PAT, and says so if this run did it. @param called the PAT, as the end of a sentence */
async function revoke(pat: Pat, called: string, { pats, log }: RotationPorts): Promise<'retired' | 'revoked-before'> {
  if ((await pats.revoke(pat.authorizationId)) === 'already-gone') {
    noteGone(pat, log);
    return 'revoked-before';
  }
  log.info(`Revoked ${called}.`);
  return 'retired';
}

/**
 * Whether this run may retire a PAT of the lineage. It may not if another run could still have been storing that PAT
 * when the successor began (I10 in docs/rotation.md). Both dates are the service's, so a wrong clock of this machine
 * does no harm.
 */
async function isToRetire(pat: Pat, made: Pat, ports: RotationPorts): Promise<boolean> {
  if (!(await worksWhereNewOneDoes(pat, made, ports))) return false;
  const pending = readPending(pat);
  if (!pending || isOrphaned(pending, ports.run, made.validFrom)) return true;
  const name = quoteForeign(lineageName(pat.displayName));
  const later =
    pending.kind === 'namesake' ? 'Once that run is over, revoke it by its id' : 'A later rotation retires it';
  ports.log.warning(
    `PAT ${pat.authorizationId} may belong to run ${pending.run}, which may still rotate "${name}", so it is left alone. ${later}.`,
  );
  return false;
}

/** The age up to which a list is fresh. */
const freshness = minute;

/**
 * Whether the list is so fresh that the old PAT needs no second look: if no destination was written and nothing is left
 * over, the list was read two requests ago, right before the create.
 */
function isListFresh(replacement: Replacement, made: Made, { stores, clock }: RotationPorts): boolean {
  const { displayName, previous, leftovers } = replacement;
  const isAlone = stores.length === 0 && leftovers.length === 0 && previous?.displayName === displayName;
  return isAlone && !needsSearch(replacement, made.pat) && clock.elapsed() - made.createSent <= freshness;
}

/** Reads a PAT again, because another run or a person may have changed it since the list was read. */
async function findChange(
  pat: Pat,
  { pats, log }: RotationPorts,
): Promise<'not-found' | 'renamed' | 'contested' | undefined> {
  const { authorizationId, displayName } = pat;
  const found = await pats.get(authorizationId);
  if (!found) {
    log.info(
      `PAT ${authorizationId} (${quoteForeign(displayName)}) was not found when it was read again, so it is left alone.`,
    );
    return 'not-found';
  }
  if (found.displayName === displayName) return undefined;
  noteRenamed(pat, found, log);
  return lineageNameOf(found) === lineageNameOf(pat) ? 'contested' : 'renamed';
}

function noteGone({ authorizationId, displayName }: Pat, log: RotationPorts['log']): void {
  log.info(`PAT ${authorizationId} (${quoteForeign(displayName)}) is gone already.`);
}

/** Whether the service seems to store only whole seconds, and so no watermark, as the times of the new PAT show. */
function isInWholeSeconds({ validFrom, validTo }: Pat, replacement: Replacement): boolean {
  const isAsked = hasWatermark(replacement.displayName, replacement.validTo);
  return validTo % second === 0 && (isAsked || validFrom % second === 0);
}
