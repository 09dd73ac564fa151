import { uptime } from 'node:os';

/** What a machine measures of the time that has passed: seconds since it started, and milliseconds since Node did. */
export interface Timers {
  readonly uptime: () => number;
  readonly monotonic: () => number;
}

const machine: Timers = { uptime, monotonic: () => performance.now() };

/** Some systems count their uptime in whole seconds: smaller differences are no sleep. Milliseconds. */
const coarseness = 2000;

/**
 * Milliseconds since some instant. No correction of the clock moves them. They go on while the machine sleeps, as the time
 * of the services does; Node's own monotonic clock stands still then on Linux.
 */
export function stopwatch({ uptime: seconds, monotonic }: Timers = machine): () => number {
  const behind = (): number => seconds() * 1000 - monotonic();
  const begun = behind();
  let slept = 0;
  return () => {
    const missing = behind() - begun;
    if (missing - slept > coarseness) slept = missing;
    return monotonic() + slept;
  };
}
