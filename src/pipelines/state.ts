import type { JustInTimePat } from '../shell/host.ts';

/** The task variable that the post-job step reads: which PAT to revoke, and where it is. */
export const justInTime = 'justInTimePat';

/** As the agent hands it to the post-job step. */
export const justInTimeVariable = `VSTS_TASKVARIABLE_${justInTime.toUpperCase()}`;

export interface SavedPat extends JustInTimePat {
  readonly organization: string;
}

/** The PAT that the main step of this task left to be revoked; undefined if there is none, or if that step was skipped. */
export function savedJustInTime(environment: NodeJS.ProcessEnv): SavedPat | undefined {
  try {
    const saved: unknown = JSON.parse(environment[justInTimeVariable] ?? '');
    if (typeof saved !== 'object' || saved === null) return undefined;
    const { organization, authorizationId, validTo } = saved as Partial<Record<keyof SavedPat, unknown>>;
    if (typeof organization !== 'string' || typeof authorizationId !== 'string') return undefined;
    return { organization, authorizationId, validTo: typeof validTo === 'number' ? validTo : undefined };
  } catch {
    return undefined;
  }
}
