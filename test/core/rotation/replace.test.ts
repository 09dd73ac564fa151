import { describe, expect, test } from '@jest/globals';
import { Failure } from '../../../src/core/failure.ts';
import type { Pat, PatChange, PatSpec } from '../../../src/core/pat.ts';
import type { Created, PatList, SecretMetadata, Store } from '../../../src/core/ports.ts';
import { formatInstant } from '../../../src/core/request/instant.ts';
import { changeIfAllowed } from '../../../src/core/rotation/change.ts';
import { replacePat } from '../../../src/core/rotation/replace.ts';
import type { Replacement, RotationPorts } from '../../../src/core/rotation/replacement.ts';
import { checkWorkLimit, runLifetime, workLimit, writeLimit } from '../../../src/core/rotation/time-limits.ts';
import { addWatermark } from '../../../src/core/rotation/watermark.ts';
import { Secret } from '../../../src/core/secret.ts';

const start = Date.UTC(2026, 9, 1);
const [second, minute, day] = [1000, 60_000, 86_400_000];
const [ours, theirs] = ['aaaaaaaa-0000-4000-8000-000000000000', 'bbbbbbbb-0000-4000-8000-000000000000'];
const validTo = addWatermark('build', start + 30 * day);

const old: Pat = {
  authorizationId: 'old',
  displayName: 'build',
  scope: 'vso.code',
  targetAccounts: [ours],
  validFrom: start - 10 * day,
  validTo: start + 20 * day,
};

/** What a change comes to that gives the PAT a new value. */
const renewed = { pat: { ...old, authorizationId: 'new', displayName: 'build' }, token: new Secret('second') };

const replacement: Replacement = {
  displayName: 'build',
  scope: 'vso.code',
  validTo,
  allOrganizations: false,
  previous: old,
  leftovers: [],
  previousToken: { kind: 'revoke' },
  verify: true,
  name: 'exclusive',
};

const stopped = new Failure('timeout', { what: 'Running', why: 'the run was asked to stop' });

type Answer = Failure | undefined | ((text: string) => unknown);

interface Scene {
  /** What a call comes to, by how it begins; the first one that fits counts, once for each time that it is listed. */
  readonly answers?: readonly (readonly [call: string, answer: Answer])[];
  readonly stores?: readonly string[];
  readonly list?: readonly Pat[];
  /** What the host can't take. */
  readonly refused?: 'state' | 'token';
}

/** Ports that write down every call, in replacement. */
class Recorder {
  readonly calls: string[] = [];
  readonly reported: string[] = [];
  readonly handed: string[] = [];
  readonly wrote: string[] = [];
  readonly stored: string[] = [];
  proveAlive: SecretMetadata['proveAlive'];
  deadline: SecretMetadata['deadline'];
  now = start;
  stop = false;
  private readonly scene: Scene;
  private readonly answers: (readonly [string, Answer])[];
  private made: Pat | undefined;
  private readonly known = new Map<string, Pat>();

  constructor(scene: Scene = {}) {
    this.scene = scene;
    this.answers = [...(scene.answers ?? [])];
  }

  private async call<T>(text: string, usual: () => T): Promise<T> {
    this.calls.push(text);
    this.now += 100;
    const index = this.answers.findIndex(([begins]) => text.startsWith(begins));
    const [answer] = index < 0 ? [] : this.answers.splice(index, 1).map(([, what]) => what);
    if (answer instanceof Failure) throw answer;
    return (answer ? answer(text) : usual()) as T;
  }

  answer(answers: NonNullable<Scene['answers']>): void {
    this.answers.push(...answers);
  }

  requestStop(): void {
    this.stop = true;
  }

  pass(ms: number): void {
    this.now += ms;
  }

  ports(): RotationPorts {
    const recorder = this;
    const tell = (message: string): void => void this.reported.push(message);
    let nonce = 0;
    return {
      run: { host: 'github', run: '7', attempt: 2 },
      nonce: () => `${++nonce}`.padStart(12, '0'),
      clock: {
        now: () => this.now,
        elapsed: () => this.now,
        sleep: async (ms) => {
          if (this.stop) throw stopped;
          this.now += ms;
        },
      },
      log: { debug: () => {}, info: tell, notice: tell, warning: tell, mask: () => {} },
      cancellation: {
        get requested() {
          return recorder.stop;
        },
        check() {
          if (recorder.stop) throw stopped;
        },
      },
      stores: (this.scene.stores ?? []).map((place): Store => this.store(place)),
      onCreated: () => {
        if (this.scene.refused === 'state') throw failure('destination-failed');
      },
      handOver: (made, token) => {
        if (this.scene.refused === 'token') throw failure('destination-failed');
        this.calls.push(`hand over ${made.authorizationId}`);
        this.handed.push(token.reveal());
      },
      onStored: (made, previous) => void this.stored.push(`${made.authorizationId} for ${previous?.authorizationId}`),
      pats: {
        list: () => this.call('list', () => listOf([...(this.scene.list ?? []), ...(this.made ? [this.made] : [])])),
        get: (id) => this.call(`get ${id}`, () => this.known.get(id)),
        create: (spec) => this.call(`create ${spec.displayName}`, () => this.create(spec)),
        update: (id, change) =>
          this.call(`update ${id} ${JSON.stringify(change)}`, () => ({ pat: this.update(id, change) })),
        revoke: (id) => this.call(`revoke ${id}`, () => 'revoked' as const),
        organizationId: () => this.call('organizationId', () => ours),
        authenticates: () => this.call('verify', () => true),
      },
    };
  }

  private store(place: string): Store {
    return {
      name: place,
      readWhenQueued: false,
      prepare: async () => {},
      inspect: async () => ({ exists: true }),
      write: (value, { label, expires, deadline, proveAlive }) =>
        this.call(`write ${place}`, () => {
          this.proveAlive = proveAlive;
          this.deadline = deadline;
          this.wrote.push(value.reveal());
          const end = value.reveal() === 'secret' ? this.made?.validTo : renewed.pat.validTo;
          expect([label, expires]).toEqual(['Azure DevOps PAT build', end]);
        }),
    };
  }

  create(spec: PatSpec, change: Partial<Pat> = {}): Created {
    const { displayName, scope } = spec;
    this.made = {
      authorizationId: 'new',
      displayName,
      scope,
      targetAccounts: [ours],
      validFrom: this.now,
      validTo: spec.validTo,
      ...change,
    };
    return { pat: this.made, token: new Secret('secret') };
  }

  private update(id: string, { displayName, validTo: end }: PatChange): Pat {
    const pat = this.known.get(id) ?? this.made ?? old;
    const changed = { ...pat, displayName: displayName ?? pat.displayName, validTo: end ?? pat.validTo };
    if (this.known.has(id)) this.known.set(id, changed);
    return changed;
  }

  /** Replaces the PAT. Returns the failure if it fails. */
  async run(change: Partial<Replacement> = {}): Promise<Pat | Failure> {
    const whole = { ...replacement, ...change };
    for (const pat of [...whole.leftovers, whole.previous]) if (pat) this.known.set(pat.authorizationId, pat);
    try {
      return await replacePat(whole, this.ports());
    } catch (thrown) {
      if (thrown instanceof Failure) return thrown;
      throw thrown;
    }
  }
}

function listOf(pats: readonly Pat[]): PatList {
  return { pats, pages: 1, unreadable: [] };
}

function failure(code: Failure['code'], details: { mayHaveActed?: boolean; retryable?: boolean } = {}): Failure {
  return new Failure(code, { what: 'A request', why: code, ...details });
}

const lost = failure('network', { mayHaveActed: true, retryable: true });

const created = 'create build~pending-g7.2-000000000001';
const renamed = 'update new {"displayName":"build"}';

describe('a rotation that goes well', () => {
  test('with the output alone: create, verify, hand over, revoke, rename', async () => {
    const recorder = new Recorder();
    expect(await recorder.run()).toMatchObject({ authorizationId: 'new', displayName: 'build' });
    expect(recorder.calls).toEqual([created, 'verify', 'hand over new', 'revoke old', renamed]);
    expect(recorder.handed).toEqual(['secret']);
  });

  test('with destinations: all of them before anything is retired, leftovers first', async () => {
    const leftover = { ...old, authorizationId: 'left', displayName: 'build~pending-g7.1-00000000000a' };
    const recorder = new Recorder({ stores: ['one', 'two'] });
    await recorder.run({ leftovers: [leftover], verify: false });
    expect(recorder.calls).toEqual([
      created,
      'write one',
      'write two',
      'hand over new',
      'get left',
      'revoke left',
      'get old',
      'revoke old',
      renamed,
    ]);
  });

  test('a first one retires nothing, and its pending name says that it is the first', async () => {
    const recorder = new Recorder();
    await recorder.run({ previous: undefined });
    expect(recorder.calls).toEqual(['create build~pending-g7.2-c00000000001', 'verify', 'hand over new', renamed]);
  });

  test('a new PAT is asked again while it does not authenticate, for 30 s', async () => {
    const recorder = new Recorder({
      answers: [
        ['verify', () => false],
        ['verify', lost],
        ['verify', () => false],
      ],
    });
    expect(await recorder.run()).toMatchObject({ authorizationId: 'new' });
    expect(recorder.calls.filter((call) => call === 'verify')).toHaveLength(4);
  });

  test('a shorter life than asked for is reported', async () => {
    const cut = { validTo: addWatermark('build', start + 7 * day) };
    const recorder: Recorder = new Recorder({ answers: [['create', () => recorder.create(specOf(), cut)]] });
    await recorder.run();
    expect(recorder.reported.join('\n')).toMatch(/granted "build" a life until 2026-10-07T23:59:59.*lifespan policy/u);
  });
});

function specOf(displayName = 'build~pending-g7.2-000000000001'): PatSpec {
  return { displayName, scope: 'vso.code', validTo, allOrganizations: false };
}

describe('previous-token', () => {
  const superseded = (end?: number): string =>
    `update old ${JSON.stringify({ displayName: 'build~superseded', ...(end === undefined ? {} : { validTo: end }) })}`;
  const grace = { kind: 'grace', milliseconds: day } as const;
  // Two calls take 100 ms each, create and verify; the watermark ends it a little earlier.
  const end = addWatermark('build', start + 200 + day);
  const marked = addWatermark('build', old.validTo);

  test('keep: one PUT renames the old one', async () => {
    const recorder = new Recorder();
    await recorder.run({ previousToken: { kind: 'keep' } });
    expect(recorder.calls.slice(-2)).toEqual([superseded(marked), renamed]);
  });

  test('a duration: the same PUT shortens it', async () => {
    const recorder = new Recorder();
    await recorder.run({ previousToken: grace });
    expect(recorder.calls.slice(-2)).toEqual([superseded(end), renamed]);
    expect(recorder.reported.join('\n')).toContain(`stays active until ${formatInstant(end)}`);
  });

  test('a duration beyond its own end leaves that', async () => {
    const recorder = new Recorder();
    await recorder.run({ previousToken: { kind: 'grace', milliseconds: 90 * day } });
    expect(recorder.calls).toContain(superseded(marked));
  });

  test('an end that carries the watermark already stays', async () => {
    const recorder = new Recorder();
    await recorder.run({ previous: { ...old, validTo: marked }, previousToken: { kind: 'keep' } });
    expect(recorder.calls).toContain(superseded());
  });

  /** What is asked of the old PAT, one request after the other, and which of it the service refuses. */
  const [both, name, signed] = [
    superseded(end),
    superseded(),
    'update old {"displayName":"build~superseded-g7.2-000000000002"}',
  ];
  const endAlone = `update old ${JSON.stringify({ validTo: end })}`;
  const markedBefore = { ...old, validTo: marked };
  const refusal = failure('invalid-input');

  test.each<[what: string, previous: Pat, refused: readonly string[], calls: readonly string[], reported: RegExp]>([
    ['the two together', old, [both], [both, endAlone, name, renamed], /stays active until 2026-10-01/u],
    [
      'the end, alone too: the name says which run gave it',
      old,
      [both, endAlone],
      [both, endAlone, signed, renamed],
      /did not shorten the old PAT old: it stays active until 2026-10-21/u,
    ],
    [
      'the end of one that carries the watermark already',
      markedBefore,
      [both, endAlone],
      [both, endAlone, name, renamed],
      /did not shorten/u,
    ],
    ['the name', old, [both, name], [both, endAlone, name, 'verify'], /did not rename.*goes on as pending/u],
    [
      'both, each alone too',
      old,
      [both, endAlone, signed],
      [both, endAlone, signed, 'verify'],
      /did not shorten.*did not rename/su,
    ],
  ])('refused: %s', async (_what, previous, refused, calls, reported) => {
    const recorder = new Recorder({ answers: refused.map((call) => [call, refusal] as const) });
    const result = await recorder.run({ previous, previousToken: grace });
    expect(recorder.calls.slice(-calls.length)).toEqual(calls);
    expect(recorder.reported.join('\n')).toMatch(reported);
    const isPending = calls.at(-1) !== renamed;
    expect(result).toMatchObject({ displayName: isPending ? 'build~pending-g7.2-000000000001' : 'build' });
  });

  test('keep, refused together: the end alone takes the watermark, then the name follows', async () => {
    const recorder = new Recorder({ answers: [[superseded(marked), refusal]] });
    await recorder.run({ previousToken: { kind: 'keep' } });
    const endAlone = `update old ${JSON.stringify({ validTo: marked })}`;
    expect(recorder.calls.slice(-4)).toEqual([superseded(marked), endAlone, superseded(), renamed]);
  });

  test('a service that keeps whole seconds alone keeps no watermark: the name is signed at once', async () => {
    const recorder: Recorder = new Recorder({
      answers: [['create', () => recorder.create(specOf(), { validTo: start + 30 * day })]],
    });
    await recorder.run({ previousToken: grace });
    const { displayName } = JSON.parse(signed.slice('update old '.length));
    const end = addWatermark('build', start + 100 + day);
    expect(recorder.calls).toContainEqual(`update old ${JSON.stringify({ displayName, validTo: end })}`);
  });

  test('an answer that shows the PAT as it was before the change is not believed', async () => {
    const before = { ...old, authorizationId: 'new', displayName: 'build~pending-g7.2-000000000001' };
    const recorder = new Recorder({
      answers: [
        [renamed, () => ({ pat: before })],
        ['get new', () => ({ ...before, displayName: 'build' })],
      ],
    });
    expect(await recorder.run()).toMatchObject({ displayName: 'build' });
    expect(recorder.calls.slice(-2)).toEqual([renamed, 'get new']);
  });

  test('a service that takes the name and ignores the end: the name is signed', async () => {
    const taken = { ...old, displayName: 'build~superseded' };
    const recorder = new Recorder({
      answers: [
        [both, () => ({ pat: taken })],
        [endAlone, () => ({ pat: taken })],
      ],
    });
    await recorder.run({ previousToken: grace });
    const changes = recorder.calls.filter((call) => call.startsWith('update'));
    expect(changes).toEqual([both, endAlone, signed, renamed]);
  });

  test('the answer to one of the changes is lost: nothing more is changed, and the next run finishes', async () => {
    for (const [index, lost] of [both, endAlone, name].entries()) {
      const answers = [[both, refusal] as const, [endAlone, () => ({ pat: { ...old, validTo: end } })] as const];
      const recorder = new Recorder({ answers: [...answers.slice(0, index), [lost, failure('network')]] });
      expect(await recorder.run({ previousToken: grace })).toMatchObject({ code: 'network' });
      expect(recorder.calls).not.toContain(renamed);
    }
  });

  test('an old PAT that is pending and may not be renamed leaves the name free', async () => {
    const pending = { ...old, displayName: 'build~pending-g6.1-00000000000a' };
    const recorder = new Recorder({ answers: [1, 2].map(() => ['update old {"displayName"', refusal] as const) });
    const result = await recorder.run({ previous: pending, previousToken: grace });
    expect(result).toMatchObject({ displayName: 'build' });
    expect(recorder.reported.join('\n')).toMatch(/it keeps the name "build~pending-g6\.1-00000000000a"\.$/mu);
  });

  test.each(['rate-limited', 'service-unavailable', 'unauthorized', 'network', 'timeout'] as const)(
    '%s says nothing about the change: the run fails, and the next one finishes',
    async (code) => {
      const recorder = new Recorder({ answers: [['update old', failure(code)]] });
      const result = await recorder.run({ previousToken: grace });
      expect(result).toMatchObject({ code });
      expect((result as Failure).message).toContain('works and was handed over. The next run finishes the job.');
      expect(recorder.calls).not.toContain(renamed);
    },
  );
});

describe('what fails before any destination has the new PAT leaves nothing (I5)', () => {
  test('a run that is asked to stop before it begins sends nothing', async () => {
    const recorder = new Recorder();
    recorder.requestStop();
    expect(await recorder.run()).toBe(stopped);
    expect(recorder.calls).toEqual([]);
  });

  test('a create that is refused', async () => {
    const recorder = new Recorder({ answers: [['create', failure('invalid-scope')]] });
    expect(await recorder.run()).toMatchObject({ code: 'invalid-scope' });
    expect(recorder.calls).toEqual([created]);
  });

  test.each<[what: string, scene: Scene, code: string]>([
    [
      'it never authenticates',
      { answers: Array.from({ length: 50 }, () => ['verify', () => false]) },
      'verification-failed',
    ],
    [
      'the organization cannot be asked',
      { answers: [['verify', failure('organization-not-found')]] },
      'organization-not-found',
    ],
    [
      'the first destination refuses',
      { stores: ['one', 'two'], answers: [['write one', failure('destination-denied')]] },
      'destination-denied',
    ],
  ])('%s', async (_what, scene, code) => {
    const recorder = new Recorder(scene);
    expect(await recorder.run()).toMatchObject({ code });
    expect(recorder.calls.at(-1)).toBe('revoke new');
    expect(recorder.calls).not.toContain('revoke old');
    expect(recorder.calls).not.toContain('write two');
    expect(recorder.reported.join('\n')).toContain('this rotation changed nothing else');
  });

  test.each(['state', 'token'] as const)('the host can not take its %s', async (refused) => {
    const recorder = new Recorder({ refused });
    expect(await recorder.run()).toMatchObject({ code: 'destination-failed' });
    expect(recorder.calls).toEqual([created, ...(refused === 'token' ? ['verify'] : []), 'revoke new']);
  });

  test('the judge of the new PAT objects', async () => {
    const recorder = new Recorder();
    const checkSuccessor = async (): Promise<void> => {
      throw failure('pat-not-found');
    };
    expect(await recorder.run({ checkSuccessor })).toMatchObject({ code: 'pat-not-found' });
    expect(recorder.calls).toEqual([created, 'revoke new']);
  });

  test('a stop is heard before the stores; the step in hand is undone', async () => {
    const recorder: Recorder = new Recorder({
      stores: ['one'],
      answers: [
        [
          'verify',
          () => {
            recorder.stop = true;
            return true;
          },
        ],
      ],
    });
    expect(await recorder.run()).toBe(stopped);
    expect(recorder.calls).toEqual([created, 'verify', 'revoke new']);
    const unproved: Recorder = new Recorder({
      answers: [
        [
          'create',
          () => {
            unproved.requestStop();
            return unproved.create(specOf());
          },
        ],
      ],
    });
    expect(await unproved.run({ verify: false })).toBe(stopped);
    expect(unproved.calls).toEqual([created, 'revoke new']);
    const unknown: Recorder = new Recorder({ answers: [['verify', () => unknown.requestStop()]] });
    expect(await unknown.run()).toBe(stopped);
    expect(unknown.reported.at(-1)).toContain('Removed the new PAT new again');
  });

  test('a PAT of an earlier, lost create is looked for once more, patiently', async () => {
    const ghost = { ...old, authorizationId: 'ghost', displayName: 'build~pending-g7.2-000000000001' };
    const denied = ['verify', failure('forbidden')] as const;
    const scene = { answers: [['create', lost], ['list', () => listOf([])], denied] } as const;
    const late = new Recorder({ ...scene, answers: [...scene.answers, ['list', () => listOf([])]], list: [ghost] });
    expect(await late.run()).toMatchObject({ code: 'forbidden' });
    expect(late.calls.slice(-4)).toEqual(['revoke new', 'list', 'list', 'revoke ghost']);
    const unread = new Recorder({ ...scene, answers: [...scene.answers, ['list', failure('rate-limited')]] });
    expect(await unread.run()).toMatchObject({
      code: 'forbidden',
      hint: expect.stringMatching(/^A PAT named build~pending-g7\.2-000000000001 may exist .* \(rate-limited\)/u),
    });
    expect(unread.reported.join('\n')).not.toContain('Removed the new PAT');
  });

  test('a removal whose answer was lost may have happened', async () => {
    const recorder = new Recorder({
      answers: [
        ['verify', failure('forbidden')],
        ['revoke new', lost],
      ],
    });
    expect(await recorder.run()).toMatchObject({
      hint: expect.stringContaining('new may not have been removed (network)'),
    });
  });

  test('if even that fails, the message says so and keeps the first cause', async () => {
    const recorder = new Recorder({
      stores: ['one'],
      answers: [
        ['write one', failure('destination-denied')],
        ['revoke new', failure('forbidden')],
      ],
    });
    const result = (await recorder.run()) as Failure;
    expect(result.code).toBe('destination-denied');
    expect(result.message).toMatch(/new could not be removed \(forbidden\).*next rotation removes it/u);
    expect(recorder.reported.join('\n')).not.toContain('this rotation changed nothing else');
  });
});

describe('what fails after a destination has it leaves both alive, and says who has which (I1, I5)', () => {
  test('every destination is tried, and told by name', async () => {
    const recorder = new Recorder({
      stores: ['one', 'two', 'three', 'four'],
      answers: [
        ['write two', failure('destination-denied')],
        ['write three', lost],
      ],
    });
    const result = (await recorder.run()) as Failure;
    expect(result.code).toBe('destination-denied');
    expect(result.message).toContain(
      'The new PAT new is in: one, four. It may be in: three. Not in: two. This run did not revoke the old PAT old',
    );
    expect(recorder.calls.slice(-5)).toEqual(['write one', 'write two', 'write three', 'write four', 'verify']);
  });

  test('a host that can not take the value is told what the destinations hold', async () => {
    const recorder = new Recorder({ stores: ['one', 'two'], refused: 'token' });
    const result = (await recorder.run()) as Failure;
    expect(result.message).toContain('The new PAT new is in: one, two. This run did not revoke the old PAT old.');
    expect(recorder.calls.at(-1)).toBe('write two');
  });

  test('a write whose answer was lost counts as "may hold it"', async () => {
    const recorder = new Recorder({ stores: ['one'], answers: [['write one', lost]] });
    const result = (await recorder.run()) as Failure;
    expect(result.message).toContain('It may be in: one.');
    expect(recorder.calls.filter((call) => !call.startsWith('verify')).at(-1)).toBe('write one');
  });

  test('a stop between two destinations: no new one is begun', async () => {
    const recorder: Recorder = new Recorder({
      stores: ['one', 'two', 'three'],
      answers: [['write one', () => recorder.requestStop()]],
    });
    const result = (await recorder.run()) as Failure;
    expect(result.message).toContain('is in: one. Not in: two, three.');
    expect(recorder.calls.filter((call) => !call.startsWith('verify')).at(-1)).toBe('write one');
  });

  test('ten minutes after its create a run begins no other write', async () => {
    const recorder: Recorder = new Recorder({
      stores: ['one', 'two'],
      answers: [['write one', () => recorder.pass(10 * minute)]],
    });
    const result = (await recorder.run()) as Failure;
    expect(result.message).toMatch(/^Rotating: it took longer than 10 minutes.*is in: one\. Not in: two\./u);
    expect(recorder.calls).not.toContain('revoke old');
  });

  test('the last write is over a minute before another run may take over, and nothing begins after the limit of work', async () => {
    const recorder = new Recorder({ stores: ['one'] });
    await recorder.run();
    expect(recorder.deadline).toBe(start + runLifetime - minute);
    expect(writeLimit).toBe(runLifetime - minute);
    const clock = { now: () => start, elapsed: () => workLimit, sleep: async () => {} };
    expect(() => checkWorkLimit(0, clock)).not.toThrow();
    expect(() => checkWorkLimit(-1, clock)).toThrow('. Run again; ');
  });

  test.each<[what: string, during: (recorder: Recorder) => void, code: string]>([
    ['a stop', (recorder) => recorder.requestStop(), 'timeout'],
    ['the limit of work', (recorder) => recorder.pass(workLimit), 'timeout'],
  ])('after %s nothing is retired, and the next run does that', async (_what, during, code) => {
    const recorder: Recorder = new Recorder({ stores: ['one'], answers: [['write one', () => during(recorder)]] });
    const leftover = { ...old, authorizationId: 'left', displayName: 'build~superseded' };
    expect(await recorder.run({ verify: false, leftovers: [leftover] })).toMatchObject({
      code,
      hint: expect.stringContaining('stored everywhere. The next run finishes the job.'),
    });
    expect(recorder.calls.filter((call) => call !== 'list')).toEqual([created, 'write one', 'hand over new']);
  });
});

/** A defect of this program, which is no Failure. */
function defect(): never {
  throw new TypeError('no');
}

test.each<[call: string, what: string]>([
  ['create', 'Creating the PAT "build"'],
  ['verify', 'Verifying the new PAT'],
  ['write one', 'Storing in one'],
  ['get old', 'Retiring the old PAT'],
])('a defect at %s is told with what was being done: %s', async (call, what) => {
  const recorder = new Recorder({ stores: ['one'], answers: [[call, defect]] });
  const why = 'an error that this version does not know (TypeError: no)';
  expect(await recorder.run()).toMatchObject({ code: 'unexpected-response', what, why });
});

test('a defect of the host is told with what was being done', async () => {
  const broken = (stores: readonly string[], at: Partial<RotationPorts>): Promise<unknown> =>
    replacePat(replacement, { ...new Recorder({ stores }).ports(), ...at }).catch((thrown) => thrown);
  expect(await broken([], { onCreated: defect })).toMatchObject({ what: 'Checking the new PAT' });
  expect(await broken([], { handOver: defect })).toMatchObject({ what: 'Checking the new PAT' });
  expect(await broken(['one'], { handOver: defect })).toMatchObject({
    what: 'Handing over the new PAT',
    hint: expect.stringMatching(/The next run finishes the job\.$/u),
  });
});

describe('after the stores', () => {
  test.each<[call: string]>([['revoke old'], ['revoke left'], [renamed]])(
    '%s fails: the rest is reported',
    async (call) => {
      const leftover = { ...old, authorizationId: 'left', displayName: 'build~superseded' };
      const recorder = new Recorder({
        stores: ['one'],
        answers: [[call, failure('forbidden', { mayHaveActed: true })]],
      });
      const result = (await recorder.run({ leftovers: [leftover] })) as Failure;
      expect(result.code).toBe('forbidden');
      expect(result.message).toContain(
        'The new PAT new works and is stored everywhere. The next run finishes the job.',
      );
      if (call !== renamed) expect(recorder.calls).not.toContain(renamed);
    },
  );

  test('a rename that is refused is no failure', async () => {
    const recorder = new Recorder({ answers: [[renamed, failure('forbidden')]] });
    expect(await recorder.run()).toMatchObject({ displayName: 'build~pending-g7.2-000000000001' });
    expect(recorder.reported.join('\n')).toContain('did not rename the new PAT new');
  });

  test('a PAT of another run that may be alive is not retired, whatever the order says (I10)', async () => {
    const alive = {
      ...old,
      authorizationId: 'alive',
      displayName: 'build~pending-g8.1-00000000000a',
      validFrom: start - 14 * minute,
    };
    const dead = { ...alive, authorizationId: 'dead', validFrom: start - 15 * minute };
    const recorder = new Recorder();
    await recorder.run({ previous: alive, leftovers: [dead, { ...alive, authorizationId: 'alive-too' }] });
    expect(recorder.calls.filter((call) => call.startsWith('revoke'))).toEqual(['revoke dead']);
  });

  test('a PAT of another organization is not retired, whatever the order says (I8)', async () => {
    const foreign = { ...old, authorizationId: 'foreign', displayName: 'build~superseded', targetAccounts: [theirs] };
    const recorder = new Recorder();
    await recorder.run({ leftovers: [foreign] });
    expect(recorder.calls).not.toContain('revoke foreign');
    expect(recorder.calls).not.toContain('organizationId');
  });

  test('if the old PAT was gone, a rival keeps the name', async () => {
    const rival = { ...old, authorizationId: 'rival' };
    const gone = ['revoke old', () => 'already-gone'] as const;
    const recorder = new Recorder({ answers: [gone], list: [rival] });
    expect(await recorder.run()).toMatchObject({ displayName: 'build~pending-g7.2-000000000001' });
    expect(recorder.reported.join('\n')).toMatch(/Another run may rotate "build".*PAT rival.*works too/u);
    const foreign = new Recorder({ answers: [gone], list: [{ ...rival, targetAccounts: [theirs] }] });
    expect(await foreign.run()).toMatchObject({ displayName: 'build' });
  });

  test.each(['pat-not-found', 'organization-not-found'] as const)(
    'under keep, an old PAT that is gone (%s) leaves the name, unless to a rival',
    async (code) => {
      const recorder = new Recorder({ answers: [['update old', failure(code)]] });
      expect(await recorder.run({ previousToken: { kind: 'keep' } })).toMatchObject({ displayName: 'build' });
      expect(recorder.calls.slice(-2)).toEqual(['list', renamed]);
      const list = [{ ...old, authorizationId: 'rival' }];
      const beside = new Recorder({ answers: [['update old', failure(code)]], list });
      expect(await beside.run({ previousToken: { kind: 'keep' } })).toMatchObject({ authorizationId: 'new' });
      expect(beside.calls.slice(-2)).toEqual(['list', 'verify']);
    },
  );

  test('a new PAT that somebody revoked meanwhile is no success; one that still works is told to work', async () => {
    const gone = [renamed, failure('pat-not-found')] as const;
    const [works, fails] = [['verify', () => true] as const, ['verify', () => false] as const];
    const recorder = new Recorder({ stores: ['one'], answers: [gone, works, fails, fails, fails] });
    const result = (await recorder.run()) as Failure;
    expect(result.code).toBe('verification-failed');
    expect(result.message).toContain('the new PAT new worked at first, and it no longer works. Another run');
    expect(result.message).toContain('run again at once');
    const alive = (await new Recorder({ stores: ['one'], answers: [gone] }).run()) as Failure;
    expect(alive.code).toBe('pat-not-found');
    expect(alive.message).toContain('The new PAT new works and is stored everywhere.');
  });

  test('a leftover that was gone tells of another run too', async () => {
    const leftover = { ...old, authorizationId: 'left', displayName: 'build~superseded' };
    const recorder = new Recorder({ answers: [['revoke left', () => 'already-gone']] });
    await recorder.run({ leftovers: [leftover] });
    expect(recorder.calls.slice(-4)).toEqual(['get old', 'revoke old', 'list', renamed]);
  });

  test('a cut life gets its watermark back before the name; if that is refused or ignored, rivals are looked for', async () => {
    const cut = { validTo: start + 7 * day };
    const marked = `update new {"validTo":${addWatermark('build', cut.validTo)}}`;
    const run = async (answer?: Answer): Promise<string[]> => {
      const recorder: Recorder = new Recorder({
        answers: [['create', () => recorder.create(specOf(), cut)], ...(answer ? [[marked, answer] as const] : [])],
      });
      expect(await recorder.run()).toMatchObject({ displayName: 'build' });
      return recorder.calls.slice(recorder.calls.indexOf(marked));
    };
    expect(await run()).toEqual([marked, renamed]);
    expect(await run(failure('invalid-input'))).toEqual([marked, 'list', renamed]);
    const same = { ...old, ...cut, authorizationId: 'new', displayName: 'build~pending-g7.2-000000000001' };
    expect(await run(() => ({ pat: same }))).toEqual([marked, 'list', renamed]);
  });

  test('a list that does not show the new PAT tells nothing of rivals: without a watermark, the name is not taken', async () => {
    const late = ['list', () => listOf([old])] as const;
    const recorder = new Recorder({ answers: [late, late, late] });
    expect(await recorder.run({ validTo: start + 30 * day })).toMatchObject({
      displayName: 'build~pending-g7.2-000000000001',
    });
    expect(recorder.reported.join('\n')).toContain('does not list the new PAT of "build" yet');
    const second = new Recorder({ answers: [late] });
    expect(await second.run({ validTo: start + 30 * day })).toMatchObject({ displayName: 'build' });
  });

  test('an end that was given as an instant has no watermark: rivals are looked for before the name is taken', async () => {
    const recorder = new Recorder();
    await recorder.run({ validTo: start + 30 * day });
    expect(recorder.calls.slice(-2)).toEqual(['list', renamed]);
    const shared = new Recorder();
    await shared.run({ validTo: start + 30 * day, name: 'another-allowed' });
    expect(shared.calls.slice(-2)).toEqual(['revoke old', renamed]);
  });
});

describe('a create whose answer was lost (I7)', () => {
  const ghost = { ...old, authorizationId: 'ghost', displayName: 'build~pending-g7.2-000000000001' };

  test('is looked for, revoked, and sent again under another name', async () => {
    const recorder = new Recorder({ answers: [['create', lost]], list: [old, ghost] });
    await recorder.run();
    expect(recorder.calls.slice(0, 4)).toEqual([
      created,
      'list',
      'revoke ghost',
      'create build~pending-g7.2-000000000002',
    ]);
    expect(recorder.reported.join('\n')).toContain('Revoked PAT ghost: it was made, but its value never arrived.');
  });

  test('is looked for once more after the stores if the list did not show it', async () => {
    const recorder = new Recorder({
      answers: [
        ['create', lost],
        ['list', () => listOf([old])],
      ],
      list: [old, ghost],
    });
    await recorder.run();
    expect(recorder.calls.slice(-4)).toEqual(['revoke old', 'list', 'revoke ghost', renamed]);
  });

  test('a list of several pages that misses it is read again at once (I12)', async () => {
    const [shifted, whole] = [[old], [old, ghost]].map((pats) => ({ ...listOf(pats), pages: 2 }));
    const recorder = new Recorder({
      answers: [['create', lost], ['list', () => shifted], ...[1, 2].map(() => ['list', () => whole] as const)],
    });
    await recorder.run();
    expect(recorder.calls.slice(0, 6)).toEqual([
      created,
      'list',
      'list',
      'list',
      'revoke ghost',
      'create build~pending-g7.2-000000000002',
    ]);
  });

  test('three tries, then it fails; the list is read again in case it lags', async () => {
    const recorder = new Recorder({ answers: Array.from({ length: 3 }, () => ['create', lost]) });
    expect(await recorder.run()).toMatchObject({ code: 'network' });
    expect(recorder.calls.filter((call) => call.startsWith('create'))).toHaveLength(3);
    expect(recorder.calls.slice(-4)).toEqual(['create build~pending-g7.2-000000000003', 'list', 'list', 'list']);
    expect(recorder.now - start).toBeLessThan(10 * second);
  });

  test('both of a name are revoked: a limited create may have acted before it was sent again', async () => {
    const twin = { ...ghost, authorizationId: 'ghost-2' };
    const recorder = new Recorder({ answers: [['create', lost]], list: [ghost, twin] });
    await recorder.run();
    expect(recorder.calls.slice(1, 4)).toEqual(['list', 'revoke ghost', 'revoke ghost-2']);
  });

  test('the other one of a maybeDuplicated create is revoked after the stores, the one that is in use is not', async () => {
    const twin = { ...ghost, authorizationId: 'twin' };
    const recorder: Recorder = new Recorder({
      answers: [['create', () => ({ ...recorder.create(specOf()), maybeDuplicated: true })]],
      list: [twin, { ...ghost, authorizationId: 'new' }],
    });
    await recorder.run();
    expect(recorder.calls.slice(-4)).toEqual(['revoke old', 'list', 'revoke twin', renamed]);
  });

  test('if the list cannot be read no other create is sent, and the message names what may be there', async () => {
    const recorder = new Recorder({
      answers: [
        ['create', lost],
        ['list', failure('service-unavailable')],
      ],
    });
    const result = (await recorder.run()) as Failure;
    expect(result.code).toBe('network');
    expect(result.message).toMatch(/PAT named build~pending-g7.2-000000000001 may exist.*next rotation removes it/u);
    expect(recorder.calls).toEqual([created, 'list']);
  });

  test('after a stop no other one is sent', async () => {
    const recorder: Recorder = new Recorder({
      answers: [
        [
          'create',
          () => {
            recorder.stop = true;
            throw lost;
          },
        ],
      ],
      list: [ghost],
    });
    expect(await recorder.run()).toMatchObject({ code: 'network' });
    expect(recorder.calls).toEqual([created, 'list', 'revoke ghost']);
  });

  test('a pending name that the service refuses is explained', async () => {
    const refused = new Failure('invalid-input', {
      what: 'Creating',
      why: 'too long',
      problems: [{ input: 'display-name', text: 'too long' }],
    });
    const recorder = new Recorder({ answers: [['create', refused]] });
    expect(((await recorder.run()) as Failure).message).toContain('"build~pending-g7.2-000000000001" (31 characters)');
  });
});

describe('what is reported', () => {
  const until = (ms: number): string => formatInstant(ms);

  test('of a rotation that goes well: each step, once it is done', async () => {
    const leftover = { ...old, authorizationId: 'left', displayName: 'build~pending-g7.1-00000000000a' };
    const recorder = new Recorder({ stores: ['one', 'two'] });
    await recorder.run({ leftovers: [leftover] });
    expect(recorder.reported).toEqual([
      'Created PAT new for "build", pending until it is proved and stored.',
      'Verified: the new PAT of "build" authenticates.',
      'Stored the new PAT of "build" in one.',
      'Stored the new PAT of "build" in two.',
      'Revoked PAT left (build~pending-g7.1-00000000000a), left by an earlier run.',
      'Revoked the old PAT old of "build".',
      'PAT new is "build" now.',
    ]);
  });

  test('of an old PAT that goes on for a while', async () => {
    const recorder = new Recorder();
    await recorder.run({ previousToken: { kind: 'grace', milliseconds: day } });
    expect(recorder.reported.slice(-2)).toEqual([
      expect.stringMatching(/^The old PAT old of "build" stays active until 2026-10-01T23:59:59\.\d+Z\.$/u),
      'PAT new is "build" now.',
    ]);
  });

  test.each([
    ['a second more', 1000, false],
    ['more than a second', 1001, true],
  ])('an end that comes back %s later than asked for', async (_what, more, refused) => {
    const answer = (text: string): { pat: Pat } => {
      const change = JSON.parse(text.slice('update old '.length)) as PatChange;
      return { pat: { ...old, displayName: 'build~superseded', validTo: (change.validTo ?? 0) + more } };
    };
    const recorder: Recorder = new Recorder({ answers: [1, 2].map(() => ['update old', answer] as const) });
    await recorder.run({ previousToken: { kind: 'grace', milliseconds: day } });
    expect(recorder.reported.some((line) => line.startsWith('Azure DevOps did not shorten the old PAT old'))).toBe(
      refused,
    );
  });

  test('a PAT that somebody else revoked meanwhile is reported as gone', async () => {
    const gone = failure('pat-not-found');
    const recorder = new Recorder({ answers: [['update old', gone]] });
    await recorder.run({ previousToken: { kind: 'keep' } });
    expect(recorder.reported).toContain('PAT old (build) is gone already.');
  });

  test.each([
    [1000, false],
    [1001, true],
  ])('a life that is %d ms shorter than asked for', async (less, reported) => {
    const cut = { validTo: replacement.validTo - less };
    const recorder: Recorder = new Recorder({ answers: [['create', () => recorder.create(specOf(), cut)]] });
    await recorder.run();
    const warning = `The service granted "build" a life until ${until(cut.validTo)}, shorter than the ${until(replacement.validTo)} that was asked for: a lifespan policy of the tenant may limit it.`;
    expect(recorder.reported.includes(warning)).toBe(reported);
  });

  test('other scopes than were asked for, or a longer life, which the watermark then ends as asked', async () => {
    const grant = { scope: 'vso.wiki', validTo: replacement.validTo + day };
    const recorder: Recorder = new Recorder({ answers: [['create', () => recorder.create(specOf(), grant)]] });
    await recorder.run();
    expect(recorder.reported.join('\n')).toContain('the scopes "vso.wiki" instead of "vso.code"');
    expect(recorder.reported.join('\n')).toContain(`longer than the ${until(replacement.validTo)} that was asked for`);
    expect(recorder.calls).toContain(`update new {"validTo":${replacement.validTo}}`);
  });

  test('a PAT that the service gave another name is removed: no later run could tell what it is', async () => {
    const cut = { displayName: 'build~pending-g7' };
    const recorder: Recorder = new Recorder({ answers: [['create', () => recorder.create(specOf(), cut)]] });
    expect(await recorder.run()).toMatchObject({ code: 'unexpected-response' });
    expect(recorder.calls.at(-1)).toBe('revoke new');
  });

  test('a new PAT that never authenticates: for how long, why, and that it was removed', async () => {
    const recorder = new Recorder({ answers: Array.from({ length: 40 }, () => ['verify', () => false] as const) });
    const result = await recorder.run();
    expect(result).toMatchObject({
      code: 'verification-failed',
      message:
        'Verifying the new PAT of "build": it did not authenticate within 30 s: the service does not recognize it. Run again; if it stays so, look for a conditional access or IP policy of the organization. If its scopes are too narrow to be asked who it is, set verify: false.',
    });
    expect(recorder.reported.at(-1)).toBe('Removed the new PAT new again; this rotation changed nothing else.');
    // 0.5, 1, 2 s, then every 4 s.
    expect(recorder.calls.filter((call) => call === 'verify')).toHaveLength(10);
  });

  test('a create that got no answer: what was looked for, and what was found', async () => {
    const made: Pat = { ...old, authorizationId: 'lost', displayName: 'build~pending-g7.2-000000000001' };
    const recorder = new Recorder({
      answers: [
        ['create', lost],
        ['list', () => listOf([made])],
      ],
    });
    await recorder.run();
    expect(recorder.reported.slice(0, 3)).toEqual([
      'No usable answer to the create (network): searching for the PAT that it may have made.',
      'Revoked PAT lost: it was made, but its value never arrived.',
      'Created PAT new for "build", pending until it is proved and stored.',
    ]);
  });

  test('what could not be looked for is named, beside the advice that there was', async () => {
    const refused = failure('network', { mayHaveActed: true }).with({ hint: 'Try again.' });
    const recorder = new Recorder({
      answers: [
        ['create', refused],
        ['list', failure('forbidden')],
      ],
    });
    expect(await recorder.run()).toMatchObject({
      code: 'network',
      hint: 'Try again. A PAT named build~pending-g7.2-000000000001 may exist and could not be removed (forbidden); the next rotation removes it.',
    });
    const bare = new Recorder({
      answers: [
        ['create', lost],
        ['list', failure('forbidden')],
      ],
    });
    expect(await bare.run()).toMatchObject({ hint: expect.stringMatching(/^A PAT named/u) });
  });

  test('a new PAT that could not be removed again', async () => {
    const closed = failure('destination-denied');
    const answers = [
      ['write one', closed],
      ['revoke new', failure('forbidden')],
    ] as const;
    const left =
      'The new PAT new could not be removed (forbidden); no destination has it, and the next rotation removes it.';
    expect(await new Recorder({ stores: ['one'], answers }).run()).toMatchObject({ hint: left });
    const hinted = [['write one', closed.with({ hint: 'Open it.' })] as const, answers[1]];
    expect(await new Recorder({ stores: ['one'], answers: hinted }).run()).toMatchObject({ hint: `Open it. ${left}` });
  });

  test('which destination has which PAT', async () => {
    const closed = failure('destination-denied').with({ hint: 'Open it.' });
    const partly = new Recorder({
      stores: ['one', 'two', 'three', 'four', 'five', 'six'],
      answers: [
        ['write three', closed],
        ['write four', closed],
        ['write five', lost],
        ['write six', lost],
      ],
    });
    expect(await partly.run()).toMatchObject({
      hint: 'Open it. The new PAT new is in: one, two. It may be in: five, six. Not in: three, four. This run did not revoke the old PAT old, and the new one works. Mend the cause and run again: the next run finishes the job.',
    });
    const unsure = new Recorder({ stores: ['one'], answers: [['write one', lost]] });
    expect(await unsure.run({ previous: undefined })).toMatchObject({
      hint: 'It may be in: one. Mend the cause and run again: the next run finishes the job.',
    });
  });

  test('an old PAT that could not be retired', async () => {
    const state = 'The new PAT new works and was handed over. The next run finishes the job.';
    const refused = failure('forbidden');
    expect(await new Recorder({ answers: [['revoke old', refused]] }).run()).toMatchObject({ hint: state });
    const hinted = new Recorder({ answers: [['revoke old', refused.with({ hint: 'Ask.' })]] });
    expect(await hinted.run()).toMatchObject({ hint: `Ask. ${state}` });
  });

  test('a rename that the service refuses', async () => {
    const refused = failure('pat-api-error');
    const recorder = new Recorder({ answers: [['update new', refused]] });
    expect(await recorder.run()).toMatchObject({ displayName: 'build~pending-g7.2-000000000001' });
    expect(recorder.reported.at(-1)).toBe(
      'Azure DevOps did not rename the new PAT new: it stays "build~pending-g7.2-000000000001", and the next run treats it as the current one.',
    );
  });

  test('a name that the service refuses while it is pending', async () => {
    const refused = new Failure('invalid-input', {
      what: 'Creating',
      why: 'too long',
      hint: 'x',
      problems: [{ input: 'display-name', text: 'too long' }],
    });
    expect(await new Recorder({ answers: [['create', refused]] }).run()).toMatchObject({
      hint: 'Until it is stored everywhere, a new PAT is named "build~pending-g7.2-000000000001" (31 characters), which this service refuses: choose a shorter, plainer display-name.',
    });
    const other = new Failure('invalid-scope', { what: 'Creating', why: 'invalidScope', hint: 'x' });
    expect(await new Recorder({ answers: [['create', other]] }).run()).toMatchObject({ hint: 'x' });
  });
});

describe('a change that gives the PAT a new value (no document promises that it stays)', () => {
  test('is stored once more, everywhere, and handed over', async () => {
    const recorder = new Recorder({ stores: ['one', 'two'], answers: [['update new', () => renewed]] });
    expect(await recorder.run()).toMatchObject({ displayName: 'build' });
    expect(recorder.calls.slice(-4)).toEqual(['write one', 'write two', 'hand over new', 'verify']);
    expect([recorder.handed, recorder.wrote]).toEqual([
      ['secret', 'second'],
      ['secret', 'secret', 'second', 'second'],
    ]);
    expect(recorder.reported).toContain('The service gave PAT new of "build" a new value as it was changed.');
  });

  test('says where it could not be stored', async () => {
    const recorder: Recorder = new Recorder({
      stores: ['one', 'two'],
      answers: [
        ['update new', () => renewed],
        ['write one', () => undefined],
        ['write one', failure('destination-denied')],
      ],
    });
    expect(await recorder.run()).toMatchObject({
      code: 'destination-denied',
      hint: 'The new value of PAT new may be missing in: one; what is there may no longer work. Rotate it at once.',
    });
    expect(recorder.handed).toEqual(['secret', 'second']);
  });
});

describe('a change whose answer tells nothing', () => {
  const nothing = failure('unexpected-response').with({ mayHaveActed: true });

  test('is a refusal if the PAT is as it was', async () => {
    const recorder = new Recorder({
      answers: [
        ['update old', nothing],
        ['update old', nothing],
        ['update old', nothing],
      ],
    });
    expect(await recorder.run({ previousToken: { kind: 'keep' } })).toMatchObject({ authorizationId: 'new' });
    expect(recorder.reported.join('\n')).toContain('Azure DevOps did not rename the old PAT old');
  });

  /** The change of the old PAT, whose answer is `answer`, while a look shows `found`. */
  const changed = (change: PatChange, answer: Answer, found: Partial<Pat>): Promise<unknown> => {
    const answers = [['update', answer] as const, ['get', () => ({ ...old, ...found })] as const];
    return changeIfAllowed(old, change, new Recorder({ answers }).ports());
  };

  test.each<[what: string, found: Partial<Pat>, isSeen: boolean]>([
    ['is as it was', {}, false],
    ['has an end that storage rounded', { validTo: old.validTo - 999 }, false],
    ['has another end', { validTo: old.validTo - 1000 }, true],
    ['has another name', { displayName: 'deploy' }, true],
  ])('is seen if the PAT %s: %j', async (_what, found, isSeen) => {
    const result = await changed({ displayName: 'deploy' }, nothing, found);
    expect(result).toEqual(isSeen ? { pat: { ...old, ...found } } : undefined);
  });

  test.each<[code: Failure['code'], details: { mayHaveActed?: boolean; retryable: boolean }]>([
    ['pat-api-error', { retryable: true }],
    ['unexpected-response', { retryable: true, mayHaveActed: true }],
  ])('%s that may be sent again (%j) is no refusal', async (code, details) => {
    await expect(changed({ displayName: 'deploy' }, failure(code, details), {})).rejects.toMatchObject({ code });
  });

  test('an answer with another end than was asked for is not believed, unless storage rounded it', async () => {
    const change = { validTo: old.validTo - day };
    const answer = (off: number) => () => ({ pat: { ...old, validTo: change.validTo + off } });
    expect(await changed(change, answer(1001), change)).toEqual({ pat: { ...old, ...change } });
    expect(await changed(change, answer(1000), change)).toEqual(answer(1000)());
  });

  test('counts if the PAT shows it', async () => {
    const recorder = new Recorder({
      answers: [
        ['update old', nothing],
        ['get', () => ({ ...old, displayName: 'build~superseded' })],
      ],
    });
    expect(await recorder.run({ previousToken: { kind: 'keep' } })).toMatchObject({ displayName: 'build' });
  });

  test.each([
    ['is gone', () => undefined],
    ['cannot be read', failure('network')],
  ])('fails if the PAT %s', async (_what, answer) => {
    const recorder = new Recorder({
      answers: [
        ['update old', nothing],
        ['get', answer],
      ],
    });
    expect(await recorder.run({ previousToken: { kind: 'keep' } })).toMatchObject({ code: 'unexpected-response' });
  });
});

test('a successor made apart says so in its name, and who is to finish', async () => {
  const recorder = new Recorder({ answers: [['revoke old', failure('forbidden')]] });
  expect(await recorder.run({ name: 'beside-namesakes' })).toMatchObject({
    hint: 'The new PAT new works and was handed over. To finish the job, rotate it by that authorization-id: by its name it has namesakes.',
  });
  expect(recorder.calls[0]).toBe('create build~pending-g7.2-ad0be0000001');
  const partly = new Recorder({ stores: ['one', 'two'], answers: [['write two', failure('destination-denied')]] });
  expect(await partly.run({ name: 'beside-namesakes' })).toMatchObject({
    hint: expect.stringContaining(
      'Mend the cause and run again, then revoke PAT new: beside namesakes no run can tell what it was for.',
    ),
  });
});

test.each<[stores: string[], fails: string[], stored: string[]]>([
  [[], [], ['new for old']],
  [['one'], [], ['new for old']],
  [['one', 'two'], ['write two'], ['new for old']],
  [['one', 'two'], ['write one', 'write two'], []],
])(
  'destinations %j, of which %j fail: the host learns that a destination has it: %j',
  async (stores, fails, stored) => {
    const recorder = new Recorder({ stores, answers: fails.map((call) => [call, failure('destination-denied')]) });
    await recorder.run();
    expect(recorder.stored).toEqual(stored);
  },
);

describe('no claim without a look (I11)', () => {
  test('a place that stores the value again later can see whether it still works', async () => {
    const recorder = new Recorder({ stores: ['one'] });
    await recorder.run();
    const answers = Array.from({ length: 3 }, () => ['verify', () => false] as const);
    await expect(recorder.proveAlive?.()).resolves.toBeUndefined();
    recorder.answer(answers);
    await expect(recorder.proveAlive?.()).rejects.toMatchObject({ code: 'verification-failed' });
  });

  const gone = /^Rotating "build": the new PAT new worked at first, and it no longer works\. .*run again at once\.$/u;
  const rival = { ...old, authorizationId: 'rival' };

  test('a run that leaves the name to a rival has seen its own PAT alive', async () => {
    const answers = [
      ['verify', () => true],
      ['revoke old', () => 'already-gone'],
    ] as const;
    const dead = [
      ['verify', () => false],
      ['verify', () => false],
      ['verify', () => false],
    ] as const;
    const recorder = new Recorder({ answers: [...answers, ...dead], list: [rival] });
    const result = (await recorder.run()) as Failure;
    expect(result.code).toBe('verification-failed');
    expect(result.message).toMatch(gone);
    expect(recorder.reported.join('\n')).not.toContain('Another run');
  });

  test('with its proof switched off, the list shows it', async () => {
    const answers = [['revoke old', () => 'already-gone']] as const;
    const alive = { ...old, authorizationId: 'new', displayName: 'build~pending-g7.2-000000000001' };
    const seen = new Recorder({ answers, list: [rival, alive] });
    expect(await seen.run({ verify: false })).toMatchObject({ authorizationId: 'new' });
    const unlisted = Array.from({ length: 4 }, () => ['list', () => listOf([rival])] as const);
    const missing = new Recorder({ answers: [...answers, ...unlisted] });
    expect(await missing.run({ verify: false })).toMatchObject({ code: 'verification-failed' });
  });

  test('an answer that is lost leaves it open: nothing is said to work', async () => {
    const answers = [
      ['verify', () => true],
      ['revoke old', () => 'already-gone'],
      ['verify', lost],
    ] as const;
    const recorder = new Recorder({ answers, list: [rival] });
    const result = (await recorder.run()) as Failure;
    expect(result).toMatchObject({ code: 'network' });
    expect(result.message).toContain('The new PAT new was handed over.');
    expect(result.message).not.toContain('works');
  });

  test('a destination that fails beside one that has a PAT which is gone', async () => {
    const dead = [
      ['verify', () => false],
      ['verify', () => false],
      ['verify', () => false],
    ] as const;
    const recorder = new Recorder({
      stores: ['one', 'two'],
      answers: [['verify', () => true], ['write two', failure('destination-denied')], ...dead],
    });
    const result = (await recorder.run()) as Failure;
    expect(result.code).toBe('verification-failed');
    expect(result.message).toContain(
      'The new PAT new is in: one. Not in: two. This run did not revoke the old PAT old.',
    );
    expect(recorder.calls).not.toContain('revoke old');
  });
});

describe('what is retired because it was there at the start is still what it was', () => {
  test.each(['old', 'left'])('%s has another name by now, and is left alone', async (id) => {
    const left = { ...old, authorizationId: 'left', displayName: 'build~pending-g7.1-00000000000a' };
    const recorder = new Recorder({
      stores: ['one'],
      answers: [[`get ${id}`, () => ({ ...old, authorizationId: id, displayName: 'deploy' })]],
    });
    expect(await recorder.run({ leftovers: [left] })).toMatchObject({ displayName: 'build' });
    expect(recorder.calls).not.toContain(`revoke ${id}`);
    expect(recorder.reported.join('\n')).toContain('is "deploy" now, so it is left alone.');
    expect(recorder.calls.slice(-2)).toEqual(['list', renamed]);
  });

  test('one that is gone is not revoked, and a rival is looked for', async () => {
    const recorder = new Recorder({ stores: ['one'], answers: [['get old', () => undefined]] });
    await recorder.run();
    expect(recorder.calls.slice(-3)).toEqual(['get old', 'list', renamed]);
  });

  test('a leftover of all organizations is reported, and left alone', async () => {
    const everywhere = { ...old, authorizationId: 'left', targetAccounts: null };
    const recorder = new Recorder();
    await recorder.run({ leftovers: [everywhere] });
    expect(recorder.calls).not.toContain('revoke left');
    expect(recorder.reported.join('\n')).toContain('works in all organizations: it is left alone');
  });
});
