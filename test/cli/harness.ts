import { spawn } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { expect, test } from '@jest/globals';
import {
  appToken,
  organizationName,
  type Program,
  publicClientId,
  type RecordedRequest,
  type Sandbox,
  type StartedProcess,
  startSandbox,
  tenantDomain,
  type User,
} from '../../sandbox/index.ts';
import { type ErrorCode, errorCodes } from '../../src/core/error-code.ts';
import { keyLines, leaks, secretsOf } from '../e2e/leak.ts';
import { compileCache, needsOwnProcess, nodeFlags, runWarm } from '../node-process.ts';

export const root = dirname(dirname(import.meta.dirname));
export const command = join(root, 'dist/cli/index.js');

export interface Options {
  readonly env?: Readonly<Record<string, string>>;
  /** What standard input holds. */
  readonly input?: string | Uint8Array;
  /** Runs it with standard output on a pseudo-terminal, or with its messages there too. */
  readonly terminal?: boolean | 'with messages';
  /** Starts a process of its own, because the test ends the process. */
  readonly ownProcess?: true;
  /** Called with everything on standard error so far. */
  readonly onWords?: (words: string, process: StartedProcess) => void;
}

export interface Run {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
  readonly requests: readonly RecordedRequest[];
}

export const days = 24 * 3_600_000;

/** The path of a program; undefined if the machine lacks it. */
export function findProgram(name: string): string | undefined {
  for (const folder of (process.env.PATH ?? '').split(delimiter)) {
    const path = join(folder, name);
    try {
      accessSync(path, constants.X_OK);
      return path;
    } catch {
      // The program is not in this folder.
    }
  }
  return undefined;
}

/** How to run a program on a pseudo-terminal; undefined if the machine can't. */
export function onTerminal(words: readonly string[]): readonly string[] | undefined {
  const script = findProgram('script');
  const quoted = words.map((word) => `'${word.replaceAll("'", `'\\''`)}'`).join(' ');
  if (script) return [script, '-qec', quoted, '/dev/null'];
  const python = findProgram('python3');
  const spawnOnPty = 'import os,pty,sys; sys.exit(os.waitstatus_to_exitcode(pty.spawn(sys.argv[1:])))';
  return python ? [python, '-c', spawnOnPty, 'sh', '-c', quoted] : undefined;
}

/** A sandbox of its own, and the shipped command line run in it. */
export class Scene {
  readonly sandbox: Sandbox;
  readonly #refreshToken: string;

  constructor(sandbox: Sandbox) {
    this.sandbox = sandbox;
    this.#refreshToken = this.refreshToken();
  }

  get user(): User {
    return this.sandbox.entra.directory.user;
  }

  /** A refresh token as a sign-in with that app would have given. */
  refreshToken(clientId = publicClientId): string {
    return this.sandbox.entra.issueRefreshToken({ clientId, user: this.user });
  }

  /** Options that every operation needs; the refresh token is in the environment. */
  get who(): readonly string[] {
    return ['--organization', organizationName, '--client-id', publicClientId, '--tenant-id', tenantDomain];
  }

  /** The stored value of a repository's secret. */
  secret(name: string, repository = 'contoso/app'): string | undefined {
    return this.sandbox.github.secret(repository, name);
  }

  /** Runs the command, and checks its output against the rules for every run. */
  async run(words: readonly string[], options: Options = {}): Promise<Run> {
    const { sandbox } = this;
    const from = sandbox.requests.length;
    const folder = await mkdtemp(join(tmpdir(), 'pat-cli-'));
    try {
      const run = { ...(await this.#spawn(words, options, folder)), requests: sandbox.requests.slice(from) };
      const secrets = new Set([...secretsOf(sandbox), ...secretVariables(options.env ?? {})]);
      expect({ stderr: leaks(run.stderr, secrets) }).toEqual({ stderr: [] });
      if (options.terminal && !words.includes('--print')) {
        expect({ terminal: leaks(run.stdout, secrets) }).toEqual({ terminal: [] });
      }
      if (run.code !== 0 && run.code !== null) checkFailure(run);
      expect(run.stderr).not.toMatch(/^\s*at .+:\d+:\d+\)?$/mu);
      return run;
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  }

  /** Everything that a person sees who runs the command on a terminal, messages included. */
  async seen(words: readonly string[]): Promise<string> {
    const folder = await mkdtemp(join(tmpdir(), 'pat-cli-'));
    try {
      const { stdout } = await this.#spawn(words, { terminal: 'with messages' }, folder);
      expect({ terminal: leaks(stdout, secretsOf(this.sandbox)) }).toEqual({ terminal: [] });
      return stdout.replaceAll('\r\n', '\n');
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  }

  async #spawn(words: readonly string[], options: Options, folder: string): Promise<Omit<Run, 'requests'>> {
    const errors = join(folder, 'stderr');
    const env = {
      PATH: process.env.PATH ?? '',
      HOME: folder,
      ...this.sandbox.env,
      AZURE_DEVOPS_REFRESH_TOKEN: this.#refreshToken,
      GH_TOKEN: appToken,
      ...compileCache,
      ...options.env,
    };
    const args = [...nodeFlags, command, ...words];
    const program = { command: process.execPath, args, cwd: folder, env };
    const child =
      options.terminal || options.ownProcess || needsOwnProcess(options.env)
        ? startCommand(program, options, errors)
        : runWarm(program, options.input);
    const said = { stdout: '', stderr: '' };
    child.stdout.setEncoding('utf8').on('data', (text) => {
      said.stdout += text;
    });
    child.stderr.setEncoding('utf8').on('data', (text) => {
      said.stderr += text;
      options.onWords?.(said.stderr, child);
    });
    const code = await new Promise<number | null>((resolve, reject) => {
      child.once('error', reject);
      child.once('close', resolve);
    });
    if (options.terminal === true) said.stderr = await readFile(errors, 'utf8').catch(() => said.stderr);
    return { code, ...said };
  }
}

/** A process of its own, on a pseudo-terminal if that is asked for; its standard error then goes to a file. */
function startCommand({ command, args, cwd, env }: Program, options: Options, errors: string): StartedProcess {
  const plain = [command, ...args];
  const separateStreams = options.terminal === true ? ['sh', '-c', 'exec 2>"$0"; exec "$@"', errors, ...plain] : plain;
  const [first = '', ...rest] = (options.terminal ? onTerminal(separateStreams) : separateStreams) ?? [];
  const child = spawn(first, rest, { cwd, env });
  // A command that needs no input doesn't read it.
  child.stdin.on('error', () => {});
  child.once('close', () => child.stdin.destroy());
  // A pseudo-terminal ends with its input, so that stays open there.
  if (!options.terminal) child.stdin.end(options.input ?? '');
  return child;
}

/** The secrets that a command is given. */
function secretVariables(env: Readonly<Record<string, string>>): string[] {
  const names = ['AZURE_DEVOPS_REFRESH_TOKEN', 'AZURE_CLIENT_SECRET', 'GH_TOKEN', 'GITHUB_TOKEN'];
  const given = names.map((name) => env[name] ?? '');
  return [appToken, ...given, ...keyLines(env.AZURE_CLIENT_CERTIFICATE ?? '')];
}

const exitOf: Partial<Record<ErrorCode, number>> = {
  'invalid-input': 2,
  'manifest-invalid': 2,
  'tokens-expiring': 6,
  'check-failed': 7,
};

/** One line tells what failed, with a code of the list; sign-in has exit codes of its own. */
function checkFailure(run: Omit<Run, 'requests'>): void {
  const code = errorOf(run);
  expect(errorCodes).toContain(code);
  if (![3, 4, 5, 130].includes(run.code ?? -1))
    expect({ code, exit: run.code }).toEqual({ code, exit: exitOf[code] ?? 1 });
}

/** The error code of the last line. */
export function errorOf({ stderr }: Pick<Run, 'stderr'>): ErrorCode {
  const last = stderr.trimEnd().split('\n').at(-1) ?? '';
  const [, code = last] = /^azure-devops-pat: ([a-z-]+): \S.*: .*[.?)]$/u.exec(last) ?? [];
  return code as ErrorCode;
}

/** Standard output as the JSON object that it is. */
export function json(run: Run): Record<string, unknown> {
  return JSON.parse(run.stdout) as Record<string, unknown>;
}

/** One scenario in a sandbox of its own. */
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

/** A test that says what is missing if the machine can't run it. */
export function scenarioOnTerminal(name: string, story: (scene: Scene) => Promise<void>): void {
  if (onTerminal([])) scenario(name, story);
  else test.skip(`${name} (needs a pseudo-terminal: neither script nor python3 is on this machine)`, () => {});
}
