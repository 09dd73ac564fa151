import { expect, test } from '@jest/globals';
import { entraExchange } from '../../../src/adapters/entra/entra.ts';
import { signInWithBrowser } from '../../../src/adapters/entra/sign-in.ts';
import type { IdentityRequest } from '../../../src/core/request/identity-request.ts';
import { Secret } from '../../../src/core/secret.ts';
import { answerOf, scriptedHttp, silentLog } from '../http/scripted-http.ts';
import { failureOf } from '../service-sandbox.ts';

const identity = {
  provider: 'entra',
  clientId: '00001111-aaaa-2222-bbbb-3333cccc4444',
  tenant: 'aaaabbbb-0000-cccc-1111-dddd2222eeee',
  authorityHost: 'https://login.microsoftonline.com',
  credential: { kind: 'none' },
} as IdentityRequest;
const now = (): number => Date.now();

test('an answer that MSAL refuses is told by the code of MSAL alone, for its message can repeat the answer', async () => {
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

test('no person signs in with the federated credential of a job, and nothing is opened or sent', async () => {
  const http = scriptedHttp([]);
  const opened: string[] = [];
  const signIn = signInWithBrowser({
    identity: { ...identity, credential: { kind: 'federated', audience: 'api://AzureADTokenExchange' } },
    expectedUser: undefined,
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
