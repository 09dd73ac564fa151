import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import {
  organizationName,
  publicClientId,
  type RecordedRequest,
  runStep,
  type Sandbox,
  type StepOptions,
  type StepResult,
  startProcess,
  startSandbox,
  tenantDomain,
  type User,
} from '../../sandbox/index.ts';
import { type ErrorCode, errorCodes } from '../../src/core/error-code.ts';
import { inputs as inputTable, outputs as outputTable } from '../../src/core/interface.ts';
import { compileCache, nodeFlags, starterFor } from '../node-process.ts';
import { keyLines, leaksIn, secretsOf } from './leak.ts';

export type Inputs = Readonly<Record<string, string>>;
export type Options = Partial<Omit<StepOptions, 'inputs'>> & {
  /** Node itself may write to standard error. In every other run nothing may be there. */
  readonly tolerateStderr?: true;
  /** The run gets a process of its own, even if no other option demands one (`starterFor`). */
  readonly ownProcess?: true;
};

/** One run of the shipped action, and what it sent. */
export interface Run extends StepResult {
  readonly requests: readonly RecordedRequest[];
  /** The requests in words: `exchange`, `list`, `create`, `verify`, `revoke`, `update`, … */
  readonly calls: readonly string[];
}

export const minutes = 60_000;
export const hours = 60 * minutes;
export const days = 24 * hours;

/** Outputs that hold a secret by design; the runner is told to mask each of them. */
const secretOutputs = new Set(['token', 'refresh-token', 'access-token']);

/** A sandbox of its own, and the shipped action run in it. Every run is checked against the rules for all runs. */
export class Scene {
  readonly sandbox: Sandbox;
  readonly #refreshToken: string;

  constructor(sandbox: Sandbox) {
    this.sandbox = sandbox;
    this.#refreshToken = this.signIn();
  }

  get user(): User {
    return this.sandbox.entra.directory.user;
  }

  /** A refresh token of the user, as a sign-in with that app would have given. */
  signIn(clientId = publicClientId, more: { expired?: boolean; revoked?: boolean; spa?: boolean } = {}): string {
    return this.sandbox.entra.issueRefreshToken({ clientId, user: this.user, ...more });
  }

  /** The inputs that every step has. */
  get inputs(): Inputs {
    return {
      organization: organizationName,
      'tenant-id': tenantDomain,
      'client-id': publicClientId,
      'refresh-token': this.#refreshToken,
      'max-attempts': '1',
    };
  }

  /** Runs the action with `inputs` and those that every step has. An empty input counts as not given. */
  async run(inputs: Inputs, options: Options = {}): Promise<Run> {
    const { sandbox } = this;
    const all = { ...this.inputs, ...inputs };
    const from = sandbox.requests.length;
    const root = await mkdtemp(join(tmpdir(), 'pat-e2e-'));
    try {
      const temp = await mkdtemp(join(root, 'temp-'));
      const workspace = options.workspace ?? (await mkdtemp(join(root, 'workspace-')));
      const step = await runStep(sandbox, {
        ...warm,
        start: options.ownProcess ? startProcess : starterFor(options.env),
        ...options,
        workspace,
        inputs: all,
        env: { RUNNER_TEMP: temp, TMPDIR: temp, HOME: temp, ...compileCache, ...options.env },
      });
      const requests = sandbox.requests.slice(from);
      const run: Run = { ...step, requests, calls: requests.map(callOf) };
      checkEveryRun(run, options);
      const secrets = new Set([...secretsOf(sandbox), ...secretInputs(all)]);
      const places = { ...publicPlaces(run), temp: await filesIn(temp), workspace: await filesIn(workspace) };
      expect(leaksIn(places, secrets)).toEqual({});
      checkMasks(run, all);
      return run;
    } finally {
      await rm(root, { recursive: true, force: true });
    }
  }

  /** The post step of a run, with what it saved. */
  post(run: Run, inputs: Inputs, options: Options = {}): Promise<Run> {
    return this.run(inputs, { ...options, entry: 'post', state: run.state });
  }
}

/** How a step or a job of the sandbox's runner starts here if no `Scene` runs it. */
export const warm = { nodeFlags, start: starterFor() };

/** For a run that pauses, or that reaches a time limit: its time passes a hundred times as fast. */
export const hurried: Options = {
  env: { NODE_OPTIONS: `--import ${new URL('accelerated-clock.mjs', import.meta.url)}` },
};

/** One scenario in a sandbox of its own; those of one file run side by side. */
export function scenario(name: string, story: (scene: Scene) => Promise<void>): void {
  test.concurrent(name, async () => {
    const sandbox = await startSandbox();
    try {
      await story(new Scene(sandbox));
    } finally {
      await sandbox.close();
    }
  });
}

/** The purpose of a request, in one word. */
function callOf({ method, host, path, headers }: RecordedRequest): string {
  if (host.startsWith('login.')) return path.includes('/oauth2/v2.0/token') ? 'exchange' : `entra ${method} ${path}`;
  if (host === 'pipelines.actions.githubusercontent.com') return 'id-token';
  if (/\/_apis\/connectionData/iu.test(path)) return headers.authorization?.startsWith('Basic') ? 'verify' : 'identify';
  if (host === 'vssps.dev.azure.com') {
    if (method === 'GET') return path.includes('authorizationId=') ? 'get' : 'list';
    return { POST: 'create', PUT: 'update', DELETE: 'revoke' }[method] ?? method;
  }
  return `${method} ${host}${path.split('?', 1)[0]}`;
}

/** The secrets that a step is given, line by line. */
function secretInputs(inputs: Inputs): string[] {
  return Object.entries(inputs).flatMap(([name, value]) => {
    const facts: object | undefined = inputTable[name as keyof typeof inputTable];
    if (facts === undefined || !('secret' in facts)) return [];
    // The certificate beside the key is no secret.
    return name === 'client-certificate' ? keyLines(value) : value.split('\n').map((line) => line.trim());
  });
}

/** Everything that others can read after a run, except the commands that register masks. */
function publicPlaces(run: Run): Record<string, string> {
  const { stdout, stderr, rawSummary, log, outputs, annotations, state, env, path } = run;
  const lines = stdout.split('\n').filter((line) => !line.startsWith('::add-mask::'));
  const open = Object.entries(outputs).filter(([name]) => !secretOutputs.has(name));
  return {
    stdout: lines.join('\n'),
    stderr,
    log,
    summary: rawSummary,
    outputs: JSON.stringify(open),
    annotations: JSON.stringify(annotations),
    state: JSON.stringify([state, env, path]),
  };
}

async function filesIn(directory: string): Promise<string> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  return (await Promise.all(files.map((file) => readFile(file, 'utf8')))).join('\n');
}

/** A secret in an output is masked. The secrets of the inputs are masked before anything else is printed. */
function checkMasks(run: Run, inputs: Inputs): void {
  const handed = Object.entries(run.outputs).filter(([name]) => secretOutputs.has(name));
  for (const [, value] of handed) expect(run.masks).toContain(value);
  expect(run.masks.filter((mask) => mask.length < 8)).toEqual([]);
  const lines = run.stdout.split('\n');
  const firstWord = lines.findIndex((line) => line !== '' && !line.startsWith('::add-mask::'));
  const given = (inputs['refresh-token'] ?? '').trim();
  if (firstWord < 0 || given === '' || run.requests.length === 0) return;
  const masked = lines.indexOf(`::add-mask::${given}`);
  expect(masked).toBeGreaterThanOrEqual(0);
  expect(masked).toBeLessThan(firstWord);
}

/** What is true of every run. */
function checkEveryRun(run: Run, options: Options): void {
  const { exitCode, outcome, outputs, annotations, stderr, log } = run;
  if (options.tolerateStderr !== true) expect(stderr).toBe('');
  expect(Object.keys(outputs).filter((name) => !(name in outputTable))).toEqual([]);
  const errors = annotations.filter(({ level }) => level === 'error');
  if (exitCode === 0) {
    expect({ outcome, errors, code: outputs['error-code'] }).toEqual({
      outcome: 'success',
      errors: [],
      code: undefined,
    });
  } else {
    // Without an output file, only the annotation says what failed.
    const [{ title, message: annotation } = {}] = options.env?.GITHUB_OUTPUT === '' ? errors : [];
    const { 'error-code': code = title ?? '', 'error-message': message = annotation ?? '' } = outputs;
    expect(exitCode).toBe(1);
    expect(errorCodes).toContain(code);
    // The runner cuts an annotation off there.
    expect(errors).toEqual([{ level: 'error', title: code, message: message.slice(0, 4096) }]);
    // One line: what failed: why. What to do.
    expect(message).toMatch(/^\S[^\r\n]*: [^\r\n]+\.$/u);
  }
  if (options.debug !== true) expect(log).not.toMatch(/^\s*at .+:\d+:\d+\)?$/mu);
}

/** The run failed with that code, for that reason. */
export function expectFailure(run: Run, code: ErrorCode, message: RegExp | string): void {
  const expected = typeof message === 'string' ? expect.stringContaining(message) : expect.stringMatching(message);
  expect(run.outputs).toMatchObject({ 'error-code': code, 'error-message': expected });
  expect(run.rawSummary).toContain(code);
}

export function messagesOf(run: Run, level: 'error' | 'warning' | 'notice'): string[] {
  return run.annotations.filter((annotation) => annotation.level === level).map(({ message }) => message);
}
