import { expect, test } from '@jest/globals';
import { startList } from '../../../src/adapters/http/list-limits.ts';
import { Failure } from '../../../src/core/failure.ts';
import { never } from '../../../src/core/time.ts';
import { answerOf } from './scripted-http.ts';

const what = 'Listing';
const minute = 60_000;

test('a list whose pages each come in time, but never end, is given up', async () => {
  let now = 0;
  const readPage = startList(what, () => now);
  const slowPage = (): Promise<void> =>
    readPage(async () => {
      now += minute;
      return answerOf({});
    }).then(() => {});
  for (let page = 1; page <= 11; page++) await slowPage();
  await expect(slowPage()).rejects.toMatchObject({
    code: 'timeout',
    message: expect.stringMatching(
      /^Listing: reading the list was given up: its pages after the first took more than 10 minutes \(pages read: 12\)/u,
    ),
    mayHaveActed: false,
  });
});

test('a page that is under way when the time is over is reported as the limit of the list', async () => {
  let now = 5;
  const readPage = startList(what, () => now);
  const timedOut = new Failure('timeout', { what, why: 'no answer came within 30 s' });
  await readPage(async (deadline) => {
    expect(deadline).toBe(never);
    return answerOf({});
  });
  const fetched = (end: number) =>
    readPage(async (deadline) => {
      expect(deadline).toBe(10 * minute + 5);
      now = end;
      throw timedOut;
    });
  await expect(fetched(minute)).rejects.toBe(timedOut);
  await expect(fetched(10 * minute + 5)).rejects.toMatchObject({ why: expect.stringContaining('(pages read: 1)') });
  const other = new Failure('network', { what, why: 'no route' });
  await expect(readPage(() => Promise.reject(other))).rejects.toBe(other);
});

test('a list whose pages are quick and small, but never end, is given up', async () => {
  const readPage = startList(what, () => 0);
  let pages = 0;
  const read = (): Promise<unknown> =>
    readPage(async () => {
      pages++;
      return answerOf('');
    });
  await expect(
    (async () => {
      for (;;) await read();
    })(),
  ).rejects.toMatchObject({
    code: 'unexpected-response',
    why: expect.stringContaining('more than 500 requests'),
  });
  expect(pages).toBe(500);
});
