import { runPostStep } from '../shell/post.ts';
import { gitHubHost, savedJustInTime } from './host.ts';
import { readInputs } from './inputs.ts';

/** What runs at the end of the job. Without a PAT to revoke it does nothing. */
export async function post(): Promise<void> {
  const authorizationId = savedJustInTime();
  if (authorizationId !== '') await runPostStep(authorizationId, readInputs(process.env), gitHubHost(process));
}
