import { readFileSync } from 'node:fs';
import process from 'node:process';
import { readField } from '../core/answers/json.ts';
import { Failure, toFailure } from '../core/failure.ts';
import { readCommandLine } from './command-line.ts';
import { type ExitCode, exitCodeOf, exitCodes } from './exit-code.ts';
import { writeFailure } from './failure-message.ts';
import { writeOutput } from './standard-streams.ts';

const oldestNode = 24;

/** Reads the command line and runs the command. The code of a command is loaded only if it runs, so help is fast. */
async function main(words: readonly string[]): Promise<ExitCode> {
  try {
    requireNode();
    if (words[0] === '--version' || words[0] === '-V') {
      show(`${version()}\n`);
      return exitCodes.done;
    }
    const line = readCommandLine(words, show);
    if (line === undefined) return exitCodes.done;
    const { cli } = await import('../index.ts');
    return await cli(line);
  } catch (thrown) {
    const failure = toFailure(thrown, 'Starting');
    // No secret was read before the command began, and it reports its own failures.
    writeFailure(failure, { debugging: words.includes('--debug'), redact: (text) => text });
    return exitCodeOf(failure);
  }
}

/** Prints help. If the reader stops before the end, that is not a failure. */
function show(text: string): void {
  try {
    writeOutput(text);
  } catch {
    // The reader, such as head, has closed the pipe.
  }
}

/** The version of the package. The path is right for the source and for the built entry. */
function version(): string {
  const text = readFileSync(new URL('../../package.json', import.meta.url), 'utf8');
  return readField(text, 'version');
}

/** @throws Failure `invalid-input` */
function requireNode(): void {
  if (Number.parseInt(process.versions.node, 10) >= oldestNode) return;
  throw new Failure('invalid-input', {
    what: 'Starting',
    why: `this is Node.js ${process.versions.node}, but ${oldestNode} or newer is needed`,
    hint: 'Install it from https://nodejs.org, or run npx node@24 followed by the same words.',
  });
}

// All output is written at once, so nothing is lost if the process ends here.
process.exit(await main(process.argv.slice(2)));
