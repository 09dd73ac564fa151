import { noticeableDifference } from '../core/checks/machine.ts';
import type { Cancellation, Clock, Log } from '../core/ports.ts';
import { formatDuration } from '../core/request/duration.ts';
import { type ClockDifference, hour, type Instant, type Milliseconds, second } from '../core/time.ts';
import { stopwatch } from './stopwatch.ts';

/** If the machine's clock is off by more, the program uses the time of Azure DevOps. */
const tolerableDifference = hour;

/** How long a sleep before a look for what is to be undone lasts at most after the host asked the run to stop. */
const pauseAfterStop = second / 2;

/** How long after a stop such a sleep may still begin. The host kills the run about 10 s after the stop. */
const timeToUndo = 3 * second;

export interface SystemClock extends Clock {
  /** Learns the time of Azure DevOps from the `Date` header of an answer. */
  observe(service: Instant): void;
  /**
   * Learns the time of another service. This corrects nothing: only `ahead` uses it, until Azure DevOps has answered.
   */
  observeOther(service: Instant): void;
  /** How far the machine's clock was ahead of a service when it last answered; undefined before its first answer. */
  ahead(): ClockDifference | undefined;
  /**
   * The time by this clock or by the service of `ahead`, whichever is earlier. A token has expired only if both say so.
   */
  earliest(): Instant;
}

/** The machine's clock, corrected if Azure DevOps shows that it is off by more than an hour. */
export function systemClock(log: Log, cancellation: Cancellation & { readonly signal: AbortSignal }): SystemClock {
  let offset: Milliseconds = 0;
  let warned = false;
  let ahead: ClockDifference | undefined;
  let aheadOfOther: ClockDifference | undefined;

  const elapsed = stopwatch();
  let stopped = elapsed();
  cancellation.signal.addEventListener(
    'abort',
    () => {
      stopped = elapsed();
    },
    { once: true },
  );

  async function sleep(duration: Milliseconds, purpose?: 'undoing'): Promise<void> {
    try {
      await sleepUnlessStopped(duration);
    } catch (interruption) {
      if (purpose !== 'undoing' || elapsed() - stopped > timeToUndo) throw interruption;
      await new Promise((resolve) => setTimeout(resolve, Math.min(duration, pauseAfterStop)));
    }
  }

  function sleepUnlessStopped(duration: Milliseconds): Promise<void> {
    return new Promise((resolve, reject) => {
      const { signal } = cancellation;
      const interrupt = (): void => {
        clearTimeout(timer);
        reject(signal.reason);
      };
      const timer = setTimeout(() => {
        signal.removeEventListener('abort', interrupt);
        resolve();
      }, duration);
      if (signal.aborted) interrupt();
      else signal.addEventListener('abort', interrupt, { once: true });
    });
  }

  const latest = (): ClockDifference | undefined => ahead ?? aheadOfOther;

  return {
    now: () => Date.now() + offset,
    elapsed,
    sleep,
    ahead: latest,
    earliest: () => Date.now() + Math.min(offset, -(latest()?.milliseconds ?? 0)),
    observeOther: (service) => {
      aheadOfOther = { milliseconds: Date.now() - service, service: 'last-to-answer' };
    },
    observe(service) {
      const difference = service - Date.now();
      ahead = { milliseconds: -difference, service: 'azure-devops' };
      if (warned || Math.abs(difference) < noticeableDifference) return;
      warned = true;
      const corrected = Math.abs(difference) > tolerableDifference;
      if (corrected) offset = difference;
      log.warning(
        `The clock of this machine is ${formatDuration(Math.abs(difference))} ${difference > 0 ? 'behind' : 'ahead of'} that of Azure DevOps${corrected ? ', so this run uses the time of Azure DevOps' : ''}. Set the clock right: certificates and expiry depend on it.`,
      );
    },
  };
}
