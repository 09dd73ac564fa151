import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Program, StartedProcess } from '../../sandbox/runner/started-process.ts';
import { WarmProcess } from './warm-process.ts';

/** Warm processes, as many as there are runs side by side. Those of one kind have the same binary, flags and CA. */
export class Pool {
  readonly #idle = new Map<string, WarmProcess[]>();
  readonly #folder: string;
  readonly #env: NodeJS.ProcessEnv;
  #started = 0;

  /**
   * @param env beside what a process needs anyway
   * @param folder for the CA files
   */
  constructor(env: NodeJS.ProcessEnv, folder: string) {
    this.#env = env;
    this.#folder = folder;
  }

  /** Runs a program in place of a process of its own. The arguments are flags of Node, then a file, then its words. */
  run({ command, args, cwd, env }: Program, input: string | Uint8Array = ''): StartedProcess {
    const at = args.findIndex((arg) => !arg.startsWith('-'));
    const [file = '', ...words] = args.slice(at);
    const warm = this.#take(command, args.slice(0, at), readFileSync(env.NODE_EXTRA_CA_CERTS ?? '', 'utf8'));
    return warm.run({ file, words, cwd, env, input: Buffer.from(input).toString('base64') });
  }

  /** To be called while nothing runs. */
  async writeCoverage(): Promise<void> {
    await Promise.all([...this.#idle.values()].flat().map((warm) => warm.writeCoverage()));
  }

  #take(command: string, flags: readonly string[], ca: string): WarmProcess {
    const kind = JSON.stringify([command, flags, ca]);
    const idle = this.#idle.get(kind) ?? [];
    this.#idle.set(kind, idle);
    for (let found = idle.pop(); found !== undefined; found = idle.pop()) if (found.isAlive) return found;
    // Node reads the file when it starts. The sandbox that it is from may be gone before.
    const file = join(this.#folder, `${++this.#started}.pem`);
    writeFileSync(file, ca);
    const env = { ...this.#env, PATH: process.env.PATH, NODE_EXTRA_CA_CERTS: file };
    return new WarmProcess({ command, flags, env, onFree: (free) => idle.push(free) });
  }
}
