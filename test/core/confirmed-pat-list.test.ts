import { describe, expect, test } from '@jest/globals';
import { readList, refuseUnreadable, searchActive } from '../../src/core/confirmed-pat-list.ts';
import { rotate } from '../../src/core/operations/rotate.ts';
import type { Pat } from '../../src/core/pat.ts';
import type { PatList } from '../../src/core/ports.ts';
import { FakePorts, ours, pat, play } from './fake-ports.ts';

const [build, wiki] = [pat('build', 'build'), pat('wiki', 'wiki')];

function reading(pats: readonly Pat[], pages = 2): PatList {
  return { pats, pages, unreadable: [] };
}

/** A list that is answered differently each time. */
function api(...readings: readonly PatList[]) {
  const ports = new FakePorts({ answers: { list: readings.map((list) => () => list) } });
  return { pats: ports.context({ operation: 'list' }).pats, readings: () => ports.calls.length };
}

const all = { matters: () => true };

describe('a list is read until an absence means something', () => {
  test('one page is read once', async () => {
    const { pats, readings } = api(reading([build], 1));
    expect(await readList('active', pats, all)).toEqual(reading([build], 1));
    expect(readings()).toBe(1);
  });

  test('of several pages, a second reading must show nothing new', async () => {
    const { pats, readings } = api(reading([build, wiki]), reading([build, wiki]));
    expect((await readList('active', pats, all)).pats).toEqual([build, wiki]);
    expect(readings()).toBe(2);
  });

  test('what one reading misses and another shows is there, also what could not be read', async () => {
    const entry = { displayName: 'build', why: 'no dates' };
    const { pats, readings } = api({ ...reading([wiki]), unreadable: [entry] }, reading([build]), reading([wiki]));
    expect(await readList('active', pats, all)).toEqual({ ...reading([wiki, build]), unreadable: [entry] });
    expect(readings()).toBe(3);
  });

  test('changes of other PATs do not matter', async () => {
    const { pats, readings } = api(reading([wiki]), reading([wiki, build]));
    const matters = ({ displayName }: Pat): boolean => displayName === 'wiki';
    await readList('active', pats, { matters });
    expect(readings()).toBe(2);
  });

  test('a list that shrank to one page counts as it is', async () => {
    const { pats } = api(reading([build]), reading([wiki], 1));
    expect((await readList('active', pats, all)).pats).toEqual([wiki]);
  });

  test('a list that changes at each reading is refused, unless it shows all that is searched for', async () => {
    const changing = Array.from({ length: 9 }, (_, index) => reading([pat(`${index}`, 'build')]));
    await expect(readList('active', api(...changing).pats, all)).rejects.toMatchObject({
      code: 'unexpected-response',
      why: expect.stringContaining('changed each of the 5 times'),
    });
    const { pats, readings } = api(...changing);
    await readList('active', pats, { ...all, isEnough: async () => true });
    expect(readings()).toBe(2);
  });

  test('a search finds what only the second reading shows', async () => {
    const { pats } = api(reading([wiki]), reading([wiki, build]), reading([wiki]));
    const find = async (list: PatList): Promise<Pat | undefined> =>
      list.pats.find(({ displayName }) => displayName === 'build');
    expect((await searchActive({ name: 'build', matters: () => true, find }, pats)).found).toEqual(build);
  });
});

describe('beside an entry that cannot be read', () => {
  const odd = (displayName?: string): PatList => ({ ...reading([]), unreadable: [{ displayName, why: 'no dates' }] });

  test.each<[string | undefined, boolean, boolean]>([
    [undefined, false, true],
    [undefined, true, false],
    ['build', true, true],
    ['build~superseded', false, true],
    ['build~pending-g1.1-0123456789ab', false, true],
    ['wiki', false, false],
  ])('named %j, if the PAT was found: %j, it is refused: %j', (displayName, found, refused) => {
    const check = (): void => refuseUnreadable(odd(displayName), 'build', found);
    if (refused) expect(check).toThrow('holds an unreadable entry that could be this PAT (no dates)');
    else expect(check).not.toThrow();
  });
});

describe('a PAT that does not say where it works (I8)', () => {
  const unknown = pat('old', 'build', { targetAccounts: undefined });
  const inputs = { operation: 'rotate', 'display-name': 'build', 'if-missing': 'create', scopes: 'vso.code' };

  test('is asked for by its id, and never taken for one of all organizations', async () => {
    const { result, transcript } = await play(rotate, inputs, { pats: [unknown] });
    expect(result).toMatch(/^unexpected-response: .*does not say in which organizations PAT old works/u);
    expect(transcript).toEqual(['list active', 'get old']);
  });

  test('does not matter for another name', async () => {
    const other = pat('other', 'wiki', { targetAccounts: undefined });
    const { transcript } = await play(rotate, inputs, {
      pats: [pat('old', 'build', { targetAccounts: [ours] }), other],
    });
    expect(transcript).toContain('revoke old');
    expect(transcript).not.toContain('get other');
  });
});
