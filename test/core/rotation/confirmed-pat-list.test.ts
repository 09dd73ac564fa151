import { describe, expect, test } from '@jest/globals';
import { rotate } from '../../../src/core/operations/rotate.ts';
import type { Pat } from '../../../src/core/pat.ts';
import type { PatList } from '../../../src/core/ports.ts';
import { readConfirmedList, refuseUnreadable, searchActive } from '../../../src/core/rotation/confirmed-pat-list.ts';
import { FakePorts, ours, pat, play } from '../fake-ports.ts';

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

describe('a list is read until a missing PAT is certain to be missing', () => {
  test('one page is read once', async () => {
    const { pats, readings } = api(reading([build], 1));
    expect(await readConfirmedList('active', pats, all)).toEqual(reading([build], 1));
    expect(readings()).toBe(1);
  });

  test('several pages are read again, until a reading shows nothing new', async () => {
    const { pats, readings } = api(reading([build, wiki]), reading([build, wiki]));
    expect((await readConfirmedList('active', pats, all)).pats).toEqual([build, wiki]);
    expect(readings()).toBe(2);
  });

  test('an entry counts if any reading shows it, also one that could not be read', async () => {
    const entry = { authorizationId: undefined, displayName: 'build', why: 'no dates' };
    const { pats, readings } = api({ ...reading([wiki]), unreadable: [entry] }, reading([build]), reading([wiki]));
    expect(await readConfirmedList('active', pats, all)).toEqual({ ...reading([wiki, build]), unreadable: [entry] });
    expect(readings()).toBe(4);
  });

  test('changes of other PATs do not matter', async () => {
    const { pats, readings } = api(reading([wiki]), reading([wiki, build]));
    const matters = ({ displayName }: Pat): boolean => displayName === 'wiki';
    await readConfirmedList('active', pats, { matters });
    expect(readings()).toBe(2);
  });

  test('a list that has shrunk to one page is believed', async () => {
    const { pats } = api(reading([build]), reading([wiki], 1));
    expect((await readConfirmedList('active', pats, all)).pats).toEqual([wiki]);
  });

  test('a list that changes at each reading is refused, unless it shows everything that is wanted', async () => {
    const changing = Array.from({ length: 9 }, (_, index) => reading([pat(`${index}`, 'build')]));
    await expect(readConfirmedList('active', api(...changing).pats, all)).rejects.toMatchObject({
      code: 'unexpected-response',
      what: 'Listing the PATs',
      why: expect.stringContaining('changed each of the 6 times'),
      hint: expect.stringContaining('no other run'),
    });
    const { pats, readings } = api(...changing);
    await readConfirmedList('active', pats, { ...all, isEnough: async () => true });
    expect(readings()).toBe(2);
  });

  test('the last reading may be the first one that shows nothing new', async () => {
    const sixth = [0, 1, 2, 3, 4, 0].map((index) => reading([pat(`${index}`, 'build')]));
    const { pats, readings } = api(...sixth);
    expect((await readConfirmedList('active', pats, all)).pats).toHaveLength(5);
    expect(readings()).toBe(6);
  });

  test('an entry that cannot be read counts once, however many readings show it', async () => {
    const entry = { authorizationId: 'one', displayName: 'build', why: 'no dates' };
    const others = [
      { ...entry, authorizationId: 'two' },
      { ...entry, displayName: undefined },
      { ...entry, why: 'no scope' },
    ];
    const { pats } = api({ ...reading([]), unreadable: [entry] }, { ...reading([]), unreadable: [entry, ...others] });
    expect((await readConfirmedList('active', pats, all)).unreadable).toEqual([entry, ...others]);
  });

  test('an entry that a later reading can read is no longer unreadable, and one that it cannot read anymore is', async () => {
    const [first, second] = [build, wiki].map(({ authorizationId }) => {
      return { authorizationId, displayName: undefined, why: 'no dates' };
    });
    const readings = [
      { ...reading([wiki]), unreadable: first ? [first] : [] },
      { ...reading([build]), unreadable: second ? [second] : [] },
      { ...reading([build]), unreadable: [] },
    ];
    expect(await readConfirmedList('active', api(...readings).pats, all)).toEqual({
      ...reading([wiki, build]),
      unreadable: [second],
    });
  });

  const find = async (list: PatList): Promise<Pat | undefined> =>
    list.pats.find(({ displayName }) => displayName === 'build');
  const search = { selector: { name: 'build' }, matters: () => true, find };

  test('a search finds what only the second reading shows, and then reads no more', async () => {
    const { pats, readings } = api(reading([wiki]), reading([wiki, build]), reading([wiki]));
    expect((await searchActive(search, pats)).found).toEqual(build);
    expect(readings()).toBe(2);
  });

  test('a search that finds nothing is refused if an entry has no name', async () => {
    const nameless = { authorizationId: undefined, displayName: undefined, why: 'no name' };
    const list = (shown: readonly Pat[]): PatList => ({ ...reading(shown, 1), unreadable: [nameless] });
    await expect(searchActive(search, api(list([wiki])).pats)).rejects.toMatchObject({ code: 'unexpected-response' });
    expect((await searchActive(search, api(list([wiki, build])).pats)).found).toEqual(build);
  });
});

describe('if an entry cannot be read', () => {
  const withUnreadable = (displayName?: string, authorizationId?: string): PatList => ({
    ...reading([]),
    unreadable: [{ authorizationId, displayName, why: 'no dates' }],
  });

  test.each<[string | undefined, boolean, boolean]>([
    [undefined, false, true],
    [undefined, true, false],
    ['build', true, true],
    ['build~superseded', false, true],
    ['build~pending-g1.1-0123456789ab', false, true],
    ['wiki', false, false],
  ])('and has the name %j, and the PAT was found: %j, the list is refused: %j', (displayName, found, refused) => {
    const check = (): void => refuseUnreadable(withUnreadable(displayName), { name: 'build' }, found);
    if (!refused) return expect(check).not.toThrow();
    expect(check).toThrow(
      expect.objectContaining({
        code: 'unexpected-response',
        what: expect.stringContaining('"build"'),
        why: expect.stringContaining('could be this PAT (no dates)'),
      }),
    );
  });

  test.each<[string | undefined, boolean, boolean]>([
    [undefined, false, true],
    [undefined, true, false],
    ['one', false, true],
    ['one', true, false],
    ['other', false, false],
  ])('and has the id %j, and the PAT was found: %j, the list is refused: %j', (authorizationId, found, refused) => {
    const check = (): void => refuseUnreadable(withUnreadable('wiki', authorizationId), { id: 'one' }, found);
    if (refused) expect(check).toThrow('Selecting the PAT one: the list holds an unreadable entry');
    else expect(check).not.toThrow();
  });
});

describe('a PAT that does not say where it works (I8)', () => {
  const unknown = pat('old', 'build', { targetAccounts: undefined });
  const inputs = { operation: 'rotate', 'display-name': 'build', 'if-missing': 'create', scopes: 'vso.code' };

  test('is read by its id, and is never taken for a PAT of all organizations', async () => {
    const { result, transcript } = await play(rotate, inputs, { pats: [unknown] });
    expect(result).toMatch(/^unexpected-response: .*does not say in which organizations PAT old works/u);
    expect(transcript).toEqual(['list active', 'get old']);
  });

  test('does not matter if it has another name', async () => {
    const other = pat('other', 'wiki', { targetAccounts: undefined });
    const { transcript } = await play(rotate, inputs, {
      pats: [pat('old', 'build', { targetAccounts: [ours] }), other],
    });
    expect(transcript).toContain('revoke old');
    expect(transcript).not.toContain('get other');
  });
});
