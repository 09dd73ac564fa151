import { describe, expect, test } from '@jest/globals';
import { forEachConcurrently } from '../../src/core/concurrency.ts';

/** Work that ends on demand; `events` holds what began and what ended. */
function workshop() {
  const events: string[] = [];
  const ends = new Map<string, () => void>();
  const work = async (item: string, index: number): Promise<void> => {
    events.push(`${index} begins: ${item}`);
    await new Promise<void>((resolve) => ends.set(item, resolve));
    events.push(`${index} ends: ${item}`);
  };
  const end = async (item: string): Promise<void> => {
    ends.get(item)?.();
    await new Promise(setImmediate);
  };
  return { events, work, end };
}

describe('forEachConcurrently', () => {
  test('begins as many as are allowed, in order, and the next one as soon as one ends', async () => {
    const { events, work, end } = workshop();
    const all = forEachConcurrently(['a', 'b', 'c', 'd'], 2, work).then(() => events.push('over'));
    expect(events).toEqual(['0 begins: a', '1 begins: b']);
    await end('b');
    expect(events.splice(0)).toEqual(['0 begins: a', '1 begins: b', '1 ends: b', '2 begins: c']);
    await end('c');
    expect(events.splice(0)).toEqual(['2 ends: c', '3 begins: d']);
    await end('d');
    expect(events.splice(0)).toEqual(['3 ends: d']);
    await end('a');
    await all;
    expect(events).toEqual(['0 ends: a', 'over']);
  });

  test.each([
    [0, 3],
    [1, 3],
    [3, 3],
    [4, 3],
    [3, 1],
  ])('runs each of %d items once if %d are allowed', async (count, limit) => {
    const done: [string, number][] = [];
    const items = Array.from({ length: count }, (_, index) => `item ${index}`);
    await forEachConcurrently(items, limit, async (item, index) => void done.push([item, index]));
    expect(done).toEqual(items.map((item, index) => [item, index]));
  });
});
