import { describe, expect, test } from '@jest/globals';
import type { Failure } from '../../../src/core/failure.ts';
import type { Pat, PatChange } from '../../../src/core/pat.ts';
import { changeIfAllowed } from '../../../src/core/rotation/change-pat.ts';
import { day, FakePorts } from '../fake-ports.ts';
import { failure, old, replace, stillPending } from './replacement-scene.ts';

describe('a change without a usable answer', () => {
  const nothing = failure('unexpected-response', { mayHaveActed: true });
  const previousToken = { kind: 'keep' } as const;

  test('is a refusal if the PAT is unchanged', async () => {
    const { result, log } = await replace({ previousToken }, { answers: { 'update old': nothing } });
    expect(result).toMatchObject(stillPending);
    expect(log).toContain('Azure DevOps did not rename the old PAT old');
  });

  /** The change of the old PAT, whose answer is `answer`, while a look shows `found`. */
  const changed = (change: PatChange, answer: unknown, found: Partial<Pat>): Promise<unknown> => {
    const ports = new FakePorts({ answers: { update: answer, get: () => ({ ...old, ...found }) } });
    return changeIfAllowed(old, change, ports.context({ operation: 'list' }));
  };

  test.each<[what: string, found: Partial<Pat>, isSeen: boolean]>([
    ['is as it was', {}, false],
    ['has an end that storage rounded', { validTo: old.validTo - 1000 }, false],
    ['has another end', { validTo: old.validTo - 1001 }, true],
    ['has another name', { displayName: 'deploy' }, true],
  ])('counts as done if the PAT %s: %j', async (_what, found, isSeen) => {
    const result = await changed({ displayName: 'deploy' }, nothing, found);
    expect(result).toEqual(isSeen ? { pat: { ...old, ...found } } : undefined);
  });

  test.each<[code: Failure['code'], details: { mayHaveActed?: boolean; retryable: boolean }]>([
    ['pat-api-error', { retryable: true }],
    ['unexpected-response', { retryable: true, mayHaveActed: true }],
  ])('%s that may be sent again (%j) is not a refusal', async (code, details) => {
    await expect(changed({ displayName: 'deploy' }, failure(code, details), {})).rejects.toMatchObject({ code });
  });

  test('an answer with another end than was asked for is not believed, unless storage rounded it', async () => {
    const change = { validTo: old.validTo - day };
    const answer = (off: number) => () => ({ pat: { ...old, validTo: change.validTo + off } });
    expect(await changed(change, answer(1001), change)).toEqual({ pat: { ...old, ...change } });
    expect(await changed(change, answer(1000), change)).toEqual(answer(1000)());
  });

  test('counts as done if the PAT shows it', async () => {
    const answers = { 'update old': nothing, get: () => ({ ...old, displayName: 'build~superseded' }) };
    expect((await replace({ previousToken }, { answers })).result).toMatchObject({ displayName: 'build' });
  });

  test.each([
    ['is gone', () => undefined],
    ['cannot be read', failure('network')],
  ])('fails if the PAT %s', async (_what, answer) => {
    const { result } = await replace({ previousToken }, { answers: { 'update old': nothing, get: answer } });
    expect(result).toMatchObject({ code: 'unexpected-response' });
  });
});
