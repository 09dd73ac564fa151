import { type ChildProcess, spawn } from 'node:child_process';
import { EventEmitter, once } from 'node:events';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import type { StartedProcess } from '../../sandbox/runner/started-process.ts';

const host = join(import.meta.dirname, 'host.mjs');

/** A control character that nothing here prints, and words for whoever sees it. */
const endMark = '\u0004end of the run\u0004';

/** A file for a warm process to run. */
export interface Entry {
  readonly file: string;
  readonly words: readonly string[];
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  /** What standard input holds, in base64. */
  readonly input: string;
}

/** The host's answer to an entry. */
interface End {
  readonly exitCode: number;
  /** Whether nothing is left of the run that the next one could meet. */
  readonly reusable: boolean;
}

/** What one run prints: the text before the end mark, as it comes. */
class Output extends PassThrough {
  marked = false;
  #held = '';

  add(chunk: Buffer): void {
    // One byte is one character, so that a character that comes in two pieces stays whole.
    const text = this.#held + chunk.toString('latin1');
    const mark = text.indexOf(endMark);
    const begun = text.lastIndexOf(endMark.charAt(0));
    const end = [mark, begun].find((at) => at >= 0) ?? text.length;
    this.write(Buffer.from(text.slice(0, end), 'latin1'));
    this.#held = text.slice(end);
    this.marked = mark >= 0;
  }

  finish(): void {
    if (!this.marked) this.write(Buffer.from(this.#held, 'latin1'));
    this.end();
  }
}

/** One run of an entry. A runner or an agent takes it for a process. */
class Run extends EventEmitter implements StartedProcess {
  readonly stdout = new Output();
  readonly stderr = new Output();
  exitCode: number | null = null;
  signalCode: NodeJS.Signals | null = null;
  answer: End | undefined;
  readonly #kill: (signal?: NodeJS.Signals) => boolean;

  constructor(kill: (signal?: NodeJS.Signals) => boolean) {
    super();
    this.#kill = kill;
  }

  /** The signal is a real one. A warm process that it ends runs nothing more. */
  kill(signal?: NodeJS.Signals): boolean {
    return this.exitCode === null && this.signalCode === null && this.#kill(signal);
  }

  get isOver(): boolean {
    return this.answer !== undefined && this.stdout.marked && this.stderr.marked;
  }

  finish(exitCode: number | null, signalCode: NodeJS.Signals | null): void {
    this.exitCode = exitCode;
    this.signalCode = signalCode;
    this.stdout.finish();
    this.stderr.finish();
    this.emit('exit', exitCode, signalCode);
    // As with a process: what was printed is read before.
    let open = 2;
    const close = (): void => {
      open -= 1;
      if (open === 0) this.emit('close', exitCode, signalCode);
    };
    this.stdout.once('end', close);
    this.stderr.once('end', close);
  }
}

interface WarmProcessOptions {
  /** The binary of Node. */
  readonly command: string;
  readonly flags: readonly string[];
  readonly env: NodeJS.ProcessEnv;
  /** Called if it is free for another entry. */
  readonly onFree: (process: WarmProcess) => void;
}

/** A process that runs one entry after the other. While it is idle, it keeps nobody alive. */
export class WarmProcess {
  readonly #child: ChildProcess;
  readonly #onFree: (process: WarmProcess) => void;
  #run: Run | undefined;
  /** A signal may arrive after the run that it was for. */
  #wasSignalled = false;
  /** Whether it ran something since it last wrote coverage. */
  #hasRun = false;

  constructor({ command, flags, env, onFree }: WarmProcessOptions) {
    const child = spawn(command, [...flags, host, endMark], { env, stdio: ['ignore', 'pipe', 'pipe', 'ipc'] });
    this.#child = child;
    this.#onFree = onFree;
    child.stdout?.on('data', (chunk: Buffer) => this.#hear((run) => run.stdout.add(chunk)));
    child.stderr?.on('data', (chunk: Buffer) => this.#hear((run) => run.stderr.add(chunk)));
    child.on('message', (answer: End) => this.#hear((run) => (run.answer = answer)));
    child.on('close', (code, signal) => {
      const run = this.#run;
      this.#run = undefined;
      run?.finish(code, signal);
    });
  }

  get isAlive(): boolean {
    return this.#child.connected;
  }

  run(entry: Entry): StartedProcess {
    const run = new Run((signal) => {
      this.#wasSignalled = true;
      return this.#child.kill(signal);
    });
    this.#run = run;
    this.#hasRun = true;
    this.#keepAlive(true);
    this.#child.send(entry);
    return run;
  }

  /** While coverage is measured: writes down which code ran, since a process that Jest ends with its worker may not. */
  async writeCoverage(): Promise<void> {
    if (!this.#hasRun) return;
    this.#hasRun = false;
    this.#keepAlive(true);
    const written = once(this.#child, 'message');
    this.#child.send('write coverage');
    await written;
    this.#keepAlive(false);
  }

  #hear(take: (run: Run) => void): void {
    const run = this.#run;
    if (run === undefined) return;
    take(run);
    const { answer } = run;
    if (answer === undefined || !run.isOver) return;
    this.#run = undefined;
    this.#keepAlive(false);
    run.finish(answer.exitCode, null);
    if (answer.reusable && !this.#wasSignalled) this.#onFree(this);
    else this.#child.kill('SIGKILL');
  }

  #keepAlive(needed: boolean): void {
    const { stdout, stderr, channel } = this.#child;
    for (const handle of [this.#child, stdout, stderr, channel] as ({ ref(): void; unref(): void } | null)[]) {
      if (needed) handle?.ref();
      else handle?.unref();
    }
  }
}
