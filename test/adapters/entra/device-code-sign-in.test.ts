import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import { signInWithDeviceCode } from '../../../src/adapters/entra/device-code-sign-in.ts';
import type { Http, HttpAnswer } from '../../../src/adapters/http/types.ts';
import { Failure } from '../../../src/core/failure.ts';
import type { SignInEnd } from '../../../src/core/sign-in.ts';
import { answerOf, silentLog } from '../http/scripted-http.ts';

const clientId = '00001111-aaaa-2222-bbbb-3333cccc4444';
const tenant = 'aaaabbbb-0000-cccc-1111-dddd2222eeee';

function token(claims: object): string {
  const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
  return `${part({ typ: 'JWT', alg: 'RS256' })}.${part(claims)}.c2ln`;
}

const success = (): HttpAnswer =>
  answerOf({
    token_type: 'Bearer',
    expires_in: 3600,
    scope: 'vso.pats',
    access_token: token({
      aud: '499b84ac-1321-427f-aa17-267ca6975798',
      tid: tenant,
      oid: clientId,
      upn: 'a@x.com',
      scp: 'vso.pats',
    }),
    refresh_token: 'refresh-token',
    id_token: token({
      aud: clientId,
      iss: `https://login.microsoftonline.com/${tenant}/v2.0`,
      exp: Date.now() / 1000 + 3600,
      tid: tenant,
      oid: clientId,
    }),
  });

const refusal = (error: string, more: object = {}): HttpAnswer => answerOf({ error, ...more }, 400);
const connectionLost = new Failure('network', { what: 'Signing in', why: 'the connection was lost', retryable: true });

/** A service that gives these answers to the polls, one after the other, and records the seconds at which they came. */
async function poll(
  answers: readonly (() => HttpAnswer)[],
  code: Readonly<Record<string, unknown>> = { expires_in: 900 },
): Promise<{ end: SignInEnd | Failure; seconds: number[]; masked: string[] }> {
  const masked: string[] = [];
  const begin = Date.now();
  const seconds: number[] = [];
  const http: Http = {
    async send({ url }) {
      if (url.includes('/devicecode')) {
        return answerOf({
          device_code: 'device-code',
          user_code: 'U',
          verification_uri: 'https://x.example',
          message: '',
          ...code,
        });
      }
      const answer = answers[seconds.length];
      seconds.push(Math.round((Date.now() - begin) / 1000));
      if (answer === undefined) return refusal('authorization_pending');
      return answer();
    },
    startList: () => (fetch) => fetch(Number.POSITIVE_INFINITY),
    async warm() {},
    redact: (text) => text,
    async close() {},
  };
  const ending = signInWithDeviceCode({
    identity: {
      clientId,
      tenant,
      authorityHost: 'https://login.microsoftonline.com',
      credential: { kind: 'none' },
      expectedUser: undefined,
    },
    http,
    log: { ...silentLog, mask: (secret) => masked.push(secret.reveal()) },
    timeout: 900_000,
    signal: new AbortController().signal,
    now: () => Date.now(),
    sleep: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
    showCode: () => {},
  }).catch((thrown: Failure) => thrown);
  let end: SignInEnd | Failure | undefined;
  void ending.then((value) => {
    end = value;
  });
  for (let second = 0; end === undefined && second < 1000; second++) await jest.advanceTimersByTimeAsync(1000);
  return { end: await ending, seconds, masked };
}

beforeEach(() => {
  jest.useFakeTimers();
});

afterEach(() => {
  jest.useRealTimers();
});

/** Pauses between the polls. */
function pauses(seconds: readonly number[]): number[] {
  return seconds.slice(1).map((at, index) => at - (seconds[index] ?? 0));
}

test.each([[undefined], [0], [-1], ['soon'], [null], [0.001], [3_000_000], ['9'.repeat(400)]])(
  'if the interval is %j, it asks every five seconds',
  async (interval) => {
    const pending = () => refusal('authorization_pending');
    const { end, seconds } = await poll([pending, pending, pending, success], { expires_in: 900, interval });
    expect(end).toMatchObject({ kind: 'signed-in' });
    expect(pauses(seconds)).toEqual([5, 5, 5]);
  },
);

test('the device code is masked as the tokens are', async () => {
  const { masked } = await poll([success]);
  expect(masked).toEqual(['device-code', 'refresh-token', expect.stringMatching(/^ey/u)]);
});

test('after slow_down it keeps the longer interval', async () => {
  const slower = () => refusal('slow_down');
  const pending = () => refusal('authorization_pending');
  const { end, seconds } = await poll([slower, pending, slower, pending, success], { expires_in: 900, interval: 2 });
  expect(end).toMatchObject({ kind: 'signed-in' });
  expect(pauses(seconds)).toEqual([7, 7, 12, 12]);
});

test('a lost connection or a fault of the service does not end the sign-in while the code lives', async () => {
  const none = (): HttpAnswer => {
    throw connectionLost;
  };
  const { end } = await poll([none, () => answerOf('', 503), () => answerOf('', 429), none, success]);
  expect(end).toMatchObject({ kind: 'signed-in' });
});

test.each<[string, () => HttpAnswer]>([
  ['expired_token', () => refusal('expired_token')],
  ['code_expired', () => refusal('code_expired')],
  ['the number 70019', () => refusal('invalid_grant', { error_codes: [70019] })],
])('an expired code, reported by %s, ends the sign-in with a timeout', async (_how, answer) => {
  expect((await poll([answer])).end).toMatchObject({ kind: 'timedOut' });
});

test('a code that has expired by the clock ends the sign-in with a timeout too', async () => {
  expect((await poll([], { expires_in: 20, interval: 5 })).end).toMatchObject({ kind: 'timedOut' });
});
