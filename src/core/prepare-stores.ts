import { Failure, toFailure } from './failure.ts';
import type { Store } from './ports.ts';

/**
 * Checks every store before anything is changed, all of them at the same time.
 * @param consequence what a failure means for the reader, as a sentence
 * @throws Failure of the first one, whose message names the problems of all
 */
export async function prepareStores(
  { stores }: { readonly stores: readonly Store[] },
  consequence = 'No PAT was made or changed.',
): Promise<void> {
  const failures: Failure[] = [];
  await Promise.all(
    stores.map(async (store) => {
      try {
        await store.prepare();
      } catch (thrown) {
        failures.push(toFailure(thrown, `Checking ${store.name}`));
      }
    }),
  );
  const failure = Failure.all(failures);
  if (failure) throw failure.with({ mayHaveActed: false }).advise(consequence);
}

/**
 * Checks every store again at the end of the run. It returns a failure instead of throwing it, because the outcome is
 * complete by then.
 */
export async function confirmStores(stores: readonly Store[]): Promise<Failure | undefined> {
  const failures: Failure[] = [];
  await Promise.all(
    stores.map(async (store) => {
      try {
        await store.confirm?.();
      } catch (thrown) {
        failures.push(toFailure(thrown, `Looking once more at ${store.name}`));
      }
    }),
  );
  return Failure.all(failures);
}
