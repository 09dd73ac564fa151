import { type ChildProcess, spawn } from 'node:child_process';
import type { EventEmitter } from 'node:events';
import type { Readable } from 'node:stream';

/** A program to start. */
export interface Program {
  /** The binary of Node. */
  readonly command: string;
  /** Flags of Node, then the file that it runs. */
  readonly args: readonly string[];
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  /** Called with the process once it has started, so that a test can send it signals. */
  readonly onSpawn?: ((child: ChildProcess) => void) | undefined;
}

/** As much of a child process as a runner and an agent need. It emits `exit` and `close`. */
export interface StartedProcess extends EventEmitter {
  readonly stdout: Readable;
  readonly stderr: Readable;
  readonly exitCode: number | null;
  readonly signalCode: NodeJS.Signals | null;
  kill(signal?: NodeJS.Signals): boolean;
}

export type StartProcess = (program: Program) => StartedProcess;

/** A process of its own, whose standard input is empty. */
export function startProcess({ command, args, cwd, env, onSpawn }: Program): StartedProcess {
  const child = spawn(command, args, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] });
  onSpawn?.(child);
  return child;
}
