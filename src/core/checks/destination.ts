import type { Pat } from '../pat.ts';
import type { Store } from '../ports.ts';
import { missingIn } from '../rotation/missing-value.ts';
import type { StoredValue } from '../stored-value.ts';
import type { Instant } from '../time.ts';
import type { Check } from './check.ts';

/**
 * Whether a destination for a PAT can be written, as far as can be known without writing, and holds the PAT that is in
 * use.
 * @param pat undefined if there is none, or none is named
 * @throws Failure if the destination can't be written or read
 */
export async function checkDestination(store: Store, pat: Pat | undefined, now: Instant): Promise<Check> {
  await store.prepare();
  return destinationCheck(store.name, await store.inspect(), pat, now);
}

function destinationCheck(destination: string, held: StoredValue, pat: Pat | undefined, now: Instant): Check {
  const [check, subject] = ['token-destination', destination] as const;
  const missing = missingIn(held, { destination, pat, now });
  if (!missing) return { check, subject, state: 'ok', finding: { kind: 'value', held } };
  const awaitsFirst = missing.found === 'nothing' && pat === undefined;
  return { check, subject, state: awaitsFirst ? 'warning' : 'failed', finding: { kind: 'value-missing', missing } };
}
