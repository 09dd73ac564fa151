import { expect, test } from '@jest/globals';
import { resourceFailure, variableGroups } from '../../../src/adapters/azure-devops/resource-error.ts';

const about = {
  what: 'Storing the PAT',
  organization: 'contoso',
  kind: variableGroups,
  called: 'the variable group "feeds" of the project web',
};
const role = 'The user needs';

/** What an answer means, for a request that reads and for one that writes. */
test.each<[string, { status: number; text?: string }, { code: string; why: RegExp; hint: RegExp; writing: boolean }]>([
  [
    'a 404 with a message',
    { status: 404, text: '{"message":"TF200016: no such project"}' },
    {
      code: 'destination-not-found',
      why: /does not exist, or the user who signed in cannot see it \(HTTP 404: "TF200016: no such project"\)/u,
      hint: /Pipelines > Library lists each variable group of a project/u,
      writing: false,
    },
  ],
  [
    'a 404 whose body is no JSON',
    { status: 404, text: '<html>' },
    { code: 'destination-not-found', why: /\(HTTP 404\)$/u, hint: /Check the names/u, writing: false },
  ],
  [
    'a 404 whose message is no text',
    { status: 404, text: '{"message":1}' },
    { code: 'destination-not-found', why: /\(HTTP 404\)$/u, hint: /Check the names/u, writing: false },
  ],
  [
    'a 401',
    { status: 401 },
    { code: 'destination-denied', why: /HTTP 401/u, hint: new RegExp(role, 'u'), writing: false },
  ],
  [
    'a 403',
    { status: 403, text: '{"message":"no"}' },
    { code: 'destination-denied', why: /HTTP 403/u, hint: new RegExp(role, 'u'), writing: false },
  ],
  ['a 429', { status: 429 }, { code: 'rate-limited', why: /HTTP 429/u, hint: /./u, writing: false }],
  [
    'a 503, which may have acted',
    { status: 503 },
    { code: 'service-unavailable', why: /HTTP 503/u, hint: /./u, writing: true },
  ],
])('%s', (_what, { status, text = '' }, { code, why, hint, writing }) => {
  const answer = { status, headers: {}, text };
  const read = resourceFailure(answer, about);
  expect(read).toMatchObject({ code, why: expect.stringMatching(why), hint: expect.stringMatching(hint) });
  expect(read.mayHaveActed).toBe(false);
  expect(resourceFailure(answer, { ...about, writes: true }).mayHaveActed).toBe(writing);
  expect(resourceFailure(answer, { ...about, writes: true, mayHaveActed: true }).mayHaveActed).toBe(true);
});

test('a write needs another role than a read', () => {
  const answer = { status: 403, headers: {}, text: '' };
  expect(resourceFailure(answer, about).hint).toContain('at least the role User on the variable group "feeds"');
  expect(resourceFailure(answer, { ...about, writes: true }).hint).toContain(
    'the role Administrator on the variable group',
  );
});

test('any other refusal is reported in the words of the service, with advice only for a write', () => {
  const answer = { status: 400, headers: {}, text: '{"message":"a group needs a variable"}' };
  const read = resourceFailure(answer, about);
  expect(read).toMatchObject({ code: 'destination-failed', why: expect.stringContaining('a group needs a variable') });
  expect(read.hint).toBeUndefined();
  const written = resourceFailure(answer, { ...about, writes: true });
  expect(written.hint).toBe('Check whether it can be saved by hand in Pipelines > Library.');
  expect([read.mayHaveActed, written.mayHaveActed]).toEqual([false, false]);
  expect(resourceFailure(answer, { ...about, mayHaveActed: true }).mayHaveActed).toBe(true);
});

test.each([401, 403])('a %d with an error number gets no advice about roles', (status) => {
  const text = '{"message":"VS999111: Zwokh bdrum fnarg."}';
  const failure = resourceFailure({ status, headers: {}, text }, { ...about, writes: true });
  expect(failure).toMatchObject({ code: 'destination-denied', why: expect.stringContaining('Zwokh bdrum fnarg') });
  expect(failure.hint).toBeUndefined();
});
