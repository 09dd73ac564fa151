import { type Milliseconds, second } from '../time.ts';

/** The pause before each look. */
const pauses: readonly Milliseconds[] = [0, second, 2 * second];

/**
 * Looks up to three times for what the service may not show yet: an answer can come from a part of the service that
 * does not know the PAT.
 * @returns undefined if no look had a result
 */
export async function poll<T>(
  look: () => Promise<T | undefined>,
  sleep: (duration: Milliseconds) => Promise<void>,
): Promise<T | undefined> {
  for (const pause of pauses) {
    if (pause > 0) await sleep(pause);
    const found = await look();
    if (found !== undefined) return found;
  }
  return undefined;
}
