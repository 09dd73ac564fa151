import { runStep } from '../shell/step.ts';
import { gitHubHost } from './host.ts';
import { readInputs } from './inputs.ts';

/** The step itself. */
export function main(): Promise<void> {
  return runStep(readInputs(process.env), gitHubHost(process));
}
