import { describe, expect, test } from '@jest/globals';
import { Failure } from '../../../src/core/failure.ts';
import type { OperationContext } from '../../../src/core/operations/context.ts';
import type { Pat } from '../../../src/core/pat.ts';
import type { PatList } from '../../../src/core/ports.ts';
import type { PatRequest } from '../../../src/core/request/request.ts';
import { describeSelector } from '../../../src/core/request/selector.ts';
import { members, readLineage } from '../../../src/core/rotation/lineage.ts';
import { lookalikeExists } from '../../../src/core/rotation/lookalike.ts';
import { explainAbsence, notFound } from '../../../src/core/rotation/pat-not-found.ts';
import {
  currentPat,
  findLineage,
  lineageAround,
  refuseAmbiguity,
  searchLineage,
  selectPat,
  withTargetAccounts,
} from '../../../src/core/rotation/selection.ts';
import { addWatermark } from '../../../src/core/rotation/watermark.ts';
import { pat as aPat, day, FakePorts, now, ours, type Scene, theirs } from '../fake-ports.ts';

function pat(id: string, displayName: string, accounts: string[] | null = [ours], age = day): Pat {
  return aPat(id, displayName, { targetAccounts: accounts, validFrom: now - age });
}

function listOf(pats: readonly Pat[], pages = 1): PatList {
  return { pats, pages, unreadable: [] };
}

/** Ports of a service that writes its ids in capitals. Each reading of the active PATs may have its own list. */
function portsOf(
  pats: readonly Pat[] = [],
  more: Scene['answers'] = {},
): OperationContext<PatRequest> & { readonly calls: () => string[] } {
  const fake = new FakePorts({ pats, answers: { organizationId: () => ours.toUpperCase(), ...more } });
  return { ...fake.context({ operation: 'list' }), calls: () => fake.calls };
}

/** What the readings of a list of several pages show, one after the other. */
function readings(...lists: readonly (readonly Pat[])[]): Scene['answers'] {
  return { 'list active': lists.map((pats) => () => listOf(pats, lists.length)) };
}

function ids(lineage: Parameters<typeof members>[0] | undefined): string[] {
  return lineage ? members(lineage).map(({ authorizationId }) => authorizationId) : [];
}

/** PATs of that name that ended so many days ago. */
function ended(name: string, days: readonly number[]): Pat[] {
  return days.map((ago) => ({ ...pat(`${name}-${ago}`, name), validTo: now - ago * day }));
}

async function failureOf(work: () => unknown): Promise<Failure> {
  try {
    await work();
  } catch (thrown) {
    if (thrown instanceof Failure) return thrown;
    throw thrown;
  }
  throw new Error('nothing was thrown');
}

describe('findLineage (I8)', () => {
  const own = pat('own', 'build');
  const pending = pat('pending', 'build~pending-g1.1-00000000000a');
  const elsewhere = pat('foreign', 'build', [theirs]);
  const pendingElsewhere = pat('foreign-pending', 'build~pending-g2.1-00000000000b', [theirs]);
  const global = pat('global', 'build', null);
  const both = pat('both', 'build', [theirs, ours]);

  test.each<[what: string, list: Pat[], found: string[], asked: boolean]>([
    ['all of one organization: the successor will tell', [own, pending], ['own', 'pending'], false],
    ['all of another organization: the successor will tell', [elsewhere], ['foreign'], false],
    ['ids differ by case alone', [own, pat('b', 'build~superseded', [ours.toUpperCase()])], ['own', 'b'], false],
    ['of two organizations', [own, elsewhere, pendingElsewhere], ['own'], true],
    ['one of all organizations', [global], ['global'], false],
    ['one of all organizations beside foreign ones', [global, pendingElsewhere], ['global'], true],
    ['one of several organizations', [both, elsewhere], ['both'], true],
    [
      'the same organizations in another order',
      [both, pat('b', 'build~superseded', [ours, theirs])],
      ['both', 'b'],
      false,
    ],
    ['an organization PAT without any organization', [own, pat('x', 'build~superseded', [])], ['own'], true],
    ['none', [pat('other', 'wiki', [theirs])], [], false],
  ])('%s', async (_what, list, found, asked) => {
    const ports = portsOf();
    expect(ids(await findLineage(list, 'build', ports, 'if-in-doubt'))).toEqual(found);
    expect(ports.calls()).toEqual(asked ? ['organizationId'] : []);
  });

  test('takes a request to be certain of the organization, even if all PATs agree', async () => {
    const ports = portsOf();
    expect(ids(await findLineage([elsewhere], 'build', ports, 'certain'))).toEqual([]);
    expect(ports.calls()).toEqual(['organizationId']);
  });

  test('takes no request if all PATs work in every organization', async () => {
    const ports = portsOf();
    expect(ids(await findLineage([global], 'build', ports, 'certain'))).toEqual(['global']);
    expect(ports.calls()).toEqual([]);
  });
});

describe('withTargetAccounts (I8)', () => {
  test.each([
    [100, 100],
    [101, 0],
    [20_000, 0],
  ])('of %d PATs that it would have to read one by one, it reads %d', async (count, reads) => {
    const list = Array.from({ length: count }, (_each, index) => {
      return { ...pat(`bare-${index}`, 'build'), targetAccounts: undefined };
    });
    const ports = portsOf([], { 'get bare': () => pat('bare', 'build') });
    const { message } = await findLineage(list, 'build', ports, 'certain').then(
      () => ({ message: '' }),
      (thrown: Failure) => thrown,
    );
    expect(ports.calls().filter((call) => call.startsWith('get'))).toHaveLength(reads);
    expect(message).toBe(
      reads > 0
        ? ''
        : `Selecting the PAT "build": Azure DevOps does not say in which organizations ${count} PATs of this name work (targetAccounts), and a run reads at most 100 of them one by one. Revoke those that nothing uses.`,
    );
  });

  const bare: Pat = { ...pat('bare', 'build'), targetAccounts: undefined };
  const isBuild = ({ displayName }: Pat): boolean => displayName === 'build';

  test('reads a wanted PAT by its id if the list leaves out its organizations', async () => {
    const list = [bare, pat('foreign', 'build', [theirs]), { ...bare, authorizationId: 'wiki', displayName: 'wiki' }];
    const ports = portsOf([pat('bare', 'build', null)]);
    const known = await withTargetAccounts(list, isBuild, ports.pats);
    expect(known).toEqual([{ ...bare, targetAccounts: null }, ...list.slice(1)]);
    expect(ports.calls()).toEqual(['get bare']);
  });

  test('returns the list unchanged if no wanted PAT lacks them', async () => {
    const list = [pat('own', 'build'), { ...bare, displayName: 'wiki' }];
    expect(await withTargetAccounts(list, isBuild, portsOf().pats)).toBe(list);
  });

  test.each([[[]], [[bare]]])(
    'refuses a PAT if that answer does not name its organizations either: %j',
    async (pats) => {
      const failure = await failureOf(() => withTargetAccounts([bare], isBuild, portsOf(pats).pats));
      expect(failure).toMatchObject({ code: 'unexpected-response', what: 'Selecting the PAT "build"' });
      expect(failure.message).toMatch(/organizations PAT bare works.*Run again/u);
    },
  );
});

describe('searchLineage', () => {
  const elsewhere = pat('foreign', 'build', [theirs]);
  const similar = pat('similar', 'build~pending-2026', [theirs]);

  test('asks for the organization only in doubt with one page, and always with several', async () => {
    const one = portsOf([elsewhere]);
    expect(ids((await searchLineage('build', one, 'if-in-doubt')).lineage)).toEqual(['foreign']);
    expect(one.calls()).toEqual(['list active']);
    const several = portsOf([], readings([elsewhere], [elsewhere]));
    expect(ids((await searchLineage('build', several, 'if-in-doubt')).lineage)).toEqual([]);
    expect(several.calls()).toEqual(['list active', 'list active', 'organizationId']);
  });

  test('reads the list again only while a reading shows something new of the name', async () => {
    const wiki = pat('wiki', 'wiki');
    const indifferent = portsOf([], readings([elsewhere], [elsewhere, wiki], [elsewhere, wiki]));
    await searchLineage('build', indifferent, 'certain');
    expect(indifferent.calls()).toEqual(['list active', 'list active', 'organizationId']);
    const moved = portsOf([], readings([elsewhere], [elsewhere, similar], [elsewhere, similar]));
    expect((await searchLineage('build', moved, 'certain')).lineage.similar).toEqual([similar]);
    expect(moved.calls().filter((call) => call === 'list active')).toHaveLength(3);
  });
});

describe('refuseAmbiguity (I9)', () => {
  test('names both ids, when they were made, and which has the watermark', async () => {
    const watermarked = { ...pat('two', 'build'), validTo: addWatermark('build', now + 1000) };
    const lineage = readLineage([pat('one', 'build'), watermarked], 'build');
    const failure = await failureOf(() => refuseAmbiguity(lineage));
    expect(failure.code).toBe('pat-ambiguous');
    expect(failure.message).toBe(
      'Selecting the PAT "build": 2 active PATs have this name: one, two. Give authorization-id instead of display-name, or revoke the one that is not needed. one was made 2026-09-30T00:00:00Z; two was made 2026-09-30T00:00:00Z and has the watermark of a rotation.',
    );
  });

  test.each([
    [10, ' have this name: 1, 2, 3, 4, 5, 6, 7, 8, 9, 10. Give'],
    [20_000, ' have this name: 1, 2, 3, 4, 5, 6, 7, 8, 9, 10 and 19990 older ones. Give'],
  ])('of %d PATs it describes the newest ten', async (count, named) => {
    const pats = Array.from({ length: count }, (_each, index) =>
      pat(`${count - index}`, 'build', [ours], (count - index) * 1000),
    );
    const { message } = await failureOf(() => refuseAmbiguity(readLineage(pats, 'build')));
    expect(message).toContain(named);
    expect(message.match(/was made/gu)).toHaveLength(10);
  });

  test('accepts what rotations left, a single PAT, and no PAT', () => {
    const validTo = addWatermark('build', now + 10 * day);
    const twins = [pat('one', 'build'), pat('two', 'build')].map((one) => ({ ...one, validTo }));
    for (const pats of [twins, twins.slice(1), []]) refuseAmbiguity(readLineage(pats, 'build'));
  });
});

describe('currentPat', () => {
  test.each<[pats: Pat[], id: string | undefined]>([
    [[pat('named', 'build'), pat('pending', 'build~pending-g1.1-00000000000a', [ours], 0)], 'named'],
    [
      [pat('older', 'build~pending-g1.1-00000000000a'), pat('newer', 'build~pending-g2.1-00000000000b', [ours], 0)],
      'newer',
    ],
    [[pat('ending', 'build~superseded')], undefined],
    [[], undefined],
  ])('%#', (pats, id) => {
    expect(currentPat(readLineage(pats, 'build'))?.authorizationId).toBe(id);
  });
});

describe('lineageAround: the lineage of one id', () => {
  const named = pat('named', 'build');
  const pending = pat('pending', 'build~pending-g1.1-00000000000a');
  const ending = pat('ending', 'build~superseded');

  test('is the lineage of its name if no other PAT has the name', () => {
    const list = [named, pending, ending, pat('wiki', 'wiki')];
    const lineage = lineageAround(list, 'named');
    expect(ids(lineage)).toEqual(['named', 'pending', 'ending']);
    expect(lineage?.namesakes).toBeUndefined();
  });

  test('is only the PAT itself if other PATs share the name', () => {
    const namesake = pat('namesake', 'build');
    const lineage = lineageAround([named, namesake, pending, ending], 'named');
    expect(ids(lineage)).toEqual(['named']);
    expect(lineage?.namesakes).toEqual([namesake]);
  });

  test('is that of the name if the id is that of a pending PAT', () => {
    expect(ids(lineageAround([named, pending], 'pending'))).toEqual(['named', 'pending']);
    expect(ids(lineageAround([pending], 'pending'))).toEqual(['pending']);
  });

  test('does not include PATs of other organizations', () => {
    const list = [named, pat('x', 'build', [theirs]), pat('y', 'build~pending-g2.1-00000000000b', [theirs])];
    const lineage = lineageAround(list, 'named');
    expect(ids(lineage)).toEqual(['named']);
    expect(lineage?.namesakes).toBeUndefined();
  });

  test('includes PATs that share one of its organizations', () => {
    const both = pat('both', 'build', [theirs, ours]);
    expect(ids(lineageAround([both, pending], 'both'))).toEqual(['both', 'pending']);
  });

  test('is refused for a superseded PAT, and the message names its successor', async () => {
    const failure = await failureOf(() => lineageAround([named, ending], 'ending'));
    expect(failure.code).toBe('pat-not-found');
    const reported = (more: string): string =>
      `Selecting the PAT ending: its name, build~superseded, says that it was rotated already and ends by itself. Rotate its successor: display-name "build"${more}. If a person gave it that name, give it another one first.`;
    expect(failure.message).toBe(reported(', or authorization-id named'));
    const alone = await failureOf(() => lineageAround([ending], 'ending'));
    expect(alone.message).toBe(reported(''));
  });

  test('is empty for an unknown id', () => {
    expect(lineageAround([named], 'unknown')).toBeUndefined();
  });
});

describe('select', () => {
  test('by id, also if other PATs have the name', async () => {
    const ports = portsOf([pat('one', 'build'), pat('two', 'build')]);
    expect(await selectPat({ id: 'two' }, 'contoso', ports)).toMatchObject({ authorizationId: 'two' });
  });

  test('by name: the PAT in use of the organization', async () => {
    const ports = portsOf([pat('foreign', 'build', [theirs]), pat('own', 'build')]);
    expect(await selectPat({ name: 'build' }, 'contoso', ports)).toMatchObject({ authorizationId: 'own' });
  });

  test.each([
    [{ id: 'x' }, /Selecting the PAT x: .* has no PAT of this id in contoso/u],
    [{ name: 'Build' }, /Selecting the PAT "Build": .* has no active PAT of this name in contoso.*case-sensitive/u],
  ])('%j is not found', async (selector, message) => {
    const failure = await failureOf(() => selectPat(selector, 'contoso', portsOf([pat('own', 'build')])));
    expect(failure.code).toBe('pat-not-found');
    expect(failure.message).toMatch(message);
  });

  test.each<[what: string, expired: Pat[], why: string | undefined]>([
    ['the one that ended last', ended('build', [2, 1, 3]), 'PAT build-1 of this name expired on 2026-09-30T00:00:00Z'],
    ['a pending one', ended('build~pending-g1.1-00000000000a', [1]), 'PAT build~pending-g1.1-00000000000a-1 of'],
    ['one that ends now', ended('build', [0]), 'PAT build-0 of this name expired on 2026-10-01T00:00:00Z'],
    ['none of another name', ended('wiki', [1]), undefined],
    ['none that is yet to end', ended('build', [-1, 1]), undefined],
  ])('by name reports an expired PAT: %s', async (_what, expired, why) => {
    const ports = portsOf([pat('wiki', 'wiki')], { 'list expired': () => listOf(expired) });
    const { why: plain, hint } = notFound({ name: 'build' }, 'contoso');
    const failure = await failureOf(() => selectPat({ name: 'build' }, 'contoso', ports));
    expect(failure.code).toBe('pat-not-found');
    expect(failure.why).toContain(why ?? plain);
    expect(failure.hint).toBe(why === undefined ? hint : 'Create a new one.');
  });

  test('by id reports an expired PAT', async () => {
    const expired = [...ended('wiki', [1]), ...ended('build', [2])];
    const answers = { 'list expired': () => listOf(expired) };
    const ask = { organization: 'contoso', active: [], hintIfExpired: 'Make one.' };
    const failure = await explainAbsence({ selector: { id: 'build-2' }, ...ask }, portsOf([], answers));
    expect(failure).toMatchObject({ why: 'PAT build-2 of this id expired on 2026-09-29T00:00:00Z', hint: 'Make one.' });
    const unknown = await explainAbsence({ selector: { id: 'other' }, ...ask }, portsOf([], answers));
    expect(unknown).toEqual(notFound({ id: 'other' }, 'contoso'));
  });

  test('by name reports no expired PAT if they cannot be listed', async () => {
    const reset = new Failure('network', { what: 'Listing', why: 'the connection was reset' });
    const ports = portsOf([], { 'list expired': reset });
    const failure = await failureOf(() => selectPat({ name: 'b' }, 'contoso', ports));
    expect(failure).toEqual(notFound({ name: 'b' }, 'contoso'));
  });

  test('by name reports a PAT whose name only looks the same, and does not list again', async () => {
    const ports = portsOf([pat('wiki', 'wiki'), pat('accent', 'cafe\u0301~pending-g1.1-00000000000a')]);
    const failure = await failureOf(() => selectPat({ name: 'caf\u00e9' }, 'contoso', ports));
    expect(failure.message).toMatch(
      /of this name in contoso; PAT accent has a name that looks the same.*from the output of list/u,
    );
    const { what, message } = lookalikeExists(pat('accent', 'cafe\u0301'), 'caf\u00e9');
    expect(what).toBe('Creating the PAT "caf\u00e9"');
    expect(message).toMatch(
      /: the active PAT accent has a name that looks the same.*\. Copy the name from the output of list/u,
    );
  });

  test('by name lists the active PATs', async () => {
    const ports = portsOf([pat('own', 'build')]);
    await selectPat({ name: 'build' }, 'contoso', ports);
    expect(ports.calls()).toEqual(['list active', 'organizationId']);
  });

  test('by name makes sure of the organization, even if there is only one PAT', async () => {
    const ports = portsOf([pat('foreign', 'build', [theirs])]);
    expect((await failureOf(() => selectPat({ name: 'build' }, 'contoso', ports))).code).toBe('pat-not-found');
  });

  test('by a name that two PATs have', async () => {
    const ports = portsOf([pat('one', 'build'), pat('two', 'build')]);
    expect((await failureOf(() => selectPat({ name: 'build' }, 'contoso', ports))).code).toBe('pat-ambiguous');
  });

  test('how a selector is written in messages', () => {
    expect(describeSelector({ id: 'x' })).toBe('x');
    expect(describeSelector({ name: 'build' })).toBe('"build"');
  });
});
