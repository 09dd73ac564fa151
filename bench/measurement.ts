import { spawn } from 'node:child_process';

export interface Measurement {
  /** Milliseconds from the start of the process to its end. */
  readonly wall: number;
  /** Peak resident memory in MB. */
  readonly memory: number;
}

export interface Subject {
  readonly name: string;
  readonly script: string;
  readonly args?: readonly string[];
  readonly environment: () => NodeJS.ProcessEnv | Promise<NodeJS.ProcessEnv>;
  /** The exit code of a run as it should be; 0 if it is not given. */
  readonly exitCode?: number;
}

const preload = new URL('./peak-memory.js', import.meta.url).href;

/** Runs a script as a whole process. @throws Error if it ends otherwise than it should, because its time means nothing then */
export async function measure(subject: Subject): Promise<Measurement> {
  const env = await subject.environment();
  const start = performance.now();
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, ['--import', preload, subject.script, ...(subject.args ?? [])], {
      env,
      stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
    });
    const output: string[] = [];
    let peak = '';
    child.stdout?.on('data', (chunk: Buffer) => output.push(chunk.toString()));
    child.stderr?.on('data', (chunk: Buffer) => output.push(chunk.toString()));
    child.stdio[3]?.on('data', (chunk: Buffer) => {
      peak += chunk.toString();
    });
    child.on('error', reject);
    child.on('close', (code) => {
      // A task of Azure Pipelines ends with 0 if it fails, too.
      const succeeded =
        code === (subject.exitCode ?? 0) && !output.join('').includes('##vso[task.complete result=Failed]');
      if (succeeded) resolve({ wall: performance.now() - start, memory: Number(peak) / 1024 });
      else
        reject(
          new Error(
            `${subject.name} ended with ${code}:\n${output.join('').replace(/^(?:::add-mask::|##vso\[task\.setsecret\]).*\n/gmu, '')}`,
          ),
        );
    });
  });
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 === 1
    ? (sorted[middle] ?? Number.NaN)
    : ((sorted[middle - 1] ?? Number.NaN) + (sorted[middle] ?? Number.NaN)) / 2;
}

interface Comparison {
  readonly first: Measurement;
  readonly second: Measurement;
  /**
   * Medians of the ratios first / second of each pair. They stay right if the speed of the machine changes meanwhile.
   */
  readonly ratio: Measurement;
}

/** Runs two subjects in turn, A B A B …, after one uncounted pair. */
export async function compare(a: Subject, b: Subject, pairs: number): Promise<Comparison> {
  const rows: { readonly a: Measurement; readonly b: Measurement }[] = [];
  for (let pair = 0; pair <= pairs; pair++) {
    const row = { a: await measure(a), b: await measure(b) };
    if (pair > 0) rows.push(row);
  }
  const of = (pick: (row: (typeof rows)[number]) => number): number => median(rows.map(pick));
  return {
    first: { wall: of((row) => row.a.wall), memory: of((row) => row.a.memory) },
    second: { wall: of((row) => row.b.wall), memory: of((row) => row.b.memory) },
    ratio: { wall: of((row) => row.a.wall / row.b.wall), memory: of((row) => row.a.memory / row.b.memory) },
  };
}
