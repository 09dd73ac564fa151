import { describe, expect, test } from '@jest/globals';
import type { Pat } from '../../../src/core/pat.ts';
import type { PatList } from '../../../src/core/ports.ts';
import type { Selector } from '../../../src/core/request/selector.ts';
import { lineageFinder, listFleet } from '../../../src/core/rotation/fleet-list.ts';
import { day, FakePorts, now, pat } from '../fake-ports.ts';

const build = pat('build', 'build');
const wiki = pat('wiki', 'wiki');
const pending = pat('pending', 'wiki~pending-g1.1-0123456789ab');
const stranger = pat('stranger', 'docs');

/** The ids of the fleet, and how often its list of two pages was read; each reading shows other PATs. */
async function read(wanted: readonly Selector[], readings: readonly (readonly Pat[])[]) {
  const list = readings.map((pats) => () => ({ pats, pages: 2, unreadable: [] }));
  const ports = new FakePorts({ answers: { list } });
  const { pats } = await listFleet(wanted, ports.context({ operation: 'list' }).pats);
  return { ids: pats.map(({ authorizationId }) => authorizationId), count: ports.calls.length };
}

const byName = [{ name: 'build' }, { name: 'wiki' }];
const byId = [{ id: 'build' }, { id: 'wiki' }];

test.each<[what: string, wanted: Selector[], readings: Pat[][], ids: string[], count: number]>([
  ['that show every name are enough', byName, [[build], [build, wiki]], ['build', 'wiki'], 2],
  ['that show nothing new of a name are enough', byName, [[build], [build, stranger]], ['build', 'stranger'], 2],
  [
    'that show something new, and not every name, are not',
    byName,
    [[build], [build, pending], [build]],
    ['build', 'pending'],
    3,
  ],
  ['that show every id are enough', byId, [[build], [build, wiki]], ['build', 'wiki'], 2],
  ['that show nothing new of an id are enough', byId, [[build], [build, pending]], ['build', 'pending'], 2],
  [
    'that show something new, and not every id, are not',
    [...byId, { id: 'stranger' }],
    [[build], [build, wiki], [build]],
    ['build', 'wiki'],
    3,
  ],
])('two readings %s', async (_what, wanted, readings, ids, count) => {
  expect(await read(wanted, readings)).toEqual({ ids, count });
});

describe('the lineage of a name', () => {
  const similar = pat('similar', 'wiki~pending-2026');
  const byHand = pat('by-hand', 'docs~superseded', { validTo: now + day });
  const pats = [build, wiki, pending, similar, byHand];
  const finder = (unreadable: PatList['unreadable'] = []) =>
    lineageFinder({ pats, pages: 1, unreadable }, new FakePorts().context({ operation: 'list' }).pats);

  test.each<[name: string, named: Pat[], left: Pat[], similar: Pat[]]>([
    ['build', [build], [], []],
    ['wiki', [wiki], [pending], [similar]],
    ['docs', [], [], [byHand]],
    ['docs~superseded', [byHand], [], []],
    ['feeds', [], [], []],
  ])('%s', async (name, named, left, alike) => {
    const lineage = await finder()(name);
    expect(lineage).toMatchObject({ name, named, superseded: [], similar: alike });
    expect(lineage.pending.map((each) => each.pat)).toEqual(left);
  });

  test('is unknown if an entry has no name, unless the PAT was found', async () => {
    const find = finder([{ authorizationId: undefined, displayName: undefined, why: 'no name' }]);
    expect((await find('build')).named).toEqual([build]);
    await expect(find('docs')).rejects.toMatchObject({ code: 'unexpected-response' });
  });
});
