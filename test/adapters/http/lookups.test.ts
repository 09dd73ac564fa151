import dns from 'node:dns';
import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import { Lookups } from '../../../src/adapters/http/lookups.ts';

type Done = (error: Error | null, address: string, family: number) => void;

/** What ends each lookup that has begun, by the name of its host. */
let begun: Map<string, Done>;

beforeEach(() => {
  begun = new Map();
  const lookup = (host: string, _options: unknown, done: Done): void => void begun.set(host, done);
  jest.spyOn(dns, 'lookup').mockImplementation(lookup as unknown as typeof dns.lookup);
});

afterEach(() => {
  jest.restoreAllMocks();
});

const order = async (lookups: Lookups, act: () => void): Promise<string[]> => {
  const happened: string[] = [];
  const next = lookups.next().then(() => happened.push('next'));
  await Promise.resolve();
  happened.push('act');
  act();
  await next;
  return happened;
};

test('if no name is being resolved, there is nothing to wait for', async () => {
  expect(await order(new Lookups(), () => {})).toEqual(['next', 'act']);
});

test.each<[end: string, error: Error | null]>([
  ['is resolved', null],
  ["can't be resolved", new Error('ENOTFOUND')],
])('it settles if the first of two names %s, after the connection has the answer', async (_end, error) => {
  const lookups = new Lookups();
  const answers: unknown[] = [];
  for (const host of ['a.example', 'b.example']) {
    lookups.lookup(host, { all: true }, (...answer) => answers.push([host, ...answer]));
  }
  const happened = await order(lookups, () => begun.get('b.example')?.(error, '192.0.2.1', 4));
  expect(happened).toEqual(['act', 'next']);
  expect(answers).toEqual([['b.example', error, '192.0.2.1', 4]]);
  expect(await order(lookups, () => begun.get('a.example')?.(null, '192.0.2.2', 4))).toEqual(['act', 'next']);
});
