import { Failure, failureOf } from './failure.ts';
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
  const checks = stores.map((store) => failureOf(`Checking ${store.name}`, () => store.prepare()));
  const failure = Failure.all(await Promise.all(checks));
  if (failure) throw failure.with({ mayHaveActed: false }).advise(consequence);
}

/**
 * Checks every store again at the end of the run. It returns a failure instead of throwing it, because the outcome is
 * complete by then.
 */
export async function confirmStores(stores: readonly Store[]): Promise<Failure | undefined> {
  const checks = stores.map((store) => failureOf(`Looking once more at ${store.name}`, () => store.confirm?.()));
  return Failure.all(await Promise.all(checks));
}
