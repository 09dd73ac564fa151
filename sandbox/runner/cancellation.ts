import type { ChildProcess } from 'node:child_process';

/**
 * What a runner does to a step that is cancelled or runs out of time: SIGINT to the process alone, SIGTERM if it still
 * lives after 7.5 s, and the end by force after 2.5 s more (actions/runner, ProcessInvoker). On Windows a runner sends
 * Ctrl-C to the console of the step, which Node can't do: there each of these signals is the end by force.
 */
export function cancelStep(child: ChildProcess): void {
  child.kill('SIGINT');
  const timers = [setTimeout(() => child.kill('SIGTERM'), 7500), setTimeout(() => child.kill('SIGKILL'), 10_000)];
  child.once('exit', () => {
    for (const timer of timers) clearTimeout(timer);
  });
}
