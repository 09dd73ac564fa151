/**
 * Runs `work` on all items in their order, on at most `limit` of them at the same time. `work` must not throw.
 * @example await forEachConcurrently(stores, 4, async (store) => check(store))
 */
export async function forEachConcurrently<T>(
  items: readonly T[],
  limit: number,
  work: (item: T, index: number) => Promise<void>,
): Promise<void> {
  // All workers take from one iterator, so each item is taken once.
  const entries = items.entries();
  const worker = async (): Promise<void> => {
    for (const [index, item] of entries) await work(item, index);
  };
  await Promise.all(Array.from({ length: Math.min(limit, items.length) }, worker));
}
