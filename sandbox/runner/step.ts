import type { ChildProcess } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Sandbox } from '../sandbox.ts';
import { readActionManifest } from './action-manifest.ts';
import { parseFileCommands } from './file-command.ts';
import { readOutput } from './output-reader.ts';
import { processExit } from './process-exit.ts';
import { SecretMasker } from './secret-masker.ts';
import { type StartProcess, startProcess } from './started-process.ts';
import { inputVariables, type JobContext, type StepFiles, stepEnvironment } from './step-environment.ts';
import { type Annotation, StepLog } from './step-log.ts';

const summaryLimit = 1024 * 1024;

export interface StepOptions extends JobContext {
  readonly inputs: Readonly<Record<string, string>>;
  /** The `env:` of the step. It may replace variables of the runner. */
  readonly env?: Readonly<Record<string, string>>;
  /** By default a new, empty directory, which is removed afterwards. */
  readonly workspace?: string;
  readonly entry?: 'main' | 'post';
  /** The state that an earlier phase of the same step saved. */
  readonly state?: Readonly<Record<string, string>>;
  /** Values that the runner masks from the start: the secrets of the workflow. */
  readonly secrets?: readonly string[];
  /** The masks of the job so far, from runJob. New masks are added to them. */
  readonly masker?: SecretMasker;
  /** The Node binary; by default that of this process. A runner without Node 24 for its machine starts Node 20. */
  readonly node?: string;
  /** Flags for Node itself. A runner passes none. */
  readonly nodeFlags?: readonly string[];
  readonly onSpawn?: (child: ChildProcess) => void;
  /** How the process starts; by default it is a process of its own. */
  readonly start?: StartProcess;
  /** Directory of the `action.yml`; by default this repository's. */
  readonly action?: URL;
}

export interface StepResult {
  readonly exitCode: number | null;
  readonly signal: NodeJS.Signals | null;
  /** The exit code for the runner. A bad file command fails a step that exits with 0. */
  readonly outcome: 'success' | 'failure';
  readonly stdout: string;
  readonly stderr: string;
  /** The log that a user sees: secrets are masked, commands have been carried out. */
  readonly log: string;
  readonly outputs: Readonly<Record<string, string>>;
  readonly state: Readonly<Record<string, string>>;
  readonly env: Readonly<Record<string, string>>;
  readonly path: readonly string[];
  /** The summary as it is shown, with masks; empty if it was too long. */
  readonly summary: string;
  readonly rawSummary: string;
  readonly annotations: readonly Annotation[];
  readonly masks: readonly string[];
  readonly ms: number;
}

const repositoryRoot = new URL('../../', import.meta.url);

async function prepareFiles(root: string, options: StepOptions): Promise<StepFiles> {
  const commands = join(root, '_runner_file_commands');
  const temp = join(root, '_temp');
  const workspace = options.workspace ?? join(root, 'workspace');
  const file = (name: string): string => join(commands, name);
  const files = {
    workspace,
    temp,
    event: join(root, 'event.json'),
    output: file('set_output'),
    state: file('save_state'),
    env: file('set_env'),
    path: file('add_path'),
    summary: file('step_summary'),
  };
  await Promise.all([workspace, temp, commands].map((directory) => mkdir(directory, { recursive: true })));
  await writeFile(files.event, JSON.stringify(options.event?.payload ?? {}));
  const empty = [files.output, files.state, files.env, files.path, files.summary];
  await Promise.all(empty.map((path) => writeFile(path, '')));
  return files;
}

function readCommands(text: string, variable: string, log: StepLog): Record<string, string> {
  try {
    return Object.fromEntries(parseFileCommands(text));
  } catch (error) {
    log.error(`Unable to process file command '${variable}' successfully. ${(error as Error).message}`);
    return {};
  }
}

function summarize(text: string, masker: SecretMasker, log: StepLog): string {
  if (Buffer.byteLength(text) > summaryLimit) {
    // No other error of the runner leaves the step a success.
    const failed = log.failed;
    log.error(`$GITHUB_STEP_SUMMARY upload aborted, supports content up to a size of ${summaryLimit / 1024}k`);
    log.failed = failed;
    return '';
  }
  return text
    .split('\n')
    .map((line) => masker.mask(line))
    .join('\n');
}

/** Runs one phase of one step of the action as a runner does. The sandbox plays all services. */
export async function runStep(sandbox: Sandbox, options: StepOptions): Promise<StepResult> {
  const action = options.action ?? repositoryRoot;
  const manifest = await readActionManifest(new URL('action.yml', action));
  const entry = options.entry === 'post' ? manifest.post : manifest.main;
  if (entry === undefined) throw new Error('The action has no post entry');
  const root = await mkdtemp(join(tmpdir(), 'pat-runner-'));
  try {
    const files = await prepareFiles(root, options);
    const masker = options.masker ?? new SecretMasker();
    for (const secret of options.secrets ?? []) masker.add(secret);
    const log = new StepLog(masker, options.debug ?? false);
    const unknown = Object.keys(options.inputs).filter((name) => !manifest.inputs.has(name));
    if (unknown.length > 0) {
      const known = [...manifest.inputs.keys()].map((name) => `'${name}'`).join(', ');
      const names = unknown.map((name) => `'${name}'`).join(', ');
      log.line(`::warning::Unexpected input(s) ${names}, valid inputs are [${known}]`);
    }
    const state = Object.entries(options.state ?? {}).map(([name, value]) => [`STATE_${name}`, value]);
    const env = {
      ...stepEnvironment(sandbox, options, files),
      ...inputVariables(new Map([...manifest.inputs, ...Object.entries(options.inputs)])),
      ...Object.fromEntries(state),
      ...options.env,
    };
    const began = performance.now();
    const args = [...(options.nodeFlags ?? []), fileURLToPath(new URL(entry, action))];
    const { start = startProcess, node = process.execPath, onSpawn } = options;
    const child = start({ command: node, args, cwd: files.workspace, env, onSpawn });
    const reader = readOutput(child.stdout, child.stderr, (line) => log.line(line));
    await processExit(child);
    const ms = performance.now() - began;
    reader.finish();
    const [rawOutputs, rawState, rawEnv, rawPath, rawSummary] = await Promise.all(
      [files.output, files.state, files.env, files.path, files.summary].map((path) => readFile(path, 'utf8')),
    );
    const outputs = readCommands(rawOutputs ?? '', 'output', log);
    const saved = readCommands(rawState ?? '', 'state', log);
    const variables = readCommands(rawEnv ?? '', 'env', log);
    if ('NODE_OPTIONS' in variables) {
      log.error("Can't store NODE_OPTIONS output parameter using '$GITHUB_ENV' command.");
      delete variables.NODE_OPTIONS;
    }
    return {
      exitCode: child.exitCode,
      signal: child.signalCode,
      stdout: reader.stdout,
      stderr: reader.stderr,
      outputs: { ...Object.fromEntries(log.outputs), ...outputs },
      state: { ...Object.fromEntries(log.state), ...saved },
      env: variables,
      path: (rawPath ?? '').split(/\r?\n/u).filter((line) => line !== ''),
      summary: summarize(rawSummary ?? '', masker, log),
      rawSummary: rawSummary ?? '',
      masks: masker.values,
      outcome: child.exitCode === 0 && !log.failed ? 'success' : 'failure',
      log: log.text,
      annotations: log.annotations,
      ms,
    };
  } finally {
    await rm(root, { recursive: true, force: true, maxRetries: 5 });
  }
}
