import { mkdirSync, realpathSync, symlinkSync } from 'node:fs';
import { dirname, join, relative, resolve, sep } from 'node:path';

/**
 * The container of a job, as far as its paths go: the work folder of the agent has another path in it. Here that path is a
 * link to the folder, so that a process finds its files by both.
 */
export class Container {
  /** The work folder as the container sees it; `/__w` in a real one. */
  readonly work: string;
  readonly #host: string;

  constructor(host: string, work: string) {
    this.#host = host;
    this.work = work;
    mkdirSync(dirname(work), { recursive: true });
    symlinkSync(host, work, 'junction');
  }

  /** What the agent makes of values of variables and inputs that are a path (`ContainerInfo.TranslateToContainerPath`). */
  toContainerPath(value: string): string {
    return replaceRoot(value, this.#host, this.work);
  }

  /**
   * What the agent makes of a path in a command (`ContainerInfo.TranslateToHostPath`, and `ValidateContainerPath`, which
   * a server can switch on).
   * @throws Error if it leads out of the work folder
   */
  toHostPath(path: string): string {
    const host = resolve(replaceRoot(path, this.work, this.#host));
    let real = host;
    try {
      real = realpathSync(host);
    } catch {
      // If a file is missing, the program that needs it reports it.
    }
    if (relative(realpathSync(this.#host), real).startsWith('..')) {
      throw new Error(`Container jobs may only reference files within the work directory, not '${path}'.`);
    }
    return host;
  }
}

function replaceRoot(path: string, from: string, to: string): string {
  if (path === from) return to;
  return path.startsWith(`${from}${sep}`) || path.startsWith(`${from}/`) ? join(to, path.slice(from.length)) : path;
}
