import { describe, expect, test } from '@jest/globals';
import { rotate } from '../../../src/core/operations/rotate.ts';
import type { Pat, PatOrder } from '../../../src/core/pat.ts';
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
    expect(readings()).toBe(3);
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
      why: expect.stringContaining('changed each of the 5 times'),
      hint: expect.stringContaining('no other run'),
    });
    const { pats, readings } = api(...changing);
    await readConfirmedList('active', pats, { ...all, isEnough: async () => true });
    expect(readings()).toBe(2);
  });

  test('the last reading may be the first one that shows nothing new', async () => {
    const fifth = [0, 1, 2, 3, 0].map((index) => reading([pat(`${index}`, 'build')]));
    const { pats, readings } = api(...fifth);
    expect((await readConfirmedList('active', pats, all)).pats).toHaveLength(4);
    expect(readings()).toBe(5);
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

/** The service: a list by name in pages of two, whose entries can change between any two requests. */
class Service {
  names = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'];
  requests: string[] = [];
  /** Called before the request of this number is answered. */
  onRequest: (number: number) => void = () => {};
  /** How many requests the reading in descending order is behind. */
  delay = 0;
  ignoresOrder = false;

  readonly pats = {
    list: async (_filter: string, order: PatOrder = 'ascending'): Promise<PatList> => {
      const seen: Pat[] = [];
      for (let wait = order === 'ascending' ? 0 : this.delay; wait > 0; wait--) await new Promise(setImmediate);
      for (let page = 0; ; page++) {
        this.requests.push(`${order} ${page + 1}`);
        this.onRequest(this.requests.length);
        const sorted = [...this.names].sort();
        if (order === 'descending' && !this.ignoresOrder) sorted.reverse();
        for (const name of sorted.slice(2 * page, 2 * page + 2)) seen.push(pat(ids.get(name) ?? name, name));
        await new Promise(setImmediate);
        if (2 * page + 2 >= sorted.length) return { pats: seen, pages: page + 1, unreadable: [] };
      }
    },
  };
}

/** A renamed PAT keeps its id. */
const ids = new Map<string, string>();

describe('a list that probably has several pages is read in both orders at the same time', () => {
  const long = { ...all, isLong: true };
  const idsOf = (list: PatList): string[] => list.pats.map(({ authorizationId }) => authorizationId).sort();

  test('with as many requests as two readings', async () => {
    const service = new Service();
    expect(idsOf(await readConfirmedList('active', service.pats, long))).toEqual(service.names);
    expect(service.requests.slice(0, 4)).toEqual(['ascending 1', 'descending 1', 'ascending 2', 'descending 2']);
    expect(service.requests).toHaveLength(8);
  });

  const changes = (names: readonly string[]): [what: string, change: (service: Service) => void][] => [
    ...names.map((name): [string, (service: Service) => void] => [
      `${name} is revoked`,
      (service) => service.names.splice(service.names.indexOf(name), 1),
    ]),
    ...['0', ...names].map((name): [string, (service: Service) => void] => [
      `one is made after ${name}`,
      (service) => service.names.push(`${name}x`),
    ]),
    ...names.flatMap((name) =>
      ['0', ...names].map((other): [string, (service: Service) => void] => [
        `${name} is renamed to what follows ${other}`,
        (service) => {
          ids.set(`${other}y`, name);
          service.names.splice(service.names.indexOf(name), 1, `${other}y`);
        },
      ]),
    ),
  ];

  test.each(changes(new Service().names))('%s: no PAT is missing', async (_what, change) => {
    for (let delay = 0; delay <= 4; delay++) {
      for (let moment = 1; moment <= 8; moment++) {
        ids.clear();
        const service = new Service();
        service.delay = delay;
        service.onRequest = (number) => {
          if (number === moment) change(service);
        };
        // Nothing matters, so these two readings are the only ones.
        const list = await readConfirmedList('active', service.pats, { ...long, matters: () => false });
        const left = service.names.map((name) => ids.get(name) ?? name).filter((id) => !id.endsWith('x'));
        expect(left.filter((id) => !idsOf(list).includes(id))).toEqual([]);
      }
    }
  });

  test('one after the other if the service ignores the order', async () => {
    const service = new Service();
    service.ignoresOrder = true;
    await readConfirmedList('active', service.pats, long);
    expect(service.requests.slice(8)).toEqual(['ascending 1', 'ascending 2', 'ascending 3', 'ascending 4']);
  });

  test('but only once if it has one page nevertheless', async () => {
    const service = new Service();
    service.names = ['a', 'b'];
    expect(idsOf(await readConfirmedList('active', service.pats, long))).toEqual(['a', 'b']);
    expect(service.requests).toEqual(['ascending 1', 'descending 1']);
  });

  test('and if one reading fails, the other has ended before the failure is told', async () => {
    const service = new Service();
    const refused = new Error('refused');
    let ended = 0;
    const { list } = service.pats;
    const pats = {
      list: async (filter: string, order?: PatOrder) => {
        if (order === 'descending') throw refused;
        const reading = await list(filter, order);
        ended = service.requests.length;
        return reading;
      },
    };
    await expect(readConfirmedList('active', pats, long)).rejects.toBe(refused);
    expect(ended).toBe(4);
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
