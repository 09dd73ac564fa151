import { runPostStep } from '../shell/post-step.ts';
import { gitHubHost, savedJustInTime } from './host.ts';
import { readInputs } from './inputs.ts';

/** Runs at the end of the job. If there is no PAT to revoke, it does nothing. */
export async function post(): Promise<void> {
  const pat = savedJustInTime();
  if (pat !== undefined) await runPostStep([pat], readInputs(process.env), gitHubHost(process));
}
