import { expect, test } from '@jest/globals';
import { connectionIssuer } from '../../../src/adapters/entra/connection-assertion.ts';
import { type OidcSource, oidcToken } from '../../../src/adapters/entra/oidc.ts';
import type { HttpAnswer } from '../../../src/adapters/http/types.ts';
import { Secret } from '../../../src/core/secret.ts';
import { answerOf, scriptedHttp, silentLog } from '../http/scripted-http.ts';

const job = 'https://dev.azure.com/contoso/p/_apis/distributedtask/hubs/build/plans/1/jobs/2/oidctoken';

const source: OidcSource = {
  url: job,
  token: new Secret('job'),
  domains: ['dev.azure.com', 'visualstudio.com'],
  issuer: connectionIssuer('0a-1b'),
};

test.each([
  [job, `${job}?api-version=7.1&serviceConnectionId=0a-1b`],
  [`${job}?api-version=7.1-preview.1&x=1`, `${job}?api-version=7.1&x=1&serviceConnectionId=0a-1b`],
])('asks at %s for the assertion of the connection, and for no audience', async (url, asked) => {
  const http = scriptedHttp([answerOf({ oidcToken: 'e30.e30.sig' })]);
  const masked: string[] = [];
  const log = { ...silentLog, mask: (secret: Secret) => masked.push(secret.reveal()) };
  const token = await oidcToken({ ...source, url }, 'api://AzureADTokenExchange', http, log);
  expect([token.reveal(), masked]).toEqual(['e30.e30.sig', ['e30.e30.sig']]);
  expect(http.requests[0]).toMatchObject({
    method: 'POST',
    url: asked,
    body: '',
    headers: { authorization: 'Bearer job', 'content-type': 'application/json' },
  });
});

test.each<[answer: HttpAnswer, code: string, why: string, hint: RegExp | undefined]>([
  [
    answerOf({ message: 'No such endpoint.' }, 404),
    'client-authentication-failed',
    'Azure DevOps gives no token (HTTP 404: "No such endpoint.")',
    /authorized to use the service connection/u,
  ],
  [answerOf('', 302), 'client-authentication-failed', 'Azure DevOps gives no token (HTTP 302)', undefined],
  [answerOf('<html>', 203), 'client-authentication-failed', 'Azure DevOps gives no token (HTTP 203)', undefined],
  [answerOf('<html>'), 'unexpected-response', 'the answer holds no token (HTTP 200)', /captive portal/u],
  [
    answerOf('', 401, { 'retry-after': '9' }),
    'rate-limited',
    'Azure DevOps limits the requests of this user (HTTP 401)',
    /minutes/u,
  ],
])('the answer %j holds no assertion', async (answer, code, why, hint) => {
  await expect(oidcToken(source, 'a', scriptedHttp([answer]), silentLog)).rejects.toMatchObject({
    code,
    what: 'Asking Azure DevOps for the token of the service connection',
    why,
    hint: hint === undefined ? undefined : expect.stringMatching(hint),
  });
});

test.each(['https://dev.azure.com.evil.com/oidctoken', 'http://dev.azure.com/oidctoken', ''])(
  'the access token of the job is not sent to %s',
  async (url) => {
    const http = scriptedHttp([]);
    await expect(oidcToken({ ...source, url }, '', http, silentLog)).rejects.toMatchObject({
      code: 'client-authentication-failed',
      why: 'the address of the OIDC token is not an https address of dev.azure.com or visualstudio.com',
    });
    expect(http.requests).toEqual([]);
  },
);
