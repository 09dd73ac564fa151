import { closeSync, constants, openSync } from 'node:fs';
import { Failure } from '../core/failure.ts';

/**
 * Proves that the files through which the runner takes values from a step can be written. Without such a file the
 * toolkit prints the value as a command, which must not happen to a secret.
 * @throws Failure `invalid-input`
 */
export function prepareFile(variable: 'GITHUB_OUTPUT' | 'GITHUB_STATE', environment: NodeJS.ProcessEnv): void {
  const path = environment[variable];
  if (!path) throw unwritable(`there is no file for it (${variable} is not set)`);
  try {
    closeSync(openSync(path, constants.O_WRONLY | constants.O_APPEND | (constants.O_NONBLOCK ?? 0)));
  } catch (thrown) {
    const code = thrown instanceof Error && 'code' in thrown ? String(thrown.code) : 'unknown';
    throw unwritable(`the file that ${variable} names cannot be written (${code})`);
  }
}

function unwritable(why: string): Failure {
  return new Failure('invalid-input', {
    what: 'Preparing the outputs of the step',
    why,
    hint: 'Run this as a step of a workflow; outside of GitHub use the command line.',
  }).nothingSent();
}
