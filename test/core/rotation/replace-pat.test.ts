import { describe, expect, test } from '@jest/globals';
import type { Failure } from '../../../src/core/failure.ts';
import type { SecretMetadata } from '../../../src/core/ports.ts';
import { formatInstant } from '../../../src/core/request/instant.ts';
import { replacePat } from '../../../src/core/rotation/replace-pat.ts';
import type { Replacement } from '../../../src/core/rotation/replacement.ts';
import type { RotationPorts } from '../../../src/core/rotation/rotation-ports.ts';
import {
  checkWorkLimit,
  requestWaitLimit,
  runLifetime,
  workLimit,
  writeLimit,
} from '../../../src/core/rotation/time-limits.ts';
import { Secret } from '../../../src/core/secret.ts';
import { day, FakePorts, minute, now, ours, pat, type Scene, stopped } from '../fake-ports.ts';
import {
  create,
  created,
  denied,
  failure,
  left,
  no,
  noAnswer,
  notingStore,
  old,
  pendingNew,
  renamed,
  replace,
  replacement,
  validTo,
  write,
} from './replacement-scene.ts';

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
      'info: Created PAT new for "build", named "build~pending-g7.2-000000000001" for now.',
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
    const { result, calls } = await replace({}, { answers: { verify: [no, noAnswer, no] } });
    expect(result).toMatchObject({ authorizationId: 'new' });
    expect(calls.filter((call) => call === 'verify')).toHaveLength(4);
  });

  test('a destination is told what it gets, until when it may be written, and how to check that it works', async () => {
    const abouts: SecretMetadata[] = [];
    const scene = { takes: { create: minute }, answers: { verify: [undefined, undefined, no, no, no] } };
    await replace({}, scene, { stores: [notingStore(abouts)] });
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
    expect(log).toContain('Revoked the new PAT new; nothing else was changed for "build".');
  });

  test('a new PAT that never authenticates: for how long, why, and that it was removed', async () => {
    const { result, calls, transcript } = await replace({}, { answers: { verify: no } });
    expect(result).toMatchObject({
      code: 'verification-failed',
      message:
        'Verifying the new PAT of "build": it did not authenticate within 30 s: the service does not recognize it. Run again. If this keeps happening, look for a conditional access or IP policy of the organization. If the scopes of the PAT are too narrow for this check, set verify: false.',
    });
    expect(transcript.at(-1)).toBe('info: Revoked the new PAT new; nothing else was changed for "build".');
    // 0.5, 1, 2 s, then every 4 s.
    expect(calls.filter((call) => call === 'verify')).toHaveLength(10);
  });

  test('a new PAT that somebody else removed first is said to be gone', async () => {
    const { log } = await replace({}, { answers: { verify: denied, 'revoke new': () => 'already-gone' } });
    expect(log).toContain('The new PAT new is gone already; nothing else was changed for "build".');
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

  test('a new PAT that took too long to prove is not handed over, because another run may soon retire it', async () => {
    const { result, calls } = await replace({}, { takes: { verify: workLimit + 1 } });
    expect(result).toMatchObject({ code: 'timeout' });
    expect(calls).toEqual([created, 'verify', 'revoke new']);
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
    expect(unknown.transcript.at(-1)).toContain('Revoked the new PAT new');
  });

  test.each<[what: string, name: Replacement['name'], refusal: Failure, left: string]>([
    [
      'could not be revoked',
      'exclusive',
      failure('forbidden'),
      'The new PAT new could not be revoked (forbidden), and no destination has it: a later rotation revokes it.',
    ],
    [
      'may not have been revoked',
      'exclusive',
      noAnswer,
      'The new PAT new may not have been revoked (network), and no destination has it: a later rotation revokes it.',
    ],
    [
      'could not be revoked, and no rotation by name may touch it',
      'beside-namesakes',
      failure('forbidden'),
      'The new PAT new could not be revoked (forbidden), and no destination has it: revoke it by its id.',
    ],
  ])('a new PAT that %s: the message says so, and keeps the first cause', async (_what, name, refusal, left) => {
    const answers = { 'write one': denied.with({ hint: 'Open it.' }), 'revoke new': refusal };
    const { result, log } = await replace({ name }, { stores: ['one'], answers });
    expect(result).toMatchObject({ code: 'destination-denied', hint: `Open it. ${left}` });
    expect(log).not.toContain('nothing else');
  });
});

test('the last write has ended a minute before another run may take over, and none begins after the limit of work', () => {
  expect(writeLimit).toBeLessThanOrEqual(runLifetime - minute);
  // A write that begins at the last moment still has the time that a request may wait.
  expect(workLimit).toBeLessThanOrEqual(writeLimit - requestWaitLimit);
  const clock = { now: () => now, elapsed: () => workLimit, sleep: async () => {} };
  expect(() => checkWorkLimit(replacement, { createSent: 0 }, clock)).not.toThrow();
  expect(() => checkWorkLimit(replacement, { createSent: -1 }, clock)).toThrow(
    'Rotating "build": it took longer than 10 minutes, and another run may soon take over. Look for a service that answers slowly, and run again.',
  );
  const first = { ...replacement, previous: undefined };
  expect(() => checkWorkLimit(first, { createSent: -1 }, clock)).toThrow('Creating the PAT "build": it took longer');
});

test.each<[what: string, scene: Scene]>([
  ['a stop', { stopsDuring: 'write one' }],
  ['the limit of work', { takes: { 'write one': workLimit + 1 } }],
])('after %s nothing is retired, and the next run retires it', async (_what, scene) => {
  const { result, calls } = await replace({ verify: false, leftovers: [left] }, { stores: ['one'], ...scene });
  expect(result).toMatchObject({
    code: 'timeout',
    hint: expect.stringContaining('stored everywhere. A later rotation finishes what is left.'),
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
  ['get old', 'Finishing the new PAT of "build"'],
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
    hint: expect.stringMatching(/A later rotation finishes what is left\.$/u),
  });
});

test('a successor beside a namesake says so in its name, and the message says how to finish', async () => {
  const refused = await replace({ name: 'beside-namesakes' }, { answers: { 'revoke old': failure('forbidden') } });
  expect(refused.result).toMatchObject({
    hint: 'The new PAT new works and was handed over. To finish, rotate PAT new by its authorization-id, because other PATs have the same name. Then revoke the old PAT old if it is still active.',
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
