import type { JustInTimePat } from '../shell/host.ts';

/** The task variable that the post-job step reads: which PATs to revoke, and where they are. */
export const justInTime = 'justInTimePats';

/** As the agent hands it to the post-job step, and to a step that it tries again (`retryCountOnTaskFailure`). */
export const justInTimeVariable = `VSTS_TASKVARIABLE_${justInTime.toUpperCase()}`;

/**
 * The PATs that the main step of this task left to be revoked; empty if there are none, or if that step was skipped. Each
 * try of the step can leave one: if it fails, it may have been unable to remove its PAT.
 */
export function savedJustInTime(environment: NodeJS.ProcessEnv): JustInTimePat[] {
  let saved: unknown;
  try {
    saved = JSON.parse(environment[justInTimeVariable] ?? '');
  } catch {
    return [];
  }
  return Array.isArray(saved) ? saved.flatMap(readPat) : [];
}

function readPat(saved: unknown): JustInTimePat[] {
  if (typeof saved !== 'object' || saved === null) return [];
  const { organization, authorizationId, validTo } = saved as Partial<Record<keyof JustInTimePat, unknown>>;
  if (typeof organization !== 'string' || typeof authorizationId !== 'string') return [];
  return [{ organization, authorizationId, validTo: typeof validTo === 'number' ? validTo : undefined }];
}
