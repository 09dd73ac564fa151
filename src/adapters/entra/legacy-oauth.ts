import { readObject } from '../../core/answers/json.ts';
import { legacyOAuthFailure } from '../../core/answers/legacy-oauth.ts';
import type { Log } from '../../core/ports.ts';
import type { LegacyIdentity } from '../../core/request/identity-request.ts';
import { Secret } from '../../core/secret.ts';
import { noClaims, type Tokens } from '../../core/tokens/tokens.ts';
import type { Http } from '../http/types.ts';
import { refuseMalformedTokens } from './malformed-token.ts';

/**
 * The exchange at Azure DevOps' own OAuth, which is closed to new apps and ends in 2026 (Microsoft Learn, "Azure DevOps
 * OAuth 2.0"). `assertion` holds the refresh token and `client_assertion` the app secret. Each refresh token works only
 * once, so the request is sent again only after a rate limit, or if the service certainly did nothing.
 */
export async function legacyExchange(
  { clientSecret, redirectUri }: LegacyIdentity,
  refreshToken: Secret,
  http: Http,
  log: Log,
): Promise<Tokens> {
  const what = 'Exchanging the refresh token at Azure DevOps OAuth';
  const answer = await http.send({
    method: 'POST',
    url: 'https://app.vssps.visualstudio.com/oauth2/token',
    headers: { 'content-type': 'application/x-www-form-urlencoded', accept: 'application/json' },
    body: new URLSearchParams({
      client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
      client_assertion: clientSecret.reveal(),
      grant_type: 'refresh_token',
      assertion: refreshToken.reveal(),
      redirect_uri: redirectUri,
    }).toString(),
    what,
    idempotent: false,
  });
  const body = readObject(answer.text);
  const { access_token: accessToken, refresh_token: next } = body ?? {};
  if (answer.status !== 200 || typeof accessToken !== 'string' || accessToken === '') {
    throw legacyOAuthFailure({ status: answer.status, body: readObject(http.redact(answer.text)), what });
  }
  refuseMalformedTokens({ ...body }, { what, from: 'Azure DevOps' });
  const tokens = {
    accessToken: new Secret(accessToken),
    refreshToken: typeof next === 'string' && next !== '' ? new Secret(next) : undefined,
  };
  log.mask(tokens.accessToken);
  if (tokens.refreshToken) log.mask(tokens.refreshToken);
  return { ...tokens, refreshTokenLife: undefined, claims: noClaims };
}
