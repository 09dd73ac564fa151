import { Failure } from '../core/failure.ts';
import { parseFlag } from '../core/request/flag.ts';

/** Events whose code or inputs can be a stranger's while the job holds the repository's secrets. */
const unsafeEvents = new Set(['pull_request_target', 'workflow_run', 'issue_comment']);

/** @throws Failure `unsafe-event` */
export function refuseUnsafeEvent(event: string, allowed: string): void {
  const flag = parseFlag(allowed.trim());
  if (!unsafeEvents.has(event) || (flag.ok && flag.value)) return;
  throw new Failure('unsafe-event', {
    what: 'Starting',
    why: `the event ${event} runs with this repository's secrets although a stranger may have caused it`,
    hint: 'Use schedule, push or workflow_dispatch, or set allow-unsafe-events: true if you know that nothing of the stranger is run.',
  });
}
