import { type Failure, toFailure } from '../failure.ts';
import type { Services, Session, Store } from '../ports.ts';
import type { Destination } from '../request/destination/destination.ts';
import { vaultResources } from '../request/destination/key-vault-host.ts';
import { exchangeForVaults, type RefreshToken } from '../tokens/refresh-token-custody.ts';
import type { Tokens } from '../tokens/tokens.ts';
import { type Check, failedCheck } from './check.ts';
import type { CheckContext } from './context.ts';

/** Access to the services. For each cloud whose vaults can't be opened, it has the reason. */
export interface Access {
  readonly session: Session;
  readonly vaultFailures: ReadonlyMap<string, Failure>;
}

/** Opens the vaults. If the exchange for one cloud fails, only the lines of the destinations there fail. */
export async function openAccess(
  tokens: Tokens,
  destinations: readonly Destination[],
  { request, services }: CheckContext,
): Promise<{ readonly access: Access; readonly newest: RefreshToken }> {
  const keyVaults = new Map<string, Session['azureDevOps']>();
  const vaultFailures = new Map<string, Failure>();
  let newest: RefreshToken = tokens;
  for (const resource of vaultResources(destinations)) {
    const destination = destinations.filter((each) => resourceOf(each) === resource).slice(0, 1);
    try {
      const opened = await exchangeForVaults(newest, request.identity.refreshToken, destination, services);
      for (const [name, token] of opened.keyVaults) keyVaults.set(name, token);
      newest = opened.newest;
    } catch (thrown) {
      vaultFailures.set(resource, toFailure(thrown, 'Exchanging the refresh token for the vault'));
    }
  }
  return { access: { session: { azureDevOps: tokens.accessToken, keyVaults }, vaultFailures }, newest };
}

function resourceOf(destination: Destination): string | undefined {
  return vaultResources([destination])[0];
}

/** How to check a destination. */
interface DestinationCheck {
  readonly check: 'token-destination' | 'refresh-token-destination';
  readonly access: Access;
  readonly services: Pick<Services, 'openStores'>;
  readonly checkStore: (store: Store) => Promise<Check>;
}

/** Opens a destination and checks it. If either fails, the line is about the failure. */
export async function openAndCheck(
  destination: Destination,
  { check, access, services, checkStore }: DestinationCheck,
): Promise<Check[]> {
  try {
    refuseClosedVault(destination, access);
    const stores = await services.openStores([destination], access.session);
    return await Promise.all(stores.map(checkStore));
  } catch (thrown) {
    return [failedCheck(check, destination.text, toFailure(thrown, `Checking ${destination.text}`))];
  }
}

/** @throws Failure of the exchange for the vault that the destination is in */
function refuseClosedVault(destination: Destination, { vaultFailures }: Access): void {
  const resource = resourceOf(destination);
  const failure = resource === undefined ? undefined : vaultFailures.get(resource);
  if (failure) throw failure;
}
