import process from 'node:process';
import { Failure, toFailure } from '../core/failure.ts';
import { readCommandLine } from './command-line.ts';
import { type ExitCode, exitCodeOf, exitCodes } from './exit-code.ts';
import { explainSecrets } from './secrets.ts';
import { openTerminal, standardOutput, write } from './terminal.ts';

const oldestNode = 24;

/** The command line. Everything it prints is written at once, so the process may end where this ends. */
export async function main(): Promise<void> {
  process.exit(await run(process.argv.slice(2)));
}

async function run(words: readonly string[]): Promise<ExitCode> {
  const terminal = openTerminal(words.includes('--debug'));
  try {
    requireNode();
    const line = readCommandLine(words, (help) => write(standardOutput, help));
    if (line === undefined) return exitCodes.done;
    if (line.command === 'sign-in') {
      const { signIn } = await import('./sign-in.ts');
      return await signIn(line, terminal, process);
    }
    const { operate } = await import('./operation.ts');
    return await operate(line.command, line, terminal, process);
  } catch (thrown) {
    const failure = explainSecrets(toFailure(thrown, 'Running'));
    terminal.fail(failure);
    return exitCodeOf(failure);
  }
}

/** @throws Failure `invalid-input` */
function requireNode(): void {
  if (Number.parseInt(process.versions.node, 10) >= oldestNode) return;
  throw new Failure('invalid-input', {
    what: 'Starting',
    why: `this is Node.js ${process.versions.node}, and ${oldestNode} or newer is needed`,
    hint: 'Install it from https://nodejs.org, or run: npx node@24 followed by the same words.',
  });
}
