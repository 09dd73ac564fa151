import { expect, test } from '@jest/globals';
import { legacyExchange } from '../../../src/adapters/entra/legacy-oauth.ts';
import type { LegacyIdentity } from '../../../src/core/request/identity-request.ts';
import { Secret } from '../../../src/core/secret.ts';
import { noClaims } from '../../../src/core/tokens/tokens.ts';
import { answerOf, scriptedHttp, silentLog } from '../http/scripted-http.ts';

const identity: LegacyIdentity = {
  provider: 'azure-devops-oauth',
  clientId: 'app',
  refreshToken: new Secret('stored'),
  clientSecret: new Secret('app secret'),
  redirectUri: 'https://contoso.example/back',
};

async function exchange(body: unknown, status = 200) {
  const http = scriptedHttp([answerOf(body, status)]);
  const masked: string[] = [];
  const log = { ...silentLog, mask: (secret: Secret) => masked.push(secret.reveal()) };
  const tokens = await legacyExchange(identity, new Secret('old'), http, log);
  const { accessToken, refreshToken, ...rest } = tokens;
  return {
    access: accessToken.reveal(),
    refresh: refreshToken?.reveal(),
    ...rest,
    masked,
    sent: Object.fromEntries(new URLSearchParams(http.requests[0]?.body)),
  };
}

test('returns both tokens', async () => {
  const answer = { access_token: 'AccessToken', refresh_token: 'RefreshToken', expires_in: '3600' };
  await expect(exchange(answer)).resolves.toEqual({
    access: 'AccessToken',
    refresh: 'RefreshToken',
    claims: noClaims,
    masked: ['AccessToken', 'RefreshToken'],
    sent: {
      client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
      client_assertion: 'app secret',
      grant_type: 'refresh_token',
      assertion: 'old',
      redirect_uri: 'https://contoso.example/back',
    },
  });
});

test.each([[undefined], [''], [7]])('returns no new refresh token if it is %j', async (refresh) => {
  const tokens = await exchange({ access_token: 'AccessToken', refresh_token: refresh, expires_in: 'long' });
  expect(tokens).toMatchObject({ access: 'AccessToken', refresh: undefined, masked: ['AccessToken'] });
});

test.each<[string, unknown, number]>([
  ['no token', {}, 200],
  ['an empty token', { access_token: '' }, 200],
  ['no object', 'null', 200],
  ['no JSON', '<html>', 200],
  ['a token with an error', { access_token: 'AccessToken' }, 400],
])('%s is a failure', async (_what, body, status) => {
  await expect(exchange(body, status)).rejects.toMatchObject({ code: 'unexpected-response' });
});
