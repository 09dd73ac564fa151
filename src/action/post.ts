import { info } from '@actions/core';
import { justInTimePat } from './state.ts';
import { runStep } from './step.ts';

/** What runs at the end of the job: a just-in-time PAT is revoked again; the access token of then may be long over. */
export async function post(): Promise<void> {
  const authorizationId = justInTimePat();
  if (authorizationId === '') return;
  await runStep(process.env, (request) => {
    info(`Revoking the just-in-time PAT ${authorizationId}.`);
    return {
      ...request,
      operation: 'revoke',
      authorizationIds: [authorizationId],
      displayName: undefined,
      destinations: [],
      dryRun: false,
    };
  });
}
