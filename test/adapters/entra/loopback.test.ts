import { connect } from 'node:net';
import { expect, test } from '@jest/globals';
import { type Arrival, type Loopback, openLoopback } from '../../../src/adapters/entra/loopback.ts';
import { call } from '../../cli/sign-in-steps.ts';

interface Waiting {
  readonly loopback: Loopback;
  readonly redirect: string;
  /** How often an answer to another sign-in was reported. */
  readonly mismatches: () => number;
  /** The answer that counted, if there was one. */
  readonly arrived: () => Arrival | undefined;
}

async function waiting(story: (waiting: Waiting) => Promise<void>): Promise<void> {
  let [mismatches, arrived]: [number, Arrival | undefined] = [0, undefined];
  const loopback = await openLoopback({
    port: 0,
    isOurs: (state) => state === 'ours',
    onMismatch: () => mismatches++,
    onHttps: () => {},
  });
  loopback.arrival.then((arrival) => {
    arrived = arrival;
    return arrival.show({ status: 200, good: true, title: 'Signed in', text: [] });
  });
  const redirect = `http://127.0.0.1:${loopback.port}`;
  try {
    await story({ loopback, redirect, mismatches: () => mismatches, arrived: () => arrived });
  } finally {
    await loopback.close();
  }
}

const form = { 'content-type': 'application/x-www-form-urlencoded', origin: 'https://login.microsoftonline.com' };

test('a request without the right state does not end a sign-in, however complete it is, and the right one still does', async () => {
  await waiting(async ({ redirect, mismatches, arrived }) => {
    const wrong = [
      '/?code=x&state=another',
      '/?error=access_denied&state=another',
      '/?code=x&state=ours&state=ours',
      '/?code=x&code=y&state=ours',
      '/?code=x&error=y&state=ours',
      '/?code=x',
      '/?state=another',
      '/?code=x&state=',
      '/?code=x&state=OURS',
    ];
    for (const path of wrong) {
      expect(await call(`${redirect}${path}`)).toMatchObject({ status: 400 });
      const body = path.slice(2);
      expect(await call(redirect, { method: 'POST', headers: form, body })).toMatchObject({ status: 400 });
    }
    expect([mismatches(), arrived()]).toEqual([1, undefined]);
    const shown = await call(redirect, { method: 'POST', headers: form, body: 'code=right&state=ours' });
    expect([shown.status, arrived()?.callback]).toEqual([200, { kind: 'code', code: 'right' }]);
    expect(await call(`${redirect}/?code=second&state=ours`)).toMatchObject({ status: 409 });
  });
});

test('an error counts only with the right state', async () => {
  await waiting(async ({ redirect, arrived }) => {
    expect(await call(`${redirect}/?error=access_denied&state=x`)).toMatchObject({ status: 400 });
    expect(arrived()).toBeUndefined();
    await call(`${redirect}/?error=access_denied&state=ours`);
    expect(arrived()?.callback).toMatchObject({ kind: 'refused', declined: true });
  });
});

test.each<[name: string, path: string, options: Parameters<typeof call>[1], status: number]>([
  [
    'another name of this machine, as a page that rebinds its name has',
    '/?code=x&state=ours',
    { headers: { host: 'evil.example' } },
    421,
  ],
  ['such a name with our port', '/?code=x&state=ours', { headers: { host: 'localhost.evil.example:1' } }, 421],
  ['HEAD', '/?code=x&state=ours', { method: 'HEAD' }, 405],
  ['OPTIONS, which a page of another origin sends ahead', '/?code=x&state=ours', { method: 'OPTIONS' }, 405],
  ['DELETE', '/?code=x&state=ours', { method: 'DELETE' }, 405],
  ['another path', '/x?code=x&state=ours', {}, 404],
  ['an address without end', `/?state=${'x'.repeat(20_000)}`, {}, 431],
  ['a form without end', '/', { method: 'POST', headers: form, body: `state=${'x'.repeat(70_000)}` }, 413],
])('%s gets an answer, and does not end the sign-in', async (_name, path, options, status) => {
  await waiting(async ({ redirect, arrived }) => {
    const shown = await call(`${redirect}${path}`, options).catch(({ code }: NodeJS.ErrnoException) => ({
      status: code,
    }));
    // Node itself closes such a connection, with or without an answer.
    expect([status, 'ECONNRESET', 'EPIPE']).toContain(shown.status);
    expect(arrived()).toBeUndefined();
    await call(`${redirect}/?code=right&state=ours`);
    expect(arrived()?.callback).toEqual({ kind: 'code', code: 'right' });
  });
});

test('connections that are held open block the right answer only as long as they live', async () => {
  await waiting(async ({ loopback, redirect, arrived }) => {
    const idle = Array.from({ length: 300 }, () => connect({ host: '127.0.0.1', port: loopback.port }));
    for (const socket of idle) socket.on('error', () => {}).write('POST / HTTP/1.1\r\nHost: loc');
    await Promise.all(idle.map((socket) => new Promise((resolve) => socket.once('close', resolve))));
    await call(`${redirect}/?code=right&state=ours`);
    expect(arrived()?.callback).toEqual({ kind: 'code', code: 'right' });
  });
});
