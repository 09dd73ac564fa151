import { isObject } from '../core/answers/json.ts';
import type { JustInTimePat } from '../shell/host.ts';

/** The task variable that the post-job step reads: which PATs to revoke, and where they are. */
export const justInTime = 'justInTimePats';

/** Its name in the environment of the post-job step, and of a step that is tried again (`retryCountOnTaskFailure`). */
export const justInTimeVariable = `VSTS_TASKVARIABLE_${justInTime.toUpperCase()}`;

/**
 * The PATs that the main step left for the post-job step to revoke; empty if the main step was skipped. Each try of the
 * step can leave one, because a failed try may have been unable to remove its PAT.
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
  if (!isObject(saved)) return [];
  const { organization, authorizationId, validTo } = saved;
  if (typeof organization !== 'string' || typeof authorizationId !== 'string') return [];
  return [{ organization, authorizationId, validTo: typeof validTo === 'number' ? validTo : undefined }];
}
