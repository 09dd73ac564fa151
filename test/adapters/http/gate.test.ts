import { readFile } from 'node:fs/promises';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { type Fault, type RecordedRequest, type Sandbox, startSandbox } from '../../../sandbox/index.ts';
import { createHttp } from '../../../src/adapters/http/http.ts';
import type { Http, HttpAnswer, HttpOptions } from '../../../src/adapters/http/types.ts';
import { Failure } from '../../../src/core/failure.ts';

/** A clock that moves only if the test moves it. */
class StoppedClock {
  #elapsed = 1_000_000;
  #corrected = 0;
  #sleepers: { readonly until: number; readonly wake: () => void }[] = [];

  now(): number {
    return Date.UTC(2026, 0, 1) + this.#elapsed + this.#corrected;
  }

  elapsed(): number {
    return this.#elapsed;
  }

  correct(ms: number): void {
    this.#corrected += ms;
  }

  sleep(ms: number): Promise<void> {
    return new Promise((wake) => this.#sleepers.push({ until: this.#elapsed + ms, wake }));
  }

  get waits(): number[] {
    return this.#sleepers.map(({ until }) => until - this.#elapsed).sort((a, b) => a - b);
  }

  /** Resolves as soon as this many calls sleep. */
  async sleeping(count: number): Promise<void> {
    while (this.#sleepers.length < count) await new Promise((resolve) => setTimeout(resolve, 5));
  }

  advance(ms: number): void {
    this.#elapsed += ms;
    const due = this.#sleepers.filter(({ until }) => until <= this.#elapsed);
    this.#sleepers = this.#sleepers.filter(({ until }) => until > this.#elapsed);
    for (const { wake } of due) wake();
  }
}

let sandbox: Sandbox;
let clock: StoppedClock;
let http: Http;

function open(options: Partial<HttpOptions> = {}): void {
  const silent = (): void => {};
  http = createHttp({
    clock,
    log: { debug: silent, info: silent, notice: silent, warning: silent, mask: silent },
    timeout: 20_000,
    maxAttempts: 5,
    userAgent: 'test',
    connections: 8,
    proxy: { https: sandbox.proxyUrl, none: '' },
    random: () => 0.5,
    ...options,
  });
}

beforeEach(async () => {
  sandbox = await startSandbox();
  setDefaultCACertificates([...getCACertificates('default'), await readFile(sandbox.caFile, 'utf8')]);
  clock = new StoppedClock();
});

afterEach(async () => {
  await http.close();
  await sandbox.close();
});

const send = (host: string): Promise<HttpAnswer> =>
  http.send({ method: 'GET', url: `https://${host}/contoso/_apis/connectionData`, what: 'Asking', idempotent: true });
const limit = (seconds?: number): Fault => ({
  kind: 'status',
  status: 429,
  headers: seconds === undefined ? {} : { 'retry-after': String(seconds) },
});
const first = (fault: Fault): ((request: RecordedRequest) => Fault | undefined) => {
  return ({ index }) => (index === 0 ? fault : undefined);
};

test.each<[name: string, fault: Fault, wait: number]>([
  ['a 429 with Retry-After', limit(7), 7000],
  ['a 429 that says nothing', limit(), 250],
  ['a 503 with Retry-After', { kind: 'status', status: 503, headers: { 'retry-after': '7' } }, 7000],
  ['a 200 with Retry-After', { kind: 'status', status: 200, headers: { 'retry-after': '7' }, body: {} }, 7000],
])('%s delays all requests to that service, and no others', async (_, fault, wait) => {
  open();
  sandbox.fault = first(fault);
  const one = send('dev.azure.com');
  if (fault.kind === 'status' && fault.status === 200) await one;
  else await clock.sleeping(1);
  const before = clock.waits.length;
  const others = [send('dev.azure.com'), send('dev.azure.com')];
  await clock.sleeping(before + 2);
  expect(clock.waits.slice(-2)).toEqual([wait, wait]);
  await send('vssps.dev.azure.com');
  expect(sandbox.requests.map(({ host }) => host)).toEqual(['dev.azure.com', 'vssps.dev.azure.com']);
  clock.advance(wait);
  expect((await Promise.all([one, ...others])).map(({ status }) => status)).toEqual([200, 200, 200]);
  expect(sandbox.requests).toHaveLength(before === 0 ? 4 : 5);
});

test('a request that waits for a free slot also waits for the pause that the service asks for', async () => {
  open({ mostInFlight: 1 });
  sandbox.fault = first(limit(7));
  const all = [send('dev.azure.com'), send('dev.azure.com'), send('dev.azure.com')];
  await clock.sleeping(3);
  expect(sandbox.requests).toHaveLength(1);
  clock.advance(7000);
  expect((await Promise.all(all)).map(({ status }) => status)).toEqual([200, 200, 200]);
});

test('a wait beyond the longest one fails at once, and so does the next request', async () => {
  open();
  sandbox.fault = first(limit(3600));
  const codes = [];
  for (let index = 0; index < 3; index++) {
    const thrown: unknown = await send('dev.azure.com').catch((error: unknown) => error);
    codes.push(thrown instanceof Failure ? [thrown.code, thrown.why, thrown.mayHaveActed] : thrown);
  }
  const reported = ['rate-limited', 'dev.azure.com asks callers to wait 3600 s', false];
  expect(codes).toEqual([reported, reported, reported]);
  expect(sandbox.requests).toHaveLength(1);
  clock.advance(3_600_000);
  expect((await send('dev.azure.com')).status).toBe(200);
});

test.each([2, -2])('a correction of the clock by %d hours does not change a wait', async (hours) => {
  open();
  sandbox.fault = first(limit(7));
  const one = send('dev.azure.com');
  await clock.sleeping(1);
  clock.correct(hours * 3_600_000);
  const other = send('dev.azure.com');
  await clock.sleeping(2);
  expect(clock.waits).toEqual([7000, 7000]);
  clock.advance(7000);
  expect((await Promise.all([one, other])).map(({ status }) => status)).toEqual([200, 200]);
});

test('a list measures its time with the clock of all requests', async () => {
  open();
  const readPage = http.startList('Listing');
  await readPage(() => send('dev.azure.com'));
  await readPage((deadline) => {
    expect(deadline).toBe(clock.elapsed() + 600_000);
    return send('dev.azure.com');
  });
});

test('a limit that names no time delays other requests too, and the service is not said to have named one', async () => {
  const reported: string[] = [];
  const silent = (): void => {};
  open({ log: { debug: silent, info: (line) => reported.push(line), notice: silent, warning: silent, mask: silent } });
  sandbox.fault = first(limit());
  const isRateLimit = ({ status }: HttpAnswer): boolean => status === 429;
  const request = {
    method: 'GET',
    url: 'https://dev.azure.com/contoso/_apis/connectionData',
    idempotent: true,
  } as const;
  const limited = http.send({ ...request, what: 'Asking', isRateLimit, rateLimitWait: () => 60_000 });
  await clock.sleeping(1);
  expect(clock.waits).toEqual([60_000]);
  expect(reported).toEqual(['Asking: HTTP 429; try 2 of 5 in 60 s']);
  await expect(http.send({ ...request, what: 'Asking', deadline: clock.elapsed() + 30_000 })).rejects.toMatchObject({
    code: 'rate-limited',
    why: 'dev.azure.com limits its callers, so the next request would have to wait 60 s',
  });
  clock.advance(60_000);
  expect((await limited).status).toBe(200);
});
