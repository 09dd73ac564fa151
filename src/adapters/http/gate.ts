import { Failure } from '../../core/failure.ts';
import type { Clock } from '../../core/ports.ts';
import { type Elapsed, type Milliseconds, second } from '../../core/time.ts';
import { createSemaphore } from './semaphore.ts';
import type { HttpRequest } from './types.ts';

interface GateOptions {
  readonly clock: Clock;
  /** How many requests may be in flight at once, to all services together. */
  readonly permits: number;
  /** Aborted when the host asks the run to stop. */
  readonly signal: AbortSignal | undefined;
}

/** Decides when a request may go out. */
export interface Gate {
  /**
   * Waits until the origin is not blocked and a permit is free, and takes the permit. Returns how long it waited
   * because of a block.
   * @throws Failure `rate-limited` if that is more than `longest`, or the interruption if the run is to stop
   */
  enter(request: HttpRequest, longest: Milliseconds): Promise<Milliseconds>;
  /** Gives the permit back. */
  leave(): void;
  /** Holds back every request to that origin. `asked` is true if the service named the time. */
  block(origin: string, wait: Milliseconds, asked: boolean): void;
}

/** The time in which a service gets no request. */
interface Block {
  readonly until: Elapsed;
  /** Whether the service named the time itself. */
  readonly asked: boolean;
}

export function createGate({ clock, permits, signal }: GateOptions): Gate {
  /** The block of each origin. A limit applies to every request, not only to the one that was refused. */
  const blocks = new Map<string, Block>();
  const semaphore = createSemaphore(permits);

  /** Zero once the host asked the run to stop, because the run then has only seconds to undo a step. */
  function blockedFor(origin: string): Milliseconds {
    const block = blocks.get(origin);
    return signal?.aborted || block === undefined ? 0 : block.until - clock.elapsed();
  }

  return {
    async enter(request, longest) {
      const { origin } = new URL(request.url);
      for (let waited = 0; ; ) {
        for (let wait = blockedFor(origin); wait > 0; wait = blockedFor(origin)) {
          waited += wait;
          if (waited > longest) throw rateLimited(request, wait, blocks.get(origin)?.asked);
          await clock.sleep(wait);
        }
        await semaphore.acquire();
        // The origin may have been blocked while this request waited for its permit.
        if (blockedFor(origin) <= 0) return waited;
        semaphore.release();
      }
    },

    leave: () => semaphore.release(),

    block(origin, wait, asked) {
      if (wait > blockedFor(origin)) blocks.set(origin, { until: clock.elapsed() + wait, asked });
    },
  };
}

/** The Failure for a request that would have to wait too long. */
export function rateLimited(request: HttpRequest, wait: Milliseconds, asked = true): Failure {
  return new Failure('rate-limited', {
    what: request.what,
    why: `${new URL(request.url).host} ${asked ? 'asks callers to wait' : 'limits its callers, so the next request would have to wait'} ${Math.ceil(wait / second)} s`,
    hint: 'Run again after that time, and spread runs of the same user further apart.',
  });
}
