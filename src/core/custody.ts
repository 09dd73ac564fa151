import { Failure, toFailure } from './failure.ts';
import type { Tokens } from './identity.ts';
import type { Receiver, Services, Session, Store } from './ports.ts';
import type { Destination } from './request/destination.ts';
import { formatDuration } from './request/duration.ts';
import { vaultResources } from './request/key-vault-host.ts';
import type { Request } from './request/request.ts';
import type { Secret } from './secret.ts';
import { prepareAll } from './stores.ts';

// Custody: whoever uses the stored refresh token must store its successor too. Every exchange may bring one. The newest
// counts, and it has to reach every place from which the next run may read it.

/** A refresh token, and how long the service says that it lives. */
export type RefreshToken = Pick<Tokens, 'refreshToken' | 'refreshTokenLife'>;

export interface VaultAccess {
  /** The newest refresh token of all exchanges. */
  readonly newest: RefreshToken;
  readonly keyVaults: Session['keyVaults'];
}

/**
 * Exchanges the refresh token once more for each cloud that has a vault among the places.
 * @param first what the exchange for Azure DevOps brought
 * @param stored the refresh token that goes on if no exchange brings a new one
 * @throws Failure
 */
export async function exchangeForVaults(
  first: Tokens,
  stored: Secret,
  places: readonly Destination[],
  { exchange }: Pick<Services, 'exchange'>,
): Promise<VaultAccess> {
  let newest: RefreshToken = first;
  const keyVaults = new Map<string, Secret>();
  for (const resource of vaultResources(places)) {
    const vault = await exchange(newest.refreshToken ?? stored, resource);
    keyVaults.set(resource, vault.accessToken);
    // A resource that sends no new refresh token leaves the one before it in force, with its own life.
    if (vault.refreshToken) newest = vault;
  }
  return { newest, keyVaults };
}

/** Where a refresh token is to be stored. */
export interface CustodyPlaces {
  readonly destinations: readonly Destination[];
  /** Home of the variable groups among them; empty if there is none. */
  readonly organization: string;
  /** Undefined before the exchange: then the places must need no token of it. */
  readonly session: Session | undefined;
}

/**
 * Opens the places and proves that they can be written.
 * @param consequence what a failure means for the reader, as a sentence
 * @throws Failure of the first place, which tells the problems of all
 */
export async function openCustody(
  { destinations, organization, session }: CustodyPlaces,
  services: Pick<Services, 'openStores'>,
  consequence: string,
): Promise<readonly Store[]> {
  const stores = await services.openStores(destinations, organization, session);
  await prepareAll({ stores }, consequence);
  return stores;
}

/**
 * Stores a refresh token in every place: one that fails keeps no other from getting it.
 * @throws Failure that tells which places hold it
 */
export async function storeRefreshToken(
  { refreshToken, refreshTokenLife }: RefreshToken,
  stores: readonly Store[],
  { clock, log }: Pick<Services, 'clock' | 'log'>,
): Promise<void> {
  if (!refreshToken) return;
  const holding: string[] = [];
  const mayHold: string[] = [];
  const without: string[] = [];
  const failures: Failure[] = [];
  for (const store of stores) {
    try {
      await store.write(refreshToken, {
        label: 'Entra refresh token',
        ...(refreshTokenLife === undefined ? {} : { expires: clock.now() + refreshTokenLife }),
      });
      holding.push(store.name);
      log.info(`Stored the refresh token in ${store.name}.`);
    } catch (thrown) {
      const failure = toFailure(thrown, `Storing the refresh token in ${store.name}`);
      failures.push(failure);
      (failure.mayHaveActed ? mayHold : without).push(store.name);
    }
  }
  const failure = Failure.all(failures);
  if (!failure) return;
  if (without.length === failures.length && holding.length === 0) throw failure;
  throw failure.advise(
    holding.length > 0 && `The refresh token is in ${holding.join(', ')}.`,
    mayHold.length > 0 && `It may be in ${mayHold.join(', ')}.`,
    without.length > 0 && `It is not in ${without.join(', ')}.`,
  );
}

/** A refresh token that lives no longer comes from a redirect URI of a single-page application. Milliseconds. */
const shortLife = 24 * 3_600_000;

/** Hands the newest refresh token to the host, and tells what its life and its places mean. */
export function handOverRefreshToken(
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
  if (refreshTokenLife !== undefined && refreshTokenLife <= shortLife) {
    log.warning(
      `This refresh token expires in ${formatDuration(refreshTokenLife)}, and so will every replacement: it was made with a redirect URI of type "spa". Register http://localhost as "Mobile and desktop" (a confidential client: "Web") and sign in again.`,
    );
  }
  if (request.refreshTokenDestinations.length > 0) return;
  log.notice(
    'The new refresh token is stored nowhere (refresh-token-destinations is empty). A refresh token that is never replaced dies 90 days after the sign-in, one from a "spa" redirect after 24 hours.',
  );
}
