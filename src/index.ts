import type { CommandLine } from './cli/command-line.ts';
import type { ExitCode } from './cli/exit-code.ts';

/** One bundle serves every entry; each loads only the part of it that it needs. */
export async function main(): Promise<void> {
  const shell = await import('./action/main.ts');
  await shell.main();
}

export async function post(): Promise<void> {
  const shell = await import('./action/post.ts');
  await shell.post();
}

/** The task of Azure Pipelines. The download of the action leaves its chunk out (.gitattributes). */
export async function task(): Promise<void> {
  const shell = await import('./pipelines/main.ts');
  await shell.main();
}

export async function taskPost(): Promise<void> {
  const shell = await import('./pipelines/main.ts');
  await shell.post();
}

/** A command of the command line, whose entry (cli/main.ts) stands outside of the bundle. */
export async function cli(line: CommandLine): Promise<ExitCode> {
  const shell = await import('./cli/run.ts');
  return shell.run(line);
}
