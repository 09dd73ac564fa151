import { forEachConcurrently } from '../concurrency.ts';
import { Failure, toFailure } from '../failure.ts';
import { lifeOf, type Pat } from '../pat.ts';
import type { Log } from '../ports.ts';
import { prepareStores } from '../prepare-stores.ts';
import { formatInstant } from '../request/instant.ts';
import type { ManifestToken } from '../request/manifest/manifest.ts';
import { warnIfUnchanged } from '../rotation/granted-terms.ts';
import { storeRenewedValue } from '../rotation/renewed-value.ts';
import { replacePat } from '../rotation/replace-pat.ts';
import { rotateLineage, warnIfAlwaysDue } from '../rotation/rotate-lineage.ts';
import type { RotationPorts } from '../rotation/rotation-ports.ts';
import { identityWithin } from '../run-identity.ts';
import { quoteForeign } from '../sanitize.ts';
import type { FleetContext } from './context.ts';
import { firstOf } from './create-first.ts';
import type { ReplacedPat } from './queued-runs-notice.ts';
import type { SyncEntries } from './sync-entries.ts';
import { marginOf, type Task } from './sync-plan.ts';

/** Checks the destinations of all tasks, which is all that a dry run does with them. */
export async function checkAll(tasks: readonly Task[], context: FleetContext, entries: SyncEntries): Promise<void> {
  await forEachConcurrently(tasks, context.request.maxConcurrency, async (task) => {
    try {
      context.cancellation.check();
      if (task.action !== 'update') await prepareStores(task, nothingMade(task.token));
    } catch (thrown) {
      entries.fail(task.index, thrown);
    }
  });
}

/**
 * What a failed check of the destinations means for this token. The sentence names the token, because other tokens may
 * have new PATs by then.
 */
function nothingMade({ displayName }: ManifestToken): string {
  return `No PAT of "${quoteForeign(displayName)}" was made or changed.`;
}

const pastTense = { create: 'created', rotate: 'rotated', update: 'updated' } as const;

interface Changes {
  /** Whether anything was changed, also for a token that failed afterwards. */
  readonly changed: boolean;
  /** How many tokens were changed without a failure. */
  readonly finished: number;
  /** The old PATs that were revoked, also those of tokens that failed afterwards. */
  readonly revoked: readonly ReplacedPat[];
}

export const noChanges: Changes = { changed: false, finished: 0, revoked: [] };

/** Carries out all tasks, and reports each of them as it ends. It begins none after a stop was requested. */
export async function carryOutAll(
  tasks: readonly Task[],
  context: FleetContext,
  entries: SyncEntries,
): Promise<Changes> {
  const { request, log, cancellation } = context;
  const untouched: number[] = [];
  let ended = 0;
  let finished = 0;
  let changed = false;
  const onChanged = (): void => {
    changed = true;
  };
  const revoked = new Map<number, ReplacedPat>();
  await forEachConcurrently(tasks, request.maxConcurrency, async (task) => {
    const { index, token, action } = task;
    if (cancellation.requested) {
      untouched.push(index);
      return;
    }
    const name = `"${quoteForeign(token.displayName)}" in ${token.organization}`;
    const steps: string[] = [];
    try {
      const onRevoked = (each: ReplacedPat): void => void revoked.set(index, each);
      const pat = await carryOut(task, { ...context, log: holdingBack(log, steps) }, { onChanged, onRevoked });
      ended += 1;
      finished += 1;
      entries.note(index, { life: lifeOf(pat) });
      log.info(`${ended} of ${tasks.length}: ${pastTense[action]} ${name}, valid until ${formatInstant(pat.validTo)}.`);
    } catch (thrown) {
      ended += 1;
      log.info(`${ended} of ${tasks.length}: ${name} failed.${steps.length > 0 ? ' Its log until then:' : ''}`);
      for (const line of steps) log.info(`  ${line}`);
      entries.fail(index, thrown);
    }
    task.pats.sweep();
  });
  await Promise.all(tasks.map(({ pats }) => pats.swept()));
  entries.failAll(untouched, notBegun);
  return { changed, finished, revoked: tasks.flatMap(({ index }) => revoked.get(index) ?? []) };
}

const notBegun = new Failure('timeout', {
  what: 'Syncing',
  why: 'the run was asked to stop before this token was begun',
  hint: 'Run again; the next run goes on from there.',
});

/**
 * A log that holds back the steps of one token. They matter only if the token fails, and hundreds of tokens have
 * thousands.
 */
function holdingBack(log: Log, steps: string[]): Log {
  return {
    debug: (message) => log.debug(message),
    info: (message) => {
      steps.push(message);
      log.debug(message);
    },
    notice: (message) => log.notice(message),
    warning: (message) => log.warning(message),
    mask: (secret) => log.mask(secret),
  };
}

interface TaskEvents {
  /** Called once a PAT was changed, or once a destination has a new one, or may have it. */
  readonly onChanged: () => void;
  readonly onRevoked: (each: ReplacedPat) => void;
}

/** Carries out one task, and returns its PAT. */
async function carryOut(task: Task, context: FleetContext, { onChanged, onRevoked }: TaskEvents): Promise<Pat> {
  const { token, pats, lineage } = task;
  const run = identityWithin(token.organization, context.run);
  // The outputs are for operations on one PAT, so a sync sets none of them.
  const fleet = { ...context, run, pats, handOver: () => {} };
  if (task.action === 'update') return updatePat(task, { ...fleet, onChanged });
  const { stores } = task;
  const onPreviousRevoked = (): void => onRevoked({ displayName: token.displayName, stores });
  const ports = { ...fleet, stores, onStored: onChanged, onPreviousRevoked };
  await prepareStores(ports, nothingMade(token));
  const made =
    task.action === 'rotate'
      ? await rotateLineage(lineage, task.current, token, ports)
      : await replacePat(firstOf(lineage, 'exclusive', { ...token, now: context.clock.now() }), ports);
  warnIfAlwaysDue(token.displayName, made, marginOf(token, made), ports);
  return made;
}

type UpdatePorts = FleetContext & Pick<RotationPorts, 'handOver'> & Pick<TaskEvents, 'onChanged'>;

/** Changes a PAT as its manifest asks. If the change gives it a new value, its destinations get that. */
async function updatePat(
  { token, pats, current, change }: Extract<Task, { readonly action: 'update' }>,
  context: UpdatePorts,
): Promise<Pat> {
  const { pat, token: value } = await pats.update(current.authorizationId, change);
  context.onChanged();
  warnIfUnchanged(change, pat, context.log);
  if (value === undefined) return pat;
  const stores = await context.openStores(token.destinations).catch((thrown) => {
    const failure = toFailure(thrown, 'Storing the new value');
    throw failure.advise(
      `The change gave PAT ${pat.authorizationId} a new value, which is stored nowhere; what its destinations hold may no longer work. Rotate it at once.`,
    );
  });
  const { displayName } = token;
  const unsaved = await storeRenewedValue({ pat, token: value, displayName }, {}, { ...context, stores });
  if (unsaved) throw unsaved;
  return pat;
}
