import { forEachConcurrently } from '../concurrency.ts';
import { Failure, toFailure } from '../failure.ts';
import { groupBy } from '../group.ts';
import type { Outcome, PlanEntry } from '../outcome.ts';
import { isGlobal, type Life, type Pat, type PatChange } from '../pat.ts';
import { lineageName } from '../pat-name.ts';
import type { Log, PatList, Store } from '../ports.ts';
import { formatDuration } from '../request/duration.ts';
import { formatInstant } from '../request/instant.ts';
import { lookOf } from '../request/look.ts';
import type { ManifestToken } from '../request/manifest.ts';
import type { Request } from '../request/request.ts';
import { sameScopes } from '../request/scope.ts';
import type { Lineage } from '../rotation/lineage.ts';
import { findLookalike, lookalikeExists } from '../rotation/lookalike.ts';
import { planWithDestinations } from '../rotation/missing-value.ts';
import { endOf, leftoversOf, planRotation, rotateLineage, tellMargin } from '../rotation/plan.ts';
import { replacePat } from '../rotation/replace.ts';
import { present, refuseAmbiguity } from '../rotation/selection.ts';
import { storeRenewedValue } from '../rotation/store.ts';
import { identityWithin } from '../run-identity.ts';
import { quoteForeign } from '../sanitize.ts';
import { prepareAll } from '../stores.ts';
import type { OperationContext } from './context.ts';
import { lineageFinder, listFleet } from './fleet.ts';
import { type FleetPats, fleetPats } from './fleet-pats.ts';

/** What will be done for one token of the manifest. */
interface Task {
  /** Place in the manifest, and in the plan. */
  readonly index: number;
  readonly token: ManifestToken;
  readonly pats: FleetPats;
  readonly lineage: Lineage;
  readonly current: Pat | undefined;
  readonly change: PatChange;
  readonly action: 'create' | 'rotate' | 'update';
  readonly stores: readonly Store[];
}

/** The plan as it comes to be, one entry a token, and what failed of it. */
class Ledger {
  readonly plan: PlanEntry[];
  readonly #log: Log;

  constructor(manifest: readonly ManifestToken[], log: Log) {
    this.#log = log;
    this.plan = manifest.map(({ organization, displayName }) => {
      return { organization, displayName, action: 'none', reason: 'could not be planned' };
    });
  }

  get failures(): Failure[] {
    return this.plan.flatMap(({ failure }) => failure ?? []);
  }

  note(index: number, change: Partial<PlanEntry>): void {
    const entry = this.plan[index];
    if (entry) this.plan[index] = { ...entry, ...change };
  }

  fail(index: number, thrown: unknown): void {
    const entry = this.plan[index];
    if (!entry) return;
    const failure = toFailure(thrown, `Syncing "${quoteForeign(entry.displayName)}"`);
    this.plan[index] = { ...entry, failure };
    this.#log.warning(`"${quoteForeign(entry.displayName)}" in ${entry.organization}: ${failure.message}`);
  }

  /** One reason for several tokens is told once. */
  failAll(indexes: readonly number[], failure: Failure): void {
    for (const index of indexes) this.note(index, { failure });
    if (indexes.length > 0) this.#log.warning(`${failure.message} Tokens left as they are: ${indexes.length}.`);
  }

  count(action: PlanEntry['action']): number {
    return this.plan.filter((entry) => entry.action === action && !entry.failure).length;
  }
}

/** Converges the PATs that the manifest names, and touches no other. Tokens are independent of each other. */
export async function sync(context: OperationContext): Promise<Outcome> {
  const { request, log, manifest } = context;
  const ledger = new Ledger(manifest, log);
  const tasks = await planAll(context, ledger);
  tellPlan(ledger, context);
  const changed = request.dryRun ? await checkAll(tasks, context, ledger) : await carryOutAll(tasks, context, ledger);
  if (!request.dryRun)
    adviseGrace(
      tasks.filter(({ index }) => !ledger.plan[index]?.failure),
      context,
    );
  return { changed: changed > 0, plan: ledger.plan, failure: partialFailure(ledger, changed) };
}

/** One list per organization, however many tokens it has. */
async function planAll(context: OperationContext, ledger: Ledger): Promise<Task[]> {
  const { manifest, request, log } = context;
  const organizations = groupBy(manifest.entries(), ([, token]) => token.organization);
  const tasks: Task[] = [];
  const blind = isBlind(request, manifest);
  preload(context);
  await forEachConcurrently([...organizations], request.maxConcurrency, async ([organization, tokens]) => {
    const pats = fleetPats(context.openPats(organization), context);
    let list: PatList;
    try {
      context.cancellation.check();
      const names = tokens.map(([, { displayName }]) => displayName);
      list = await listFleet(names, pats);
    } catch (thrown) {
      const failure = toFailure(thrown, `Listing the PATs of ${organization}`);
      ledger.failAll(
        tokens.map(([index]) => index),
        failure,
      );
      return;
    }
    log.info(`${organization}: ${list.pats.length} active PATs in the list, ${tokens.length} in the manifest.`);
    const findLineage = lineageFinder(list, pats);
    const byLook = groupBy(list.pats, (pat) => lookOf(lineageName(pat.displayName)));
    await forEachConcurrently([...tokens], request.maxConcurrency, async ([index, token]) => {
      try {
        const lookalike = findLookalike(byLook.get(lookOf(token.displayName)) ?? [], token.displayName);
        const task = await planToken({ index, token, pats, findLineage, lookalike, blind }, context, ledger);
        if (task) tasks.push(task);
      } catch (thrown) {
        ledger.fail(index, thrown);
      }
    });
  });
  return tasks.sort((a, b) => a.index - b.index);
}

/** The code of the destinations loads while the lists are under way. */
function preload({ manifest, request, openStores }: OperationContext): void {
  const token = manifest.find(({ destinations }) => destinations.length > 0);
  if (!token || request.dryRun) return;
  // What is wrong is told where the stores are needed.
  openStores(token.destinations, token.organization).catch(() => {});
}

interface Candidate {
  readonly index: number;
  readonly token: ManifestToken;
  readonly pats: FleetPats;
  readonly findLineage: (name: string) => Promise<Lineage>;
  /** A PAT of another name that looks the same. */
  readonly lookalike: Pat | undefined;
  /** Whether its destinations are left unchecked. */
  readonly blind: boolean;
}

function lifeOf(pat: Pat | undefined): Partial<Life> {
  return pat ? { validFrom: pat.validFrom, validTo: pat.validTo } : {};
}

/** The task of a token; undefined where nothing is to be done, or nothing can be (then the ledger says why). */
async function planToken(candidate: Candidate, context: OperationContext, ledger: Ledger): Promise<Task | undefined> {
  const { index, token, pats, findLineage, lookalike, blind } = candidate;
  const lineage = await findLineage(token.displayName);
  refuseAmbiguity(lineage);
  const current = present(lineage);
  const { destinations } = token;
  const byDates = decide(token, lineage, current, context);
  ledger.note(index, { action: byDates.action, reason: byDates.reason, ...lifeOf(current) });
  const stores = blind || destinations.length === 0 ? [] : await context.openStores(destinations, token.organization);
  const { action, reason, change } = current
    ? await decideByDestinations(byDates, current, { ...context, stores })
    : byDates;
  ledger.note(index, { action, reason });
  if (action === 'none') return undefined;
  if (action === 'create' && lookalike) throw lookalikeExists(lookalike, token.displayName);
  if (action !== 'update' && destinations.length === 0) throw nowhereToGo(token, action);
  return { index, token, pats, lineage, current, change, action, stores: action === 'update' ? [] : stores };
}

/**
 * Whether a plan leaves the destinations unchecked: it needs no right to write, so a dry run does without the token that
 * some of them need.
 */
export function isBlind({ dryRun, githubToken }: Request, manifest: readonly ManifestToken[]): boolean {
  const places = manifest.flatMap(({ destinations }) => destinations);
  return dryRun && !githubToken && places.some(({ kind }) => kind.startsWith('github-'));
}

function nowhereToGo({ displayName }: ManifestToken, action: 'create' | 'rotate'): Failure {
  return new Failure('invalid-input', {
    what: `${action === 'create' ? 'Creating' : 'Rotating'} "${quoteForeign(displayName)}"`,
    why: 'it has no destination in the manifest, so the value of the new PAT would be lost',
    hint: 'Give it destinations.',
  });
}

interface Decision {
  readonly action: 'create' | 'rotate' | 'update' | 'none';
  readonly reason: string;
  readonly change: PatChange;
}

function decide(
  token: ManifestToken,
  lineage: Lineage,
  current: Pat | undefined,
  { clock, log }: OperationContext,
): Decision {
  if (!current) return { action: 'create', reason: 'there is none', change: {} };
  const now = clock.now();
  const { action, reason } = planRotation(lineage, current, marginOf(token, current), now);
  if (action === 'rotate') return { action, reason, change: {} };
  if (endsAsPlanned(token, current) && current.validTo - now <= token.rotateWithin) {
    log.warning(
      `"${quoteForeign(token.displayName)}" in ${token.organization} ends in ${formatDuration(current.validTo - now)}, at the valid-to of the manifest, and no rotation can change that. Set a new date, or take it out.`,
    );
  }
  const change: PatChange = {
    ...(sameScopes(token.scope, current.scope) ? {} : { scope: token.scope }),
    ...(token.allOrganizations === isGlobal(current) ? {} : { allOrganizations: token.allOrganizations }),
  };
  const drifted = [
    ...(change.scope === undefined ? [] : ['scopes']),
    ...(change.allOrganizations === undefined ? [] : ['all-organizations']),
  ];
  if (drifted.length === 0) return { action: 'none', reason, change };
  return { action: 'update', reason: `${drifted.join(' and ')} drifted`, change };
}

/** A destination without the value makes the PAT due: the successor gets what drifted as well. */
async function decideByDestinations(decision: Decision, current: Pat, context: OperationContext): Promise<Decision> {
  if (decision.action === 'rotate') return decision;
  const { action, reason } = await planWithDestinations({ action: 'none', reason: '' }, current, context);
  if (action === 'none') return decision;
  context.log.info(`"${quoteForeign(current.displayName)}" (${current.authorizationId}) is due: ${reason}.`);
  return { action, reason, change: {} };
}

/** A PAT that lives until the instant the manifest names is never due: its successor would end with it. */
function marginOf(token: ManifestToken, current: Pat): number {
  return endsAsPlanned(token, current) ? 0 : token.rotateWithin;
}

function endsAsPlanned({ lifetime }: ManifestToken, current: Pat): boolean {
  // Storage rounds by 1/300 s, so a second is the finest difference that means something.
  return lifetime.kind === 'until' && current.validTo >= lifetime.at - 1000;
}

function tellPlan(ledger: Ledger, { log, request }: OperationContext): void {
  const actions = (['create', 'rotate', 'update', 'none'] as const).map(
    (action) => `${ledger.count(action)} ${action}`,
  );
  const failed = ledger.failures.length;
  if (failed > 0) actions.push(`${failed} failed`);
  log.info(`Plan for ${ledger.plan.length} tokens: ${actions.join(', ')}${request.dryRun ? ' (dry run)' : ''}.`);
}

/** GitHub reads repository and organization secrets when a run is queued ("Secrets reference" of its docs). */
function adviseGrace(tasks: readonly Task[], { log }: OperationContext): void {
  const late = tasks.filter(({ action, token, stores }) => {
    const ends = action === 'rotate' && token.previousToken.kind === 'revoke';
    return ends && stores.some((store) => store.readWhenQueued);
  });
  const [first] = late;
  if (!first) return;
  const others = late.length > 1 ? ` and ${late.length - 1} more` : '';
  log.notice(
    `Workflow runs that are already queued hold the old PAT of "${quoteForeign(first.token.displayName)}"${others}, which this run ` +
      'revoked. previous-token: 24h in the manifest lets it end by itself instead.',
  );
}

/** In a dry run the destinations are proved, and nothing else is done. Returns 0, the number of changes. */
async function checkAll(tasks: readonly Task[], context: OperationContext, ledger: Ledger): Promise<number> {
  await forEachConcurrently(tasks, context.request.maxConcurrency, async ({ index, stores }) => {
    try {
      context.cancellation.check();
      await prepareAll({ stores });
    } catch (thrown) {
      ledger.fail(index, thrown);
    }
  });
  return 0;
}

const done = { create: 'created', rotate: 'rotated', update: 'updated' } as const;

/** Returns how many tokens were changed. */
async function carryOutAll(tasks: readonly Task[], context: OperationContext, ledger: Ledger): Promise<number> {
  const { request, log, cancellation } = context;
  const untouched: number[] = [];
  let finished = 0;
  let changed = 0;
  await forEachConcurrently(tasks, request.maxConcurrency, async (task) => {
    const { index, token, action } = task;
    if (cancellation.requested) {
      untouched.push(index);
      return;
    }
    const name = `"${quoteForeign(token.displayName)}" in ${token.organization}`;
    const told: string[] = [];
    try {
      const pat = await carryOut(task, { ...context, log: keeping(log, told) });
      finished += 1;
      changed += 1;
      ledger.note(index, lifeOf(pat));
      log.info(`${finished} of ${tasks.length}: ${done[action]} ${name}, valid until ${formatInstant(pat.validTo)}.`);
    } catch (thrown) {
      finished += 1;
      log.info(`${finished} of ${tasks.length}: ${name} failed. What was done:`);
      for (const line of told) log.info(`  ${line}`);
      ledger.fail(index, thrown);
    }
    task.pats.sweep();
  });
  await Promise.all(tasks.map(({ pats }) => pats.swept()));
  ledger.failAll(untouched, notBegun);
  return changed;
}

const notBegun = new Failure('timeout', {
  what: 'Syncing',
  why: 'the run was asked to stop before this token was begun',
  hint: 'Run again; the next run goes on from there.',
});

/** A log that keeps the steps of one token to itself: they matter where it fails, and hundreds of tokens have thousands. */
function keeping(log: Log, told: string[]): Log {
  return {
    debug: (message) => log.debug(message),
    info: (message) => {
      told.push(message);
      log.debug(message);
    },
    notice: (message) => log.notice(message),
    warning: (message) => log.warning(message),
    mask: (secret) => log.mask(secret),
  };
}

async function carryOut(task: Task, context: OperationContext): Promise<Pat> {
  const { token, pats, lineage, current, change, action, stores } = task;
  // The outputs of a single PAT are not for one of many.
  const run = identityWithin(token.organization, context.run);
  const ports = { ...context, run, pats, stores, handOver: () => {}, kept: () => {} };
  if (current && action === 'update') {
    const { pat, token: value } = await pats.update(current.authorizationId, change);
    if (value === undefined) return pat;
    const places = await context.openStores(token.destinations, token.organization);
    const unsaved = await storeRenewedValue({ pat, token: value }, token.displayName, { ...ports, stores: places });
    if (unsaved) throw unsaved;
    return pat;
  }
  await prepareAll(ports);
  if (current) return rotateLineage(lineage, current, token, ports);
  const now = context.clock.now();
  const made = await replacePat(
    {
      displayName: token.displayName,
      scope: token.scope,
      validTo: endOf(token.lifetime, token.displayName, now),
      allOrganizations: token.allOrganizations,
      previous: undefined,
      leftovers: leftoversOf(lineage, undefined),
      previousToken: token.previousToken,
      verify: token.verify,
      name: 'exclusive',
    },
    ports,
  );
  tellMargin(token.displayName, made, marginOf(token, made), ports);
  return made;
}

function partialFailure({ failures, plan }: Ledger, changed: number): Failure | undefined {
  if (failures.length === 0) return undefined;
  const codes = [...new Set(failures.map(({ code }) => code))];
  const others = changed > 0 ? ` and ${changed} changed` : '';
  return new Failure('partial-failure', {
    what: 'Syncing the manifest',
    why: `${failures.length} of ${plan.length} tokens failed (${codes.join(', ')})${others}`,
    hint: 'The summary says what became of each; the next run goes on from there.',
  });
}
