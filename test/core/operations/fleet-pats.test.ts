import { describe, expect, test } from '@jest/globals';
import { Failure } from '../../../src/core/failure.ts';
import { fleetPats } from '../../../src/core/operations/fleet-pats.ts';
import type { Pat, PatSpec } from '../../../src/core/pat.ts';
import type { Created, PatList } from '../../../src/core/ports.ts';
import { Secret } from '../../../src/core/secret.ts';
import { FakePorts, now, pat } from '../fake-ports.ts';

function patOf(authorizationId: string, displayName = 'build'): Pat {
  return pat(authorizationId, displayName);
}

function specOf(displayName: string): PatSpec {
  return { displayName, scope: 'vso.code', validTo: now, allOrganizations: false };
}

const limited = new Failure('rate-limited', { what: 'Listing', why: 'too many requests' });

function listOf(pats: readonly Pat[], pages = 1): PatList {
  return { pats, pages, unreadable: [] };
}

/** Ports whose lists are answered when the test says so. */
class Scene {
  /** Until it is over, a create of "slow" gets no answer. */
  readonly held = Promise.withResolvers<void>();
  /** In how many pages the list comes. */
  pages = 1;
  /** The entries of the list that cannot be read. */
  unreadable: PatList['unreadable'] = [];
  readonly #lists: ((answer: Pat[] | Error) => void)[] = [];
  readonly #ports: FakePorts;
  readonly fleet;

  constructor({ stopsDuring, isLong = false }: { readonly stopsDuring?: string; readonly isLong?: boolean } = {}) {
    const answers = {
      list: () => this.#openList(),
      'create build?': answerCreate,
      'create wiki?': answerCreate,
      'create docs?': answerCreate,
      'create slow?': (text: string) => this.held.promise.then(() => answerCreate(text)),
    };
    this.#ports = new FakePorts({
      pats: ['x', 'twin', 'triplet'].map((id) => patOf(id)),
      answers,
      ...(stopsDuring === undefined ? {} : { stopsDuring }),
    });
    const context = this.#ports.context({ operation: 'list' });
    this.fleet = fleetPats(context.pats, { ...context, isLong });
  }

  #openList(): Promise<PatList> {
    return new Promise((resolve, reject) => {
      this.#lists.push((answer) => {
        if (answer instanceof Error) reject(answer);
        else resolve({ ...listOf(answer, this.pages), unreadable: this.unreadable });
      });
    });
  }

  /** What went out since the test last forgot it. A create is told by its name alone. */
  get calls(): string[] {
    return this.#ports.calls.map((call) => call.replace(/ \(.*/u, ''));
  }

  get reported(): string[] {
    return this.#ports.reported;
  }

  /** Answers the oldest list that is open, and lets everything that follows from it happen. */
  async answer(answer: Pat[] | Error): Promise<void> {
    this.#lists.shift()?.(answer);
    await this.settle();
  }

  async settle(): Promise<string[]> {
    for (let turns = 0; turns < 5; turns++) await new Promise(setImmediate);
    return this.calls;
  }

  /** A create whose answer leaves open whether another PAT was made, by the name of the PAT. */
  async maybeDuplicated(id: string, displayName: string): Promise<void> {
    await this.fleet.create(specOf(`${displayName}?${id}`));
    this.#ports.transcript.length = 0;
  }
}

/** The answer to a create whose name says the id of the PAT: it leaves open whether there is another one. */
function answerCreate(text: string): Created {
  const [, displayName = '', id = ''] = /^create (\S+\?(\S+))/u.exec(text) ?? [];
  return { pat: patOf(id, displayName), token: new Secret('secret'), maybeDuplicated: true };
}

describe('tokens of one organization share a list', () => {
  test('a list that is requested while another is under way begins after it, and serves all that asked', async () => {
    const scene = new Scene();
    const first = scene.fleet.list('active');
    expect(await scene.settle()).toEqual(['list active']);
    const others = [scene.fleet.list('active'), scene.fleet.list('active')];
    expect(await scene.settle()).toEqual(['list active']);
    await scene.answer([patOf('early')]);
    expect(scene.calls).toEqual(['list active', 'list active']);
    await scene.answer([patOf('late')]);
    expect(await first).toEqual(listOf([patOf('early')]));
    expect(await Promise.all(others)).toEqual([listOf([patOf('late')]), listOf([patOf('late')])]);
    const last = scene.fleet.list('active');
    expect(await scene.settle()).toHaveLength(3);
    await scene.answer([]);
    expect(await last).toEqual(listOf([]));
  });

  test('a list that failed fails for those that asked, and not for the next', async () => {
    const scene = new Scene();
    const first = scene.fleet.list('active').catch((thrown) => thrown);
    await scene.settle();
    const second = scene.fleet.list('active');
    await scene.answer(limited);
    await scene.answer([patOf('one')]);
    expect(await first).toBe(limited);
    expect(await second).toEqual(listOf([patOf('one')]));
  });

  test.each(['revoked', 'expired', 'all'] as const)('the list of %s PATs is not shared', async (filter) => {
    const scene = new Scene();
    const lists = [scene.fleet.list(filter), scene.fleet.list(filter)];
    expect(await scene.settle()).toEqual([`list ${filter}`, `list ${filter}`]);
    await scene.answer([patOf('one')]);
    await scene.answer([patOf('two')]);
    expect(await Promise.all(lists)).toEqual([listOf([patOf('one')]), listOf([patOf('two')])]);
  });

  test('everything else goes to the API itself', async () => {
    const { fleet } = new Scene();
    expect(await fleet.get('x')).toEqual(patOf('x'));
    expect(await fleet.update('x', {})).toEqual({ pat: patOf('x') });
    expect(await fleet.revoke('x')).toBe('revoked');
    expect(await fleet.authenticates(new Secret('secret'))).toBe(true);
  });
});

describe('a PAT that a create may have made twice', () => {
  test.each([['build'], ['build?new']])(
    'the token that asked for "%s" does not learn of the doubt',
    async (displayName) => {
      const created = await new Scene().fleet.create(specOf(displayName));
      expect(created).toStrictEqual({
        pat: expect.objectContaining({ authorizationId: 'new', displayName }),
        token: expect.any(Secret),
      });
    },
  );

  test('is revoked during the work, only if its name may be duplicated, and never the PAT of the answer', async () => {
    const scene = new Scene();
    await scene.maybeDuplicated('mine', 'build');
    await scene.fleet.create(specOf('wiki'));
    scene.fleet.sweep();
    let swept = false;
    const over = scene.fleet.swept().then(() => {
      swept = true;
    });
    expect(await scene.settle()).toEqual(['create wiki', 'list active']);
    expect(swept).toBe(false);
    const ours = 'build?mine';
    await scene.answer([patOf('mine', ours), patOf('twin', ours), patOf('other', 'wiki'), patOf('triplet', ours)]);
    await over;
    expect(scene.calls.slice(2)).toEqual(['revoke twin', 'revoke triplet']);
    expect(scene.reported).toEqual([
      'info: Revoked PAT twin: it was made, but its value never arrived.',
      'info: Revoked PAT triplet: it was made, but its value never arrived.',
    ]);
  });

  test('is revoked by its id if the list shows it as an unreadable entry', async () => {
    const scene = new Scene();
    scene.unreadable = [
      { authorizationId: 'mine', displayName: 'build?mine', why: 'odd' },
      { authorizationId: 'twin', displayName: 'build?mine', why: 'odd' },
      { authorizationId: 'other', displayName: undefined, why: 'odd' },
    ];
    await scene.maybeDuplicated('mine', 'build');
    scene.fleet.sweep();
    await scene.settle();
    await scene.answer([]);
    await scene.fleet.swept();
    expect(scene.calls).toEqual(['list active', 'revoke twin']);
  });

  test('is searched until a list of several pages shows nothing new of it', async () => {
    const scene = new Scene();
    scene.pages = 2;
    await scene.maybeDuplicated('mine', 'build');
    scene.fleet.sweep();
    await scene.settle();
    await scene.answer([patOf('mine', 'build?mine')]);
    await scene.answer([patOf('other', 'wiki'), patOf('twin', 'build?mine')]);
    await scene.answer([patOf('mine', 'build?mine')]);
    await scene.fleet.swept();
    expect(scene.calls).toEqual(['list active', 'list active', 'list active', 'revoke twin']);
  });

  test('is searched once the creates that were under way have ended, for all of them together', async () => {
    const scene = new Scene();
    const slow = scene.fleet.create(specOf('slow?other'));
    await scene.settle();
    await scene.maybeDuplicated('mine', 'build');
    scene.fleet.sweep();
    expect(await scene.settle()).toEqual([]);
    const later = scene.fleet.create(specOf('slow?later'));
    scene.held.resolve();
    await slow;
    await later;
    expect(await scene.settle()).toEqual(['create slow?later', 'list active']);
    await scene.answer([patOf('twin', 'build?mine'), patOf('triplet', 'slow?other')]);
    await scene.fleet.swept();
    expect(scene.calls.slice(2)).toEqual(['revoke twin', 'revoke triplet']);
  });

  test('is searched once, although several tokens ask for it', async () => {
    const scene = new Scene();
    await scene.maybeDuplicated('mine', 'build');
    scene.fleet.sweep();
    scene.fleet.sweep();
    expect(await scene.settle()).toEqual(['list active']);
    await scene.answer([]);
    expect(await scene.settle()).toEqual(['list active']);
    await scene.fleet.swept();
  });

  test('is searched although another create that was under way failed', async () => {
    const scene = new Scene();
    const slow = scene.fleet.create(specOf('slow?other')).catch((thrown) => thrown);
    await scene.settle();
    await scene.maybeDuplicated('mine', 'build');
    scene.fleet.sweep();
    scene.held.reject(limited);
    expect(await slow).toBe(limited);
    expect(await scene.settle()).toEqual(['list active']);
    await scene.answer([]);
    await scene.fleet.swept();
  });

  test('is searched in both orders at once if the list is long', async () => {
    const scene = new Scene({ isLong: true });
    scene.pages = 2;
    await scene.maybeDuplicated('mine', 'build');
    scene.fleet.sweep();
    expect(await scene.settle()).toEqual(['list active', 'list active']);
    await scene.answer([patOf('mine', 'build?mine')]);
    await scene.answer([patOf('other', 'wiki'), patOf('mine', 'build?mine')]);
    await scene.fleet.swept();
    expect(scene.calls).toEqual(['list active', 'list active']);
  });

  test('costs no list if no create was in doubt, or if the run was asked to stop', async () => {
    const scene = new Scene({ stopsDuring: 'create build' });
    await scene.fleet.create(specOf('wiki'));
    scene.fleet.sweep();
    await scene.fleet.swept();
    expect(await scene.settle()).toEqual(['create wiki']);
    await scene.maybeDuplicated('mine', 'build');
    scene.fleet.sweep();
    await scene.fleet.swept();
    expect(await scene.settle()).toEqual([]);
  });

  test('is left to the next search if one is under way, because there is one search at a time', async () => {
    const scene = new Scene();
    await scene.maybeDuplicated('mine', 'build');
    scene.fleet.sweep();
    await scene.settle();
    await scene.maybeDuplicated('next', 'wiki');
    scene.fleet.sweep();
    expect(await scene.settle()).toEqual([]);
    await scene.answer([patOf('twin', 'wiki?next')]);
    expect(scene.calls).toEqual(['list active']);
    await scene.answer([patOf('twin', 'wiki?next'), patOf('old', 'build?mine')]);
    await scene.fleet.swept();
    expect(scene.calls).toEqual(['list active', 'revoke twin']);
    await scene.maybeDuplicated('last', 'docs');
    scene.fleet.sweep();
    expect(await scene.settle()).toEqual(['list active']);
    await scene.answer([]);
    await scene.fleet.swept();
  });

  test.each<[thrown: Error, reported: string]>([
    [limited, 'warning: Listing: too many requests. A later rotation revokes any such PAT.'],
    [
      new TypeError('x'),
      'warning: Looking for lost PATs: an error that this version does not know (TypeError: x). Please report it with the debug log. A later rotation revokes any such PAT.',
    ],
  ])('is reported in a warning if the search fails: %#', async (thrown, reported) => {
    const scene = new Scene();
    await scene.maybeDuplicated('mine', 'build');
    scene.fleet.sweep();
    await scene.settle();
    await scene.answer(thrown);
    await scene.fleet.swept();
    expect(scene.reported).toEqual([reported]);
    expect(scene.calls).toEqual(['list active']);
  });
});
