import { describe, expect, test } from '@jest/globals';
import type { Pat } from '../../../src/core/pat.ts';
import { formatInstant } from '../../../src/core/request/instant.ts';
import { addWatermark } from '../../../src/core/rotation/watermark.ts';
import { day, minute, now, pat, second } from '../fake-ports.ts';
import {
  created,
  failure,
  left,
  old,
  pendingNew,
  renamed,
  replace,
  stillPending,
  validTo,
} from './replacement-scene.ts';

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

  test('an old pending PAT to which a person gives the name meanwhile keeps it', async () => {
    const previous = pat('old', 'build~pending-g6.1-00000000000a');
    const answer = (): unknown => ({ pat: { ...previous, displayName: 'build' } });
    const scene = {
      answers: { 'update old': answer, 'get old': [() => previous, () => ({ ...previous, displayName: 'build' })] },
    };
    const { calls, log } = await replace({ previous, previousToken: grace }, scene);
    expect(calls).not.toContain(renamed);
    expect(log).not.toContain('did not shorten');
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
    expect(message).toContain('works and was handed over. A later rotation finishes what is left.');
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
