import { exchangeForVaults, openCustody, type RefreshToken, storeRefreshToken } from './custody.ts';
import { Failure, invalidInputs, type Problem, toFailure } from './failure.ts';
import { azureDevOpsResource, checkClaims, checkUser, type Tokens } from './identity.ts';
import type { Operation } from './interface.ts';
import type { OperationContext } from './operations/context.ts';
import { create } from './operations/create.ts';
import { get } from './operations/get.ts';
import { list } from './operations/list.ts';
import { revoke } from './operations/revoke.ts';
import { rotate } from './operations/rotate.ts';
import { isBlind, sync } from './operations/sync.ts';
import { update } from './operations/update.ts';
import type { Outcome } from './outcome.ts';
import type { PatApi, Receiver, Services, Session } from './ports.ts';
import { type Destination, placeIn } from './request/destination.ts';
import { formatDuration } from './request/duration.ts';
import { type ManifestToken, readManifest } from './request/manifest.ts';
import type { Request } from './request/request.ts';
import { identityWithin } from './run-identity.ts';
import { quoteForeign } from './sanitize.ts';

const operations: Record<Exclude<Operation, 'exchange'>, (context: OperationContext) => Promise<Outcome>> = {
  create,
  rotate,
  revoke,
  update,
  get,
  list,
  sync,
};

/**
 * One run: exchange the refresh token, bring its successor to safety, then do what was asked.
 * @throws Failure
 */
export async function execute(request: Request, services: Services, receiver: Receiver): Promise<Outcome> {
  for (const remark of request.remarks) services.log.warning(remark);
  const manifest = await manifestOf(request, services);
  const planned = isBlind(request, manifest) ? [] : manifest.flatMap((token) => token.destinations);
  const places = [...request.destinations, ...planned];
  services.warm(request, places);
  if (request.operation === 'revoke') return revokeFirst(request, services, receiver);
  const session = await openSession(request, places, services, receiver);
  services.cancellation.check();
  if (request.operation === 'exchange') {
    receiver.accessToken(session.azureDevOps);
    return { changed: false };
  }
  return operations[request.operation](await contextOf(request, manifest, session, services, receiver));
}

/**
 * A PAT that must go goes at once: whatever is wrong with the places of the refresh token is told afterwards. The stored
 * refresh token still works, for Entra does not spend it.
 */
async function revokeFirst(request: Request, services: Services, receiver: Receiver): Promise<Outcome> {
  const tokens = await signIn(request, services);
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
  const outcome = await attempt('Revoking', async () =>
    revoke(await contextOf({ ...request, destinations: [] }, [], session, services, receiver)),
  );
  if (outcome?.failure) failures.push(outcome.failure);
  await attempt('Storing the refresh token', () => keepRefreshToken(tokens, [], request, services, receiver));
  const failure = Failure.all(failures);
  if (!outcome) throw failure;
  return { ...outcome, failure };
}

async function contextOf(
  request: Request,
  manifest: readonly ManifestToken[],
  session: Session,
  services: Services,
  receiver: Receiver,
): Promise<OperationContext> {
  const openPats = (organization: string): PatApi => services.openPats(organization, session.azureDevOps);
  const openStores: OperationContext['openStores'] = (places, organization) =>
    services.openStores(places, organization, session);
  return {
    ...services,
    run: identityWithin(request.organization, services.run),
    request,
    manifest,
    openPats,
    openStores,
    pats: openPats(request.organization),
    stores: await openStores(request.destinations, request.organization),
    created: receiver.created,
    kept: receiver.kept,
    handOver: receiver.token,
  };
}

/** @throws Failure `manifest-invalid`, `invalid-input`, before anything is sent */
async function manifestOf(request: Request, services: Services): Promise<readonly ManifestToken[]> {
  if (request.operation !== 'sync' || request.manifest === undefined) return [];
  const { organization, repository } = request;
  const { tokens, remarks } = readManifest(await services.loadManifest(request.manifest), {
    organization,
    repository,
    now: services.clock.now(),
  });
  checkManifest(request, tokens);
  for (const remark of remarks) services.log.warning(remark);
  return tokens;
}

/** What is wrong between the inputs and a manifest that is right in itself. @throws Failure `invalid-input` */
function checkManifest(request: Request, tokens: readonly ManifestToken[]): void {
  const { organization, githubToken, refreshTokenDestinations, dryRun } = request;
  const problems: Problem[] = [];
  const places = tokens.flatMap((token) => token.destinations);
  const toGitHub = places.find(({ kind }) => kind.startsWith('github-'));
  if (toGitHub && !githubToken && !dryRun) {
    problems.push({
      input: 'github-token',
      text: `it is required for ${toGitHub.text} in the manifest`,
      absent: true,
    });
  }
  const custody = new Set(refreshTokenDestinations.map((place) => placeIn(place, organization)));
  for (const { destinations, organization: home } of tokens) {
    for (const place of destinations) {
      if (!custody.has(placeIn(place, home))) continue;
      const text = `${place.text} is one of refresh-token-destinations; a place holds one secret`;
      problems.push({ input: 'manifest', text });
    }
  }
  if (problems.length > 0) throw invalidInputs(problems);
}

/** Exchanges the refresh token for what the request needs, and stores the newest one before anything else (I4). */
async function openSession(
  request: Request,
  places: readonly Destination[],
  services: Services,
  receiver: Receiver,
): Promise<Session> {
  const { organization, refreshTokenDestinations: destinations } = request;
  if (request.identity.provider === 'entra') {
    return keepRefreshToken(await signIn(request, services), places, request, services, receiver);
  }
  // The legacy provider's refresh tokens are spent by use: the places for the next one are proved first.
  const stores = await openCustody({ destinations, organization, session: undefined }, services, unspent);
  const tokens = await services.exchange(request.identity.refreshToken, azureDevOpsResource);
  handOverRefreshToken(tokens, request, services, receiver);
  try {
    await storeRefreshToken(tokens, stores, services);
  } catch (thrown) {
    throw toFailure(thrown, 'Storing the refresh token').advise(spent);
  }
  return { azureDevOps: tokens.accessToken, keyVaults: new Map() };
}

/** @throws Failure if the refresh token can't be exchanged, or belongs to somebody else */
async function signIn(request: Request, services: Services): Promise<Tokens> {
  const { identity, expectedUser } = request;
  const tokens = await services.exchange(identity.refreshToken, azureDevOpsResource);
  checkClaims(tokens.claims);
  if (expectedUser !== undefined) checkUser(tokens.claims, expectedUser, identity.tenant);
  const name = tokens.claims.names[0] ?? tokens.claims.objectId;
  if (name !== undefined) services.log.info(`Signed in as ${quoteForeign(name)}.`);
  return tokens;
}

/** Stores the newest refresh token, and gives access to the vaults of the run on the way. */
async function keepRefreshToken(
  tokens: Tokens,
  places: readonly Destination[],
  request: Request,
  services: Services,
  receiver: Receiver,
): Promise<Session> {
  const { identity, organization, refreshTokenDestinations: destinations } = request;
  const consequence = request.operation === 'revoke' ? revokedFirst : unspent;
  const all = [...places, ...destinations];
  try {
    const { newest, keyVaults } = await exchangeForVaults(tokens, identity.refreshToken, all, services);
    const session = { azureDevOps: tokens.accessToken, keyVaults };
    const stores = await openCustody({ destinations, organization, session }, services, consequence);
    handOverRefreshToken(newest, request, services, receiver);
    await storeRefreshToken(newest, stores, services);
    return session;
  } catch (thrown) {
    throw toFailure(thrown, 'Storing the refresh token').advise(consequence);
  }
}

const unspent = 'No PAT was touched, and the refresh token that was stored before still works.';
const revokedFirst = 'Revoking came first; the refresh token that was stored before still works.';
const spent = 'The refresh token that was stored before is spent; the output refresh-token holds the new one.';

const day = 24 * 3_600_000;

/** Hands the newest refresh token to the host, and tells what its life and its places mean. */
function handOverRefreshToken(
  { refreshToken, refreshTokenLife }: RefreshToken,
  request: Request,
  { log }: Services,
  receiver: Receiver,
): void {
  // Whoever stores the output by themselves must not store nothing.
  receiver.refreshToken(refreshToken ?? request.identity.refreshToken);
  if (!refreshToken) {
    log.info('The service sent no new refresh token; the stored one goes on.');
    return;
  }
  if (refreshTokenLife !== undefined && refreshTokenLife <= day) {
    log.warning(
      `This refresh token expires in ${formatDuration(refreshTokenLife)}, and so will every replacement: it was made with a redirect URI of type "spa". Register http://localhost as "Mobile and desktop" (a confidential client: "Web") and sign in again.`,
    );
  }
  if (request.refreshTokenDestinations.length > 0) return;
  log.notice(
    'The new refresh token is stored nowhere (refresh-token-destinations is empty). A refresh token that is never replaced dies 90 days after the sign-in, one from a "spa" redirect after 24 hours.',
  );
}
