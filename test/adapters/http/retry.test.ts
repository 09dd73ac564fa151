import { expect, test } from '@jest/globals';
import { createGate } from '../../../src/adapters/http/gate.ts';
import { createSend } from '../../../src/adapters/http/retry.ts';
import type { HttpAnswer, HttpRequest } from '../../../src/adapters/http/types.ts';
import { answerOf, silentLog } from './scripted-http.ts';

const request = {
  method: 'GET',
  url: 'https://dev.azure.com/contoso/_apis/connectionData',
  what: 'Asking',
  idempotent: true,
} as const;

/** A sender with one permit that gets these answers, one after the other. With `late` each pause takes that much longer. */
function open(answers: readonly HttpAnswer[], { delay = 0, stop }: { delay?: number; stop?: AbortController } = {}) {
  let elapsed = 1_000_000;
  let tries = 0;
  const clock = {
    now: () => 0,
    elapsed: () => elapsed,
    sleep: async (ms: number) => {
      elapsed += ms + delay;
      stop?.abort();
    },
  };
  const signal = stop?.signal;
  const attempt = async (): Promise<HttpAnswer> => answers[tries++] ?? answerOf('', 204);
  const gate = createGate({ clock, permits: 1, signal });
  const send = createSend({ clock, log: silentLog, gate, attempt, maxAttempts: 3, signal, random: () => 1 });
  const by = (left: number): Promise<HttpAnswer> =>
    send({ ...request, deadline: elapsed + left } satisfies HttpRequest);
  return { by, tries: () => tries };
}

test('a request without time left is not sent, and its permit goes to the next one', async () => {
  const { by, tries } = open([]);
  await expect(by(0)).rejects.toMatchObject({ code: 'timeout', mayHaveActed: false });
  expect(tries()).toBe(0);
  expect(await by(1000)).toMatchObject({ status: 204 });
});

test('if the time is over after a pause, the last answer is the result', async () => {
  const { by, tries } = open([answerOf('', 503)], { delay: 60_000 });
  expect(await by(30_000)).toMatchObject({ status: 503 });
  expect(tries()).toBe(1);
  expect(await by(1000)).toMatchObject({ status: 204 });
});

test('if the run is asked to stop during a pause, nothing is sent again', async () => {
  const { by, tries } = open([answerOf('', 503)], { stop: new AbortController() });
  expect(await by(30_000)).toMatchObject({ status: 503 });
  expect(tries()).toBe(1);
  expect(await by(1000)).toMatchObject({ status: 204 });
});
