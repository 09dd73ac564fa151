import { expect, test } from '@jest/globals';
import { signInWithBrowser } from '../../../src/adapters/entra/browser-sign-in.ts';
import { entraExchange } from '../../../src/adapters/entra/entra.ts';
import { readTokens } from '../../../src/adapters/entra/msal.ts';
import type { EntraIdentity } from '../../../src/core/request/identity-request.ts';
import { Secret } from '../../../src/core/secret.ts';
import { answerOf, scriptedHttp, silentLog } from '../http/scripted-http.ts';
import { failureOf } from '../service-sandbox.ts';

const identity: EntraIdentity = {
  provider: 'entra',
  clientId: '00001111-aaaa-2222-bbbb-3333cccc4444',
  tenant: 'aaaabbbb-0000-cccc-1111-dddd2222eeee',
  authorityHost: 'https://login.microsoftonline.com',
  refreshToken: new Secret('stored'),
  credential: { kind: 'none' },
  expectedUser: undefined,
};
const now = (): number => Date.now();

test('an answer that MSAL refuses is reported only by the code of MSAL, because its message can repeat the answer', async () => {
  const access = new Secret('a1b2c3d4-access');
  const idToken = new Secret('no-token-at-all');
  const http = scriptedHttp([
    answerOf({ token_type: 'Bearer', expires_in: 3600, access_token: access.reveal(), id_token: idToken.reveal() }),
  ]);
  const exchange = entraExchange({ identity, http, log: silentLog, oidc: undefined, now });
  const failure = await failureOf(exchange(new Secret('stored'), '499b84ac-1321-427f-aa17-267ca6975798'), access);
  expect(failure).toMatchObject({ code: 'unexpected-response', why: expect.stringMatching(/\([a-z_]+\)$/u) });
  expect(failure.message).not.toContain(idToken.reveal());
  expect(http.requests).toHaveLength(1);
});

test.each([
  [86_400, 86_400_000],
  ['86400', 86_400_000],
  [0, undefined],
  [-1, undefined],
  [1e300, undefined],
  ['9'.repeat(400), undefined],
  [true, undefined],
  [[86_400], undefined],
  [undefined, undefined],
])('a refresh token that lives %j s, as Entra says, lives %j ms', (seconds, life) => {
  const answer = { access_token: 'a1b2c3d4-access', refresh_token_expires_in: seconds };
  expect(readTokens(answer, undefined, { what: 'Signing in', log: silentLog }).refreshTokenLife).toBe(life);
});

test('a person cannot sign in with the federated credential of a job, and nothing is opened or sent', async () => {
  const http = scriptedHttp([]);
  const opened: string[] = [];
  const signIn = signInWithBrowser({
    identity: { ...identity, credential: { kind: 'federated', audience: 'api://AzureADTokenExchange' } },
    http,
    log: silentLog,
    timeout: 1000,
    signal: new AbortController().signal,
    now,
    port: 0,
    open: (url) => opened.push(url),
    onHttps: () => {},
  });
  await expect(signIn).rejects.toMatchObject({ code: 'invalid-input' });
  expect([opened, http.requests]).toEqual([[], []]);
});

test('MSAL adds a random id of the request, its version, the kind of the machine and empty counts, and nothing else', async () => {
  const http = scriptedHttp([answerOf({ error: 'invalid_grant' }, 400)]);
  const exchange = entraExchange({ identity, http, log: silentLog, oidc: undefined, now });
  await failureOf(exchange(new Secret('stored'), '499b84ac-1321-427f-aa17-267ca6975798'));
  const [{ url = '', headers = {}, body = '' } = {}] = http.requests;
  expect([...new URL(url).searchParams]).toEqual([['client-request-id', expect.stringMatching(/^[0-9a-f-]{36}$/u)]]);
  expect(Object.keys(headers)).toEqual(['Content-Type']);
  const { scope, claims, ...fields } = Object.fromEntries(new URLSearchParams(body));
  expect(scope).toBe('499b84ac-1321-427f-aa17-267ca6975798/.default openid profile offline_access');
  expect(Object.keys(JSON.parse(claims ?? ''))).toEqual(['id_token']);
  expect(fields).toEqual({
    client_id: identity.clientId,
    grant_type: 'refresh_token',
    refresh_token: 'stored',
    client_info: '1',
    'x-client-SKU': 'msal.js.node',
    'x-client-VER': expect.stringMatching(/^\d+\.\d+\.\d+$/u),
    'x-client-OS': process.platform,
    'x-client-CPU': process.arch,
    'x-ms-lib-capability': 'retry-after, h429',
    // Its schema, the kind of the call, and no earlier error.
    'x-client-current-telemetry': expect.stringMatching(/^5\|\d+,0,,,\|,$/u),
    'x-client-last-telemetry': '5|0|||0,0',
  });
});
