import { Failure } from '../core/failure.ts';
import { parseFlag } from '../core/request/flag.ts';

/**
 * Events that only people with rights in the repository can cause, or that run without its secrets if a stranger caused
 * them (`pull_request` from a fork). Any other event counts as unsafe, because GitHub adds new ones. Anybody can cause
 * comments, issues, discussions, stars, forks and wiki pages. The events `check_run`, `status`, `deployment_status` and
 * `workflow_run` may be about a stranger's code.
 * Source: https://docs.github.com/actions/reference/workflows-and-actions/events-that-trigger-workflows
 */
const safeEvents = new Set([
  'branch_protection_rule',
  'create',
  'delete',
  'deployment',
  'label',
  'merge_group',
  'milestone',
  'page_build',
  'public',
  'pull_request',
  'push',
  'registry_package',
  'release',
  'repository_dispatch',
  'schedule',
  // A called workflow has the event of its caller. Only documents name this event.
  'workflow_call',
  'workflow_dispatch',
]);

/**
 * Refuses an event that a stranger may have caused if the user doesn't allow it.
 * @param event name of the event; empty if no event started the run, for example on a developer's machine
 * @throws Failure `unsafe-event`
 */
export function refuseUnsafeEvent(event: string, allowed: string): void {
  const flag = parseFlag(allowed.trim());
  if (event === '' || safeEvents.has(event) || (flag.ok && flag.value)) return;
  throw new Failure('unsafe-event', {
    what: 'Starting',
    why: `a stranger may cause a run of the event ${event}, and such a run may get this repository's secrets`,
    hint: 'Use schedule, push or workflow_dispatch, or set allow-unsafe-events: true if you are sure that no code of a stranger runs.',
  });
}
