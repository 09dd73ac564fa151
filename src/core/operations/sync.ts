import { Failure, toFailure } from '../failure.ts';
import { formatInstant } from '../instant.ts';
import type { Lineage } from '../lineage.ts';
import type { ManifestToken } from '../manifest.ts';
import type { Outcome, PlanEntry } from '../outcome.ts';
import { isGlobal, type Pat, type PatChange } from '../pat.ts';
import { eachAtOnce } from '../pool.ts';
import type { PatApi, Store } from '../ports.ts';
import { endOf, leftoversOf, planRotation, rotateLineage } from '../rotation.ts';
import { sameScopes } from '../scope.ts';
import { findLineage, present, refuseAmbiguity } from '../selection.ts';
import { prepareAll } from '../stores.ts';
import { succeed } from '../succession.ts';
import type { OperationContext } from './context.ts';

/** What will be done for one token of the manifest. */
interface Step {
  readonly token: ManifestToken;
  readonly pats: PatApi;
  readonly lineage: Lineage;
  readonly current: Pat | undefined;
  readonly change: PatChange;
  readonly entry: PlanEntry;
}

/** Converges the PATs that the manifest names, and touches no other. Tokens are independent of each other. */
export async function sync(context: OperationContext): Promise<Outcome> {
  const { request, log, manifest } = context;
  const plan: PlanEntry[] = new Array(manifest.length);
  const steps: { readonly index: number; readonly step: Step }[] = [];
  const failed = new Map<number, Failure>();
  const fail = (index: number, token: ManifestToken, thrown: unknown): void => {
    const failure = toFailure(thrown, `Syncing "${token.displayName}"`);
    failed.set(index, failure);
    log.warning(`"${token.displayName}" in ${token.organization}: ${failure.message}`);
  };
  await eachAtOnce(organizationsOf(manifest), request.maxConcurrency, async (organization) => {
    const tokens = [...manifest.entries()].filter(([, token]) => token.organization === organization);
    const pats = context.openPats(organization);
    let list: Pat[] | Failure;
    try {
      list = await pats.list('active');
    } catch (thrown) {
      list = toFailure(thrown, `Listing the PATs of ${organization}`);
    }
    for (const [index, token] of tokens) {
      try {
        if (list instanceof Failure) throw list;
        const step = await planToken(token, list, oncePerOrganization(pats), context);
        plan[index] = step.entry;
        if (step.entry.action !== 'none') steps.push({ index, step });
      } catch (thrown) {
        plan[index] = entryOf(token, 'none', 'could not be planned');
        fail(index, token, thrown);
      }
    }
  });
  tellPlan(plan, context);
  if (!request.dryRun) {
    let done = 0;
    let changed = 0;
    await eachAtOnce(steps, request.maxConcurrency, async ({ index, step }) => {
      const { token, entry } = step;
      try {
        const pat = await carryOut(step, context);
        changed += 1;
        plan[index] = { ...entry, validTo: pat.validTo };
        done += 1;
        log.info(
          `${done} of ${steps.length}: ${entry.action} "${token.displayName}" in ${token.organization}, valid until ${formatInstant(pat.validTo)}.`,
        );
      } catch (thrown) {
        done += 1;
        log.info(`${done} of ${steps.length}: "${token.displayName}" in ${token.organization} failed.`);
        fail(index, token, thrown);
      }
    });
    return { changed: changed > 0, plan: withFailures(plan, failed), failure: partialFailure(failed, manifest.length) };
  }
  return { changed: false, plan: withFailures(plan, failed), failure: partialFailure(failed, manifest.length) };
}

function organizationsOf(manifest: readonly ManifestToken[]): string[] {
  return [...new Set(manifest.map(({ organization }) => organization))];
}

const shared = new WeakMap<PatApi, PatApi>();

/** The same API, asking for the organization's id once. */
function oncePerOrganization(pats: PatApi): PatApi {
  const known = shared.get(pats);
  if (known) return known;
  let id: Promise<string> | undefined;
  const api = {
    ...pats,
    organizationId: (): Promise<string> => {
      id ??= pats.organizationId();
      return id;
    },
  };
  shared.set(pats, api);
  return api;
}

function entryOf(token: ManifestToken, action: PlanEntry['action'], reason: string, pat?: Pat): PlanEntry {
  return { organization: token.organization, displayName: token.displayName, action, reason, validTo: pat?.validTo };
}

async function planToken(
  token: ManifestToken,
  list: readonly Pat[],
  pats: PatApi,
  context: OperationContext,
): Promise<Step> {
  const { clock } = context;
  const lineage = await findLineage(list, token.displayName, { pats, clock }, 'certain');
  refuseAmbiguity(lineage);
  const current = present(lineage);
  if (!current) {
    const entry = entryOf(token, 'create', 'there is none');
    return { token, pats, lineage, current, change: {}, entry };
  }
  const { action, reason } = planRotation(lineage, current, token.rotateWithin, clock.now());
  if (action === 'rotate') {
    return { token, pats, lineage, current, change: {}, entry: entryOf(token, 'rotate', reason, current) };
  }
  const change: PatChange = {
    ...(sameScopes(token.scope, current.scope) ? {} : { scope: token.scope }),
    ...(token.allOrganizations === isGlobal(current) ? {} : { allOrganizations: token.allOrganizations }),
  };
  const drifted = [
    change.scope !== undefined && 'scopes',
    change.allOrganizations !== undefined && 'all-organizations',
  ].filter(Boolean);
  const entry =
    drifted.length > 0
      ? entryOf(token, 'update', `${drifted.join(' and ')} drifted`, current)
      : entryOf(token, 'none', reason, current);
  return { token, pats, lineage, current, change, entry };
}

function tellPlan(plan: readonly PlanEntry[], { log, request }: OperationContext): void {
  const count = (action: PlanEntry['action']): number => plan.filter((entry) => entry.action === action).length;
  const actions = (['create', 'rotate', 'update', 'none'] as const).map((action) => `${count(action)} ${action}`);
  log.info(`Plan for ${plan.length} tokens: ${actions.join(', ')}${request.dryRun ? ' (dry run)' : ''}.`);
}

async function carryOut(step: Step, context: OperationContext): Promise<Pat> {
  const { token, pats, lineage, current, change, entry } = step;
  context.cancellation.check();
  if (current && entry.action === 'update') return pats.update(current.authorizationId, change);
  if (token.destinations.length === 0) {
    throw new Failure('invalid-input', {
      what: `${entry.action === 'create' ? 'Creating' : 'Rotating'} "${token.displayName}"`,
      why: 'it has no destination, so its value would be lost',
      hint: 'Give it destinations in the manifest.',
    });
  }
  const stores = await context.openStores(token.destinations, token.organization);
  const ports = { ...context, pats, stores, handOver: () => {} };
  await prepareAll(ports);
  if (current) return rotateLineage(lineage, current, token, ports);
  return createFrom(token, lineage, { ...ports, stores });
}

function createFrom(
  token: ManifestToken,
  lineage: Lineage,
  ports: OperationContext & { readonly stores: readonly Store[] },
): Promise<Pat> {
  const now = ports.clock.now();
  return succeed(
    {
      name: token.displayName,
      scope: token.scope,
      validTo: endOf(token.lifetime, token.displayName, now),
      allOrganizations: token.allOrganizations,
      previous: undefined,
      leftovers: leftoversOf(lineage, undefined, ports.run, now),
      previousToken: { kind: 'revoke' },
      verify: token.verify,
    },
    ports,
  );
}

function withFailures(plan: readonly PlanEntry[], failed: ReadonlyMap<number, Failure>): PlanEntry[] {
  return plan.map((entry, index) => {
    const failure = failed.get(index);
    return failure ? { ...entry, failure } : entry;
  });
}

function partialFailure(failed: ReadonlyMap<number, Failure>, total: number): Failure | undefined {
  if (failed.size === 0) return undefined;
  const codes = [...new Set([...failed.values()].map(({ code }) => code))];
  return new Failure('partial-failure', {
    what: 'Syncing the manifest',
    why: `${failed.size} of ${total} tokens failed (${codes.join(', ')})`,
    hint: 'The summary says what became of each; the next run goes on from there.',
  });
}
