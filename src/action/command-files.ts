import { closeSync, constants, fstatSync, ftruncateSync, openSync, writeSync } from 'node:fs';
import { nodeErrorCode } from '../adapters/node-error-code.ts';
import { Failure } from '../core/failure.ts';

/** A file through which the runner takes values from a step. */
type CommandFile = 'GITHUB_OUTPUT' | 'GITHUB_STATE';

/** How many bytes must be free on the disk for the values of a step. */
const neededRoom = 16 * 1024;

/**
 * Checks that the file can be written and that its disk has room. Without that file the toolkit prints the value as a
 * command, which must not happen to a secret.
 * @throws Failure `invalid-input`
 */
export function prepareFile(variable: CommandFile, environment: NodeJS.ProcessEnv): void {
  const why = problemOf(variable, environment, checkFreeSpace);
  if (why === undefined) return;
  throw new Failure('invalid-input', {
    what: 'Preparing the outputs of the step',
    why,
    hint: 'If this is no step of a workflow, use the command line instead. Otherwise check that the disk has room and that this user may write the file.',
  }).nothingSent();
}

/**
 * Writes one value. It checks the file again first, because the disk can fill up during the run.
 * @throws Failure `destination-failed`
 */
export function writeCommand(variable: CommandFile, environment: NodeJS.ProcessEnv, write: () => void): void {
  const why = problemOf(variable, environment, write);
  if (why === undefined) return;
  throw new Failure('destination-failed', {
    what: 'Writing the outputs of the step',
    why,
    hint: 'Check that the disk has room and that this user may write the file, then run again.',
  });
}

/** Why the file cannot be written, as a clause. If the file is a pipe without a reader, this doesn't wait for one. */
function problemOf(
  variable: CommandFile,
  { [variable]: path }: NodeJS.ProcessEnv,
  write: (file: number) => void,
): string | undefined {
  if (!path) return `there is no file for it (${variable} is not set)`;
  try {
    const file = openSync(path, constants.O_WRONLY | (constants.O_NONBLOCK ?? 0));
    try {
      write(file);
    } finally {
      closeSync(file);
    }
    return undefined;
  } catch (thrown) {
    return `the file that ${variable} names cannot be written (${nodeErrorCode(thrown) || 'unknown'})`;
  }
}

/**
 * Writes blank lines at the end and removes them again. If the file isn't a regular one, it writes nothing. The file
 * must not be open for appending, because Windows can't shorten such a file
 * (https://github.com/nodejs/node/issues/3177).
 */
function checkFreeSpace(file: number): void {
  const stats = fstatSync(file);
  if (!stats.isFile()) {
    writeSync(file, new Uint8Array());
    return;
  }
  const { size } = stats;
  const lines = Buffer.alloc(neededRoom, '\n');
  try {
    for (let at = 0; at < neededRoom; ) at += writeSync(file, lines, at, neededRoom - at, size + at);
  } finally {
    ftruncateSync(file, size);
  }
}
