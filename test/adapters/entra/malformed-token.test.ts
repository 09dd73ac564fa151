import { expect, test } from '@jest/globals';
import { connectionIssuer } from '../../../src/adapters/entra/connection-assertion.ts';
import { legacyExchange } from '../../../src/adapters/entra/legacy-oauth.ts';
import { Network } from '../../../src/adapters/entra/msal.ts';
import { type OidcIssuer, oidcToken } from '../../../src/adapters/entra/oidc.ts';
import type { Http } from '../../../src/adapters/http/types.ts';
import type { Log } from '../../../src/core/ports.ts';
import type { LegacyIdentity } from '../../../src/core/request/identity-request.ts';
import { Secret } from '../../../src/core/secret.ts';
import { answerOf, scriptedHttp, silentLog } from '../http/scripted-http.ts';

const huge = 'AbCdEfGh'.repeat(62_500);
const what = 'Asking for an access token';
const legacy: LegacyIdentity = {
  provider: 'azure-devops-oauth',
  clientId: 'app',
  refreshToken: new Secret('stored'),
  clientSecret: new Secret('the secret of the app'),
  redirectUri: 'https://contoso.com/callback',
};

const atEntra = (http: Http, log: Log) =>
  new Network({ http, log, what, idempotent: true }).sendPostRequestAsync('https://login.microsoftonline.com/x');
const atLegacy = (http: Http, log: Log) => legacyExchange(legacy, new Secret('refresh token'), http, log);
const oidc = (issuer?: OidcIssuer) => (http: Http, log: Log) =>
  oidcToken(
    {
      url: 'https://pipelines.actions.githubusercontent.com/x',
      token: new Secret('request token'),
      domains: ['actions.githubusercontent.com'],
      ...(issuer === undefined ? {} : { issuer }),
    },
    'audience',
    http,
    log,
  );

type Ask = (http: Http, log: Log) => Promise<unknown>;

/** The result of an answer: the failure, and what was masked before it. */
async function refusal(ask: Ask, body: object): Promise<{ failure: Error; masked: string[] }> {
  const masked: string[] = [];
  const log = { ...silentLog, mask: (secret: Secret) => masked.push(secret.reveal()) };
  const failure: Error = await ask(scriptedHttp([answerOf(body)]), log).then(
    () => new Error('it was taken'),
    (thrown) => thrown,
  );
  return { failure, masked };
}

test.each<[field: string, ask: Ask, body: object]>([
  ['access_token', atEntra, { access_token: huge }],
  ['refresh_token', atEntra, { access_token: 'AccessToken', refresh_token: huge }],
  ['id_token', atEntra, { access_token: 'AccessToken', id_token: huge }],
  ['client_info', atEntra, { access_token: 'AccessToken', client_info: huge }],
  ['device_code', atEntra, { device_code: huge, user_code: 'ABCD' }],
  ['access_token', atLegacy, { access_token: huge }],
  ['refresh_token', atLegacy, { access_token: 'AccessToken', refresh_token: huge }],
  ['value', oidc(), { value: huge }],
  ['oidcToken', oidc(connectionIssuer('connection')), { oidcToken: huge }],
])('an answer whose %s is far too long is refused before it is masked, and shown nowhere', async (field, ask, body) => {
  const { failure, masked } = await refusal(ask, body);
  expect(failure).toMatchObject({ code: 'unexpected-response', hint: expect.any(String) });
  expect(failure.message).toContain(`holds a token of 500000 characters (${field})`);
  expect(failure.message).not.toContain('AbCdEfGh');
  expect(masked).toEqual([]);
});

const noTokens = ['AbCdEfG', 'AbCdEfGh\nIjKl', 'AbCdEfGh IjKl', 'AbCdEfGh\ud800', 'AbCdEfGh\u0000IjKl', 'AbCdEfGhé'];

test.each<[field: string, ask: Ask]>([
  ['access_token', atEntra],
  ['refresh_token', atEntra],
  ['id_token', atEntra],
  ['device_code', atEntra],
  ['refresh_token', atLegacy],
  ['value', oidc()],
  ['oidcToken', oidc(connectionIssuer('connection'))],
])(
  'a text that cannot be a token is refused in place of %s before it is used, and shown nowhere',
  async (field, ask) => {
    for (const text of noTokens) {
      const { failure, masked } = await refusal(ask, { access_token: 'AccessToken', [field]: text });
      expect(failure).toMatchObject({ code: 'unexpected-response' });
      expect(failure.message).toContain(`holds a text that cannot be a token (${field})`);
      expect(failure.message).not.toContain('AbCdEfG');
      expect(masked).toEqual([]);
    }
  },
);
