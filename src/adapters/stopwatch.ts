import { uptime } from 'node:os';
import { type Elapsed, type Milliseconds, second } from '../core/time.ts';

/** What a machine measures. */
interface Timers {
  /** Seconds since the machine started. */
  readonly uptime: () => number;
  /** The time since Node started. */
  readonly monotonic: () => Milliseconds;
}

const machineTimers: Timers = { uptime, monotonic: () => performance.now() };

/** Some systems count their uptime in whole seconds, so a smaller difference does not mean that they slept. */
const coarseness = 2 * second;

/**
 * Makes `Clock.elapsed`. Corrections of the clock don't change it. It goes on while the machine sleeps, as the time of
 * the services does. On Linux, Node's own monotonic clock stops then.
 */
export function stopwatch({ uptime: seconds, monotonic }: Timers = machineTimers): () => Elapsed {
  const behind = (): Milliseconds => seconds() * second - monotonic();
  const begun = behind();
  let slept = 0;
  return () => {
    const missing = behind() - begun;
    if (missing - slept > coarseness) slept = missing;
    return monotonic() + slept;
  };
}
