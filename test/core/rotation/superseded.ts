import { isSupersededName, lineageName } from '../../../src/core/pat-name.ts';
import { addWatermark } from '../../../src/core/rotation/watermark.ts';

/** The end of a PAT as a rotation leaves it: one that it superseded carries its watermark. */
export function endOfPat(displayName: string, end: number): number {
  return isSupersededName(displayName) ? addWatermark(lineageName(displayName), end) : end;
}
