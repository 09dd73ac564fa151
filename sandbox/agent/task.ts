import type { ChildProcess } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { cancelStep } from '../runner/cancellation.ts';
import { readOutput } from '../runner/output-reader.ts';
import { processExit } from '../runner/process-exit.ts';
import { type StartProcess, startProcess } from '../runner/started-process.ts';
import type { AgentSecretMasker } from './secret-masker.ts';
import { chooseHandler, type TaskDefinition } from './task-definition.ts';
import type { Issue, OutputVariable, TaskResult, TimelineRecord } from './timeline-record.ts';

interface Summary {
  /** Its title on the page of the run: the name of the file without its ending. */
  readonly heading: string;
  readonly text: string;
}

/** One process of a task, or of a script, and what the agent made of it. */
export interface TaskRun {
  readonly phase: 'main' | 'post' | 'script';
  readonly exitCode: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly result: TaskResult;
  readonly stdout: string;
  readonly stderr: string;
  /** The log that a user sees: secrets are masked, commands have been carried out. */
  readonly log: string;
  readonly issues: readonly Issue[];
  readonly outputs: Readonly<Record<string, OutputVariable>>;
  /** What the agent warned of, refused or did not understand. */
  readonly complaints: readonly string[];
  /** The summaries as they were uploaded at the end of the job. The agent masks nothing in them. */
  summaries: readonly Summary[];
  readonly environment: Readonly<Record<string, string>>;
  /** The process and its arguments. */
  readonly argv: readonly string[];
  readonly masks: readonly string[];
  readonly ms: number;
}

export interface Process {
  readonly phase: TaskRun['phase'];
  readonly command: string;
  readonly args: readonly string[];
  readonly cwd: string;
  readonly environment: Readonly<Record<string, string>>;
  /** All tries of a step share it. */
  readonly record: TimelineRecord;
  readonly masker: AgentSecretMasker;
  /** Whether the agent tries again if the process fails. */
  readonly mayRetry?: boolean;
  /** `cancel` cancels it as the agent does when somebody cancels the run. */
  readonly onSpawn?: ((child: ChildProcess, cancel: () => void) => void) | undefined;
  /** How the process starts; by default it is a process of its own. */
  readonly start?: StartProcess | undefined;
}

export interface Finished {
  readonly run: TaskRun;
  /** True if the process failed, and the agent begins another try. */
  readonly retry: boolean;
  /** Reads the summaries. Call it when the job is over, since that is when the agent reads them. */
  readonly upload: () => Promise<void>;
}

/** Starts a process and carries out its commands. Like the agent, it adds an error if the exit code is not 0. */
export async function runProcess(process: Process): Promise<Finished> {
  const { record, masker, mayRetry = false } = process;
  const began = performance.now();
  let cancelled = false;
  const { command, args, cwd, environment: env, onSpawn, start = startProcess } = process;
  const cancel = (child: ChildProcess): void => {
    cancelled = true;
    cancelStep(child);
  };
  const child = start({
    command,
    args,
    cwd,
    env,
    onSpawn: onSpawn && ((spawned) => onSpawn(spawned, () => cancel(spawned))),
  });
  const reader = readOutput(child.stdout, child.stderr, (line) => record.line(line));
  await processExit(child);
  const ms = performance.now() - began;
  reader.finish();
  const { exitCode } = child;
  const retry = mayRetry && !cancelled && (exitCode !== 0 || record.hasFailed);
  if (cancelled) record.complete('Canceled');
  else if (retry) record.endTry(exitCode === 0 ? 'task failure' : `exception (exit code ${exitCode})`);
  else if (exitCode !== 0) {
    const shown = `file name '${command}', arguments '${args.join(' ')}'`;
    record.error(`Exit code ${exitCode ?? child.signalCode} returned from process: ${shown}.`);
    record.complete('Failed');
  }
  const run: TaskRun = {
    phase: process.phase,
    exitCode,
    signal: child.signalCode,
    result: record.result ?? 'Succeeded',
    stdout: reader.stdout,
    stderr: reader.stderr,
    log: record.log,
    issues: record.issues,
    outputs: Object.fromEntries(record.outputs),
    complaints: record.complaints,
    summaries: [],
    environment: process.environment,
    argv: [command, ...args],
    masks: masker.values,
    ms,
  };
  const upload = async (): Promise<void> => {
    run.summaries = await Promise.all(
      record.summaries.map(async (path) => ({
        heading: basename(path).replace(/\.[^.]*$/u, ''),
        text: await readFile(path, 'utf8'),
      })),
    );
  };
  return { run, retry, upload };
}

/** Paths of Node binaries by major version. */
export type Nodes = Readonly<Record<20 | 24, string>>;

export interface Handler {
  readonly command: string;
  readonly args: readonly string[];
}

/** The command line of a phase of the task; undefined if the task has no such phase. */
export function handlerOf(
  definition: TaskDefinition,
  phase: 'main' | 'post',
  { nodes, node24Knob }: { readonly nodes: Nodes; readonly node24Knob: boolean },
): Handler | undefined {
  const handlers = phase === 'main' ? definition.execution : definition.postJob;
  if (handlers === undefined) return undefined;
  const { target, node } = chooseHandler(handlers, node24Knob);
  return { command: nodes[node], args: [join(definition.folder, target)] };
}
