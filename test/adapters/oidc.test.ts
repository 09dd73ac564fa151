import { expect, test } from '@jest/globals';
import { oidcToken } from '../../src/adapters/oidc.ts';
import { Secret } from '../../src/core/secret.ts';
import { answerOf, scriptedHttp, silentLog } from './scripted-http.ts';

const source = { url: 'https://actions.example/token?version=2', token: new Secret('runtime') };

test('asks for the audience beside what the address holds, and masks the token', async () => {
  const http = scriptedHttp([answerOf({ value: 'jwt' })]);
  const masked: string[] = [];
  const log = { ...silentLog, mask: (secret: Secret) => masked.push(secret.reveal()) };
  const token = await oidcToken(source, 'api://AzureADTokenExchange', http, log);
  expect([token.reveal(), masked]).toEqual(['jwt', ['jwt']]);
  expect(http.requests[0]).toMatchObject({
    url: 'https://actions.example/token?version=2&audience=api%3A%2F%2FAzureADTokenExchange',
    headers: { authorization: 'Bearer runtime' },
  });
});

test.each<[unknown, number]>([
  [{}, 200],
  [{ value: '' }, 200],
  [{ value: 7 }, 200],
  ['<html>', 200],
  ['null', 200],
  [{ value: 'jwt' }, 403],
])('no token in %j with HTTP %d', async (body, status) => {
  await expect(oidcToken(source, 'a', scriptedHttp([answerOf(body, status)]), silentLog)).rejects.toMatchObject({
    code: 'client-authentication-failed',
    why: `GitHub answered HTTP ${status} without a token`,
    hint: expect.stringContaining('id-token: write'),
  });
});
