import { describe, expect, test } from '@jest/globals';
import { Failure } from '../../../src/core/failure.ts';
import type { Pat } from '../../../src/core/pat.ts';
import { addWatermark } from '../../../src/core/rotation/watermark.ts';
import { day, minute, now, pat, type Scene, stopped, theirs } from '../fake-ports.ts';
import {
  denied,
  failure,
  left,
  no,
  noAnswer,
  old,
  pendingNew,
  renamed,
  replace,
  stillPending,
} from './replacement-scene.ts';

describe('after the new PAT is stored', () => {
  test.each<[call: string]>([['revoke old'], ['revoke left'], [renamed]])(
    '%s fails, and what is left is reported',
    async (call) => {
      const answers = { [call]: failure('forbidden', { mayHaveActed: true, retryable: true }).with({ hint: 'Ask.' }) };
      const { result, calls } = await replace({ leftovers: [left] }, { stores: ['one'], answers });
      expect(result).toMatchObject({
        code: 'forbidden',
        hint: 'Ask. The new PAT new works and is stored everywhere. A later rotation finishes what is left.',
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
      `${stopped.message} The new PAT new is stored everywhere. A later rotation finishes what is left.`,
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
        `warning: PAT ${id} may belong to run g8.1, which may still rotate "build", so it is left alone. A later rotation retires it.`,
      );
    }
  });

  test('a PAT of another organization is never retired (I8)', async () => {
    const elsewhere = pat('elsewhere', 'build~superseded', { targetAccounts: [theirs] });
    const unfinished = pat('unfinished', 'build~pending-g8.1-00000000000a', {
      targetAccounts: [theirs],
      validFrom: now - minute,
    });
    const { calls, log } = await replace({ leftovers: [elsewhere, unfinished] });
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
        'warning: Another run may work on "build" at the same time (PAT rival, "build"). The new PAT of this run works too, and no rotation removes either, because other PATs have the same name: revoke by its id what nothing uses. Let runs of one PAT wait for each other.',
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
      expect(unheard.message).toContain('To finish, rotate PAT new by its authorization-id');
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
      'warning: Another run may work on "build" at the same time (PAT rival, "build"). The new PAT of this run works too, under its pending name; a later rotation leaves only one. Let runs of one PAT wait for each other.',
    ]);
    const elsewhere = await replace({}, { pats: [{ ...rival, targetAccounts: [theirs] }] });
    expect(elsewhere.result).toMatchObject({ displayName: 'build' });
  });

  test('an old PAT that turns out to be revoked, and that a late list still shows, is no rival', async () => {
    const { result } = await replace({}, { answers: { 'revoke old': () => 'already-gone' } });
    expect(result).toMatchObject({ displayName: 'build' });
  });

  test('under keep, an old PAT that is gone leaves the name, unless to a rival', async () => {
    const answers = { 'update old': failure('pat-not-found') };
    const previousToken = { kind: 'keep' } as const;
    const withoutRival = await replace({ previousToken }, { answers });
    expect(withoutRival.result).toMatchObject({ displayName: 'build' });
    expect(withoutRival.transcript).toContain('info: PAT old (build) is gone already.');
    expect(withoutRival.calls.slice(-2)).toEqual(['list active', renamed]);
    const beside = await replace({ previousToken }, { answers, pats: [rival] });
    expect(beside.result).toMatchObject(stillPending);
    expect(beside.calls.slice(-2)).toEqual(['list active', 'verify']);
  });

  test('a new PAT that somebody revoked meanwhile makes the run fail, and one that still works does not', async () => {
    const answers = { [renamed]: failure('pat-not-found') };
    const gone = await replace({}, { stores: ['one'], answers: { ...answers, verify: [undefined, no, no, no] } });
    expect(gone.result).toMatchObject({ code: 'verification-failed' });
    expect(gone.message).toContain(
      'the new PAT new worked at first, but no longer works; A request: pat-not-found. Another',
    );
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
    const staleList = (): unknown => ({ pats: [old], pages: 1, unreadable: [] });
    const withoutWatermark = { validTo: now + 30 * day };
    const { result, log } = await replace(withoutWatermark, { answers: { list: [staleList, staleList, staleList] } });
    expect(result).toMatchObject(stillPending);
    expect(log).toContain('does not list the new PAT of "build" yet');
    const second = await replace(withoutWatermark, { answers: { list: [staleList] } });
    expect(second.result).toMatchObject({ displayName: 'build' });
  });

  describe('an entry of the list that cannot be read, if the run looks for rivals', () => {
    const withoutWatermark = { validTo: now + 30 * day };

    test.each<[authorizationId: string | undefined, displayName: string, told: string]>([
      ['dark', 'build', 'PAT dark, "build"'],
      [undefined, 'build~pending-g8.1-00000000000a', 'PAT without an id, "build~pending-g8.1-00000000000a"'],
    ])('counts as a rival by its name: %s %s', async (authorizationId, displayName, told) => {
      const unreadable = [{ authorizationId, displayName, why: 'its end is no date' }];
      const { result, log } = await replace(withoutWatermark, { unreadable });
      expect(result).toMatchObject(stillPending);
      expect(log).toContain(
        `warning: Another run may work on "build" at the same time (${told}; this entry of the list cannot be read: its end is no date). The new PAT of this run works too, under its pending name; a later rotation leaves only one if it can read that entry.`,
      );
    });

    test.each<[authorizationId: string | undefined, displayName: string | undefined]>([
      ['dark', undefined],
      ['dark', 'deploy'],
      ['dark', 'build~superseded'],
      ['old', 'build'],
    ])('is no rival: %s %s', async (authorizationId, displayName) => {
      const unreadable = [{ authorizationId, displayName, why: 'odd' }];
      expect((await replace(withoutWatermark, { unreadable })).result).toMatchObject({ displayName: 'build' });
    });

    test('shows the new PAT if it has its id', async () => {
      const unreadable = [{ authorizationId: 'new', displayName: pendingNew, why: 'odd' }];
      const answers = { 'list active': () => ({ pats: [], pages: 1, unreadable }) };
      expect((await replace(withoutWatermark, { answers })).result).toMatchObject({ displayName: 'build' });
      const unverified = await replace({ verify: false }, { pats: [rival], answers });
      expect(unverified.result).toMatchObject({ displayName: 'build' });
    });
  });

  test('an end that was given as an instant has no watermark: the run looks for rivals before it takes the name', async () => {
    const withoutWatermark = { validTo: now + 30 * day };
    expect((await replace(withoutWatermark)).calls.slice(-2)).toEqual(['list active', renamed]);
    const shared = await replace({ ...withoutWatermark, name: 'another-allowed' });
    expect(shared.calls.slice(-2)).toEqual(['revoke old', renamed]);
  });
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
    const { result, message } = await replace({}, { pats: [rival], answers: { verify: [undefined, noAnswer] } });
    expect(result).toMatchObject({ code: 'network' });
    expect(message).toContain('The new PAT new was handed over.');
    expect(message).not.toContain('works');
  });

  test('a PAT that is dead in the end hides no failure before it', async () => {
    const answers = { verify: [undefined, no, no, no], 'revoke left': failure('forbidden'), 'revoke old': noAnswer };
    const { result, message } = await replace({ leftovers: [left] }, { stores: ['one'], answers });
    expect(result).toMatchObject({ code: 'verification-failed' });
    expect(message).toContain('but no longer works; A request: forbidden; A request: network. Another run');
    expect(message).not.toContain('is stored everywhere');
  });

  test.each<[what: string, last: unknown[], told: string]>([
    [
      'the PAT is dead',
      [no, no, no],
      'Rotating "build": the new PAT new worked at first, but no longer works; A request: destination-denied; Other: no right. ',
    ],
    [
      'the look fails',
      [noAnswer],
      'A request: destination-denied; Other: no right; A request: network. The new value of PAT new may be missing in: one, two; ',
    ],
  ])('a new value that could not be stored, and %s: all of it is told', async (_what, last, told) => {
    const other = new Failure('destination-denied', { what: 'Other', why: 'no right' });
    const refused = { 'write one': [undefined, denied], 'write two': [undefined, other] };
    const answers = { ...refused, verify: [undefined, ...last] };
    const { message } = await replace({}, { stores: ['one', 'two'], renewed: 'second', answers });
    expect(message.slice(0, told.length)).toBe(told);
    expect(message).not.toContain('is stored everywhere');
  });

  test('if one destination fails and the PAT in the other is gone, the message says both', async () => {
    const answers = { verify: [undefined, no, no, no], 'write two': denied };
    const { result, message, calls } = await replace({}, { stores: ['one', 'two'], answers });
    expect(result).toMatchObject({ code: 'verification-failed' });
    expect(message).toContain(
      'The new PAT new is in: one. It is not in: two. This run did not revoke the old PAT old.',
    );
    expect(message).toContain('but no longer works; A request: destination-denied. ');
    expect(calls).not.toContain('revoke old');
  });
});
