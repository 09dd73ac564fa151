import { Failure } from '../../core/failure.ts';
import type { Clock } from '../../core/ports.ts';
import { createSemaphore } from './semaphore.ts';
import type { HttpRequest } from './types.ts';

export interface GateOptions {
  readonly clock: Clock;
  /** How many requests may be in flight at once, to all services together. */
  readonly permits: number;
  /** Aborted when the host asks the run to stop. */
  readonly signal?: AbortSignal | undefined;
}

/** Decides when a request may go out. */
export interface Gate {
  /**
   * Waits until the origin of the request may be asked and a permit is free, and takes the permit. Returns the
   * milliseconds that the service asked for.
   * @throws Failure `rate-limited` if that is more than `longest`, or the interruption if the run is to stop
   */
  enter(request: HttpRequest, longest: number): Promise<number>;
  /** Gives the permit back. */
  leave(): void;
  /** Holds every request to that origin back for so many milliseconds. */
  block(origin: string, wait: number): void;
}

export function createGate({ clock, permits, signal }: GateOptions): Gate {
  /** When each origin may be asked again. A limit holds for every request, not only for the one that met it. */
  const blockedUntil = new Map<string, number>();
  const semaphore = createSemaphore(permits);

  /** Zero once the run was asked to stop: what is sent then undoes a step, and there are only a few seconds for it. */
  function blockedFor(origin: string): number {
    if (signal?.aborted) return 0;
    return (blockedUntil.get(origin) ?? 0) - clock.now();
  }

  return {
    async enter(request, longest) {
      const { origin } = new URL(request.url);
      for (let waited = 0; ; ) {
        for (let wait = blockedFor(origin); wait > 0; wait = blockedFor(origin)) {
          waited += wait;
          if (waited > longest) throw rateLimited(request, wait);
          await clock.sleep(wait);
        }
        await semaphore.acquire();
        // The origin may have been blocked while this request waited for its permit.
        if (blockedFor(origin) <= 0) return waited;
        semaphore.release();
      }
    },

    leave: () => semaphore.release(),

    block(origin, wait) {
      blockedUntil.set(origin, Math.max(blockedUntil.get(origin) ?? 0, clock.now() + wait));
    },
  };
}

/** The service asks for a longer wait than one request may take. */
export function rateLimited(request: HttpRequest, wait: number): Failure {
  return new Failure('rate-limited', {
    what: request.what,
    why: `${new URL(request.url).host} asks to wait ${Math.ceil(wait / 1000)} s`,
    hint: 'Run again after that time, and spread runs of the same user further apart.',
  });
}
