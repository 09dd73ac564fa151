import { uptime } from 'node:os';
import { type Elapsed, type Instant, type Milliseconds, second } from '../core/time.ts';

/** What a machine measures. */
interface Timers {
  /** Seconds since the machine started. */
  readonly uptime: () => number;
  /** The time since Node started. */
  readonly monotonic: () => Milliseconds;
  readonly clock: () => Instant;
}

const machineTimers: Timers = { uptime, monotonic: () => performance.now(), clock: () => Date.now() };

/** Some systems count their uptime in whole seconds, so a smaller difference does not mean that they slept. */
const coarseness = 2 * second;

/** How far the clock and the monotonic one may drift apart before the uptime is read. */
const drift = second;

/**
 * Makes `Clock.elapsed`. Corrections of the clock don't change it. It goes on while the machine sleeps, as the time of
 * the services does. On Linux, Node's own monotonic clock stops then. Only the uptime tells a sleep from a correction.
 * But it is a file there, and reading it takes ten times as long as both clocks, so it is read only if they drift apart.
 */
export function stopwatch({ uptime: seconds, monotonic, clock }: Timers = machineTimers): () => Elapsed {
  const behind = (): Milliseconds => seconds() * second - monotonic();
  const difference = (): Milliseconds => clock() - monotonic();
  const begun = behind();
  let known = difference();
  let slept = 0;
  return () => {
    const latest = difference();
    if (Math.abs(latest - known) > drift) {
      known = latest;
      const missing = behind() - begun;
      if (missing - slept > coarseness) slept = missing;
    }
    return monotonic() + slept;
  };
}
