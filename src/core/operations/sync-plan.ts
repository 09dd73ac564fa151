import { forEachConcurrently } from '../concurrency.ts';
import { Failure, toFailure } from '../failure.ts';
import { groupBy } from '../group-by.ts';
import { endsBefore, fieldsOf, isGlobal, lifeOf, type Pat, type PatChange, patsPerPage } from '../pat.ts';
import { lineageName } from '../pat-name.ts';
import type { PlanReason } from '../plan-reason.ts';
import type { PatList, Store } from '../ports.ts';
import { formatDuration } from '../request/duration.ts';
import type { ManifestToken } from '../request/manifest/manifest.ts';
import { appearanceOf } from '../request/name-appearance.ts';
import { hasOtherScopes } from '../request/scope.ts';
import { lineageFinder, listFleet } from '../rotation/fleet-list.ts';
import type { Lineage } from '../rotation/lineage.ts';
import { findLookalike, lookalikeExists } from '../rotation/lookalike.ts';
import { findMissingValue } from '../rotation/missing-value.ts';
import { planRotation } from '../rotation/plan.ts';
import { currentPat, refuseAmbiguity } from '../rotation/selection.ts';
import { quoteForeign } from '../sanitize.ts';
import type { Milliseconds } from '../time.ts';
import type { FleetContext } from './context.ts';
import { leavesDestinationsUnchecked } from './dry-run-without-token.ts';
import { type FleetPats, fleetPats } from './fleet-pats.ts';
import type { SyncEntries } from './sync-entries.ts';

/** What is to be done about one token, and why. */
type Decision =
  | { readonly action: 'create'; readonly reason: PlanReason }
  | { readonly action: 'rotate' | 'none'; readonly reason: PlanReason; readonly current: Pat }
  | { readonly action: 'update'; readonly reason: PlanReason; readonly current: Pat; readonly change: PatChange };

interface Planned {
  /** The position in the manifest, and in the plan. */
  readonly index: number;
  readonly token: ManifestToken;
  readonly pats: FleetPats;
  readonly lineage: Lineage;
}

/**
 * What will be done for one token of the manifest. The stores of a PAT that is only updated are opened if it needs
 * them.
 */
export type Task = Planned &
  (
    | { readonly action: 'create'; readonly stores: readonly Store[] }
    | { readonly action: 'rotate'; readonly stores: readonly Store[]; readonly current: Pat }
    | { readonly action: 'update'; readonly current: Pat; readonly change: PatChange }
  );

/** Plans all tokens. It lists each organization once, however many tokens that has. */
export async function planAll(context: FleetContext, entries: SyncEntries): Promise<Task[]> {
  const { manifest, request, log } = context;
  const organizations = groupBy(manifest.entries(), ([, token]) => token.organization);
  const tasks: Task[] = [];
  const unchecked = leavesDestinationsUnchecked(request, manifest);
  preload(context);
  await forEachConcurrently([...organizations], request.maxConcurrency, async ([organization, tokens]) => {
    const isLong = tokens.length > patsPerPage;
    const pats = fleetPats(context.openPats(organization), { ...context, isLong });
    let list: PatList;
    try {
      context.cancellation.check();
      const wanted = tokens.map(([, { displayName: name }]) => ({ name }));
      list = await listFleet(wanted, pats, isLong);
    } catch (thrown) {
      const failure = toFailure(thrown, `Listing the PATs of ${organization}`);
      entries.failAll(
        tokens.map(([index]) => index),
        failure,
      );
      return;
    }
    log.info(`${organization}: the list has ${list.pats.length} active PATs, and the manifest names ${tokens.length}.`);
    const findLineage = lineageFinder(list, pats);
    const byAppearance = groupBy(list.pats, (pat) => appearanceOf(lineageName(pat.displayName)));
    await forEachConcurrently([...tokens], request.maxConcurrency, async ([index, token]) => {
      try {
        const lookalike = findLookalike(byAppearance.get(appearanceOf(token.displayName)) ?? [], token.displayName);
        const task = await planToken({ index, token, pats, findLineage, lookalike, unchecked }, context, entries);
        if (task) tasks.push(task);
      } catch (thrown) {
        entries.fail(index, thrown);
      }
    });
  });
  return tasks.sort((a, b) => a.index - b.index);
}

/** Loads the code of the destinations while the lists are under way. */
function preload({ manifest, request, openStores }: FleetContext): void {
  const token = manifest.find(({ destinations }) => destinations.length > 0);
  if (!token || request.dryRun) return;
  // If it fails, opening the stores later fails in the same way and reports it.
  openStores(token.destinations).catch(() => {});
}

interface Candidate {
  readonly index: number;
  readonly token: ManifestToken;
  readonly pats: FleetPats;
  readonly findLineage: (name: string) => Promise<Lineage>;
  /** A PAT of another name that looks the same. */
  readonly lookalike: Pat | undefined;
  /** True if nothing checks its destinations. */
  readonly unchecked: boolean;
}

/** The task of a token; undefined if there is nothing to do. */
async function planToken(candidate: Candidate, context: FleetContext, entries: SyncEntries): Promise<Task | undefined> {
  const { index, token, pats, findLineage, lookalike, unchecked } = candidate;
  const lineage = await findLineage(token.displayName);
  refuseAmbiguity(lineage);
  const { destinations } = token;
  const byDates = decideByDates(token, lineage, context);
  entries.note(index, { action: byDates.action, reason: byDates.reason });
  if (byDates.action !== 'create') entries.note(index, { life: lifeOf(byDates.current) });
  const stores = unchecked || destinations.length === 0 ? [] : await context.openStores(destinations);
  const decision = await decideByDestinations(byDates, { ...context, stores });
  const { action, reason } = decision;
  entries.note(index, { action, reason });
  const planned: Planned = { index, token, pats, lineage };
  switch (action) {
    case 'none':
      return undefined;
    case 'update':
      return { ...planned, action, current: decision.current, change: decision.change };
    case 'create':
      if (lookalike) throw lookalikeExists(lookalike, token.displayName);
      if (destinations.length === 0) throw noDestination('Creating', token);
      return { ...planned, action, stores };
    case 'rotate':
      if (destinations.length === 0) throw noDestination('Rotating', token);
      return { ...planned, action, stores, current: decision.current };
  }
}

function noDestination(doing: string, { displayName }: ManifestToken): Failure {
  return new Failure('invalid-input', {
    what: `${doing} "${quoteForeign(displayName)}"`,
    why: 'it has no destination in the manifest, so the value of the new PAT would be lost',
    hint: 'Give it destinations.',
  });
}

function decideByDates(token: ManifestToken, lineage: Lineage, { clock, log }: FleetContext): Decision {
  const current = currentPat(lineage);
  if (!current) return { action: 'create', reason: { kind: 'no-such-pat' } };
  const now = clock.now();
  const { action, reason } = planRotation(lineage, current, marginOf(token, current), now);
  if (action === 'rotate') return { action, reason, current };
  if (endsAsPlanned(token, current) && current.validTo - now <= token.rotateWithin) {
    log.warning(
      `"${quoteForeign(token.displayName)}" in ${token.organization} ends in ${formatDuration(current.validTo - now)}, at the "valid-to" of the manifest, and no rotation can change that. Set a new date, or remove it from the manifest.`,
    );
  }
  const change: PatChange = {
    ...(hasOtherScopes(current.scope, token.scope) ? { scope: token.scope } : {}),
    ...(token.allOrganizations === isGlobal(current) ? {} : { allOrganizations: token.allOrganizations }),
  };
  const fields = fieldsOf(change);
  if (fields.length === 0) return { action, reason, current };
  return { action: 'update', reason: { kind: 'drifted', fields }, current, change };
}

/** Makes the PAT due if a destination lacks its value. The successor then also gets the changed scopes. */
async function decideByDestinations(
  decision: Decision,
  context: FleetContext & { readonly stores: readonly Store[] },
): Promise<Decision> {
  if (decision.action === 'create' || decision.action === 'rotate') return decision;
  const { current } = decision;
  const reason = await findMissingValue(current, context);
  if (!reason) return decision;
  const { log, explainReason } = context;
  log.info(`"${quoteForeign(current.displayName)}" (${current.authorizationId}) is due: ${explainReason(reason)}.`);
  return { action: 'rotate', reason, current };
}

/** A PAT that ends at the instant in the manifest is never due, because its successor would end at the same time. */
export function marginOf(token: ManifestToken, current: Pat): Milliseconds {
  return endsAsPlanned(token, current) ? 0 : token.rotateWithin;
}

function endsAsPlanned({ lifetime }: ManifestToken, current: Pat): boolean {
  return lifetime.kind === 'until' && !endsBefore(current, lifetime.at);
}
