import { describe, expect, test } from '@jest/globals';
import { Failure } from '../../../src/core/failure.ts';
import type { Pat } from '../../../src/core/pat.ts';
import { pat, second } from '../fake-ports.ts';
import { create, created, denied, failure, noAnswer, old, pendingNew, renamed, replace } from './replacement-scene.ts';

describe('a create whose answer was lost (I7)', () => {
  const ghost = pat('ghost', pendingNew);

  test('the PAT is searched, revoked, and made again under another name', async () => {
    const { transcript } = await replace({}, { pats: [old, ghost], answers: { create: [noAnswer] } });
    expect(transcript.slice(0, 6)).toEqual([
      created,
      'info: The create got no usable answer (network). This run searches for the PAT that it may have made.',
      'list active',
      'revoke ghost',
      'info: Revoked PAT ghost: it was made, but its value never arrived.',
      create('000000000002'),
    ]);
  });

  test('a PAT that is gone by then is not said to be revoked', async () => {
    const answers = { create: [noAnswer], 'revoke ghost': () => 'already-gone' };
    const { log } = await replace({}, { pats: [old, ghost], answers });
    expect(log).toContain('PAT ghost, whose value never arrived, is gone already.');
    expect(log).not.toContain('Revoked PAT ghost');
  });

  const shows = (pages: number, ...pats: Pat[]): unknown => ({ pats, pages, unreadable: [] });

  test('the PAT is revoked by its id if the list shows it as an unreadable entry; without an id no other create is sent', async () => {
    const dark = (authorizationId: string | undefined): unknown => {
      const unreadable = [
        { authorizationId, displayName: pendingNew, why: 'odd' },
        { authorizationId: 'other', displayName: undefined, why: 'odd' },
      ];
      return { pats: [old], pages: 1, unreadable };
    };
    const withId = await replace({}, { answers: { create: [noAnswer], list: [() => dark('ghost')] } });
    expect(withId.calls.slice(0, 4)).toEqual([created, 'list active', 'revoke ghost', create('000000000002')]);
    const withoutId = await replace({}, { answers: { create: [noAnswer], list: [() => dark(undefined)] } });
    expect(withoutId.calls).toEqual([created, 'list active']);
    const sweeping = await replace(
      {},
      { answers: { create: [noAnswer], list: [() => shows(1), () => dark(undefined)] } },
    );
    expect(sweeping.result).toMatchObject({ code: 'unexpected-response', what: 'Revoking a lost PAT' });
    expect(sweeping.message).toContain('The new PAT new works and was handed over.');
    expect(withoutId.result).toMatchObject({
      code: 'network',
      hint: `A PAT named ${pendingNew} may exist and could not be revoked (the list shows "${pendingNew}" without a readable id); a later rotation revokes it.`,
    });
  });

  test('the PAT is searched once more after the stores if the list did not show it', async () => {
    const answers = { create: [noAnswer], list: [() => shows(1, old)] };
    const { calls } = await replace({}, { pats: [old, ghost], answers });
    expect(calls.slice(-4)).toEqual(['revoke old', 'list active', 'revoke ghost', renamed]);
  });

  test('a list of several pages that misses it is read again at once (I12)', async () => {
    const [shifted, whole] = [() => shows(2, old), () => shows(2, old, ghost)];
    const answers = { create: [noAnswer], list: [shifted, whole, whole] };
    const { calls } = await replace({}, { pats: [old, ghost], answers });
    const readings = Array.from({ length: 3 }, () => 'list active');
    expect(calls.slice(0, 6)).toEqual([created, ...readings, 'revoke ghost', create('000000000002')]);
  });

  test('after three tries it fails, reads a list that may lag once more, and names what the list does not show', async () => {
    const { result, calls, took } = await replace({}, { answers: { create: noAnswer } });
    const names = [1, 2, 3].map((nonce) => `build~pending-g7.2-00000000000${nonce}`).join(', ');
    expect(result).toMatchObject({
      code: 'network',
      hint: `The list shows no PAT named ${names}; if one appears, a later rotation revokes it.`,
    });
    expect(calls.filter((call) => call.startsWith('create'))).toHaveLength(3);
    expect(calls.slice(-4)).toEqual([create('000000000003'), 'list active', 'list active', 'list active']);
    expect(took).toBeLessThan(10 * second);
  });

  test('beside namesakes no rotation by name may remove it, so the message asks for that', async () => {
    const { result } = await replace({ name: 'beside-namesakes' }, { answers: { create: noAnswer } });
    expect(result).toMatchObject({ hint: expect.stringMatching(/; if one appears, revoke it by its id\.$/u) });
  });

  test('both PATs of a name are revoked: a create that got a 429 may have acted before it was sent again', async () => {
    const pats = [old, ghost, { ...ghost, authorizationId: 'ghost-2' }];
    const { calls } = await replace({}, { pats, answers: { create: [noAnswer] } });
    expect(calls.slice(1, 4)).toEqual(['list active', 'revoke ghost', 'revoke ghost-2']);
  });

  test('the second PAT of a maybeDuplicated create is revoked after the stores, and the one in use is not', async () => {
    const { calls } = await replace({}, { createsTwo: true });
    expect(calls.slice(-4)).toEqual(['revoke old', 'list active', 'revoke new-twin', renamed]);
  });

  test('the PAT that was removed is not taken for its twin, which a late list shows only later', async () => {
    const [own, twin] = [pat('new', pendingNew), pat('new-twin', pendingNew)];
    const answers = { verify: denied, list: [() => shows(1, old, own), () => shows(1, old, twin)] };
    const { calls, log } = await replace({}, { createsTwo: true, answers });
    expect(calls.slice(2)).toEqual(['revoke new', 'list active', 'list active', 'revoke new-twin']);
    expect(log).not.toContain('gone already');
  });

  test('if the list cannot be read no other create is sent, and the message names what may be there', async () => {
    const answers = { create: noAnswer.with({ hint: 'Try again.' }), list: failure('service-unavailable') };
    const { result, calls } = await replace({}, { answers });
    expect(result).toMatchObject({
      code: 'network',
      hint: `Try again. A PAT named ${pendingNew} may exist and could not be revoked (service-unavailable); a later rotation revokes it.`,
    });
    expect(calls).toEqual([created, 'list active']);
  });

  test('after a stop no other create is sent', async () => {
    const scene = { pats: [old, ghost], answers: { create: noAnswer }, stopsDuring: 'create' };
    const { result, calls } = await replace({}, scene);
    expect(result).toMatchObject({ code: 'network' });
    expect(calls).toEqual([created, 'list active', 'revoke ghost']);
  });

  test.each([
    ['during the search', 'list active'],
    ['before the search', 'create'],
  ])('a stop %s leaves time for further looks at a list that lags', async (_when, stopsDuring) => {
    const late = (): unknown => shows(1, old);
    const scene = { pats: [old, ghost], answers: { create: noAnswer, list: [late, late] }, stopsDuring };
    const { result, calls } = await replace({}, scene);
    expect(result).toMatchObject({ code: 'network', hint: 'The run was asked to stop, so it sent no other create.' });
    expect(calls).toEqual([created, 'list active', 'list active', 'list active', 'revoke ghost']);
  });

  test('the error says why no other create was sent, also if the search took long after the stop', async () => {
    const scene = {
      pats: [old, ghost],
      answers: { create: [noAnswer] },
      stopsDuring: 'list active',
      takes: { 'revoke ghost': 4 * second },
    };
    const { result, calls } = await replace({}, scene);
    expect(result).toMatchObject({ code: 'network', hint: 'The run was asked to stop, so it sent no other create.' });
    expect(calls).toEqual([created, 'list active', 'revoke ghost']);
  });

  test('after a stop, the message names the PAT that the list does not show', async () => {
    const scene = { answers: { create: noAnswer }, stopsDuring: 'list active' };
    const { result, calls } = await replace({}, scene);
    expect(result).toMatchObject({
      code: 'network',
      hint: `The run was asked to stop, so it sent no other create. The list shows no PAT named ${pendingNew}; if one appears, a later rotation revokes it.`,
    });
    expect(calls.filter((call) => call.startsWith('create'))).toEqual([created]);
  });

  test('if a later check fails, the lost PAT is searched once more, with pauses', async () => {
    const staleList = (): unknown => shows(1);
    const answers = { create: [noAnswer], list: [staleList, staleList], verify: denied };
    const { result, calls } = await replace({}, { pats: [old, ghost], answers });
    expect(result).toMatchObject({ code: 'destination-denied' });
    expect(calls.slice(-4)).toEqual(['revoke new', 'list active', 'list active', 'revoke ghost']);
    const unread = await replace({}, { answers: { ...answers, list: [staleList, failure('rate-limited')] } });
    expect(unread.result).toMatchObject({
      code: 'destination-denied',
      hint: expect.stringMatching(/^A PAT named build~pending-g7\.2-000000000001 may exist .* \(rate-limited\)/u),
    });
    expect(unread.log).toContain('Revoked the new PAT new.');
    expect(unread.log).not.toContain('nothing else');
  });

  test('if a later check fails, the message names what the list does not show, and does not say that nothing is left', async () => {
    const { result, log } = await replace({}, { answers: { create: [noAnswer], verify: denied } });
    expect(result).toMatchObject({
      code: 'destination-denied',
      hint: `The list shows no PAT named ${pendingNew}; if one appears, a later rotation revokes it.`,
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
