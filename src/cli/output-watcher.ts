import { fstatSync, statSync } from 'node:fs';

const standardOutput = 1;

/** Facts about the target of standard output. */
export interface Output {
  readonly isTerminal: boolean;
  /** A regular file, which the person named. */
  readonly isFile: boolean;
  /** Whether it is the output of the first process of a container, which the container's engine shows and stores. */
  readonly isOfContainer: boolean;
  readonly environment: Readonly<Record<string, string | undefined>>;
}

/** Examines the standard output of this process. */
export function outputOf(process: NodeJS.Process): Output {
  const output = fstatSync(standardOutput);
  return {
    isTerminal: process.stdout.isTTY === true,
    isFile: output.isFile(),
    isOfContainer: process.pid === 1 || process.ppid === 0 || isOutputOfFirstProcess(output.dev, output.ino),
    environment: process.env,
  };
}

function isOutputOfFirstProcess(device: number, inode: number): boolean {
  try {
    const first = statSync('/proc/1/fd/1');
    // Only a pipe counts, and not a device such as /dev/null.
    return first.isFIFO() && first.dev === device && first.ino === inode;
  } catch {
    return false;
  }
}

/**
 * Why a person may be looking at standard output, as the end of a sentence; undefined if a program or a file takes it.
 * Not every person looks at a terminal: Git Bash shows what comes through a pipe, `ssh HOST COMMAND` carries it through
 * a socket, and `docker run` without `-t` prints it.
 */
export function watcherOf({ isTerminal, isFile, isOfContainer, environment }: Output): string | undefined {
  if (isTerminal) return 'standard output is a terminal';
  if (isFile) return undefined;
  const { MSYSTEM = '', TERM_PROGRAM = '', SSH_CONNECTION = '', SSH_TTY = '' } = environment;
  if (TERM_PROGRAM === 'mintty' || (MSYSTEM !== '' && process.platform === 'win32')) {
    return 'in this terminal (mintty, which Git Bash uses) a pipe looks the same as the screen';
  }
  if (SSH_CONNECTION !== '' && SSH_TTY === '') return 'standard output goes through ssh to whoever ran this command';
  if (isOfContainer) return 'standard output is what the container prints';
  return undefined;
}
