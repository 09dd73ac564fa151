import { type Failure, failureOf } from './failure.ts';
import type { Log, SecretMetadata, Store } from './ports.ts';
import type { Secret } from './secret.ts';

/** A value on its way to its destinations. */
export interface SecretToStore {
  readonly secret: Secret;
  /** Names it in a log line, in a form such as `the refresh token`. */
  readonly called: string;
  readonly about: SecretMetadata;
  /** Runs before each write. @throws Failure if no further write may begin */
  readonly checkFirst?: () => void;
}

/** What came of writing a value to a destination. */
export interface StoreWrite {
  readonly destination: string;
  /** Undefined if the destination holds the value. If the failure is one with `mayHaveActed`, it may hold the value. */
  readonly failure: Failure | undefined;
}

/** Writes a value to a destination. */
export async function writeTo(store: Store, value: SecretToStore, log: Log): Promise<StoreWrite> {
  const failure = await failureOf(`Storing in ${store.name}`, async () => {
    value.checkFirst?.();
    await store.write(value.secret, value.about);
    log.info(`Stored ${value.called} in ${store.name}.`);
  });
  return { destination: store.name, failure };
}

/** Writes a value to every destination, one after the other. If one fails, the others still get it. */
export async function writeToAll(stores: readonly Store[], value: SecretToStore, log: Log): Promise<StoreWrite[]> {
  const writes: StoreWrite[] = [];
  for (const store of stores) writes.push(await writeTo(store, value, log));
  return writes;
}

/**
 * Says which destinations hold a value. The text is empty if no destination can hold it.
 * @example describeHolders('The PAT', [{ destination: 'one', failure: undefined }]) // 'The PAT is in: one.'
 */
export function describeHolders(called: string, writes: readonly StoreWrite[]): string {
  if (writes.every(({ failure }) => failure?.mayHaveActed === false)) return '';
  // The names of the destinations whose writes failed like that, or did not fail.
  const listed = (mayHaveActed: boolean | undefined): string =>
    writes
      .flatMap(({ destination, failure }) => (failure?.mayHaveActed === mayHaveActed ? destination : []))
      .join(', ');
  const [holding, mayHold, without] = [listed(undefined), listed(true), listed(false)];
  const sentences = [
    holding && `${called} is in: ${holding}.`,
    mayHold && `${holding ? 'It' : called} may be in: ${mayHold}.`,
    without && `It is not in: ${without}.`,
  ];
  return sentences.filter((sentence) => sentence !== '').join(' ');
}
