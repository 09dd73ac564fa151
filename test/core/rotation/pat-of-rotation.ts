import type { Pat } from '../../../src/core/pat.ts';
import { isSupersededName, lineageName } from '../../../src/core/pat-name.ts';
import { addWatermark } from '../../../src/core/rotation/watermark.ts';

export const now = Date.UTC(2026, 9, 1);
const day = 86_400_000;

/** The end of a PAT as a rotation leaves it: one that it superseded carries its watermark. */
export function endOfPat(displayName: string, end: number): number {
  return isSupersededName(displayName) ? addWatermark(lineageName(displayName), end) : end;
}

/** A PAT of all organizations that began a day ago. Its id follows from its name. */
export function patNamed(displayName: string, end: number, change: Partial<Pat> = {}): Pat {
  return {
    authorizationId: `id of ${displayName}`,
    displayName,
    scope: 'vso.code',
    targetAccounts: null,
    validFrom: now - day,
    validTo: endOfPat(displayName, end),
    ...change,
  };
}
