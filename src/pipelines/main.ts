import { runPostStep } from '../shell/post-step.ts';
import { runStep } from '../shell/step.ts';
import { pipelinesStep } from './host.ts';
import { savedJustInTime } from './task-state.ts';

/** The step itself. */
export async function main(): Promise<void> {
  const { raw, host, warnings } = pipelinesStep(process);
  for (const warning of warnings) host.log.warning(warning);
  await runStep(raw, host);
}

/** Runs when the job is over, even if the step was skipped. If there is no PAT to revoke, it does nothing. */
export async function post(): Promise<void> {
  const saved = savedJustInTime(process.env);
  if (saved.length === 0) return;
  const { raw, host } = pipelinesStep(process);
  await runPostStep(saved, raw, host);
}
