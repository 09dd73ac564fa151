import { describe, expect, test } from '@jest/globals';
import { Failure } from '../../../src/core/failure.ts';
import type { Pat, PatChange } from '../../../src/core/pat.ts';
import type { SecretMetadata } from '../../../src/core/ports.ts';
import { formatInstant } from '../../../src/core/request/instant.ts';
import { changeIfAllowed } from '../../../src/core/rotation/change.ts';
import { replacePat } from '../../../src/core/rotation/replace.ts';
import type { Replacement, RotationPorts } from '../../../src/core/rotation/replacement.ts';
import {
  checkWorkLimit,
  requestWaitLimit,
  runLifetime,
  workLimit,
  writeLimit,
} from '../../../src/core/rotation/time-limits.ts';
import { addWatermark } from '../../../src/core/rotation/watermark.ts';
import { Secret } from '../../../src/core/secret.ts';
import { day, FakePorts, minute, now, ours, pat, type Scene, second, stopped, theirs } from '../fake-ports.ts';

const validTo = addWatermark('build', now + 30 * day);
const old = pat('old', 'build');
/** What an earlier attempt of this run left. */
const left = pat('left', 'build~pending-g7.1-00000000000a');
const pendingNew = 'build~pending-g7.2-000000000001';

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

interface Replaced {
  readonly result: Pat | Failure;
  /** The message of the failure; empty if there is none. */
  readonly message: string;
  readonly calls: readonly string[];
  /** All log lines. */
  readonly log: string;
  readonly transcript: readonly string[];
  /** Milliseconds. */
  readonly took: number;
}

/** Replaces the PAT. Unless the scene says otherwise, the service holds what is replaced and the leftovers. */
async function replace(
  change: Partial<Replacement> = {},
  scene: Scene = {},
  more: Partial<RotationPorts> = {},
): Promise<Replaced> {
  const whole = { ...replacement, ...change };
  const pats = [...whole.leftovers, ...(whole.previous ? [whole.previous] : [])];
  const ports = new FakePorts({ pats, ...scene });
  const context = { ...ports.context({ operation: 'list' }), ...more };
  const result = await replacePat(whole, context).catch((thrown: unknown) => {
    if (thrown instanceof Failure) return thrown;
    throw thrown;
  });
  const { calls, transcript, clock } = ports;
  const message = result instanceof Failure ? result.message : '';
  return { result, message, calls, transcript, log: ports.reported.join('\n'), took: clock.now() - now };
}

function failure(code: Failure['code'], details: { mayHaveActed?: boolean; retryable?: boolean } = {}): Failure {
  return new Failure(code, { what: 'A request', why: code, ...details });
}

const lost = failure('network', { mayHaveActed: true, retryable: true });
const denied = failure('destination-denied');
const no = (): boolean => false;

function create(nonce: string, end = validTo): string {
  return `create build~pending-g7.2-${nonce} (vso.code until ${formatInstant(end)})`;
}

function write(place: string, value = 'value of new'): string {
  return `write ${place}: ${value} (Azure DevOps PAT build)`;
}

const created = create('000000000001');
const renamed = 'update new {"displayName":"build"}';
const stillPending = { authorizationId: 'new', displayName: pendingNew };

describe('a rotation that goes well', () => {
  test('with only the output: create, verify, hand over, revoke, rename', async () => {
    const { result, calls } = await replace();
    expect(result).toMatchObject({ authorizationId: 'new', displayName: 'build' });
    expect(calls).toEqual([created, 'verify', 'hand over new', 'revoke old', renamed]);
  });

  test('with destinations: all of them before anything is retired, leftovers first', async () => {
    const { transcript } = await replace({ leftovers: [left] }, { stores: ['one', 'two'] });
    expect(transcript).toEqual([
      created,
      'info: Created PAT new for "build", pending until it is proved and stored.',
      'verify',
      'info: Verified: the new PAT of "build" authenticates.',
      write('one'),
      'info: Stored the new PAT of "build" in one.',
      write('two'),
      'info: Stored the new PAT of "build" in two.',
      'hand over new',
      'get left',
      'revoke left',
      'info: Revoked PAT left (build~pending-g7.1-00000000000a), left by an earlier run.',
      'get old',
      'revoke old',
      'info: Revoked the old PAT old of "build".',
      renamed,
      'info: PAT new is "build" now.',
    ]);
  });

  test('a first PAT retires nothing, and its pending name says that it is the first', async () => {
    const { calls } = await replace({ previous: undefined });
    expect(calls).toEqual([create('c00000000001'), 'verify', 'hand over new', renamed]);
  });

  test('a new PAT is asked again while it does not authenticate', async () => {
    const { result, calls } = await replace({}, { answers: { verify: [no, lost, no] } });
    expect(result).toMatchObject({ authorizationId: 'new' });
    expect(calls.filter((call) => call === 'verify')).toHaveLength(4);
  });

  test('a destination is told what it gets, until when it may be written, and how to check that it works', async () => {
    const abouts: SecretMetadata[] = [];
    const ports = new FakePorts({
      pats: [old],
      takes: { create: minute },
      answers: { verify: [undefined, undefined, no, no, no] },
    });
    const store = {
      ...ports.openStore('one'),
      write: async (_value: Secret, about: SecretMetadata) => void abouts.push(about),
    };
    await replacePat(replacement, { ...ports.context({ operation: 'list' }), stores: [store] });
    const [about, ...others] = abouts;
    expect(others).toEqual([]);
    expect(about).toMatchObject({ label: 'Azure DevOps PAT build', expires: validTo, deadline: 14 * minute });
    await expect(about?.proveAlive?.()).resolves.toBeUndefined();
    await expect(about?.proveAlive?.()).rejects.toMatchObject({ code: 'verification-failed' });
  });
});

describe('a difference between what was requested and what was granted is reported', () => {
  test.each([
    [1000, false],
    [1001, true],
  ])('a life that is %d ms shorter', async (less, reported) => {
    const end = validTo - less;
    const { transcript } = await replace({}, { latestEnd: end });
    const warning = `warning: The service granted "build" a life until ${formatInstant(end)}, earlier than the ${formatInstant(validTo)} that was asked for: a lifespan policy of the tenant may limit it.`;
    expect(transcript.includes(warning)).toBe(reported);
  });

  test('other scopes, or a longer life, which the watermark then ends as asked', async () => {
    const made = pat('new', pendingNew, { scope: 'vso.wiki', validTo: validTo + day });
    const answers = { create: () => ({ pat: made, token: new Secret('value of new') }) };
    const { log, calls } = await replace({}, { pats: [old, made], answers });
    expect(log).toContain('the scopes "vso.wiki" instead of "vso.code"');
    expect(log).toContain(`later than the ${formatInstant(validTo)} that was asked for`);
    expect(calls).toContain(`update new {"validTo":${validTo}}`);
  });

  test.each<[asked: boolean, granted: string[] | null | undefined, warning: string | undefined]>([
    [false, null, 'The service made "build" valid in all organizations of the user, but it was to be valid in one.'],
    [true, [ours], 'The service made "build" valid in one organization, but it was to be valid in all.'],
    [true, null, undefined],
    [false, undefined, undefined],
  ])('other organizations: %j asked for, %j granted', async (allOrganizations, targetAccounts, warning) => {
    const { transcript } = await replace({ allOrganizations }, { grants: { targetAccounts } });
    expect(transcript.filter((line) => line.includes('to be valid in'))).toEqual(
      warning ? [`warning: ${warning}`] : [],
    );
  });

  test('a PAT to which the service gave another name is removed, because no later run could recognize it', async () => {
    const { result, calls } = await replace({}, { grants: { displayName: 'build~pending-g7' } });
    expect(result).toMatchObject({ code: 'unexpected-response' });
    expect(calls).toEqual([created, 'revoke new']);
  });
});

describe('previous-token', () => {
  const supersede = (end?: number): string =>
    `update old ${JSON.stringify({ displayName: 'build~superseded', ...(end === undefined ? {} : { validTo: end }) })}`;
  const grace = { kind: 'grace', milliseconds: day } as const;
  const keep = { kind: 'keep' } as const;
  // The watermark ends it a little earlier.
  const end = addWatermark('build', now + day);
  const watermarked = addWatermark('build', old.validTo);

  test('keep: one PUT renames the old one', async () => {
    expect((await replace({ previousToken: keep })).calls.slice(-2)).toEqual([supersede(watermarked), renamed]);
  });

  test('a duration: the same PUT shortens it', async () => {
    const { transcript } = await replace({ previousToken: grace });
    expect(transcript.slice(-4)).toEqual([
      supersede(end),
      `info: The old PAT old of "build" stays active until ${formatInstant(end)}.`,
      renamed,
      'info: PAT new is "build" now.',
    ]);
  });

  test('a duration beyond the own end of the PAT leaves that end', async () => {
    const { calls } = await replace({ previousToken: { kind: 'grace', milliseconds: 90 * day } });
    expect(calls).toContain(supersede(watermarked));
  });

  test('an end that already carries the watermark is kept', async () => {
    const { calls } = await replace({ previous: { ...old, validTo: watermarked }, previousToken: keep });
    expect(calls).toContain(supersede());
  });

  /** What is asked of the old PAT, one request after the other, and which of it the service refuses. */
  const [both, name, signed] = [
    supersede(end),
    supersede(),
    'update old {"displayName":"build~superseded-g7.2-000000000002"}',
  ];
  const endAlone = `update old ${JSON.stringify({ validTo: end })}`;
  const watermarkedBefore = { ...old, validTo: watermarked };
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
      watermarkedBefore,
      [both, endAlone],
      [both, endAlone, name, renamed],
      /did not shorten/u,
    ],
    ['the name', old, [both, name], [both, endAlone, name, 'verify'], /did not rename.*stays pending/u],
    [
      'both, each alone too',
      old,
      [both, endAlone, signed],
      [both, endAlone, signed, 'verify'],
      /did not shorten.*did not rename/su,
    ],
  ])('refused: %s', async (_what, previous, refused, expected, reported) => {
    const answers = Object.fromEntries(refused.map((call) => [call, refusal]));
    const { result, calls, log } = await replace({ previous, previousToken: grace }, { answers });
    expect(calls.slice(-expected.length)).toEqual(expected);
    expect(log).toMatch(reported);
    expect(result).toMatchObject({ displayName: expected.at(-1) === renamed ? 'build' : pendingNew });
  });

  test('keep: if name and end are refused together, the end is changed first, and then the name', async () => {
    const { calls } = await replace({ previousToken: keep }, { answers: { [supersede(watermarked)]: refusal } });
    const endAlone = `update old ${JSON.stringify({ validTo: watermarked })}`;
    expect(calls.slice(-4)).toEqual([supersede(watermarked), endAlone, supersede(), renamed]);
  });

  test('a service that keeps only whole seconds keeps no watermark: the name says at once which run gave it', async () => {
    const { calls } = await replace({ previousToken: grace }, { latestEnd: now + 30 * day - second });
    const { displayName } = JSON.parse(signed.slice('update old '.length));
    expect(calls).toContainEqual(`update old ${JSON.stringify({ displayName, validTo: end })}`);
  });

  test('an answer that shows the PAT as it was before the change is not believed', async () => {
    const answers = {
      [renamed]: () => ({ pat: pat('new', pendingNew, { validTo }) }),
      'get new': () => pat('new', 'build'),
    };
    const { result, calls } = await replace({}, { answers });
    expect(result).toMatchObject({ displayName: 'build' });
    expect(calls.slice(-2)).toEqual([renamed, 'get new']);
  });

  test('if the service takes the name and ignores the end, the name says which run gave it', async () => {
    const ignored = (): unknown => ({ pat: { ...old, displayName: 'build~superseded' } });
    const { calls } = await replace({ previousToken: grace }, { answers: { [both]: ignored, [endAlone]: ignored } });
    expect(calls.filter((call) => call.startsWith('update'))).toEqual([both, endAlone, signed, renamed]);
  });

  test('if the answer to a change is lost, nothing more is changed, and the next run finishes', async () => {
    for (const [index, call] of [both, endAlone, name].entries()) {
      const earlier = [both, endAlone].slice(0, index).map((each) => [each, each === both ? refusal : undefined]);
      const answers = { ...Object.fromEntries(earlier), [call]: failure('network') };
      const { result, calls } = await replace({ previousToken: grace }, { answers });
      expect(result).toMatchObject({ code: 'network' });
      expect(calls).not.toContain(renamed);
    }
  });

  test('an old PAT that a person renames meanwhile is not changed again', async () => {
    const answer = (): unknown => ({ pat: { ...old, displayName: 'deploy', validTo: end } });
    const scene = { answers: { 'update old': answer, 'get old': () => ({ ...old, displayName: 'deploy' }) } };
    const { result, calls, log } = await replace({ previousToken: grace }, scene);
    expect(result).toMatchObject({ displayName: 'build' });
    expect(calls.slice(-3)).toEqual([both, 'get old', renamed]);
    expect(log).toContain('is "deploy" now, so it is left alone.');
  });

  test('an old pending PAT that may not be renamed leaves the name free', async () => {
    const previous = pat('old', 'build~pending-g6.1-00000000000a');
    const answers = { 'update old {"displayName"': refusal };
    const { result, log } = await replace({ previous, previousToken: grace }, { answers });
    expect(result).toMatchObject({ displayName: 'build' });
    expect(log).toMatch(/it keeps the name "build~pending-g6\.1-00000000000a"\.$/mu);
  });

  test.each([
    'rate-limited',
    'service-unavailable',
    'unauthorized',
    'interaction-required',
    'organization-not-found',
    'unexpected-response',
    'network',
    'timeout',
  ] as const)('%s says nothing about the change: the run fails, and the next one finishes', async (code) => {
    const { result, message, calls } = await replace(
      { previousToken: grace },
      { answers: { 'update old': failure(code) } },
    );
    expect(result).toMatchObject({ code });
    expect(message).toContain('works and was handed over. The next rotation finishes the job.');
    expect(calls).not.toContain(renamed);
  });

  test.each([
    ['a second more', 1000, false],
    ['more than a second', 1001, true],
  ])('an end that comes back %s later than asked for', async (_what, more, reported) => {
    const answer = (): unknown => ({ pat: { ...old, displayName: 'build~superseded', validTo: end + more } });
    const { log } = await replace({ previousToken: grace }, { answers: { 'update old': answer } });
    expect(log.includes('Azure DevOps did not shorten the old PAT old')).toBe(reported);
  });
});

describe('what fails before any destination has the new PAT leaves nothing (I5)', () => {
  test('a run that is asked to stop before it begins sends nothing', async () => {
    const { result, calls } = await replace({}, { stopsDuring: '' });
    expect(result).toBe(stopped);
    expect(calls).toEqual([]);
  });

  test('a refused create', async () => {
    const { result, calls } = await replace({}, { answers: { create: failure('invalid-scope') } });
    expect(result).toMatchObject({ code: 'invalid-scope' });
    expect(calls).toEqual([created]);
  });

  test.each<[what: string, scene: Scene, code: string]>([
    [
      'the organization cannot be asked',
      { answers: { verify: failure('organization-not-found') } },
      'organization-not-found',
    ],
    [
      'the first destination refuses',
      { stores: ['one', 'two'], answers: { 'write one': denied } },
      'destination-denied',
    ],
  ])('%s', async (_what, scene, code) => {
    const { result, calls, log } = await replace({}, scene);
    expect(result).toMatchObject({ code });
    expect(calls.at(-1)).toBe('revoke new');
    expect(calls).not.toContain('revoke old');
    expect(calls).not.toContain(write('two'));
    expect(log).toContain('Removed the new PAT new again; this rotation changed nothing else.');
  });

  test('a new PAT that never authenticates: for how long, why, and that it was removed', async () => {
    const { result, calls, transcript } = await replace({}, { answers: { verify: no } });
    expect(result).toMatchObject({
      code: 'verification-failed',
      message:
        'Verifying the new PAT of "build": it did not authenticate within 30 s: the service does not recognize it. Run again. If this keeps happening, look for a conditional access or IP policy of the organization. If the scopes of the PAT are too narrow for this check, set verify: false.',
    });
    expect(transcript.at(-1)).toBe('info: Removed the new PAT new again; this rotation changed nothing else.');
    // 0.5, 1, 2 s, then every 4 s.
    expect(calls.filter((call) => call === 'verify')).toHaveLength(10);
  });

  test('a new PAT that somebody else removed first is said to be gone', async () => {
    const { log } = await replace({}, { answers: { verify: denied, 'revoke new': () => 'already-gone' } });
    expect(log).toContain('The new PAT new is gone already; this rotation changed nothing else.');
  });

  test('the host cannot save its id', async () => {
    const onCreated = (): void => {
      throw denied;
    };
    const { result, calls } = await replace({}, {}, { onCreated });
    expect(result).toMatchObject({ code: 'destination-denied' });
    expect(calls).toEqual([created, 'revoke new']);
  });

  test('the host cannot take its value', async () => {
    const { result, calls } = await replace({}, { answers: { 'hand over': denied } });
    expect(result).toMatchObject({ code: 'destination-denied' });
    expect(calls).toEqual([created, 'verify', 'hand over new', 'revoke new']);
  });

  test('the check of the new PAT by the operation fails', async () => {
    const checkSuccessor = async (): Promise<void> => {
      throw failure('pat-not-found');
    };
    const { result, calls } = await replace({ checkSuccessor });
    expect(result).toMatchObject({ code: 'pat-not-found' });
    expect(calls).toEqual([created, 'revoke new']);
  });

  test('a stop before the new PAT is stored undoes what was begun', async () => {
    const { result, calls } = await replace({}, { stores: ['one'], stopsDuring: 'verify' });
    expect(result).toBe(stopped);
    expect(calls).toEqual([created, 'verify', 'revoke new']);
    const unproved = await replace({ verify: false }, { stopsDuring: 'create' });
    expect(unproved.result).toBe(stopped);
    expect(unproved.calls).toEqual([created, 'revoke new']);
    const unknown = await replace({}, { stopsDuring: 'verify', answers: { verify: no } });
    expect(unknown.result).toBe(stopped);
    expect(unknown.transcript.at(-1)).toContain('Removed the new PAT new again');
  });

  test.each<[what: string, name: Replacement['name'], refusal: Failure, left: string]>([
    [
      'could not be removed',
      'exclusive',
      failure('forbidden'),
      'The new PAT new could not be removed (forbidden), and no destination has it: the next rotation removes it.',
    ],
    [
      'may not have been removed',
      'exclusive',
      lost,
      'The new PAT new may not have been removed (network), and no destination has it: the next rotation removes it.',
    ],
    [
      'could not be removed, and no rotation by name may touch it',
      'beside-namesakes',
      failure('forbidden'),
      'The new PAT new could not be removed (forbidden), and no destination has it: revoke it by its id.',
    ],
  ])('a new PAT that %s: the message says so, and keeps the first cause', async (_what, name, refusal, left) => {
    const answers = { 'write one': denied.with({ hint: 'Open it.' }), 'revoke new': refusal };
    const { result, log } = await replace({ name }, { stores: ['one'], answers });
    expect(result).toMatchObject({ code: 'destination-denied', hint: `Open it. ${left}` });
    expect(log).not.toContain('nothing else');
  });
});

describe('what fails after a destination has it leaves both alive, and says who has which (I1, I5)', () => {
  test('tries every destination, and names each in the message', async () => {
    const closed = denied.with({ hint: 'Open it.' });
    const answers = { 'write three': closed, 'write four': closed, 'write five': lost, 'write six': lost };
    const stores = ['one', 'two', 'three', 'four', 'five', 'six'];
    const { result, calls } = await replace({}, { stores, answers });
    expect(result).toMatchObject({
      code: 'destination-denied',
      hint: 'Open it. The new PAT new is in: one, two. It may be in: five, six. It is not in: three, four. This run did not revoke the old PAT old, and the new one works. Correct the cause and run again: the next run finishes the job.',
    });
    expect(calls.slice(2)).toEqual([...stores.map((place) => write(place)), 'verify']);
  });

  test('if the host cannot take the value, the message says what the destinations hold', async () => {
    const { message, calls } = await replace({}, { stores: ['one', 'two'], answers: { 'hand over': denied } });
    expect(message).toContain(
      'The new PAT new is in: one, two. This run did not revoke the old PAT old. The next rotation finishes the job.',
    );
    expect(calls.at(-1)).toBe('hand over new');
  });

  test('a destination whose answer was lost counts as one that may hold the PAT', async () => {
    const { result, calls } = await replace(
      { previous: undefined },
      { stores: ['one'], answers: { 'write one': lost } },
    );
    expect(result).toMatchObject({
      hint: 'The new PAT new may be in: one. Correct the cause, then rotate it: the next rotation finishes the job.',
    });
    expect(calls.slice(-2)).toEqual([write('one'), 'verify']);
  });

  test('a stop between two destinations begins no other write', async () => {
    const { message, calls } = await replace({}, { stores: ['one', 'two', 'three'], stopsDuring: 'write one' });
    expect(message).toContain('is in: one. It is not in: two, three.');
    expect(calls.at(-1)).toBe(write('one'));
  });

  test('ten minutes after its create a run begins no other write', async () => {
    const scene = { stores: ['one', 'two'], takes: { 'write one': 10 * minute + 1 } };
    const { message, calls } = await replace({}, scene);
    expect(message).toMatch(/^Rotating: it took longer than 10 minutes.*is in: one\. It is not in: two\./u);
    expect(calls).not.toContain('revoke old');
  });

  test('after exactly ten minutes it still does', async () => {
    const { calls } = await replace({}, { stores: ['one', 'two'], takes: { 'write one': 10 * minute } });
    expect(calls.at(-1)).toBe(renamed);
  });
});

test('the last write has ended a minute before another run may take over, and none begins after the limit of work', () => {
  expect(writeLimit).toBeLessThanOrEqual(runLifetime - minute);
  // A write that begins at the last moment still has the time that a request may wait.
  expect(workLimit).toBeLessThanOrEqual(writeLimit - requestWaitLimit);
  const clock = { now: () => now, elapsed: () => workLimit, sleep: async () => {} };
  expect(() => checkWorkLimit(0, clock)).not.toThrow();
  expect(() => checkWorkLimit(-1, clock)).toThrow('. Look for a service that answers slowly, and run again.');
});

test.each<[what: string, scene: Scene]>([
  ['a stop', { stopsDuring: 'write one' }],
  ['the limit of work', { takes: { 'write one': workLimit + 1 } }],
])('after %s nothing is retired, and the next run retires it', async (_what, scene) => {
  const { result, calls } = await replace({ verify: false, leftovers: [left] }, { stores: ['one'], ...scene });
  expect(result).toMatchObject({
    code: 'timeout',
    hint: expect.stringContaining('stored everywhere. The next rotation finishes the job.'),
  });
  expect(calls.filter((call) => call !== 'list active')).toEqual([created, write('one'), 'hand over new']);
});

/** A defect of this program, which is no Failure. */
function defect(): never {
  throw new TypeError('no');
}

test.each<[call: string, what: string]>([
  ['create', 'Creating the PAT "build"'],
  ['verify', 'Verifying the new PAT'],
  ['write one', 'Storing in one'],
  ['get old', 'Finishing the rotation of "build"'],
  ['update new', 'Changing PAT new'],
])('a defect at %s is reported with the step in which it happened: %s', async (call, what) => {
  const { result } = await replace({}, { stores: ['one'], answers: { [call]: [defect] } });
  const why = 'an error that this version does not know (TypeError: no)';
  expect(result).toMatchObject({ code: 'unexpected-response', what, why });
});

describe('after a defect, the service may have acted', () => {
  test('a change is no refusal', async () => {
    const { result, calls } = await replace(
      { previousToken: { kind: 'keep' } },
      { answers: { 'update old': [defect] } },
    );
    expect(result).toMatchObject({ code: 'unexpected-response', what: 'Changing PAT old' });
    expect(calls).not.toContain(renamed);
  });

  test('the PAT of a create is searched and revoked, and no other create is sent', async () => {
    const ghost = pat('ghost', pendingNew);
    const { calls } = await replace({}, { pats: [old, ghost], answers: { create: defect } });
    expect(calls).toEqual([created, 'list active', 'revoke ghost']);
  });

  test('a destination may hold the PAT, so the PAT stays (I1)', async () => {
    const { message, calls } = await replace({}, { stores: ['one', 'two'], answers: { 'write one': defect } });
    expect(message).toContain('The new PAT new is in: two. It may be in: one.');
    expect(calls).not.toContain('revoke new');
  });
});

test('a defect of the host is reported with the step in which it happened', async () => {
  expect((await replace({}, {}, { onCreated: defect })).result).toMatchObject({ what: 'Checking the new PAT' });
  expect((await replace({}, {}, { handOver: defect })).result).toMatchObject({ what: 'Handing over the new PAT' });
  expect((await replace({}, { stores: ['one'] }, { handOver: defect })).result).toMatchObject({
    what: 'Handing over the new PAT',
    hint: expect.stringMatching(/The next rotation finishes the job\.$/u),
  });
});

describe('after the new PAT is stored', () => {
  test.each<[call: string]>([['revoke old'], ['revoke left'], [renamed]])(
    '%s fails, and what is left is reported',
    async (call) => {
      const answers = { [call]: failure('forbidden', { mayHaveActed: true, retryable: true }).with({ hint: 'Ask.' }) };
      const { result, calls } = await replace({ leftovers: [left] }, { stores: ['one'], answers });
      expect(result).toMatchObject({
        code: 'forbidden',
        hint: 'Ask. The new PAT new works and is stored everywhere. The next rotation finishes the job.',
      });
      if (call !== renamed) expect(calls).not.toContain(renamed);
    },
  );

  test('all steps that fail are reported, and a reason that they share is told once', async () => {
    const [first, second] = ['no right to it', 'no route'].map(
      (why) => new Failure('forbidden', { what: 'Revoking', why }),
    );
    const scene = { stores: ['one'], answers: { 'revoke left': first, 'revoke old': second } };
    const { message } = await replace({ leftovers: [left] }, scene);
    expect(message).toMatch(/^Revoking: no right to it; Revoking: no route\. The new PAT new works/u);
    const stopping = await replace({ leftovers: [left] }, { stores: ['one'], stopsDuring: 'revoke left' });
    expect(stopping.message).toBe(
      `${stopped.message} The new PAT new is stored everywhere. The next rotation finishes the job.`,
    );
  });

  test('a rename that is refused is no failure', async () => {
    const { result, transcript } = await replace({}, { answers: { [renamed]: failure('pat-api-error') } });
    expect(result).toMatchObject(stillPending);
    expect(transcript.slice(-2)).toEqual([
      'warning: Azure DevOps did not rename the new PAT new: it stays "build~pending-g7.2-000000000001", and the next rotation treats it as the current one.',
      'verify',
    ]);
  });

  test('a PAT of another run that may be alive is never retired (I10)', async () => {
    const alive = pat('alive', 'build~pending-g8.1-00000000000a', { validFrom: now - 14 * minute });
    const dead = { ...alive, authorizationId: 'dead', validFrom: now - 15 * minute };
    const leftovers = [dead, { ...alive, authorizationId: 'alive-too' }];
    const { calls, transcript } = await replace({ previous: alive, leftovers });
    expect(calls.filter((call) => call.startsWith('revoke'))).toEqual(['revoke dead']);
    for (const id of ['alive', 'alive-too']) {
      expect(transcript).toContain(
        `warning: PAT ${id} may belong to run g8.1, which may still rotate "build", so it is left alone. A later rotation takes care of it.`,
      );
    }
  });

  test('a PAT of another organization is never retired (I8)', async () => {
    const foreign = pat('foreign', 'build~superseded', { targetAccounts: [theirs] });
    const unfinished = pat('unfinished', 'build~pending-g8.1-00000000000a', {
      targetAccounts: [theirs],
      validFrom: now - minute,
    });
    const { calls, log } = await replace({ leftovers: [foreign, unfinished] });
    expect(calls.slice(-2)).toEqual(['revoke old', renamed]);
    // A run of another organization rotates another PAT.
    expect(log).not.toContain('may belong to run');
  });

  const rival = pat('rival', 'build');

  describe('beside namesakes', () => {
    const namesake = pat('namesake', 'build');
    const besideOne = { name: 'beside-namesakes', namesakes: [namesake] } as const;

    test.each<[what: string, found: Pat | undefined]>([
      ['was renamed by a person', pat('old', 'deploy')],
      ['was revoked by somebody else', undefined],
    ])('if the old PAT %s, a namesake is no rival', async (_what, found) => {
      const pats = [namesake, ...(found ? [found] : [])];
      const { result, log } = await replace(besideOne, { stores: ['one'], pats });
      expect(result).toMatchObject({ displayName: 'build' });
      expect(log).not.toMatch(/^warning/mu);
    });

    test('a PAT that was not there before is a rival, and does not keep the name', async () => {
      const { result, transcript } = await replace(besideOne, { pats: [namesake, rival] });
      expect(result).toMatchObject({ displayName: 'build' });
      expect(transcript.slice(-3)).toEqual([
        renamed,
        'info: PAT new is "build" now.',
        'warning: Another run may rotate "build" at the same time (PAT rival, "build"). The new PAT of this run works too, and no rotation removes either, because other PATs have the same name: revoke by its id what nothing uses. Let runs of one PAT wait for each other.',
      ]);
    });

    test('an old PAT of a run that may be alive is left to a person', async () => {
      const previous = pat('old', 'build~pending-g8.1-ad0be000000a', { validFrom: now - minute });
      const { result, log } = await replace({ ...besideOne, previous }, { pats: [namesake, previous] });
      expect(result).toMatchObject({ displayName: 'build' });
      expect(log).toContain('so it is left alone. Once that run is over, revoke it by its id.');
    });

    test('messages promise nothing of a rotation by name', async () => {
      const refused = await replace(besideOne, { answers: { [renamed]: failure('forbidden') } });
      expect(refused.log).toMatch(/it stays "\S+", and only a rotation by that authorization-id finds it/u);
      const unheard = await replace(besideOne, { stores: ['one'], answers: { 'hand over': denied } });
      expect(unheard.message).toContain('To finish the job, rotate PAT new by its authorization-id');
    });
  });

  test('if the old PAT was gone, a rival keeps the name', async () => {
    const { result, transcript } = await replace({}, { pats: [rival] });
    expect(result).toMatchObject(stillPending);
    expect(transcript.slice(-5)).toEqual([
      'revoke old',
      'info: PAT old (build) is gone already.',
      'list active',
      'verify',
      'warning: Another run may rotate "build" at the same time (PAT rival, "build"). The new PAT of this run works too, under its pending name; a later rotation leaves only one. Let runs of one PAT wait for each other.',
    ]);
    const foreign = await replace({}, { pats: [{ ...rival, targetAccounts: [theirs] }] });
    expect(foreign.result).toMatchObject({ displayName: 'build' });
  });

  test('an old PAT that turns out to be revoked, and that a late list still shows, is no rival', async () => {
    const { result } = await replace({}, { answers: { 'revoke old': () => 'already-gone' } });
    expect(result).toMatchObject({ displayName: 'build' });
  });

  test('under keep, an old PAT that is gone leaves the name, unless to a rival', async () => {
    const answers = { 'update old': failure('pat-not-found') };
    const previousToken = { kind: 'keep' } as const;
    const alone = await replace({ previousToken }, { answers });
    expect(alone.result).toMatchObject({ displayName: 'build' });
    expect(alone.transcript).toContain('info: PAT old (build) is gone already.');
    expect(alone.calls.slice(-2)).toEqual(['list active', renamed]);
    const beside = await replace({ previousToken }, { answers, pats: [rival] });
    expect(beside.result).toMatchObject(stillPending);
    expect(beside.calls.slice(-2)).toEqual(['list active', 'verify']);
  });

  test('a new PAT that somebody revoked meanwhile makes the run fail, and one that still works does not', async () => {
    const answers = { [renamed]: failure('pat-not-found') };
    const gone = await replace({}, { stores: ['one'], answers: { ...answers, verify: [undefined, no, no, no] } });
    expect(gone.result).toMatchObject({ code: 'verification-failed' });
    expect(gone.message).toContain('the new PAT new worked at first, but no longer works. Another run');
    expect(gone.message).toContain('Run again at once');
    const alive = await replace({}, { stores: ['one'], answers });
    expect(alive.result).toMatchObject({ code: 'pat-not-found' });
    expect(alive.message).toContain('The new PAT new works and is stored everywhere.');
  });

  test('a leftover that is gone already shows that another run was there', async () => {
    const { calls } = await replace({ leftovers: [left] }, { answers: { 'revoke left': () => 'already-gone' } });
    expect(calls.slice(-4)).toEqual(['get old', 'revoke old', 'list active', renamed]);
  });

  test('a shortened life gets its watermark back before the name, and if that is refused or ignored, the run looks for rivals', async () => {
    const cut = now + 7 * day;
    const marking = `update new {"validTo":${addWatermark('build', cut)}}`;
    const run = async (answers: Scene['answers'] = {}): Promise<readonly string[]> => {
      const { result, calls } = await replace({}, { latestEnd: cut, answers });
      expect(result).toMatchObject({ displayName: 'build' });
      return calls.slice(calls.indexOf(marking));
    };
    expect(await run()).toEqual([marking, renamed]);
    expect(await run({ [marking]: failure('invalid-input') })).toEqual([marking, 'list active', renamed]);
    const same = pat('new', pendingNew, { validTo: cut });
    expect(await run({ [marking]: () => ({ pat: same }) })).toEqual([marking, 'list active', renamed]);
  });

  test('a list that does not show the new PAT says nothing about rivals: without a watermark, the name is not taken', async () => {
    const late = (): unknown => ({ pats: [old], pages: 1, unreadable: [] });
    const withoutWatermark = { validTo: now + 30 * day };
    const { result, log } = await replace(withoutWatermark, { answers: { list: [late, late, late] } });
    expect(result).toMatchObject(stillPending);
    expect(log).toContain('does not list the new PAT of "build" yet');
    const second = await replace(withoutWatermark, { answers: { list: [late] } });
    expect(second.result).toMatchObject({ displayName: 'build' });
  });

  test('an end that was given as an instant has no watermark: the run looks for rivals before it takes the name', async () => {
    const withoutWatermark = { validTo: now + 30 * day };
    expect((await replace(withoutWatermark)).calls.slice(-2)).toEqual(['list active', renamed]);
    const shared = await replace({ ...withoutWatermark, name: 'another-allowed' });
    expect(shared.calls.slice(-2)).toEqual(['revoke old', renamed]);
  });
});

describe('a create whose answer was lost (I7)', () => {
  const ghost = pat('ghost', pendingNew);

  test('the PAT is searched, revoked, and made again under another name', async () => {
    const { transcript } = await replace({}, { pats: [old, ghost], answers: { create: [lost] } });
    expect(transcript.slice(0, 6)).toEqual([
      created,
      'info: No usable answer to the create (network): searching for the PAT that it may have made.',
      'list active',
      'revoke ghost',
      'info: Revoked PAT ghost: it was made, but its value never arrived.',
      create('000000000002'),
    ]);
  });

  test('a PAT that is gone by then is not said to be revoked', async () => {
    const answers = { create: [lost], 'revoke ghost': () => 'already-gone' };
    const { log } = await replace({}, { pats: [old, ghost], answers });
    expect(log).toContain('PAT ghost, whose value never arrived, is gone already.');
    expect(log).not.toContain('Revoked PAT ghost');
  });

  const shows = (pages: number, ...pats: Pat[]): unknown => ({ pats, pages, unreadable: [] });

  test('the PAT is searched once more after the stores if the list did not show it', async () => {
    const answers = { create: [lost], list: [() => shows(1, old)] };
    const { calls } = await replace({}, { pats: [old, ghost], answers });
    expect(calls.slice(-4)).toEqual(['revoke old', 'list active', 'revoke ghost', renamed]);
  });

  test('a list of several pages that misses it is read again at once (I12)', async () => {
    const [shifted, whole] = [() => shows(2, old), () => shows(2, old, ghost)];
    const answers = { create: [lost], list: [shifted, whole, whole] };
    const { calls } = await replace({}, { pats: [old, ghost], answers });
    const readings = Array.from({ length: 3 }, () => 'list active');
    expect(calls.slice(0, 6)).toEqual([created, ...readings, 'revoke ghost', create('000000000002')]);
  });

  test('after three tries it fails, reads a list that may lag once more, and names what the list does not show', async () => {
    const { result, calls, took } = await replace({}, { answers: { create: lost } });
    const names = [1, 2, 3].map((nonce) => `build~pending-g7.2-00000000000${nonce}`).join(', ');
    expect(result).toMatchObject({
      code: 'network',
      hint: `The list shows no PAT named ${names}; if one appears, the next rotation removes it.`,
    });
    expect(calls.filter((call) => call.startsWith('create'))).toHaveLength(3);
    expect(calls.slice(-4)).toEqual([create('000000000003'), 'list active', 'list active', 'list active']);
    expect(took).toBeLessThan(10 * second);
  });

  test('beside namesakes no rotation by name may remove it, so the message asks for that', async () => {
    const { result } = await replace({ name: 'beside-namesakes' }, { answers: { create: lost } });
    expect(result).toMatchObject({ hint: expect.stringMatching(/; if one appears, revoke it by its id\.$/u) });
  });

  test('both PATs of a name are revoked: a create that got a 429 may have acted before it was sent again', async () => {
    const pats = [old, ghost, { ...ghost, authorizationId: 'ghost-2' }];
    const { calls } = await replace({}, { pats, answers: { create: [lost] } });
    expect(calls.slice(1, 4)).toEqual(['list active', 'revoke ghost', 'revoke ghost-2']);
  });

  test('the second PAT of a maybeDuplicated create is revoked after the stores, and the one in use is not', async () => {
    const { calls } = await replace({}, { twice: true });
    expect(calls.slice(-4)).toEqual(['revoke old', 'list active', 'revoke new-twin', renamed]);
  });

  test('the PAT that was removed is not taken for its twin, which a late list shows only later', async () => {
    const [own, twin] = [pat('new', pendingNew), pat('new-twin', pendingNew)];
    const answers = { verify: denied, list: [() => shows(1, old, own), () => shows(1, old, twin)] };
    const { calls, log } = await replace({}, { twice: true, answers });
    expect(calls.slice(2)).toEqual(['revoke new', 'list active', 'list active', 'revoke new-twin']);
    expect(log).not.toContain('gone already');
  });

  test('if the list cannot be read no other create is sent, and the message names what may be there', async () => {
    const answers = { create: lost.with({ hint: 'Try again.' }), list: failure('service-unavailable') };
    const { result, calls } = await replace({}, { answers });
    expect(result).toMatchObject({
      code: 'network',
      hint: `Try again. A PAT named ${pendingNew} may exist and could not be removed (service-unavailable); the next rotation removes it.`,
    });
    expect(calls).toEqual([created, 'list active']);
  });

  test('after a stop no other create is sent', async () => {
    const scene = { pats: [old, ghost], answers: { create: lost }, stopsDuring: 'create' };
    const { result, calls } = await replace({}, scene);
    expect(result).toMatchObject({ code: 'network' });
    expect(calls).toEqual([created, 'list active', 'revoke ghost']);
  });

  test('if a later check fails, the lost PAT is searched once more, with pauses', async () => {
    const late = (): unknown => shows(1);
    const answers = { create: [lost], list: [late, late], verify: denied };
    const { result, calls } = await replace({}, { pats: [old, ghost], answers });
    expect(result).toMatchObject({ code: 'destination-denied' });
    expect(calls.slice(-4)).toEqual(['revoke new', 'list active', 'list active', 'revoke ghost']);
    const unread = await replace({}, { answers: { ...answers, list: [late, failure('rate-limited')] } });
    expect(unread.result).toMatchObject({
      code: 'destination-denied',
      hint: expect.stringMatching(/^A PAT named build~pending-g7\.2-000000000001 may exist .* \(rate-limited\)/u),
    });
    expect(unread.log).toContain('Removed the new PAT new again.');
    expect(unread.log).not.toContain('changed nothing else');
  });

  test('if a later check fails, the message names what the list does not show, and does not say that nothing is left', async () => {
    const { result, log } = await replace({}, { answers: { create: [lost], verify: denied } });
    expect(result).toMatchObject({
      code: 'destination-denied',
      hint: `The list shows no PAT named ${pendingNew}; if one appears, the next rotation removes it.`,
    });
    expect(log).not.toContain('nothing else');
  });

  test('a pending name that the service refuses is explained', async () => {
    const refused = new Failure('invalid-input', {
      what: 'Creating',
      why: 'too long',
      hint: 'x',
      problems: [{ input: 'display-name', text: 'too long' }],
    });
    expect((await replace({}, { answers: { create: refused } })).result).toMatchObject({
      hint: 'Until it is stored everywhere, a new PAT is named "build~pending-g7.2-000000000001" (31 characters), and the service refuses that name. Choose a shorter, plainer display-name.',
    });
    const other = new Failure('invalid-scope', { what: 'Creating', why: 'invalidScope', hint: 'x' });
    expect((await replace({}, { answers: { create: other } })).result).toMatchObject({ hint: 'x' });
  });
});

describe('a change that gives the PAT a new value (no document promises that it stays)', () => {
  test('is stored again in every destination, and handed over', async () => {
    const handed: string[] = [];
    const scene = { stores: ['one', 'two'], renewed: 'second' };
    const handOver = (_made: Pat, token: Secret): void => void handed.push(token.reveal());
    const { result, transcript } = await replace({}, scene, { handOver });
    expect(result).toMatchObject({ displayName: 'build' });
    expect(transcript.slice(-7)).toEqual([
      'warning: The service gave PAT new of "build" a new value when it was changed.',
      write('one', 'second'),
      'info: Stored the new value of "build" in one.',
      write('two', 'second'),
      'info: Stored the new value of "build" in two.',
      'info: PAT new is "build" now.',
      'verify',
    ]);
    expect(handed).toEqual(['value of new', 'second']);
  });

  test('the destinations learn until when they may write it, and how to see whether it works', async () => {
    const abouts: SecretMetadata[] = [];
    const verified: string[] = [];
    const ports = new FakePorts({ pats: [old], takes: { create: minute }, renewed: 'second' });
    const store = {
      ...ports.openStore('one'),
      write: async (_value: Secret, about: SecretMetadata) => void abouts.push(about),
    };
    const context = ports.context({ operation: 'list' });
    const authenticates = async (token: Secret): Promise<boolean> => verified.push(token.reveal()) > 0;
    await replacePat(replacement, { ...context, pats: { ...context.pats, authenticates }, stores: [store] });
    expect(abouts).toMatchObject([{ deadline: 14 * minute }, { deadline: 14 * minute, expires: validTo }]);
    await abouts[1]?.proveAlive?.();
    expect(verified).toEqual(['value of new', 'second', 'second']);
  });

  test('says that the host could not take it', async () => {
    const scene = { stores: ['one'], renewed: 'second', answers: { 'hand over': [undefined, denied] } };
    expect((await replace({}, scene)).result).toMatchObject({
      code: 'destination-denied',
      hint: 'The new value of PAT new may be missing in: the outputs of this run; what is there may no longer work. Rotate it at once.',
    });
  });

  test('says where it could not be stored', async () => {
    const scene = { stores: ['one', 'two'], renewed: 'second', answers: { 'write one': [undefined, denied] } };
    const { result, calls } = await replace({}, scene);
    expect(result).toMatchObject({
      code: 'destination-denied',
      hint: 'The new value of PAT new may be missing in: one; what is there may no longer work. Rotate it at once.',
    });
    expect(calls.filter((call) => call === 'hand over new')).toHaveLength(2);
  });
});

describe('a change without a usable answer', () => {
  const nothing = failure('unexpected-response', { mayHaveActed: true });
  const previousToken = { kind: 'keep' } as const;

  test('is a refusal if the PAT is unchanged', async () => {
    const { result, log } = await replace({ previousToken }, { answers: { 'update old': nothing } });
    expect(result).toMatchObject(stillPending);
    expect(log).toContain('Azure DevOps did not rename the old PAT old');
  });

  /** The change of the old PAT, whose answer is `answer`, while a look shows `found`. */
  const changed = (change: PatChange, answer: unknown, found: Partial<Pat>): Promise<unknown> => {
    const ports = new FakePorts({ answers: { update: answer, get: () => ({ ...old, ...found }) } });
    return changeIfAllowed(old, change, ports.context({ operation: 'list' }));
  };

  test.each<[what: string, found: Partial<Pat>, isSeen: boolean]>([
    ['is as it was', {}, false],
    ['has an end that storage rounded', { validTo: old.validTo - 999 }, false],
    ['has another end', { validTo: old.validTo - 1000 }, true],
    ['has another name', { displayName: 'deploy' }, true],
  ])('counts as done if the PAT %s: %j', async (_what, found, isSeen) => {
    const result = await changed({ displayName: 'deploy' }, nothing, found);
    expect(result).toEqual(isSeen ? { pat: { ...old, ...found } } : undefined);
  });

  test.each<[code: Failure['code'], details: { mayHaveActed?: boolean; retryable: boolean }]>([
    ['pat-api-error', { retryable: true }],
    ['unexpected-response', { retryable: true, mayHaveActed: true }],
  ])('%s that may be sent again (%j) is not a refusal', async (code, details) => {
    await expect(changed({ displayName: 'deploy' }, failure(code, details), {})).rejects.toMatchObject({ code });
  });

  test('an answer with another end than was asked for is not believed, unless storage rounded it', async () => {
    const change = { validTo: old.validTo - day };
    const answer = (off: number) => () => ({ pat: { ...old, validTo: change.validTo + off } });
    expect(await changed(change, answer(1001), change)).toEqual({ pat: { ...old, ...change } });
    expect(await changed(change, answer(1000), change)).toEqual(answer(1000)());
  });

  test('counts as done if the PAT shows it', async () => {
    const answers = { 'update old': nothing, get: () => ({ ...old, displayName: 'build~superseded' }) };
    expect((await replace({ previousToken }, { answers })).result).toMatchObject({ displayName: 'build' });
  });

  test.each([
    ['is gone', () => undefined],
    ['cannot be read', failure('network')],
  ])('fails if the PAT %s', async (_what, answer) => {
    const { result } = await replace({ previousToken }, { answers: { 'update old': nothing, get: answer } });
    expect(result).toMatchObject({ code: 'unexpected-response' });
  });
});

test('a successor beside a namesake says so in its name, and the message says how to finish', async () => {
  const refused = await replace({ name: 'beside-namesakes' }, { answers: { 'revoke old': failure('forbidden') } });
  expect(refused.result).toMatchObject({
    hint: 'The new PAT new works and was handed over. To finish the job, rotate PAT new by its authorization-id, because other PATs have the same name. Then revoke the old PAT old if it is still active.',
  });
  expect(refused.calls[0]).toBe(create('ad0be0000001'));
  const partly = { stores: ['one', 'two'], answers: { 'write two': denied } };
  expect((await replace({ name: 'beside-namesakes' }, partly)).message).toContain(
    'Correct the cause and run again, then revoke PAT new: other PATs have its name, so no run can tell what it was for.',
  );
});

test.each<[stores: string[], refused: string[], stored: string[]]>([
  [[], [], ['new for old']],
  [['one'], [], ['new for old']],
  [['one', 'two'], ['write two'], ['new for old']],
  [['one', 'two'], ['write one', 'write two'], []],
])(
  'destinations %j, of which %j fail: the host learns that a destination has it: %j',
  async (stores, refused, expected) => {
    const stored: string[] = [];
    const onStored: RotationPorts['onStored'] = (made, previous) =>
      void stored.push(`${made.authorizationId} for ${previous?.authorizationId}`);
    await replace({}, { stores, answers: Object.fromEntries(refused.map((call) => [call, denied])) }, { onStored });
    expect(stored).toEqual(expected);
  },
);

test('the host learns that the first destination has it before the next one is written', async () => {
  const ports = new FakePorts({ pats: [old], stores: ['one', 'two'] });
  const onStored = (): void => void ports.transcript.push('the host learns it');
  await replacePat(replacement, { ...ports.context({ operation: 'list' }), onStored });
  expect(ports.calls.slice(2, 5)).toEqual([write('one'), 'the host learns it', write('two')]);
});

describe('success is only what was seen (I11)', () => {
  const rival = pat('rival', 'build');

  test('a run that leaves the name to a rival has seen that its own PAT works', async () => {
    const { result, message, log } = await replace({}, { pats: [rival], answers: { verify: [undefined, no, no, no] } });
    expect(result).toMatchObject({ code: 'verification-failed' });
    expect(message).toMatch(
      /^Rotating "build": the new PAT new worked at first, but no longer works\. .*Run again at once\.$/u,
    );
    expect(log).not.toContain('Another run');
  });

  test('without verify, the list shows the PAT', async () => {
    const seen = await replace({ verify: false }, { pats: [rival] });
    expect(seen.result).toMatchObject(stillPending);
    const answers = { list: () => ({ pats: [rival], pages: 1, unreadable: [] }) };
    const missing = await replace({ verify: false }, { pats: [rival], answers });
    expect(missing.message).toMatch(
      /^Rotating "build": the list of active PATs does not show the new PAT new\. The list may be late; or another run/u,
    );
  });

  test('if that answer is lost, the run does not say that the PAT works', async () => {
    const { result, message } = await replace({}, { pats: [rival], answers: { verify: [undefined, lost] } });
    expect(result).toMatchObject({ code: 'network' });
    expect(message).toContain('The new PAT new was handed over.');
    expect(message).not.toContain('works');
  });

  test('if one destination fails and the PAT in the other is gone, the message says both', async () => {
    const answers = { verify: [undefined, no, no, no], 'write two': denied };
    const { result, message, calls } = await replace({}, { stores: ['one', 'two'], answers });
    expect(result).toMatchObject({ code: 'verification-failed' });
    expect(message).toContain(
      'The new PAT new is in: one. It is not in: two. This run did not revoke the old PAT old.',
    );
    expect(calls).not.toContain('revoke old');
  });
});

describe('a PAT that was there at the start is read again before it is retired', () => {
  test.each(['old', 'left'])('%s has another name by now, and is left alone', async (id) => {
    const answers = { [`get ${id}`]: () => pat(id, 'deploy') };
    const { result, calls, log } = await replace({ leftovers: [left] }, { stores: ['one'], answers });
    // A late list still shows it under the old name.
    expect(result).toMatchObject({ displayName: 'build' });
    expect(calls.slice(-2)).toEqual(['list active', renamed]);
    expect(calls).not.toContain(`revoke ${id}`);
    expect(log).toContain('is "deploy" now, so it is left alone.');
  });

  test('a leftover that has taken the name by now is a rival', async () => {
    const finished = pat('left', 'build');
    const scene = { stores: ['one'], pats: [old, finished] };
    const { result, calls } = await replace({ leftovers: [left] }, scene);
    expect(result).toMatchObject(stillPending);
    expect(calls).not.toContain('revoke left');
  });

  test.each([
    ['just now', minute, []],
    ['more than a minute ago', minute + 1, ['get old']],
  ])('without a destination it is read again unless the create was sent %s', async (_when, took, looks) => {
    const { calls } = await replace({}, { takes: { verify: took } });
    expect(calls).toEqual([created, 'verify', 'hand over new', ...looks, 'revoke old', renamed]);
  });

  test('a PAT that is gone is not revoked, and the run looks for a rival', async () => {
    const { calls } = await replace({}, { stores: ['one'], pats: [] });
    expect(calls.slice(-3)).toEqual(['get old', 'list active', renamed]);
  });

  test('a PAT that get does not find, but the list shows, keeps the name', async () => {
    const { result, calls } = await replace({}, { stores: ['one'], answers: { 'get old': () => undefined } });
    expect(result).toMatchObject(stillPending);
    expect(calls).not.toContain('revoke old');
  });

  test('a leftover of all organizations is reported, and left alone', async () => {
    const { calls, log } = await replace({ leftovers: [{ ...left, targetAccounts: null }] });
    expect(calls).not.toContain('revoke left');
    expect(log).toContain('works in all organizations: it is left alone');
  });
});
