import process from 'node:process';
import { toFailure } from '../core/failure.ts';
import type { CommandLine } from './command-line.ts';
import { type ExitCode, exitCodeOf } from './exit-code.ts';
import { openTerminal } from './terminal.ts';

/** Runs a command. It turns any error into one line and an exit code. */
export async function runCommand(line: CommandLine): Promise<ExitCode> {
  const terminal = openTerminal(line.debug);
  try {
    if (line.command === 'sign-in') {
      const { signIn } = await import('./sign-in-command.ts');
      return await signIn(line, terminal, process);
    }
    const { runOperation } = await import('./operation-command.ts');
    return await runOperation(line.command, line, terminal, process);
  } catch (thrown) {
    const failure = toFailure(thrown, 'Running');
    terminal.fail(failure);
    return exitCodeOf(failure);
  }
}
