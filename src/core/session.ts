import { Failure, failureOf, toFailure } from './failure.ts';
import type { Receiver, Services, Session } from './ports.ts';
import type { Destination } from './request/destination/destination.ts';
import type { EntraIdentity } from './request/identity-request.ts';
import type { Request } from './request/request.ts';
import { quoteForeign } from './sanitize.ts';
import { checkAzureDevOpsToken } from './tokens/access-token.ts';
import {
  exchangeForVaults,
  handOverRefreshToken,
  openCustody,
  storeRefreshToken,
} from './tokens/refresh-token-custody.ts';
import { azureDevOpsResource, type Tokens } from './tokens/tokens.ts';
import { checkUser } from './tokens/user.ts';

/**
 * Exchanges the refresh token for what the request needs, and stores the newest one before anything else (I4 in
 * docs/rotation.md).
 */
export async function openSession(
  request: Request,
  destinations: readonly Destination[],
  services: Services,
  receiver: Receiver,
): Promise<Session> {
  const { identity, refreshTokenDestinations } = request;
  if (identity.provider === 'entra') {
    return storeNewestRefreshToken(
      await exchangeRefreshToken(identity, services),
      destinations,
      request,
      services,
      receiver,
    );
  }
  // A refresh token of the legacy provider can be used only once, so check the destinations for the next one first.
  const stores = await openCustody(
    { destinations: refreshTokenDestinations, session: undefined },
    services,
    unusedSentence,
  );
  const tokens = await services.exchange(identity.refreshToken, azureDevOpsResource);
  // The old one is gone, so neither of the two failures may keep the new one from its other destination.
  const notHandedOver = await failureOf('Handing over the refresh token', () =>
    handOverRefreshToken(tokens, request, services, receiver),
  );
  const notStored = await failureOf('Storing the refresh token', () => storeRefreshToken(tokens, stores, services));
  const failure = Failure.all([notHandedOver, notStored]);
  if (!failure) return { azureDevOps: tokens.accessToken, keyVaults: new Map() };
  // Without a new refresh token, the stored one stays in use.
  if (tokens.refreshToken === undefined) throw failure;
  const isStored = !notStored && stores.length > 0;
  throw failure.advise(spentSentence, notHandedOver ? isStored && storedSentence : handedOverSentence);
}

/** Exchanges the refresh token and checks its user. @throws Failure if it can't be exchanged, or is another user's */
export async function exchangeRefreshToken(identity: EntraIdentity, services: Services): Promise<Tokens> {
  const { refreshToken, expectedUser, tenant } = identity;
  const tokens = await services.exchange(refreshToken, azureDevOpsResource);
  checkAzureDevOpsToken(tokens.claims);
  if (expectedUser !== undefined) checkUser(tokens.claims, expectedUser, tenant);
  const name = tokens.claims.names[0] ?? tokens.claims.objectId;
  if (name !== undefined) services.log.info(`Signed in as ${quoteForeign(name)}.`);
  return tokens;
}

/** Stores the newest refresh token. Returns the session, with the access tokens for the vaults that this needed. */
export async function storeNewestRefreshToken(
  tokens: Tokens,
  destinations: readonly Destination[],
  request: Request,
  services: Services,
  receiver: Receiver,
): Promise<Session> {
  const { identity, refreshTokenDestinations } = request;
  const consequence = request.operation === 'revoke' ? revokedFirstSentence : unspentSentence;
  const all = [...destinations, ...refreshTokenDestinations];
  try {
    const { newest, keyVaults } = await exchangeForVaults(tokens, identity.refreshToken, all, services);
    const session = { azureDevOps: tokens.accessToken, keyVaults };
    const stores = await openCustody({ destinations: refreshTokenDestinations, session }, services, consequence);
    handOverRefreshToken(newest, request, services, receiver);
    await storeRefreshToken(newest, stores, services);
    return session;
  } catch (thrown) {
    throw toFailure(thrown, 'Storing the refresh token').advise(consequence);
  }
}

const unusedSentence = 'No PAT was touched, and the refresh token was not used.';
const reusableSentence =
  'The refresh token that was stored before worked in this run, and Microsoft Entra lets it be used again.';
const unspentSentence = `No PAT was touched. ${reusableSentence}`;
const revokedFirstSentence = `Revoking came first. ${reusableSentence}`;
const spentSentence = 'The refresh token that was stored before is spent.';
const handedOverSentence = 'The output refresh-token holds the new one.';
const storedSentence = 'The refresh-token-destinations hold the new one.';
