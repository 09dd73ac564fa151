import { expect, test } from '@jest/globals';
import type { Pat } from '../../../src/core/pat.ts';
import type { PatApi } from '../../../src/core/ports.ts';
import { listFleet } from '../../../src/core/rotation/fleet.ts';
import { pat } from '../fake-ports.ts';

const build = pat('build', 'build');
const wiki = pat('wiki', 'wiki');
const pending = pat('pending', 'wiki~pending-g1.1-0123456789ab');
const stranger = pat('stranger', 'docs');

/** The ids of the fleet, and how often its list of two pages was read; each reading shows other PATs. */
async function read(...readings: readonly (readonly Pat[])[]) {
  let count = 0;
  const list: PatApi['list'] = async () => ({ pats: readings[count++] ?? [], pages: 2, unreadable: [] });
  const { pats } = await listFleet(['build', 'wiki'], { list } as Partial<PatApi> as PatApi);
  return { ids: pats.map(({ authorizationId }) => authorizationId), count };
}

test.each<[what: string, readings: Pat[][], ids: string[], count: number]>([
  ['that show every name are enough', [[build], [build, wiki]], ['build', 'wiki'], 2],
  ['that show nothing new of a name are enough', [[build], [build, stranger]], ['build', 'stranger'], 2],
  [
    'that show something new, and not every name, are not',
    [[build], [build, pending], [build]],
    ['build', 'pending'],
    3,
  ],
])('two readings %s', async (_what, readings, ids, count) => {
  expect(await read(...readings)).toEqual({ ids, count });
});
