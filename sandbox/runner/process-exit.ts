import { once } from 'node:events';
import type { StartedProcess } from './started-process.ts';

/**
 * Resolves when the process has ended and its pipes are closed. It waits at most 5 s for pipes that a grandchild holds.
 */
export async function processExit(child: StartedProcess): Promise<void> {
  const closed = once(child, 'close');
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
  let timer: NodeJS.Timeout | undefined;
  const deadline = new Promise((resolve) => {
    timer = setTimeout(resolve, 5000);
  });
  await Promise.race([closed, deadline]);
  clearTimeout(timer);
}
