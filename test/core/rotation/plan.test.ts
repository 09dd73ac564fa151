import { describe, expect, test } from '@jest/globals';
import type { Pat } from '../../../src/core/pat.ts';
import { readLineage } from '../../../src/core/rotation/lineage.ts';
import { planRotation, type RotationPlan } from '../../../src/core/rotation/plan.ts';
import { day, now, patNamed } from '../fake-ports.ts';

const pat = (displayName: string, change: Partial<Pat> = {}): Pat => patNamed(displayName, now + 10 * day, change);

describe('planRotation', () => {
  const build = pat('build');
  const twin = pat('build', { authorizationId: 'twin' });
  const pending = pat('build~pending-g1.1-00000000000a');

  test.each<[pats: Pat[], within: number | undefined, plan: RotationPlan]>([
    [[build], undefined, { action: 'rotate', reason: { kind: 'asked-for' } }],
    [[build], 11 * day, { action: 'rotate', reason: { kind: 'expires', left: 10 * day } }],
    [[build], 10 * day, { action: 'rotate', reason: { kind: 'expires', left: 10 * day } }],
    [[build], 10 * day - 1, { action: 'none', reason: { kind: 'still-valid', left: 10 * day } }],
    [[build, pat('build~superseded')], day, { action: 'none', reason: { kind: 'still-valid', left: 10 * day } }],
    // I6: due or not.
    [[build, pending], day, { action: 'rotate', reason: { kind: 'unfinished-rotation' } }],
    [[pending], day, { action: 'rotate', reason: { kind: 'unfinished-rotation' } }],
    [[build, twin], day, { action: 'rotate', reason: { kind: 'concurrent-rotations' } }],
  ])('%#', (pats, within, plan) => {
    expect(planRotation(readLineage(pats, 'build'), build, within, now)).toEqual(plan);
  });
});
