import { type Failure, toFailure } from './failure.ts';
import type { Log, Store } from './ports.ts';

/**
 * Proves every store before anything is changed, all of them side by side.
 * @throws Failure of the first one, whose message tells the problems of all.
 */
export async function prepareAll(ports: { readonly stores: readonly Store[]; readonly log: Log }): Promise<void> {
  const failures: Failure[] = [];
  await Promise.all(
    ports.stores.map(async (store) => {
      try {
        await store.prepare();
      } catch (thrown) {
        failures.push(toFailure(thrown, `Checking ${store.name}`));
      }
    }),
  );
  const [first, ...others] = failures;
  if (!first) return;
  throw first.with({
    why: [first.why, ...others.map(({ what, why }) => `${what}: ${why}`)].join('; '),
    hint: [first.hint, 'No PAT was made or changed.'].filter(Boolean).join(' '),
    uncertain: false,
  });
}
