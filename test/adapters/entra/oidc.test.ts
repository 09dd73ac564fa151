import { expect, test } from '@jest/globals';
import { oidcToken } from '../../../src/adapters/entra/oidc.ts';
import { oidcSourceOf } from '../../../src/adapters/github-environment.ts';
import { Secret } from '../../../src/core/secret.ts';
import { answerOf, scriptedHttp, silentLog } from '../http/scripted-http.ts';

const source = {
  url: 'https://actions.example/token?version=2',
  token: new Secret('runtime'),
  domains: ['actions.example'],
};

test('asks for the audience, keeps the query of the address, and masks the token', async () => {
  const http = scriptedHttp([answerOf({ value: 'e30.e30.sig' })]);
  const masked: string[] = [];
  const log = { ...silentLog, mask: (secret: Secret) => masked.push(secret.reveal()) };
  const token = await oidcToken(source, 'api://AzureADTokenExchange', http, log);
  expect([token.reveal(), masked]).toEqual(['e30.e30.sig', ['e30.e30.sig']]);
  expect(http.requests[0]).toMatchObject({
    url: 'https://actions.example/token?version=2&audience=api%3A%2F%2FAzureADTokenExchange',
    headers: { authorization: 'Bearer runtime' },
  });
});

test.each<[body: unknown, status: number, code: string, hint: RegExp | undefined, retryable: boolean]>([
  [{}, 200, 'unexpected-response', /captive portal/u, false],
  [{ value: '' }, 200, 'unexpected-response', /captive portal/u, false],
  [{ value: 7 }, 200, 'unexpected-response', /captive portal/u, false],
  ['<html>', 200, 'unexpected-response', /captive portal/u, false],
  ['null', 200, 'unexpected-response', /captive portal/u, false],
  ['', 302, 'unexpected-response', /captive portal/u, false],
  [{ value: 'e30.e30.sig' }, 400, 'client-authentication-failed', undefined, false],
  [{ message: 'The token has ended.' }, 403, 'client-authentication-failed', undefined, false],
  ['', 429, 'rate-limited', /some minutes/u, true],
  ['', 503, 'service-unavailable', /githubstatus/u, true],
])('the answer %j with HTTP %d holds no token', async (body, status, code, hint, retryable) => {
  await expect(oidcToken(source, 'a', scriptedHttp([answerOf(body, status)]), silentLog)).rejects.toMatchObject({
    code,
    why: expect.stringContaining(`HTTP ${status}`),
    hint: hint === undefined ? undefined : expect.stringMatching(hint),
    retryable,
  });
});

test.each([
  'http://actions.example/token',
  'https://actions.example.evil.com/token',
  'https://evil.com/actions.example',
  'https://evilactions.example/token',
  'https://actions.example@evil.com/token',
  'file:///etc/passwd',
  'nowhere',
])('the request token is sent nowhere if the address is %s', async (url) => {
  const http = scriptedHttp([answerOf({ value: 'e30.e30.sig' })]);
  await expect(oidcToken({ ...source, url }, 'a', http, silentLog)).rejects.toMatchObject({
    code: 'client-authentication-failed',
    why: 'the address of the OIDC token is not an https address of actions.example',
  });
  expect(http.requests).toEqual([]);
});

test('a host below the domain may give the token', async () => {
  const url = 'https://run-1.actions.example/token';
  const http = scriptedHttp([answerOf({ value: 'e30.e30.sig' })]);
  expect((await oidcToken({ ...source, url }, 'a', http, silentLog)).reveal()).toBe('e30.e30.sig');
});

test.each([
  [undefined, 'actions.githubusercontent.com'],
  ['https://github.com', 'actions.githubusercontent.com'],
  ['https://ghes.contoso.com', 'ghes.contoso.com'],
  ['https://octo.ghe.com', 'octo.ghe.com'],
])('jobs of the server %s get the token below %s', (server, domain) => {
  const environment = {
    ACTIONS_ID_TOKEN_REQUEST_URL: 'https://x',
    ACTIONS_ID_TOKEN_REQUEST_TOKEN: 't',
    ...(server === undefined ? {} : { GITHUB_SERVER_URL: server }),
  };
  expect(oidcSourceOf(environment)?.domains).toEqual([domain]);
});
