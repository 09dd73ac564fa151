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

/** How far the clock and the monotonic one may drift apart, or how much time may pass, before the uptime is read. */
const tolerance = second;

/**
 * Makes `Clock.elapsed`. Corrections of the clock don't change it. It goes on while the machine sleeps, as the time of
 * the services does. On Linux, Node's own monotonic clock stops then. Only the uptime tells a sleep from a correction of
 * the clock. There it is a file, which takes ten times as long to read as both clocks. So it is read if they drift
 * apart, and once a second, because a correction can hide a sleep.
 */
export function stopwatch({ uptime: seconds, monotonic, clock }: Timers = machineTimers): () => Elapsed {
  const behind = (): Milliseconds => seconds() * second - monotonic();
  const difference = (): Milliseconds => clock() - monotonic();
  const begun = behind();
  let last = { difference: difference(), monotonic: monotonic() };
  let slept = 0;
  return () => {
    const next = { difference: difference(), monotonic: monotonic() };
    const hasDrifted = Math.abs(next.difference - last.difference) > tolerance;
    if (hasDrifted || next.monotonic - last.monotonic > tolerance) {
      last = next;
      const missing = behind() - begun;
      if (missing - slept > coarseness) slept = missing;
    }
    return monotonic() + slept;
  };
}
