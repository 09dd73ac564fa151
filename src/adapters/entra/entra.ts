import { Failure } from '../../core/failure.ts';
import type { Log } from '../../core/ports.ts';
import type { EntraIdentity } from '../../core/request/identity-request.ts';
import type { Secret } from '../../core/secret.ts';
import type { Instant } from '../../core/time.ts';
import { checkAccessToken, checkAzureDevOpsToken } from '../../core/tokens/access-token.ts';
import { checkIdToken } from '../../core/tokens/id-token.ts';
import {
  azureDevOpsResource,
  type Claims,
  defaultScope,
  type TokenExchange,
  type Tokens,
} from '../../core/tokens/tokens.ts';
import type { Http } from '../http/types.ts';
import { credentialOf, Network, openApplication, readTokens, unexpected } from './msal.ts';
import { type OidcSource, oidcToken } from './oidc.ts';

interface EntraOptions {
  readonly identity: EntraIdentity;
  readonly http: Http;
  readonly log: Log;
  /** The source of the run's OIDC token, for a federated credential. */
  readonly oidc: OidcSource | undefined;
  /** The earliest time that it may be: an id token that is still valid then is accepted. */
  readonly now: () => Instant;
}

const what = 'Asking for an access token';

/**
 * Exchanges a refresh token for an access token through MSAL, with one request to Entra. It checks the tokens before it
 * returns them.
 */
export function entraExchange(options: EntraOptions): TokenExchange {
  const { identity, http, log, oidc } = options;
  let first: Claims | undefined;

  async function assertion(audience: string): Promise<Secret> {
    if (!oidc) throw new Failure('client-authentication-failed', { what, why: 'this run has no OIDC token' });
    return oidcToken(oidc, audience, http, log);
  }

  return async (refreshToken: Secret, resource: string): Promise<Tokens> => {
    // Load MSAL while the request for the OIDC token is under way.
    const [credential] = await Promise.all([credentialOf(identity, assertion, log), import('@azure/msal-node')]);
    // Using a refresh token does not spend it (Microsoft Learn, "Refresh tokens"), so the exchange may be repeated.
    const network = new Network({ http, log, what, idempotent: true });
    const app = await openApplication(identity, credential, network);
    let idTokenClaims: object | undefined;
    try {
      const result = await app.acquireTokenByRefreshToken({
        scopes: [defaultScope(resource)],
        refreshToken: refreshToken.reveal(),
      });
      idTokenClaims = result?.idTokenClaims;
    } catch (error) {
      throw network.failure ?? unexpected(error, what);
    }
    const tokens = readTokens(network.answer, idTokenClaims, { what, log });
    const { clientId, tenant } = identity;
    // Check the access token before the id token: the token of an application names no user to compare the id token
    // with.
    if (resource === azureDevOpsResource) checkAzureDevOpsToken(tokens.claims);
    // If the answer has no id token, MSAL returns an empty object.
    if (Object.keys({ ...idTokenClaims }).length > 0)
      checkIdToken({ ...idTokenClaims }, { clientId, tenant, now: options.now(), user: tokens.claims });
    checkAccessToken(tokens.claims, { resource, tenant, first });
    first ??= tokens.claims;
    return tokens;
  };
}
