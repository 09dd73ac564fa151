import { expect, test } from '@jest/globals';
import { createKeyedMutex } from '../../src/adapters/keyed-mutex.ts';

test('a step runs even if the step before it with the same key failed', async () => {
  const runExclusive = createKeyedMutex();
  const failing = runExclusive('a', () => Promise.reject(new Error('no')));
  const next = runExclusive('a', async () => 'yes');
  await expect(failing).rejects.toThrow('no');
  await expect(next).resolves.toBe('yes');
});
