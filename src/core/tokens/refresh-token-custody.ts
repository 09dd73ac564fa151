import { Failure } from '../failure.ts';
import type { Receiver, Services, Session, Store } from '../ports.ts';
import { prepareStores } from '../prepare-stores.ts';
import type { Destination } from '../request/destination/destination.ts';
import { vaultResources } from '../request/destination/key-vault-host.ts';
import { formatDuration } from '../request/duration.ts';
import type { Request } from '../request/request.ts';
import type { Secret } from '../secret.ts';
import { describeHolders, writeToAll } from '../store-write.ts';
import { day } from '../time.ts';
import type { Tokens } from './tokens.ts';

// Custody: a run that uses the stored refresh token must store its successor too. Every exchange may bring one. The
// newest must reach every destination from which the next run may read it.

/** A refresh token, and its life if the service states it. */
export type RefreshToken = Pick<Tokens, 'refreshToken' | 'refreshTokenLife'>;

interface VaultAccess {
  /** The newest refresh token of all exchanges. */
  readonly newest: RefreshToken;
  readonly keyVaults: Session['keyVaults'];
}

/**
 * Exchanges the refresh token once more for each cloud that has a vault among the destinations.
 * @param first the refresh token of the exchange before
 * @param stored the refresh token that stays in use if no exchange brings a new one
 * @throws Failure
 */
export async function exchangeForVaults(
  first: RefreshToken,
  stored: Secret,
  destinations: readonly Destination[],
  { exchange }: Pick<Services, 'exchange'>,
): Promise<VaultAccess> {
  let newest = refreshTokenOf(first);
  const keyVaults = new Map<string, Secret>();
  for (const resource of vaultResources(destinations)) {
    const vault = await exchange(newest.refreshToken ?? stored, resource);
    keyVaults.set(resource, vault.accessToken);
    // If the exchange for a resource brings no new refresh token, the one before it stays in use, with its own life.
    if (vault.refreshToken) newest = refreshTokenOf(vault);
  }
  return { newest, keyVaults };
}

/** Without the access token and its claims. Those of a vault say nothing about the access to Azure DevOps. */
function refreshTokenOf({ refreshToken, refreshTokenLife }: RefreshToken): RefreshToken {
  return { refreshToken, refreshTokenLife };
}

/** The destinations for a refresh token, and the access to them. */
interface CustodyDestinations {
  readonly destinations: readonly Destination[];
  /** Undefined before the exchange. Then every destination must do without an access token. */
  readonly session: Session | undefined;
}

/**
 * Opens the destinations and checks that they can be written.
 * @param consequence what a failure means for the reader, as a sentence
 * @throws Failure of the first destination, which names the problems of all
 */
export async function openCustody(
  { destinations, session }: CustodyDestinations,
  services: Pick<Services, 'openStores'>,
  consequence: string,
): Promise<readonly Store[]> {
  const stores = await services.openStores(destinations, session);
  await prepareStores({ stores }, consequence);
  return stores;
}

/**
 * Stores a refresh token in every destination. If one destination fails, the others still get it.
 * @throws Failure that says which destinations hold it
 */
export async function storeRefreshToken(
  { refreshToken, refreshTokenLife }: RefreshToken,
  stores: readonly Store[],
  { clock, log }: Pick<Services, 'clock' | 'log'>,
): Promise<void> {
  if (!refreshToken) return;
  const about = {
    label: 'Entra refresh token',
    ...(refreshTokenLife === undefined ? {} : { expires: clock.now() + refreshTokenLife }),
  };
  const writes = await writeToAll(stores, { secret: refreshToken, called: 'the refresh token', about }, log);
  const failure = Failure.all(writes.map((write) => write.failure));
  if (failure) throw failure.advise(describeHolders('The refresh token', writes));
}

/** A refresh token with so short a life comes from a redirect URI of a single-page application. */
const shortLife = day;

/** Hands the newest refresh token to the host. Warns if it expires within a day, and says if it is stored nowhere. */
export function handOverRefreshToken(
  { refreshToken, refreshTokenLife }: RefreshToken,
  request: Request,
  { log }: Services,
  receiver: Receiver,
): void {
  // The host may store this output by itself, so it is never empty.
  receiver.refreshToken(refreshToken ?? request.identity.refreshToken);
  if (!refreshToken) {
    log.info('The service sent no new refresh token, so the stored one stays in use.');
    return;
  }
  if (refreshTokenLife !== undefined && refreshTokenLife <= shortLife) {
    log.warning(
      `This refresh token expires in ${formatDuration(refreshTokenLife)}, and so will every replacement: it was made with a redirect URI of type "spa". Register http://localhost as "Mobile and desktop" (a confidential client: "Web") and sign in again.`,
    );
  }
  if (request.refreshTokenDestinations.length > 0) return;
  log.notice(
    'The new refresh token is stored nowhere (refresh-token-destinations is empty). A refresh token that is never replaced expires 90 days after the sign-in, or 24 hours after it with a "spa" redirect.',
  );
}
