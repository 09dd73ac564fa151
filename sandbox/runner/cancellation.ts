import type { ChildProcess } from 'node:child_process';
import type { StartedProcess } from './started-process.ts';

/**
 * What a runner does to a step that is cancelled or runs out of time: it sends SIGINT to the process, SIGTERM if it
 * still runs after 7.5 s, and kills it after 2.5 s more (actions/runner, ProcessInvoker). On Windows a runner sends
 * Ctrl-C to the console of the step, which Node can't do. There each of these signals kills the process.
 */
export function cancelStep(child: ChildProcess | StartedProcess): void {
  const isGone = !child.kill('SIGINT');
  if (isGone) return;
  const timers = [setTimeout(() => child.kill('SIGTERM'), 7500), setTimeout(() => child.kill('SIGKILL'), 10_000)];
  child.once('exit', () => {
    for (const timer of timers) clearTimeout(timer);
  });
}
