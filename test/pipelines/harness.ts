import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import {
  type AgentJob,
  type AgentJobOptions,
  agentNodes,
  organizationName,
  publicClientId,
  type RecordedRequest,
  runAgentJob,
  type Sandbox,
  type ScriptStep,
  startSandbox,
  type TaskRun,
  type TaskStep,
  tenantDomain,
  unzip,
} from '../../sandbox/index.ts';
import { type ErrorCode, errorCodes } from '../../src/core/error-code.ts';
import { packExtension } from '../../tools/extension.ts';
import { keyLines, leaksIn, secretsOf } from '../e2e/leak.ts';
import { compileCache, nodeFlags, starterFor } from '../node-process.ts';
import { workerFolder } from '../warm-process/worker-folder.ts';

export type Inputs = Readonly<Record<string, string>>;

/** What differs from a plain job. */
export type Options = Partial<Omit<AgentJobOptions, 'task' | 'steps'>> &
  Omit<TaskStep, 'inputs'> & {
    /** The agent may complain. In every other run a complaint fails the test. */
    readonly tolerateComplaints?: true;
    /** Node itself may write to standard error. In every other run nothing may be there. */
    readonly tolerateStderr?: true;
    /** The process is killed, so it can't keep the rules for all runs. */
    readonly killed?: true;
    /** A try of the step fails. Its errors and outputs stay, even if the next try succeeds. */
    readonly retried?: true;
    /** Steps of the same job that come after the task. */
    readonly after?: readonly (TaskStep | ScriptStep)[];
  };

/** One job with the task as its first step. */
export interface Run extends AgentJob {
  readonly main: TaskRun;
  readonly requests: readonly RecordedRequest[];
  /** The requests of the job in words: `exchange`, `list`, `create`, `verify`, `revoke`, `update`, `assertion`, … */
  readonly calls: readonly string[];
  /** Values of the output variables. */
  readonly outputs: Readonly<Record<string, string>>;
}

/** The task as an organization installs it: its extension is packed and unpacked. Each worker does that once. */
export function installedTask(): string {
  const folder = join(workerFolder(), 'extension');
  if (!existsSync(folder)) unzip(packExtension().content, folder);
  return join(folder, 'task');
}

const secretOutputs = ['token', 'refreshToken', 'accessToken'];

/** A secret variable of the pipeline, such as one of a variable group. */
export function secret(value: string): { readonly value: string; readonly secret: true } {
  return { value, secret: true };
}

/** A sandbox of its own, and the unpacked task run in it. Every run is checked against the rules for all runs. */
export class Scene {
  readonly sandbox: Sandbox;
  readonly node: 20 | 24;
  readonly refreshToken: string;

  constructor(sandbox: Sandbox, node: 20 | 24) {
    this.sandbox = sandbox;
    this.node = node;
    this.refreshToken = sandbox.entra.issueRefreshToken({ clientId: publicClientId });
  }

  /** The Node that runs the task. */
  get binary(): string {
    return agentNodes.get(this.node) ?? process.execPath;
  }

  /** What most steps give. The refresh token is the secret variable REFRESH_TOKEN. */
  get inputs(): Inputs {
    return { tenantId: tenantDomain, clientId: publicClientId, refreshToken: '$(REFRESH_TOKEN)', maxAttempts: '1' };
  }

  /** Runs a job with the task, with `inputs` and those that every step has. An empty input counts as not given. */
  async run(inputs: Inputs, options: Options = {}): Promise<Run> {
    const { sandbox } = this;
    const from = sandbox.requests.length;
    const { tolerateComplaints, tolerateStderr, killed, retried, after = [], variables, nodes: _, ...rest } = options;
    const { name = 'pat', env, skipped, target, retryCountOnTaskFailure, onSpawn, onPostSpawn, ...job } = rest;
    const step = { env, skipped, target, retryCountOnTaskFailure, onSpawn, onPostSpawn };
    const { binary } = this;
    const all = { REFRESH_TOKEN: secret(this.refreshToken), ...variables };
    const done = await runAgentJob(sandbox, {
      task: installedTask(),
      start: starterFor(env),
      nodes: { 20: binary, 24: binary },
      nodeFlags,
      node24Knob: this.node === 24,
      variables: all,
      ...job,
      agentEnvironment: { ...(job.agentEnvironment ?? sandbox.env), ...compileCache },
      steps: [{ name, inputs: { ...this.inputs, ...inputs }, ...withoutUndefined(step) }, ...after],
    });
    const requests = sandbox.requests.slice(from);
    const main = done.runs[0];
    const run: Run = {
      ...done,
      main: main ?? skippedRun,
      requests,
      calls: requests.map(callOf),
      outputs: Object.fromEntries(Object.entries(main?.outputs ?? {}).map(([key, { value }]) => [key, value])),
    };
    for (const process of [...done.runs, ...done.posts]) {
      if (process.phase === 'script' || (killed && process === main)) continue;
      const { debug } = options;
      checkEveryRun(process, { tolerateComplaints, tolerateStderr, debug, retried: retried && process === main });
    }
    checkSecrecy(run, new Set([...secretsOf(sandbox), ...secretsOfVariables(all), ...secretsOfConnections(options)]));
    return run;
  }
}

function withoutUndefined(step: Record<string, unknown>): object {
  return Object.fromEntries(Object.entries(step).filter(([, value]) => value !== undefined));
}

const skippedRun: TaskRun = {
  phase: 'main',
  exitCode: 0,
  signal: null,
  result: 'Skipped',
  stdout: '',
  stderr: '',
  log: '',
  issues: [],
  outputs: {},
  complaints: [],
  summaries: [],
  environment: {},
  argv: [],
  masks: [],
  ms: 0,
};

/** One scenario in a sandbox of its own, on each Node that agents have; those of one file run side by side. */
export function scenario(name: string, story: (scene: Scene) => Promise<void>, timeout?: number): void {
  for (const node of agentNodes.keys()) {
    test.concurrent(
      `${name} (Node ${node})`,
      async () => {
        const sandbox = await startSandbox();
        try {
          await story(new Scene(sandbox, node));
        } finally {
          await sandbox.close();
        }
      },
      timeout,
    );
  }
}

/** The purpose of a request, in one word. */
function callOf({ method, host, path, headers }: RecordedRequest): string {
  if (host.startsWith('login.')) return 'exchange';
  if (path.includes('/oidctoken')) return 'assertion';
  if (/\/_apis\/connectionData/iu.test(path)) return headers.authorization?.startsWith('Basic') ? 'verify' : 'identify';
  if (host === 'vssps.dev.azure.com') {
    if (method === 'GET') return path.includes('authorizationId=') ? 'get' : 'list';
    return { POST: 'create', PUT: 'update', DELETE: 'revoke' }[method] ?? method;
  }
  return `${method} ${host}${path.split('?', 1)[0]}`;
}

function secretsOfVariables(variables: NonNullable<AgentJobOptions['variables']>): string[] {
  return Object.values(variables).flatMap((given) =>
    typeof given === 'object' && given.secret === true ? [...keyLines(given.value), given.value.trim()] : [],
  );
}

function secretsOfConnections({ connections = [] }: Options): string[] {
  return connections.flatMap(({ parameters }) => [
    parameters.serviceprincipalkey ?? '',
    ...keyLines(parameters.servicePrincipalCertificate ?? ''),
  ]);
}

interface Tolerance {
  readonly tolerateComplaints?: boolean | undefined;
  readonly tolerateStderr?: boolean | undefined;
  readonly debug?: boolean | undefined;
  readonly retried?: boolean | undefined;
}

/** What is true of every process of the task. */
function checkEveryRun(run: TaskRun, { tolerateComplaints, tolerateStderr, debug, retried }: Tolerance): void {
  const { exitCode, result, outputs, issues, stderr, complaints, log } = run;
  if (tolerateStderr !== true) expect(stderr).toBe('');
  if (tolerateComplaints !== true) expect(complaints).toEqual([]);
  const errors = issues.filter(({ type }) => type === 'error');
  if (result === 'Succeeded' && retried !== true) {
    expect({ exitCode, errors, code: outputs.errorCode }).toEqual({ exitCode: 0, errors: [], code: undefined });
  } else if (result === 'Failed') {
    const { errorCode, errorMessage } = outputs;
    expect(exitCode).toBe(0);
    expect(errorCodes).toContain(errorCode?.value);
    const own = retried ? errors.slice(-1) : errors;
    expect(own.map(({ message, data }) => ({ message, code: data.code }))).toEqual([
      { message: errorMessage?.value, code: errorCode?.value },
    ]);
    expect(errorMessage?.value).toMatch(/^\S[^\r\n]*: [^\r\n]+\.$/u);
  }
  if (debug !== true) expect(log).not.toMatch(/^\s*at .+:\d+:\d+\)?$/mu);
}

/** No secret is in anything that others can read, and each is masked before anything else is printed. */
function checkSecrecy(run: Run, secrets: ReadonlySet<string>): void {
  for (const process of [...run.runs, ...run.posts]) {
    if (process.phase === 'script') continue;
    const { log, issues, summaries, outputs, stdout, stderr, argv } = process;
    const open = Object.entries(outputs).filter(([name]) => !secretOutputs.includes(name));
    const reported = stdout
      .split('\n')
      .filter((line) => !/^##vso\[task\.(?:setsecret\]|setvariable [^\]]*issecret=true)/u.test(line));
    const places = {
      log,
      issues: JSON.stringify(issues),
      summaries: JSON.stringify(summaries),
      outputs: JSON.stringify(open),
      stdout: reported.join('\n'),
      stderr,
      argv: argv.join(' '),
    };
    expect(leaksIn(places, secrets)).toEqual({});
    for (const name of secretOutputs) {
      const output = outputs[name];
      if (output === undefined) continue;
      expect({ name, secret: output.secret, masked: process.masks.includes(output.value) }).toEqual({
        name,
        secret: true,
        masked: true,
      });
      expect(stdout.indexOf(`setsecret]${output.value}\n`)).toBeLessThan(
        stdout.indexOf(`;issecret=true]${output.value}`),
      );
    }
    if (stdout !== '') expect(stdout).toMatch(/^##vso\[task\.setsecret\]/u);
  }
  const rest = {
    taskVariables: JSON.stringify(run.taskVariables),
    files: JSON.stringify(run.files),
    variables: JSON.stringify(Object.entries(run.variables).filter(([, { secret: isSecret }]) => !isSecret)),
  };
  expect(leaksIn(rest, secrets)).toEqual({});
}

/** The step failed with that code, for that reason. */
export function expectFailure(run: Run, code: ErrorCode, message: RegExp | string): void {
  const expected = typeof message === 'string' ? expect.stringContaining(message) : expect.stringMatching(message);
  expect(run.outputs).toMatchObject({ errorCode: code, errorMessage: expected });
  expect(run.main.result).toBe('Failed');
  expect(run.main.summaries[0]?.text).toContain(code);
}

export function warningsOf(run: Run): string[] {
  return run.main.issues.filter(({ type }) => type === 'warning').map(({ message }) => message);
}

export { organizationName };
