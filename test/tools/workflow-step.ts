import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { parse } from 'yaml';
import { filesBelow, read } from '../docs/pages.ts';

export interface Step {
  readonly id?: string;
  readonly name?: string;
  readonly uses?: string;
  readonly run?: string;
  readonly with?: Readonly<Record<string, unknown>>;
}

export interface Job {
  readonly needs?: string | readonly string[];
  readonly environment?: string;
  readonly permissions?: Readonly<Record<string, string>>;
  readonly outputs?: Readonly<Record<string, string>>;
  readonly steps: readonly Step[];
}

interface Workflow {
  readonly defaults?: { readonly run?: { readonly shell?: string } };
  readonly jobs: Readonly<Record<string, Job>>;
}

/** Every workflow of this repository, by its file. */
export const workflows: Readonly<Record<string, Workflow>> = Object.fromEntries(
  filesBelow('.github/workflows', '.yml').map((file) => [file.replace('.github/workflows/', ''), parse(read(file))]),
);

export function jobOf(file: string, name: string): Job {
  const job = workflows[file]?.jobs[name];
  if (job === undefined) throw new Error(`${file} has no job ${name}`);
  return job;
}

/** A folder for one step to run in, with programs that stand in for those of a runner. */
export interface Runner {
  readonly folder: string;
  write(file: string, content: string): void;
  /** A program that is found before the real one of that name, or at that path; in the language of `sh`. */
  install(program: string, script: string): void;
  /** Runs the only step whose script matches, as GitHub runs it. */
  run(file: string, job: string, step: RegExp, env?: Readonly<Record<string, string>>): StepRun;
}

interface StepRun {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** How GitHub starts the shell of a step (GitHub Docs, "Workflow syntax", `jobs.<job_id>.steps[*].shell`). */
function shellOf(file: string): readonly string[] {
  return workflows[file]?.defaults?.run?.shell === 'bash' ? ['--noprofile', '--norc', '-e', '-o', 'pipefail'] : ['-e'];
}

export function withRunner<T>(use: (runner: Runner) => T): T {
  const folder = mkdtempSync(join(tmpdir(), 'workflow-'));
  const write = (file: string, content: string): void => {
    mkdirSync(dirname(join(folder, file)), { recursive: true });
    writeFileSync(join(folder, file), content);
  };
  try {
    return use({
      folder,
      write,
      install(program, script) {
        const file = program.includes('/') ? program : `bin/${program}`;
        write(file, `#!/bin/sh\n${script}\n`);
        chmodSync(join(folder, file), 0o755);
      },
      run(file, job, pattern, env = {}) {
        const [step, second] = jobOf(file, job).steps.filter(({ run = '' }) => pattern.test(run));
        if (step?.run === undefined || second !== undefined) throw new Error(`${job}: not one step with ${pattern}`);
        const { status, stdout, stderr } = spawnSync('bash', [...shellOf(file), '-c', step.run], {
          cwd: folder,
          encoding: 'utf8',
          env: {
            HOME: folder,
            ...env,
            PATH: `${join(folder, 'bin')}:${dirname(process.execPath)}:${process.env.PATH}`,
          },
        });
        return { code: status, stdout, stderr };
      },
    });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
