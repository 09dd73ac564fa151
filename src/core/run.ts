import { Failure, toFailure } from './failure.ts';
import { azureDevOpsResource, checkClaims, checkUser, type Exchange, type Tokens } from './identity.ts';
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
import type { Pat } from './pat.ts';
import type { Cancellation, Clock, Log, PatApi, Store } from './ports.ts';
import { type Destination, placeIn, vaultResources } from './request/destination.ts';
import { formatDuration } from './request/duration.ts';
import { type Located, type ManifestToken, readManifest } from './request/manifest.ts';
import type { Request } from './request/request.ts';
import { identityWithin, type RunIdentity } from './run-identity.ts';
import type { Secret } from './secret.ts';
import { prepareAll } from './stores.ts';

/** Access to the services once the refresh token was exchanged. */
export interface Session {
  readonly azureDevOps: Secret;
  /** Access tokens for Key Vault, by resource: each cloud has its own. */
  readonly keyVaults: ReadonlyMap<string, Secret>;
}

/** Everything outside of the core, behind ports. */
export interface Services {
  readonly clock: Clock;
  readonly log: Log;
  readonly cancellation: Cancellation;
  readonly run: RunIdentity | undefined;
  readonly nonce: () => string;
  readonly exchange: Exchange;
  readonly openPats: (organization: string, accessToken: Secret) => PatApi;
  readonly openStores: (
    destinations: readonly Destination[],
    organization: string,
    session: Session | undefined,
  ) => Promise<readonly Store[]>;
  /** The tree of a manifest. @throws Failure `manifest-invalid` */
  readonly loadManifest: (source: string) => Promise<Located>;
  /** Opens connections that will be needed, ahead of time; the destinations are those of the new PATs. */
  readonly warm: (request: Request, destinations: readonly Destination[]) => void;
}

/** What the shell does with values as they come to exist. */
export interface Receiver {
  readonly refreshToken: (token: Secret) => void;
  readonly accessToken: (token: Secret) => void;
  readonly created: (made: Pat) => void;
  readonly token: (made: Pat, token: Secret) => void;
  /** Told once the new PAT is somewhere and stays, even if the run fails later. */
  readonly kept: (made: Pat, previous: Pat | undefined) => void;
}

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
  const { log, cancellation } = services;
  for (const remark of request.remarks) log.warning(remark);
  const manifest = await manifestOf(request, services);
  const planned = isBlind(request, manifest) ? [] : manifest.flatMap((token) => token.destinations);
  const places = [...request.destinations, ...planned];
  services.warm(request, places);
  const session = await signIn(request, places, services, receiver);
  cancellation.check();
  if (request.operation === 'exchange') {
    receiver.accessToken(session.azureDevOps);
    return { changed: false };
  }
  const openPats = (organization: string): PatApi => services.openPats(organization, session.azureDevOps);
  const openStores: OperationContext['openStores'] = (places, organization) =>
    services.openStores(places, organization, session);
  return operations[request.operation]({
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
  });
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
  const problems: string[] = [];
  const places = tokens.flatMap((token) => token.destinations);
  const toGitHub = places.find(({ kind }) => kind.startsWith('github-'));
  if (toGitHub && !githubToken && !dryRun) {
    problems.push(
      `github-token: it is required for ${toGitHub.text} in the manifest; GITHUB_TOKEN cannot write secrets, a GitHub App's token can`,
    );
  }
  const custody = new Set(refreshTokenDestinations.map((place) => placeIn(place, organization)));
  for (const { destinations, organization: home } of tokens) {
    for (const place of destinations) {
      if (!custody.has(placeIn(place, home))) continue;
      problems.push(`manifest: ${place.text} is one of refresh-token-destinations; a place holds one secret`);
    }
  }
  if (problems.length === 0) return;
  throw new Failure('invalid-input', {
    what: 'Reading the inputs',
    why: problems.join('; '),
    hint: 'Nothing was sent or changed.',
  });
}

/** Exchanges the refresh token for what the request needs, and stores the newest one before anything else (I4). */
async function signIn(
  request: Request,
  destinations: readonly Destination[],
  services: Services,
  receiver: Receiver,
): Promise<Session> {
  const { identity, refreshTokenDestinations, expectedUser } = request;
  const legacy = identity.provider === 'azure-devops-oauth';
  // The legacy provider's refresh tokens are spent by use: prove the places for the next one first.
  const early = legacy ? await openCustody(request, undefined, services) : undefined;
  const tokens = await services.exchange(identity.refreshToken, azureDevOpsResource);
  let newest: Tokens = tokens;
  if (!legacy) {
    checkClaims(tokens.claims);
    if (expectedUser !== undefined) checkUser(tokens.claims, expectedUser);
    const name = tokens.claims.names[0] ?? tokens.claims.objectId;
    if (name !== undefined) services.log.info(`Signed in as ${name}.`);
  }
  const keyVaults = new Map<string, Secret>();
  for (const resource of vaultResources([...destinations, ...refreshTokenDestinations])) {
    const vault = await services.exchange(newest.refreshToken ?? identity.refreshToken, resource);
    keyVaults.set(resource, vault.accessToken);
    newest = { ...vault, refreshToken: vault.refreshToken ?? newest.refreshToken };
  }
  const session = { azureDevOps: tokens.accessToken, keyVaults };
  await keep(newest, early ?? (await openCustody(request, session, services)), request, services, receiver);
  return session;
}

async function openCustody(
  request: Request,
  session: Session | undefined,
  services: Services,
): Promise<readonly Store[]> {
  const stores = await services.openStores(request.refreshTokenDestinations, request.organization, session);
  await prepareAll({ stores }, session === undefined ? unspent : consequenceOf(request));
  return stores;
}

async function keep(
  tokens: Tokens,
  stores: readonly Store[],
  request: Request,
  services: Services,
  receiver: Receiver,
): Promise<void> {
  const { log } = services;
  const { refreshToken, refreshTokenLife } = tokens;
  if (!refreshToken) {
    log.info('The service sent no new refresh token; the stored one goes on.');
    // A workflow that stores the output by itself must not store nothing.
    receiver.refreshToken(request.identity.refreshToken);
    return;
  }
  receiver.refreshToken(refreshToken);
  const day = 24 * 3_600_000;
  if (refreshTokenLife !== undefined && refreshTokenLife <= day) {
    log.warning(
      `This refresh token lives ${formatDuration(refreshTokenLife)} and its successors no longer: it was made with a redirect URI of type "spa". Register http://localhost as "Mobile and desktop" (a confidential client: "Web") and sign in again.`,
    );
  }
  if (stores.length === 0) {
    log.notice(
      'The new refresh token is stored nowhere (refresh-token-destinations is empty). A refresh token that is never replaced dies 90 days after the sign-in, one from a "spa" redirect after 24 hours.',
    );
    return;
  }
  const failures: Failure[] = [];
  for (const store of stores) {
    try {
      await store.write(refreshToken, {
        label: 'Entra refresh token',
        ...(refreshTokenLife === undefined ? {} : { expires: services.clock.now() + refreshTokenLife }),
      });
      log.info(`Stored the new refresh token in ${store.name}.`);
    } catch (thrown) {
      failures.push(toFailure(thrown, `Storing the new refresh token in ${store.name}`));
    }
  }
  const [first, ...others] = failures;
  if (!first) return;
  const why = [first.why, ...others.map((other) => `${other.what}: ${other.why}`)].join('; ');
  throw first.with({ why, hint: [first.hint, consequenceOf(request)].filter(Boolean).join(' ') });
}

const unspent = 'No PAT was touched, and the refresh token that was stored before still works.';

/** What it means that the new refresh token could not be stored. */
function consequenceOf({ identity }: Request): string {
  if (identity.provider === 'entra') return unspent;
  return 'The refresh token that was stored before is spent; the output refresh-token holds the new one.';
}
