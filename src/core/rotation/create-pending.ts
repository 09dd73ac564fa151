import { Failure, toFailure } from '../failure.ts';
import type { Pat } from '../pat.ts';
import { readList } from '../pat-list.ts';
import { pendingName } from '../pat-name.ts';
import type { Log, PatApi } from '../ports.ts';
import { formatInstant } from '../request/instant.ts';
import { sameScopes } from '../request/scope.ts';
import { quoteForeign } from '../sanitize.ts';
import { lookPauses } from './look-pauses.ts';
import { type Made, pendingKindOf, type Replacement, type RotationPorts } from './replacement.ts';

const createTries = 3;

/**
 * Creates the successor under its pending name. If the answer to the create is lost, the PAT is looked for by its nonce
 * and revoked before another create is sent (I7).
 */
export async function createPending(replacement: Replacement, ports: RotationPorts): Promise<Made> {
  const { pats, clock, log, cancellation } = ports;
  const { scope, validTo, allOrganizations } = replacement;
  const lostNames: string[] = [];
  for (let tries = 1; ; tries++) {
    cancellation.check();
    const kind = pendingKindOf(replacement);
    const displayName = pendingName(replacement.displayName, { run: ports.run, nonce: ports.nonce(), kind });
    const createSent = clock.elapsed();
    try {
      const { pat, token, maybeDuplicated } = await pats.create({ displayName, scope, validTo, allOrganizations });
      return {
        pat,
        token,
        askedName: displayName,
        createSent,
        lostNames: maybeDuplicated ? [...lostNames, displayName] : lostNames,
      };
    } catch (thrown) {
      const failure = toFailure(thrown, `Creating the PAT "${quoteForeign(replacement.displayName)}"`);
      if (failure.mayHaveActed) {
        log.info(`No usable answer to the create (${failure.why}): searching for the PAT that it may have made.`);
        lostNames.push(displayName);
      }
      const last = !failure.mayHaveActed || tries >= createTries || cancellation.requested;
      await revokeLost(lostNames, ports, failure, last);
      if (last) throw withNameAdvice(failure, displayName);
      // The HTTP client already waits for as long as Retry-After says; this pause only spreads the tries.
      await clock.sleep(1000 * tries);
    }
  }
}

/**
 * No document promises that the service accepts the suffix of a pending name: its length, or its tilde. The user never
 * wrote that name, so the advice shows it.
 */
function withNameAdvice(failure: Failure, displayName: string): Failure {
  if (!failure.problems.some(({ input }) => input === 'display-name')) return failure;
  return failure.with({
    hint: `Until it is stored everywhere, a new PAT is named "${quoteForeign(displayName)}" (${displayName.length} characters), which this service refuses: choose a shorter, plainer display-name.`,
  });
}

/**
 * Revokes the PATs of those names, and takes each name that it found out of `names`. The list may lag, so with
 * `patiently` it searches again for the others. The next run removes what it does not find.
 * @throws Failure `reason`, with advice that names what could not be removed
 */
export async function revokeLost(
  names: string[],
  ports: RotationPorts,
  reason: Failure,
  patiently: boolean,
): Promise<void> {
  const { pats, clock, log } = ports;
  if (names.length === 0) return;
  try {
    for (const pause of patiently ? lookPauses : [0]) {
      if (pause > 0) await clock.sleep(pause);
      const seen = await findLost(names, pats);
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
    throw reason.advise(left);
  }
}

/** Two PATs can have one of these names: a create that got a 429 may have acted, and then it was sent again. */
async function findLost(names: readonly string[], pats: PatApi): Promise<readonly Pat[]> {
  const matters = ({ displayName }: Pat): boolean => names.includes(displayName);
  const list = await readList('active', pats, { matters });
  return list.pats.filter(matters);
}

/** Revokes the PATs of lost creates that the list did not show before. */
export async function sweepLost(made: Made, ports: RotationPorts): Promise<void> {
  for (const pat of await findLost(made.lostNames, ports.pats)) {
    if (pat.authorizationId === made.pat.authorizationId) continue;
    await ports.pats.revoke(pat.authorizationId);
    ports.log.info(`Revoked PAT ${pat.authorizationId}: it was made, but its value never arrived.`);
  }
}

/** Warns if the service granted another life or other scopes than were asked for. */
export function warnIfDifferent(replacement: Replacement, granted: Pat, log: Log): void {
  const name = quoteForeign(replacement.displayName);
  const { scope, validTo } = replacement;
  if (granted.scope.trim() !== '' && !sameScopes(scope, granted.scope)) {
    log.warning(
      `The service granted "${name}" the scopes "${quoteForeign(granted.scope)}" instead of "${scope}". Check that they are enough for whatever uses the PAT.`,
    );
  }
  // Storage rounds by 1/300 s, so a second is the finest difference that means something.
  if (Math.abs(granted.validTo - validTo) <= 1000) return;
  const [given, asked] = [formatInstant(granted.validTo), formatInstant(validTo)];
  log.warning(
    granted.validTo < validTo
      ? `The service granted "${name}" a life until ${given}, shorter than the ${asked} that was asked for: a lifespan policy of the tenant limits it.`
      : `The service granted "${name}" a life until ${given}, longer than the ${asked} that was asked for.`,
  );
}

/**
 * Refuses a new PAT that the service gave another name, for example one that it cut: the whole state of a rotation is in
 * these names, and no later run could tell what this PAT is.
 * @throws Failure `unexpected-response`
 */
export function refuseOtherName({ displayName }: Replacement, { pat, askedName }: Made): void {
  if (pat.displayName === askedName) return;
  throw new Failure('unexpected-response', {
    what: `Creating the PAT "${quoteForeign(displayName)}"`,
    why: `Azure DevOps called it "${quoteForeign(pat.displayName)}", not "${askedName}"`,
    hint: 'Choose a shorter, plainer display-name.',
  });
}
