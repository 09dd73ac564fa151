import { describe, expect, test } from '@jest/globals';
import { Failure } from '../../src/core/failure.ts';
import type { Store } from '../../src/core/ports.ts';
import { confirmStores, prepareStores } from '../../src/core/prepare-stores.ts';
import { FakePorts } from './fake-ports.ts';

/** What comes of stores that are closed for these reasons; undefined stands for an open one. */
async function prepared(...reasons: (Error | undefined)[]): Promise<Failure | undefined> {
  const ports = new FakePorts({
    answers: Object.fromEntries(reasons.map((reason, index) => [`prepare destination ${index}`, reason])),
  });
  const stores = reasons.map((_, index) => ports.openStore(`destination ${index}`));
  try {
    await prepareStores({ stores });
    return undefined;
  } catch (thrown) {
    if (thrown instanceof Failure) return thrown;
    throw thrown;
  }
}

const denied = new Failure('destination-denied', { what: 'Reading the vault', why: 'it is closed', hint: 'Open it.' });
const absent = new Failure('destination-not-found', { what: 'Looking for the group', why: 'there is none' });
const noAnswer = new Failure('network', { what: 'Asking', why: 'no answer', mayHaveActed: true, retryable: true });

describe('prepareStores', () => {
  test.each([[[]], [[undefined]], [[undefined, undefined]]])(
    'succeeds if every destination can be written: %#',
    async (reasons) => {
      expect(await prepared(...reasons)).toBeUndefined();
    },
  );

  test.each<[reasons: (Error | undefined)[], code: string, message: string]>([
    [
      [undefined, denied],
      'destination-denied',
      'Reading the vault: it is closed. Open it. No PAT was made or changed.',
    ],
    [[absent], 'destination-not-found', 'Looking for the group: there is none. No PAT was made or changed.'],
    [
      [denied, absent, noAnswer],
      'destination-denied',
      'Reading the vault: it is closed; Looking for the group: there is none; Asking: no answer. Open it. No PAT was made or changed.',
    ],
    [
      [undefined, new TypeError('x is no function')],
      'unexpected-response',
      'Checking destination 1: an error that this version does not know (TypeError: x is no function). Please report it with the debug log. No PAT was made or changed.',
    ],
  ])('reports the problems of all, under the code of the first: %#', async (reasons, code, message) => {
    expect(await prepared(...reasons)).toMatchObject({ code, message });
  });

  test('a check without an answer has not acted, because it writes nothing', async () => {
    expect(await prepared(noAnswer)).toMatchObject({ code: 'network', retryable: true, mayHaveActed: false });
  });

  test('adds what the failure means for the user', async () => {
    const stores = [new FakePorts({ answers: { prepare: absent } }).openStore('destination')];
    await expect(prepareStores({ stores }, 'Nothing was stored.')).rejects.toMatchObject({
      hint: 'Nothing was stored.',
    });
  });

  test('checks the destinations side by side', async () => {
    const ports: FakePorts = new FakePorts({
      answers: { prepare: (call: string) => void ports.transcript.push(`${call} ends`) },
    });
    await prepareStores({ stores: ['a', 'b'].map((destination) => ports.openStore(destination)) });
    expect(ports.transcript).toEqual(['prepare a', 'prepare b', 'prepare a ends', 'prepare b ends']);
  });
});

test('the last check asks every store that can lose its value, and reports the problems of all', async () => {
  const gone = (what: string): Failure => new Failure('destination-failed', { what, why: 'it is gone' });
  const ports = new FakePorts({
    answers: { 'confirm three': gone('three'), 'confirm four': gone('four'), 'confirm five': new Error('odd') },
  });
  const store = (destination: string): Store => ({
    ...ports.openStore(destination),
    confirm: () => ports.call(`confirm ${destination}`, () => {}),
  });
  expect(await confirmStores([ports.openStore('github'), store('one'), store('two')])).toBeUndefined();
  const failure = await confirmStores([store('three'), store('four'), store('five')]);
  expect(failure).toMatchObject({ code: 'destination-failed', what: 'three' });
  expect(failure?.why).toMatch(/^it is gone; four: it is gone; Looking once more at five: an error .*odd/u);
  expect(ports.calls).toEqual(['one', 'two', 'three', 'four', 'five'].map((destination) => `confirm ${destination}`));
});
