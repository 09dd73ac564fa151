import { Failure, invalidInputs, type Problem, toFailure } from './failure.ts';
import type { FleetContext, OperationContext } from './operations/context.ts';
import { create } from './operations/create.ts';
import { leavesDestinationsUnchecked } from './operations/dry-run-without-token.ts';
import { exchange } from './operations/exchange.ts';
import { get } from './operations/get.ts';
import { list } from './operations/list.ts';
import { revoke } from './operations/revoke.ts';
import { rotate } from './operations/rotate.ts';
import { update } from './operations/update.ts';
import type { Outcome, RevokeOutcome } from './outcome.ts';
import type { Receiver, Services, Session, Store } from './ports.ts';
import { confirmStores } from './prepare-stores.ts';
import { destinationKey } from './request/destination/destination.ts';
import type { ManifestToken } from './request/manifest/manifest.ts';
import type { PatRequest, Request, RequestFor } from './request/request.ts';
import { identityWithin } from './run-identity.ts';
import { exchangeRefreshToken, openSession, storeNewestRefreshToken } from './session.ts';

/**
 * One run: it exchanges the refresh token, stores the new one, and carries out the operation. At the end it checks
 * again those destinations in which somebody else can undo a write.
 * @throws Failure
 */
export async function execute(request: Request, services: Services, receiver: Receiver): Promise<Outcome> {
  const opened: Store[] = [];
  const openStores: Services['openStores'] = async (...wanted) => {
    const stores = await services.openStores(...wanted);
    opened.push(...stores);
    return stores;
  };
  const outcome = await carryOut(request, { ...services, openStores }, receiver).catch(async (thrown) => {
    // A failure says which destinations hold the new PAT, so check them after a failure too. If the host ends the run,
    // leave that out.
    const unconfirmed = services.cancellation.requested ? undefined : await confirmStores(opened);
    throw unconfirmed ? Failure.all([toFailure(thrown, 'Running'), unconfirmed]) : thrown;
  });
  const failure = await confirmStores(opened);
  return failure
    ? { ...outcome, failure: Failure.all(outcome.failure ? [outcome.failure, failure] : [failure]) }
    : outcome;
}

/** Carries out the operation. The code of `check` and of `sync` is loaded only for them, so other runs start sooner. */
async function carryOut(request: Request, services: Services, receiver: Receiver): Promise<Outcome> {
  for (const remark of request.remarks) services.log.warning(remark);
  const manifest = await manifestOf(request, services);
  const planned = leavesDestinationsUnchecked(request, manifest) ? [] : manifest.flatMap((token) => token.destinations);
  const destinations = [...request.destinations, ...planned];
  services.warm(request, destinations);
  if (request.operation === 'revoke') return revokeFirst(request, services, receiver);
  if (request.operation === 'check') {
    const { check } = await import('./operations/check.ts');
    return check({ request, manifest, services, receiver });
  }
  const session = await openSession(request, destinations, services, receiver);
  services.cancellation.check();
  if (request.operation === 'exchange') return exchange(session, receiver);
  if (request.operation === 'sync') {
    const { sync } = await import('./operations/sync.ts');
    return sync({ ...fleetContextOf(request, manifest, session, services), explainReason: receiver.explainReason });
  }
  const stores = await services.openStores(request.destinations, session);
  const open = <R extends PatRequest>(own: R): OperationContext<R> =>
    contextOf(own, stores, session, services, receiver);
  switch (request.operation) {
    case 'create':
      return create(open(request));
    case 'rotate':
      return rotate(open(request));
    case 'update':
      return update(open(request));
    case 'get':
      return get(open(request));
    case 'list':
      return list(open(request));
  }
}

/**
 * Revokes first, and reports problems with the destinations of the refresh token afterwards. The stored refresh token
 * still works, because Entra lets it be used more than once.
 */
async function revokeFirst(
  request: RequestFor<'revoke'>,
  services: Services,
  receiver: Receiver,
): Promise<RevokeOutcome> {
  const tokens = await exchangeRefreshToken(request.identity, services);
  const session = { azureDevOps: tokens.accessToken, keyVaults: new Map() };
  const failures: Failure[] = [];
  const attempt = async <T>(what: string, step: () => Promise<T>): Promise<T | undefined> => {
    try {
      return await step();
    } catch (thrown) {
      failures.push(toFailure(thrown, what));
      return undefined;
    }
  };
  const outcome = await attempt('Revoking', () => revoke(contextOf(request, [], session, services, receiver)));
  if (outcome?.failure) failures.push(outcome.failure);
  await attempt('Storing the refresh token', () => storeNewestRefreshToken(tokens, [], request, services, receiver));
  const failure = Failure.all(failures);
  if (!outcome) throw failure;
  return { ...outcome, failure };
}

function contextOf<R extends PatRequest>(
  request: R,
  stores: readonly Store[],
  session: Session,
  services: Services,
  receiver: Receiver,
): OperationContext<R> {
  return {
    ...services,
    run: identityWithin(request.organization, services.run),
    request,
    pats: services.openPats(request.organization, session.azureDevOps),
    stores,
    onCreated: receiver.onCreated,
    onStored: receiver.onStored,
    handOver: receiver.token,
    explainReason: receiver.explainReason,
  };
}

function fleetContextOf(
  request: RequestFor<'sync'>,
  manifest: readonly ManifestToken[],
  session: Session,
  services: Services,
): Omit<FleetContext, 'explainReason'> {
  return {
    ...services,
    request,
    manifest,
    openPats: (organization) => services.openPats(organization, session.azureDevOps),
    openStores: (destinations) => services.openStores(destinations, session),
  };
}

/** @throws Failure `manifest-invalid`, `invalid-input`, before anything is sent */
async function manifestOf(request: Request, services: Services): Promise<readonly ManifestToken[]> {
  if (request.operation !== 'sync' && request.operation !== 'check') return [];
  if (request.manifest === undefined) return [];
  const { organization, repository, project } = request;
  const { readManifest } = await import('./request/manifest/manifest.ts');
  const { tokens, remarks } = readManifest(await services.loadManifest(request.manifest), {
    organization,
    repository,
    project,
    now: services.clock.now(),
  });
  checkManifest(request, tokens);
  for (const remark of remarks) services.log.warning(remark);
  return tokens;
}

/** Checks that the inputs and a valid manifest fit together. @throws Failure `invalid-input` */
function checkManifest(request: Request, tokens: readonly ManifestToken[]): void {
  const { githubToken, refreshTokenDestinations, dryRun } = request;
  const problems: Problem[] = [];
  const destinations = tokens.flatMap((token) => token.destinations);
  const toGitHub = destinations.find(({ kind }) => kind.startsWith('github-'));
  if (toGitHub && !githubToken && !dryRun) {
    problems.push({
      input: 'github-token',
      text: `it is required for ${toGitHub.text} in the manifest`,
      absent: true,
    });
  }
  const custody = new Set(refreshTokenDestinations.map(destinationKey));
  for (const destination of destinations.filter((each) => custody.has(destinationKey(each)))) {
    const text = `${destination.text} is one of refresh-token-destinations; a destination holds one secret`;
    problems.push({ input: 'manifest', text });
  }
  if (problems.length > 0) throw invalidInputs(problems);
}
