import { type Check, failedCheck } from '../checks/check.ts';
import { checkDestination } from '../checks/destination.ts';
import { checkMachine } from '../checks/machine.ts';
import { checkLineage, type PatExpectations } from '../checks/pats.ts';
import { checkCertificate, checkSignIn } from '../checks/sign-in.ts';
import { forEachConcurrently } from '../concurrency.ts';
import { exchangeForVaults, handOverRefreshToken, type RefreshToken, storeRefreshToken } from '../custody.ts';
import { Failure, toFailure } from '../failure.ts';
import { groupBy } from '../group-by.ts';
import type { CheckOutcome } from '../outcome.ts';
import type { Pat } from '../pat.ts';
import type { PatApi, PatList, Receiver, Services, Session, StoredValue } from '../ports.ts';
import type { Destination } from '../request/destination/destination.ts';
import { vaultResources } from '../request/destination/key-vault-host.ts';
import { formatInstant } from '../request/instant.ts';
import type { ManifestToken } from '../request/manifest/manifest.ts';
import type { RequestFor } from '../request/request.ts';
import type { Selector } from '../request/selector.ts';
import { lineageFinder, listFleet } from '../rotation/fleet.ts';
import { type Lineage, readLineage } from '../rotation/lineage.ts';
import { findLookalike } from '../rotation/lookalike.ts';
import { currentPat, lineageAround } from '../rotation/selection.ts';
import { exchangeRefreshToken } from '../session.ts';
import type { Tokens } from '../tokens/tokens.ts';

/** `check` warns of whatever ends within this time, unless `expiring-within` says otherwise. */
const defaultThreshold = 7 * 24 * 3_600_000;

/** What `check` works with. */
interface CheckRun {
  readonly request: RequestFor<'check'>;
  readonly manifest: readonly ManifestToken[];
  readonly services: Services;
  readonly receiver: Receiver;
  readonly threshold: number;
}

/** Access to the services, and for each cloud whose vaults cannot be opened the reason. */
interface Access {
  readonly session: Session;
  readonly vaultFailures: ReadonlyMap<string, Failure>;
}

/** One PAT that is to be looked at, with the places that hold it. */
interface Target extends Pick<PatExpectations, 'rotateWithin' | 'scope'> {
  readonly organization: string;
  /** Undefined if no PAT is named: then only the places are looked at. */
  readonly selector: Selector | undefined;
  readonly destinations: readonly Destination[];
}

/**
 * Says whether all is well and what will break next. Every problem is a line, so one of them hides no other. Nothing is
 * changed but the stored refresh token.
 */
export async function check(
  request: RequestFor<'check'>,
  manifest: readonly ManifestToken[],
  services: Services,
  receiver: Receiver,
): Promise<CheckOutcome> {
  const threshold = request.expiringWithin ?? defaultThreshold;
  const run: CheckRun = { request, manifest, services, receiver, threshold };
  const checks = [...(await checkAccount(run)), ...checkMachine(services.machine)];
  for (const each of checks) logCheck(each, services);
  return { operation: 'check', changed: false, checks, failure: failureOf(checks) };
}

function logCheck({ check: name, subject, state, text, advice }: Check, { log }: Services): void {
  const line = `${name} ${subject}: ${text}${advice === undefined ? '' : ` ${advice}`}`;
  if (state === 'ok') log.info(`ok: ${line}`);
  else log.warning(line);
}

function failureOf(checks: readonly Check[]): Failure | undefined {
  const failed = checks.filter(({ state }) => state === 'failed');
  if (failed.length === 0) return undefined;
  const found = failed.map(({ check: name, subject, text }) => `${name} ${subject}: ${text.replace(/\.$/u, '')}`);
  return new Failure('check-failed', {
    what: 'Checking',
    why: `${failed.length} of ${checks.length} checks failed: ${found.join('; ')}`,
    problems: failed.flatMap(({ problems = [] }) => problems),
  }).advise(...failed.map(({ advice }) => advice));
}

/** Everything that needs the user's sign-in, in the order in which a run needs it. */
async function checkAccount(run: CheckRun): Promise<Check[]> {
  const { request, services, threshold } = run;
  const { clientId } = request.identity;
  const ends = services.machine.certificateEnds;
  const certificate = ends === undefined ? [] : [checkCertificate(clientId, ends, services.clock.now(), threshold)];
  let tokens: Tokens;
  try {
    tokens = await exchangeRefreshToken(request.identity, services);
  } catch (thrown) {
    const failure = toFailure(thrown, 'Exchanging the refresh token');
    return [failedCheck('sign-in', `client ${clientId}`, failure), ...certificate];
  }
  const targets = targetsOf(run);
  const places = targets.flatMap(({ destinations }) => destinations);
  const { newest, ...access } = await openAccess(tokens, places, run);
  const custody = await checkCustody(newest, access, run);
  const account = checkSignIn({ ...tokens, ...newest }, threshold);
  return [...account, ...certificate, ...custody, ...(await checkTargets(targets, access, run))];
}

function targetsOf({ request, manifest }: CheckRun): Target[] {
  if (request.manifest !== undefined) {
    return manifest.map((token) => ({ ...token, selector: { name: token.displayName } }));
  }
  const { organization, selector, destinations, rotateWithin } = request;
  return [{ organization, selector, destinations, rotateWithin, scope: undefined }];
}

/** Opens the vaults. If the exchange for one cloud fails, only the lines of the places there fail. */
async function openAccess(
  tokens: Tokens,
  places: readonly Destination[],
  { request, services }: CheckRun,
): Promise<Access & { readonly newest: RefreshToken }> {
  const { identity, refreshTokenDestinations } = request;
  const keyVaults = new Map<string, Session['azureDevOps']>();
  const vaultFailures = new Map<string, Failure>();
  let newest: Tokens = tokens;
  const all = [...places, ...refreshTokenDestinations];
  for (const resource of vaultResources(all)) {
    const place = all.filter((each) => resourceOf(each) === resource).slice(0, 1);
    try {
      const access = await exchangeForVaults(newest, identity.refreshToken, place, services);
      for (const [name, token] of access.keyVaults) keyVaults.set(name, token);
      newest = { ...newest, ...access.newest };
    } catch (thrown) {
      vaultFailures.set(resource, toFailure(thrown, 'Exchanging the refresh token for the vault'));
    }
  }
  return { session: { azureDevOps: tokens.accessToken, keyVaults }, vaultFailures, newest };
}

function resourceOf(place: Destination): string | undefined {
  return vaultResources([place])[0];
}

/** Stores the new refresh token in each place, and says since when the place held the one before. */
async function checkCustody(newest: RefreshToken, access: Access, run: CheckRun): Promise<Check[]> {
  const { request, services, receiver } = run;
  handOverRefreshToken(newest, request, services, receiver);
  const checks: Check[] = [];
  for (const place of request.refreshTokenDestinations) {
    const failed = (thrown: unknown): Check =>
      failedCheck('refresh-token-destination', place.text, toFailure(thrown, `Checking ${place.text}`));
    try {
      refuseClosedVault(place, access);
      const stores = await services.openStores([place], access.session);
      for (const store of stores) {
        await store.prepare();
        const before = await store.inspect();
        await storeRefreshToken(newest, [store], services);
        checks.push(heldBefore(store.name, before, newest));
      }
    } catch (thrown) {
      checks.push(failed(thrown));
    }
  }
  return checks;
}

function heldBefore(subject: string, { exists, updatedAt }: StoredValue, { refreshToken }: RefreshToken): Check {
  const since = updatedAt === undefined ? '' : ` since ${formatInstant(updatedAt)}`;
  const before =
    exists === 'unknown'
      ? 'The service does not say whether it held a refresh token.'
      : exists
        ? `It held a refresh token${since}.`
        : 'It held no refresh token.';
  const now = refreshToken ? 'The new one is stored there.' : 'The service sent no new one.';
  const check = 'refresh-token-destination';
  const text = `${before} ${now}`;
  if (exists || refreshToken) return { check, subject, state: 'ok', text };
  return { check, subject, state: 'failed', text, advice: 'Store a refresh token there with sign-in and its --store.' };
}

/** @throws Failure of the exchange for the vault that the place is in */
function refuseClosedVault(place: Destination, { vaultFailures }: Access): void {
  const resource = resourceOf(place);
  const failure = resource === undefined ? undefined : vaultFailures.get(resource);
  if (failure) throw failure;
}

/** Organizations first, then each PAT with its places. One list for each organization, however many PATs it has. */
async function checkTargets(targets: readonly Target[], access: Access, run: CheckRun): Promise<Check[]> {
  const { request, services } = run;
  const organizations: Check[] = [];
  const found: Check[][] = targets.map(() => []);
  const byOrganization = [...groupBy(targets.entries(), ([, { organization }]) => organization)];
  await forEachConcurrently(byOrganization, request.maxConcurrency, async ([organization, entries]) => {
    const pats = services.openPats(organization, access.session.azureDevOps);
    let list: PatList | undefined;
    try {
      list = await listFleet(
        entries.flatMap(([, { selector }]) => (selector && 'name' in selector ? [selector.name] : [])),
        pats,
      );
      organizations.push({
        check: 'organization',
        subject: organization,
        state: 'ok',
        text: `The PATs of this user can be read there; ${list.pats.length} are active now. A policy against new ones shows only if one is made.`,
      });
    } catch (thrown) {
      const failure = toFailure(thrown, `Listing the PATs of ${organization}`);
      organizations.push(failedCheck('organization', organization, failure));
    }
    for (const [index, target] of entries) found[index] = await checkTarget(target, { pats, list }, access, run);
  });
  return [...organizations.sort((a, b) => (a.subject < b.subject ? -1 : 1)), ...found.flat()];
}

/** A PAT, and the places that hold it. @param in the PATs of its organization, undefined if they can't be listed */
async function checkTarget(
  target: Target,
  home: { readonly pats: PatApi; readonly list: PatList | undefined },
  access: Access,
  run: CheckRun,
): Promise<Check[]> {
  const { services, threshold } = run;
  const { selector, rotateWithin, scope } = target;
  const now = services.clock.now();
  const checks: Check[] = [];
  let pat: Pat | undefined;
  if (home.list && selector) {
    try {
      const lineage = await lineageOf(selector, home.list, home.pats);
      pat = currentPat(lineage);
      const lookalike = 'id' in selector ? undefined : findLookalike(home.list.pats, selector.name);
      checks.push(...checkLineage(lineage, { now, threshold, rotateWithin, scope, lookalike }));
    } catch (thrown) {
      const subject = 'id' in selector ? selector.id : selector.name;
      checks.push(failedCheck('pat', subject, toFailure(thrown, `Looking for the PAT ${subject}`)));
    }
  }
  for (const place of target.destinations) {
    try {
      refuseClosedVault(place, access);
      const stores = await services.openStores([place], access.session);
      for (const store of stores) checks.push(await checkDestination(store, pat, now));
    } catch (thrown) {
      checks.push(failedCheck('token-destination', place.text, toFailure(thrown, `Checking ${place.text}`)));
    }
  }
  return checks;
}

/** The lineage of a name, or the one around a PAT that is chosen by its id. */
async function lineageOf(selector: Selector, list: PatList, pats: PatApi): Promise<Lineage> {
  if ('name' in selector) return lineageFinder(list, pats)(selector.name);
  return lineageAround(list.pats, selector.id) ?? readLineage([], selector.id);
}
