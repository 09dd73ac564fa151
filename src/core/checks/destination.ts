import { toFailure } from '../failure.ts';
import type { Pat } from '../pat.ts';
import type { Store, StoredValue } from '../ports.ts';
import { formatInstant } from '../request/instant.ts';
import { type Check, failedCheck } from './check.ts';

/** Milliseconds by which the clocks of two services may differ. Only a value that is older by more counts as older. */
const clockTolerance = 60_000;

/**
 * Whether a place for a PAT can be written, as far as can be known without writing, and holds the PAT that is in use.
 * @param pat undefined if there is none, or none is named
 */
export async function checkDestination(store: Store, pat: Pat | undefined, now: number): Promise<Check> {
  try {
    await store.prepare();
    return judge(store.name, await store.inspect(), pat, now);
  } catch (thrown) {
    return failedCheck('token-destination', store.name, toFailure(thrown, `Checking ${store.name}`));
  }
}

function judge(subject: string, { exists, updatedAt, expires }: StoredValue, pat: Pat | undefined, now: number): Check {
  const check = 'token-destination';
  const since = updatedAt === undefined ? '' : ` since ${formatInstant(updatedAt)}`;
  const rotate = 'Run rotate or sync: it fills the place.';
  if (!exists) {
    const state = pat ? 'failed' : 'warning';
    return { check, subject, state, text: 'It can be reached, and holds no value.', advice: rotate };
  }
  if (expires !== undefined && expires <= now) {
    const text = `What it holds ended ${formatInstant(expires)}.`;
    return { check, subject, state: 'failed', text, advice: rotate };
  }
  if (pat && updatedAt !== undefined && updatedAt < pat.validFrom - clockTolerance) {
    const text = `What it holds is older than the PAT: it was stored ${formatInstant(updatedAt)}, and the PAT began ${formatInstant(pat.validFrom)}.`;
    return { check, subject, state: 'failed', text, advice: rotate };
  }
  if (exists === 'unknown') {
    const changed = updatedAt === undefined ? '' : ` It was last changed ${formatInstant(updatedAt)}.`;
    const text = `It can be reached. The service does not say whether it holds a value.${changed}`;
    return { check, subject, state: 'ok', text };
  }
  return { check, subject, state: 'ok', text: `It can be reached, and holds a value${since}.` };
}
