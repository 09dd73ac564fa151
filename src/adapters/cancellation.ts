import { Failure } from '../core/failure.ts';
import type { Cancellation } from '../core/ports.ts';
import { afterStop } from './http/request-timeout.ts';

interface SignalCancellation extends Cancellation {
  readonly signal: AbortSignal;
}

/**
 * To cancel a job, a runner sends SIGINT, 7.5 s later SIGTERM, and 2.5 s after that it kills the process
 * (actions/runner, `ProcessInvoker`). Within that time the run finishes or undoes the step that it has begun, and
 * starts no other step. `http/request-timeout.ts` says how long a request may still take then.
 */
export function cancellationBySignal(process: NodeJS.Process): SignalCancellation {
  const controller = new AbortController();
  const stop = (): void => {
    controller.abort(
      new Failure('timeout', {
        what: 'Running',
        why: 'the run was asked to stop, as happens if it is cancelled or takes too long',
        hint: afterStop,
      }),
    );
  };
  process.on('SIGINT', stop);
  process.on('SIGTERM', stop);
  // On Windows an agent of Azure Pipelines sends CTRL_BREAK instead of SIGTERM.
  process.on('SIGBREAK', stop);
  return {
    signal: controller.signal,
    get requested() {
      return controller.signal.aborted;
    },
    check() {
      controller.signal.throwIfAborted();
    },
  };
}
