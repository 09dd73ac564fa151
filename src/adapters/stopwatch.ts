import { uptime } from 'node:os';

/** The time that a machine measures: seconds since it started, and milliseconds since Node started. */
interface Timers {
  readonly uptime: () => number;
  readonly monotonic: () => number;
}

const machineTimers: Timers = { uptime, monotonic: () => performance.now() };

/**
 * Milliseconds. Some systems count their uptime in whole seconds, so a smaller difference does not mean that they
 * slept.
 */
const coarseness = 2000;

/**
 * Milliseconds since some instant. Corrections of the clock don't change them. They go on while the machine sleeps, as
 * the time of the services does. On Linux, Node's own monotonic clock stops then.
 */
export function stopwatch({ uptime: seconds, monotonic }: Timers = machineTimers): () => number {
  const behind = (): number => seconds() * 1000 - monotonic();
  const begun = behind();
  let slept = 0;
  return () => {
    const missing = behind() - begun;
    if (missing - slept > coarseness) slept = missing;
    return monotonic() + slept;
  };
}
