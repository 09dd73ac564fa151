import dns, { type LookupAddress } from 'node:dns';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { afterAll, afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { Lookups } from '../../../src/adapters/http/lookups.ts';
import { quietHttp } from './quiet-http.ts';

type Done = (error: Error | null, addresses: LookupAddress[]) => void;

/** What ends each lookup that has begun, by the name of its host. */
let begun: Map<string, Done>;
/** Called when a lookup has begun. */
let onBegin: () => void;

beforeEach(() => {
  begun = new Map();
  onBegin = () => {};
  const lookup = (host: string, _options: unknown, done: Done): void => {
    begun.set(host, done);
    onBegin();
  };
  jest.spyOn(dns, 'lookup').mockImplementation(lookup as unknown as typeof dns.lookup);
});

afterEach(() => {
  jest.restoreAllMocks();
});

const addresses: LookupAddress[] = [{ address: '127.0.0.1', family: 4 }];

/** What happens first: the end of the wait, or the act. */
const order = async (wait: Promise<void>, act: () => void): Promise<string[]> => {
  const happened: string[] = [];
  const waiting = wait.then(() => happened.push('end of the wait'));
  for (let turn = 0; turn < 3; turn++) await nextTurn();
  happened.push('act');
  act();
  await waiting;
  return happened;
};

const ends: [end: string, error: Error | null][] = [
  ['is resolved', null],
  ["can't be resolved", new Error('ENOTFOUND')],
];

describe('the wait for a name', () => {
  beforeEach(() => void jest.useFakeTimers());
  afterEach(() => void jest.useRealTimers());

  test('if no name is being resolved, there is nothing to wait for', async () => {
    expect(await order(new Lookups().waitForNext(), () => {})).toEqual(['end of the wait', 'act']);
  });

  test.each(ends)('it ends if the first of two names %s, after the connection has the answer', async (_, error) => {
    const lookups = new Lookups();
    const answers: unknown[] = [];
    for (const host of ['a.example', 'b.example']) {
      lookups.lookup(host, { all: true }, (...answer) => answers.push([host, ...answer]));
    }
    const happened = await order(lookups.waitForNext(), () => begun.get('b.example')?.(error, addresses));
    expect(happened).toEqual(['act', 'end of the wait']);
    expect(answers).toEqual([['b.example', error, addresses]]);
    const end = (): void => begun.get('a.example')?.(null, addresses);
    expect(await order(lookups.waitForNext(), end)).toEqual(['act', 'end of the wait']);
    expect(jest.getTimerCount()).toBe(0);
  });

  test('it ends although no server answers for the name', async () => {
    const lookups = new Lookups();
    lookups.lookup('a.example', { all: true }, () => {});
    const happened = await order(lookups.waitForNext(), () => jest.advanceTimersByTime(200));
    expect(happened).toEqual(['act', 'end of the wait']);
  });
});

describe('a connection that is opened ahead of time', () => {
  const http = quietHttp();
  afterAll(() => http.close());

  test.each(ends)('has done what it can once its name %s', async (_, error) => {
    const asked = new Promise<void>((resolve) => {
      onBegin = resolve;
    });
    const warmed = http.warm('https://a.example:1');
    await asked;
    const end = (): void => begun.get('a.example')?.(error, addresses);
    expect(await order(warmed, end)).toEqual(['act', 'end of the wait']);
  });

  test.each(['http://a.example', 'https://127.0.0.1:1'])('needs no name for %s', async (origin) => {
    await http.warm(origin);
    expect([...begun.keys()]).toEqual([]);
  });
});
