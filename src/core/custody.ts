import { Failure, toFailure } from './failure.ts';
import type { Tokens } from './identity.ts';
import type { Services, Session, Store } from './ports.ts';
import { type Destination, vaultResources } from './request/destination.ts';
import type { Secret } from './secret.ts';
import { prepareAll } from './stores.ts';

// Custody: whoever holds the stored refresh token must also store its successor. Every exchange may bring one, the
// newest counts, and it has to reach every place that the next run may read it from.

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
  const unsure: string[] = [];
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
      (failure.mayHaveActed ? unsure : without).push(store.name);
    }
  }
  const failure = Failure.all(failures);
  if (!failure) return;
  if (without.length === failures.length && holding.length === 0) throw failure;
  throw failure.advise(
    holding.length > 0 && `The refresh token is in ${holding.join(', ')}.`,
    unsure.length > 0 && `It may be in ${unsure.join(', ')}.`,
    without.length > 0 && `It is not in ${without.join(', ')}.`,
  );
}
