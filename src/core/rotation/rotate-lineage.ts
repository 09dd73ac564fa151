import { Failure } from '../failure.ts';
import { isGlobal, type Pat, worksIn } from '../pat.ts';
import { lineageName } from '../pat-name.ts';
import type { Log, PatApi } from '../ports.ts';
import { formatDuration } from '../request/duration.ts';
import { formatInstant } from '../request/instant.ts';
import type { Lifetime } from '../request/lifetime.ts';
import type { PreviousToken } from '../request/previous-token.ts';
import { quoteForeign } from '../sanitize.ts';
import type { Instant, Milliseconds } from '../time.ts';
import { adviseInherited, inheritLifetime, inheritScope, lifetimeInUse } from './inherited-defaults.ts';
import { type Lineage, members, noteSimilar } from './lineage.ts';
import { replacePat } from './replace-pat.ts';
import type { Replacement } from './replacement.ts';
import type { RotationPorts } from './rotation-ports.ts';
import { addWatermark, stripWatermark } from './watermark.ts';

/** What the user wants of a rotation. The PAT that is replaced supplies what is absent. */
export interface RotationOptions {
  readonly scope: string | undefined;
  readonly lifetime: Lifetime | undefined;
  readonly previousToken: PreviousToken;
  readonly verify: boolean;
}

function lifetimeOfOld(lineage: Lineage, previous: Pat, log: Log): Lifetime {
  const inUse = lifetimeInUse(lineage, previous);
  const { lifetime, shortened } = inheritLifetime(previous, inUse);
  if (shortened) {
    log.warning(
      `The old PAT ${previous.authorizationId} of "${quoteForeign(lineage.name)}" has a life of ${formatDuration(inUse)}. The new one does not inherit that, and is valid for a year at most. Set valid-for to ask for another life.`,
    );
  }
  return lifetime;
}

/** The end of a new PAT. A duration counts from `now`. */
export function endOf(lifetime: Lifetime, name: string, now: Instant): Instant {
  // An instant that the user chose is kept to the millisecond; a duration leaves room for the watermark.
  return lifetime.kind === 'until' ? lifetime.at : addWatermark(name, now + lifetime.milliseconds);
}

/**
 * What the lineage holds besides the PAT that is replaced. Which of the pending ones belong to runs that are over is
 * decided later, by the start of the successor: that is a time of the service.
 */
export function leftoversOf(lineage: Lineage, previous: Pat | undefined): Pat[] {
  return members(lineage).filter((pat) => pat !== previous);
}

/**
 * Replaces the current PAT of a lineage.
 * @throws Failure as `replacePat` does.
 */
export async function rotateLineage(
  lineage: Lineage,
  previous: Pat,
  options: RotationOptions,
  ports: RotationPorts,
): Promise<Pat> {
  const { clock, log } = ports;
  const scope = options.scope ?? inheritScope(previous);
  const lifetime = options.lifetime ?? lifetimeOfOld(lineage, previous, log);
  const end = endOf(lifetime, lineage.name, clock.now());
  noteSimilar(lineage, log);
  const replacement = replacementIn(lineage, previous, { ...options, scope, end, pats: ports.pats });
  let isMade = false;
  const onCreated = (pat: Pat): void => {
    isMade = true;
    ports.onCreated?.(pat);
  };
  const made = await replacePat(replacement, { ...ports, onCreated }).catch((thrown) => {
    if (isMade || !(thrown instanceof Failure)) throw thrown;
    throw adviseInherited(thrown, {
      previous,
      scope: options.scope === undefined ? scope : undefined,
      lifetime: options.lifetime || lifetime.kind !== 'for' ? undefined : lifetime.milliseconds,
    });
  });
  if (isGlobal(previous)) warnOfGlobal(lineage, previous, { ...options, log });
  return made;
}

interface Successor extends Pick<RotationOptions, 'previousToken' | 'verify'> {
  readonly scope: string;
  readonly end: Instant;
  readonly pats: PatApi;
}

/** The successor of a PAT of the lineage, in the place of everything else that the lineage holds. */
function replacementIn(
  lineage: Lineage,
  previous: Pat,
  { scope, end, previousToken, verify, pats }: Successor,
): Replacement {
  const { name, namesakes } = lineage;
  return {
    displayName: name,
    scope,
    // Two namesakes with watermarks would look like two PATs that concurrent runs left.
    validTo: namesakes ? stripWatermark(end) : end,
    allOrganizations: false,
    previous,
    leftovers: leftoversOf(lineage, previous),
    previousToken,
    verify,
    name: namesakes ? 'beside-namesakes' : 'exclusive',
    namesakes: namesakes ?? [],
    checkSuccessor: (successor) => refuseOtherOrganization(previous, successor, pats),
  };
}

/** Warns that the new PAT works in fewer organizations than the old one. */
function warnOfGlobal(
  { name }: Lineage,
  { authorizationId }: Pat,
  { previousToken, log }: { readonly previousToken: PreviousToken; readonly log: Log },
): void {
  const ended =
    previousToken.kind === 'revoke'
      ? ' If this run revoked the old PAT, that one no longer works in any organization.'
      : '';
  log.warning(
    `The old PAT ${authorizationId} of "${quoteForeign(name)}" was made for all organizations. Azure DevOps retired such PATs, so the new one works only in this organization.${ended}`,
  );
}

/** Warns if rotate-within is longer than the granted life, because then every run rotates. */
export function warnIfAlwaysDue(
  name: string,
  made: Pat,
  rotateWithin: Milliseconds | undefined,
  { clock, log }: Pick<RotationPorts, 'clock' | 'log'>,
): void {
  if (rotateWithin === undefined || made.validTo - clock.now() > rotateWithin) return;
  log.warning(
    `The new PAT of "${quoteForeign(name)}" ends ${formatInstant(made.validTo)}, within rotate-within (${formatDuration(rotateWithin)}): every run will rotate it. Choose a rotate-within shorter than its life.`,
  );
}

/**
 * Refuses a PAT of another organization, which the list may have shown. The organization of the successor decides (I8 in
 * docs/rotation.md).
 * @throws Failure `pat-not-found`
 */
async function refuseOtherOrganization(previous: Pat, successor: Pat, pats: PatApi): Promise<void> {
  if (isGlobal(previous)) return;
  if (worksIn(previous, successor.targetAccounts?.[0] ?? (await pats.organizationId()))) return;
  throw new Failure('pat-not-found', {
    what: `Selecting the PAT "${quoteForeign(lineageName(previous.displayName))}"`,
    why: `PAT ${previous.authorizationId} of this name belongs to another organization of the same user`,
    hint: 'Check organization and display-name; the operation list shows which PATs exist.',
  });
}
