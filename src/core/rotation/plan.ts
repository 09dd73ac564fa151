import { Failure } from '../failure.ts';
import { isGlobal, lifetimeOf, type Pat, worksIn } from '../pat.ts';
import { lineageName } from '../pat-name.ts';
import type { Log, PatApi } from '../ports.ts';
import type { Reason } from '../reason.ts';
import { formatDuration } from '../request/duration.ts';
import { formatInstant } from '../request/instant.ts';
import type { Lifetime } from '../request/lifetime.ts';
import type { PreviousToken } from '../request/previous-token.ts';
import { quoteForeign } from '../sanitize.ts';
import { adviseInherited, inheritLifetime, inheritScope } from './inheritance.ts';
import { isOrphaned, type Lineage, members, noteSimilar } from './lineage.ts';
import { replacePat } from './replace.ts';
import type { RotationPorts } from './replacement.ts';
import { addWatermark, stripWatermark } from './watermark.ts';

/** What the user wants of a rotation. The PAT that is replaced supplies what is absent. */
export interface RotationWish {
  readonly scope?: string | undefined;
  readonly lifetime?: Lifetime | undefined;
  /** Milliseconds: rotate only a PAT that expires within them. */
  readonly rotateWithin?: number | undefined;
  readonly previousToken: PreviousToken;
  readonly verify: boolean;
}

/** Whether to rotate, decided before anything is changed. */
export interface RotationPlan {
  readonly action: 'rotate' | 'none';
  readonly reason: Reason;
}

/**
 * Whether a lineage that has a current PAT is due. A pending PAT forces a rotation (I6): it may be the one in use.
 * @example planRotation(lineage, previous, 7 * day, previous.validTo - 3 * day) // { action: 'rotate', reason: { kind: 'expires', left: 3 * day } }
 */
export function planRotation(
  lineage: Lineage,
  previous: Pat,
  rotateWithin: number | undefined,
  now: number,
): RotationPlan {
  // The list decides that the PAT is active, not the clock of this machine.
  const left = Math.max(0, previous.validTo - now);
  const unfinished = lineage.pending.length > 0 || previous.displayName !== lineage.name;
  if (unfinished) return { action: 'rotate', reason: { kind: 'unfinished-rotation' } };
  if (lineage.named.length > 1) return { action: 'rotate', reason: { kind: 'concurrent-rotations' } };
  if (rotateWithin === undefined) return { action: 'rotate', reason: { kind: 'asked-for' } };
  if (left <= rotateWithin) return { action: 'rotate', reason: { kind: 'expires', left } };
  return { action: 'none', reason: { kind: 'still-valid', left } };
}

/**
 * The lifetime that the maker of a PAT asked for, in milliseconds. The service counts from the moment at which it acted,
 * and rounds; a rotation ends a PAT up to two seconds early. Within 5 s of a whole minute, the result is that minute.
 * Otherwise each rotation would shorten the life.
 */
export function ownLifetime(pat: Pat): number {
  const minute = 60_000;
  const lifetime = lifetimeOf(pat);
  const whole = Math.round(lifetime / minute) * minute;
  return whole > 0 && Math.abs(lifetime - whole) <= 5000 ? whole : lifetime;
}

/**
 * Milliseconds that the PATs in use were meant to live. An unfinished rotation may have shortened the named PAT already;
 * then its pending successor still has the intended life.
 */
function lifetimeInUse(lineage: Lineage, previous: Pat): number {
  const inUse = [previous, ...lineage.pending.map(({ pat }) => pat)];
  return Math.max(...inUse.map(ownLifetime));
}

function lifetimeOfOld(lineage: Lineage, previous: Pat, log: Log): Lifetime {
  const inUse = lifetimeInUse(lineage, previous);
  const { lifetime, shortened } = inheritLifetime(previous, inUse);
  if (shortened) {
    log.warning(
      `The old PAT ${previous.authorizationId} of "${quoteForeign(lineage.name)}" has a life of ${formatDuration(inUse)}. The new one doesn't take that over: it is to live for a year. valid-for asks for another life.`,
    );
  }
  return lifetime;
}

export function endOf(lifetime: Lifetime, name: string, now: number): number {
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
  wish: RotationWish,
  ports: RotationPorts,
): Promise<Pat> {
  const { clock, log, run } = ports;
  const now = clock.now();
  const scope = wish.scope ?? inheritScope(previous);
  const lifetime = wish.lifetime ?? lifetimeOfOld(lineage, previous, log);
  const end = endOf(lifetime, lineage.name, now);
  noteSimilar(lineage, log);
  for (const pending of lineage.pending) {
    if (isOrphaned(pending, run, now)) continue;
    log.warning(
      `PAT ${pending.pat.authorizationId} may belong to run ${pending.run}, which rotates "${quoteForeign(lineage.name)}" too: it is left alone, and a later run takes care of it.`,
    );
  }
  let isMade = false;
  const made = await replacePat(
    {
      displayName: lineage.name,
      scope,
      // Two namesakes with watermarks would look like two PATs that concurrent rotations left.
      validTo: lineage.hasNamesakes ? stripWatermark(end) : end,
      allOrganizations: false,
      previous,
      leftovers: leftoversOf(lineage, previous),
      previousToken: wish.previousToken,
      verify: wish.verify,
      name: lineage.hasNamesakes ? 'beside-namesakes' : 'exclusive',
      checkSuccessor: (successor) => refuseStranger(previous, successor, ports.pats),
    },
    {
      ...ports,
      onCreated: (pat) => {
        isMade = true;
        ports.onCreated?.(pat);
      },
    },
  ).catch((thrown) => {
    if (isMade || !(thrown instanceof Failure)) throw thrown;
    throw adviseInherited(thrown, {
      previous,
      scope: wish.scope === undefined ? scope : undefined,
      lifetime: wish.lifetime || lifetime.kind !== 'for' ? undefined : lifetime.milliseconds,
    });
  });
  if (isGlobal(previous)) {
    log.warning(
      `The old PAT ${previous.authorizationId} of "${quoteForeign(lineage.name)}" works in all organizations. Azure DevOps retired such PATs, so the new one works in this organization alone; ${wish.previousToken.kind === 'revoke' ? 'the old one was revoked in all of them (previous-token: keep lets it live on)' : 'the old one goes on until its end'}.`,
    );
  }
  warnIfAlwaysDue(lineage.name, made, wish.rotateWithin, ports);
  return made;
}

/** Warns if rotate-within is longer than the granted life, because then every run rotates. */
export function warnIfAlwaysDue(
  name: string,
  made: Pat,
  rotateWithin: number | undefined,
  { clock, log }: Pick<RotationPorts, 'clock' | 'log'>,
): void {
  if (rotateWithin === undefined || made.validTo - clock.now() > rotateWithin) return;
  log.warning(
    `The new PAT of "${quoteForeign(name)}" ends ${formatInstant(made.validTo)}, within rotate-within (${formatDuration(rotateWithin)}): every run will rotate it. Choose a rotate-within shorter than its life.`,
  );
}

/**
 * Refuses a PAT of another organization, which the list may have shown. The organization of the successor decides (I8).
 * @throws Failure `pat-not-found`
 */
async function refuseStranger(previous: Pat, successor: Pat, pats: PatApi): Promise<void> {
  if (isGlobal(previous)) return;
  if (worksIn(previous, successor.targetAccounts?.[0] ?? (await pats.organizationId()))) return;
  throw new Failure('pat-not-found', {
    what: `Selecting the PAT "${quoteForeign(lineageName(previous.displayName))}"`,
    why: `PAT ${previous.authorizationId} of this name belongs to another organization of the same user`,
    hint: 'Check organization and display-name; the operation list shows what there is.',
  });
}
