import { describe, expect, test } from '@jest/globals';
import { Failure } from '../../src/core/failure.ts';
import type { Store } from '../../src/core/ports.ts';
import { confirmAll, prepareAll } from '../../src/core/stores.ts';

function storeOf(name: string, prepare: () => Promise<void>): Store {
  return { name, readWhenQueued: false, prepare, inspect: async () => ({ exists: true }), write: async () => {} };
}

/** What comes of stores that are closed for these reasons; undefined stands for an open one. */
async function prepared(...reasons: (Error | undefined)[]): Promise<Failure | undefined> {
  const stores = reasons.map((reason, index) =>
    storeOf(`place ${index}`, async () => {
      if (reason) throw reason;
    }),
  );
  try {
    await prepareAll({ stores });
    return undefined;
  } catch (thrown) {
    if (thrown instanceof Failure) return thrown;
    throw thrown;
  }
}

const denied = new Failure('destination-denied', { what: 'Reading the vault', why: 'it is closed', hint: 'Open it.' });
const absent = new Failure('destination-not-found', { what: 'Looking for the group', why: 'there is none' });
const lost = new Failure('network', { what: 'Asking', why: 'no answer', mayHaveActed: true, retryable: true });

describe('prepareAll', () => {
  test.each([[[]], [[undefined]], [[undefined, undefined]]])('passes if every place is open: %#', async (reasons) => {
    expect(await prepared(...reasons)).toBeUndefined();
  });

  test.each<[reasons: (Error | undefined)[], code: string, message: string]>([
    [
      [undefined, denied],
      'destination-denied',
      'Reading the vault: it is closed. Open it. No PAT was made or changed.',
    ],
    [[absent], 'destination-not-found', 'Looking for the group: there is none. No PAT was made or changed.'],
    [
      [denied, absent, lost],
      'destination-denied',
      'Reading the vault: it is closed; Looking for the group: there is none; Asking: no answer. Open it. No PAT was made or changed.',
    ],
    [
      [undefined, new TypeError('x is no function')],
      'unexpected-response',
      'Checking place 1: an error that this version does not know (TypeError: x is no function). Please report it with the debug log. No PAT was made or changed.',
    ],
  ])('tells the problems of all, under the code of the first: %#', async (reasons, code, message) => {
    expect(await prepared(...reasons)).toMatchObject({ code, message });
  });

  test('a check that was not answered leaves nothing mayHaveActed, for it writes nothing', async () => {
    expect(await prepared(lost)).toMatchObject({ code: 'network', retryable: true, mayHaveActed: false });
  });

  test('says what it means for the reader', async () => {
    const stores = [storeOf('place', async () => Promise.reject(absent))];
    await expect(prepareAll({ stores }, 'Nothing was stored.')).rejects.toMatchObject({ hint: 'Nothing was stored.' });
  });

  test('checks the places side by side', async () => {
    const events: string[] = [];
    const stores = ['a', 'b'].map((name) =>
      storeOf(name, async () => {
        events.push(`${name} begins`);
        await new Promise(setImmediate);
        events.push(`${name} ends`);
      }),
    );
    await prepareAll({ stores });
    expect(events).toEqual(['a begins', 'b begins', 'a ends', 'b ends']);
  });
});

test('the look at the end asks every store that can lose its value, and tells the problems of all', async () => {
  const asked: string[] = [];
  const store = (name: string, failure?: Failure): Store => ({
    ...storeOf(name, async () => {}),
    confirm: async () => {
      asked.push(name);
      if (failure) throw failure;
    },
  });
  const lost = (what: string): Failure => new Failure('destination-failed', { what, why: 'it is gone' });
  expect(await confirmAll([storeOf('github', async () => {}), store('one'), store('two')])).toBeUndefined();
  const failure = await confirmAll([store('three', lost('three')), store('four', lost('four')), store('five')]);
  expect(failure).toMatchObject({ code: 'destination-failed', what: 'three', why: 'it is gone; four: it is gone' });
  expect(asked).toEqual(['one', 'two', 'three', 'four', 'five']);
});
