import type { CommandLine } from './cli/command-line.ts';
import type { ExitCode } from './cli/exit-code.ts';

/** The entry of the action. One bundle serves every entry, and each loads only the chunks that it needs. */
export async function main(): Promise<void> {
  const shell = await import('./action/main.ts');
  await shell.main();
}

export async function post(): Promise<void> {
  const shell = await import('./action/post.ts');
  await shell.post();
}

/** The entry of the Azure Pipelines task. The download of the action lacks its chunk (.gitattributes). */
export async function task(): Promise<void> {
  const shell = await import('./pipelines/main.ts');
  await shell.main();
}

export async function taskPost(): Promise<void> {
  const shell = await import('./pipelines/main.ts');
  await shell.post();
}

/** Runs a command of the command line. Its own entry, cli/main.ts, is outside of the bundle. */
export async function cli(line: CommandLine): Promise<ExitCode> {
  const shell = await import('./cli/run-command.ts');
  return shell.runCommand(line);
}
