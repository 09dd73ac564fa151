import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';

/** Resolves when the process is gone and its pipes are closed; pipes that a grandchild keeps are dropped after 5 s. */
export async function processExit(child: ChildProcess): Promise<void> {
  const closed = once(child, 'close');
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
  let timer: NodeJS.Timeout | undefined;
  const patience = new Promise((resolve) => {
    timer = setTimeout(resolve, 5000);
  });
  await Promise.race([closed, patience]);
  clearTimeout(timer);
}
