import { describe, expect, test } from '@jest/globals';
import { list } from '../../../src/core/operations/list.ts';
import type { Pat } from '../../../src/core/pat.ts';
import { addWatermark } from '../../../src/core/rotation/watermark.ts';
import { day, type Inputs, now, type Played, pat, play } from '../fake-ports.ts';

const farAway = pat('late', 'wiki', { validTo: now + 20 * day });
const justAfter = pat('just-after', 'docs', { validTo: now + 7 * day + 1 });
const atTheEdge = pat('at-the-edge', 'build', { validTo: now + 7 * day });
const soon = pat('soon', 'de\nploy', { validTo: now + 1 });
const ended = pat('ended', 'old', { validTo: now - day });
const superseded = pat('superseded', 'build~superseded', { validTo: addWatermark('build', now + day) });
const byHand = pat('by-hand', 'build~superseded', { validTo: now + day });
const all = [farAway, soon, justAfter, ended, atTheEdge];
const sorted = [ended, soon, atTheEdge, justAfter, farAway];

const warned = [
  'warning: PAT "old" (ended) expires in 0 s, at 2026-09-30T00:00:00Z.',
  'warning: PAT "de ploy" (soon) expires in 0 s, at 2026-10-01T00:00:00.001Z.',
  'warning: PAT "build" (at-the-edge) expires in 7 d, at 2026-10-08T00:00:00Z.',
];
const hint = 'Rotate them, or let a schedule do it.';

describe('list', () => {
  test.each<[what: string, inputs: Inputs, pats: typeof all, expected: Played]>([
    [
      'lists every PAT, the soonest end first',
      {},
      all,
      {
        result: { changed: false, pats: sorted },
        transcript: ['list active', 'info: PATs in the list: 5 (filter: active).'],
      },
    ],
    [
      'asks for the PATs of the filter',
      { filter: 'all' },
      [farAway],
      {
        result: { changed: false, pats: [farAway] },
        transcript: ['list all', 'info: PATs in the list: 1 (filter: all).'],
      },
    ],
    [
      'with expiring-within lists those that end within it, and a PAT that is listed as active is active, whatever the clock says',
      { 'expiring-within': '7d' },
      all,
      {
        result: { changed: false, pats: [ended, soon, atTheEdge] },
        transcript: ['list active', ...warned, 'info: 3 of 5 PATs expire within 7 d.'],
      },
    ],
    [
      'with fail-on-expiring fails after everything was listed',
      { 'expiring-within': '7d', 'fail-on-expiring': 'true' },
      all,
      {
        result: {
          changed: false,
          pats: [ended, soon, atTheEdge],
          failure: `tokens-expiring: Checking the PATs of contoso: PATs that need attention: 3 ("old", "de ploy", "build"). ${hint}`,
        },
        transcript: ['list active', ...warned, 'info: 3 of 5 PATs expire within 7 d.'],
      },
    ],
    [
      'does not warn of a PAT that a rotation left to end by itself',
      { 'expiring-within': '7d', 'fail-on-expiring': 'true' },
      [superseded],
      {
        result: { changed: false, pats: [superseded] },
        transcript: ['list active', 'info: 1 of 1 PATs expire within 7 d.'],
      },
    ],
    [
      'warns of a PAT to which a person gave such a name',
      { 'expiring-within': '7d' },
      [byHand],
      {
        result: { changed: false, pats: [byHand] },
        transcript: [
          'list active',
          'warning: PAT "build~superseded" (by-hand) expires in 1 d, at 2026-10-02T00:00:00Z.',
          'info: 1 of 1 PATs expire within 7 d.',
        ],
      },
    ],
    [
      'leaves out what has ended if the filter is all',
      { filter: 'all', 'expiring-within': '7d' },
      [ended, soon],
      {
        result: { changed: false, pats: [soon] },
        transcript: ['list all', warned[1] ?? '', 'info: 1 of 2 PATs expire within 7 d.'],
      },
    ],
    [
      'with fail-on-expiring succeeds if none expires',
      { 'expiring-within': '7d', 'fail-on-expiring': 'true' },
      [farAway],
      {
        result: { changed: false, pats: [] },
        transcript: ['list active', 'info: 0 of 1 PATs expire within 7 d.'],
      },
    ],
    [
      'with fail-on-expiring and no duration fails for every PAT of the filter',
      { 'fail-on-expiring': 'true' },
      [farAway],
      {
        result: {
          changed: false,
          pats: [farAway],
          failure: `tokens-expiring: Checking the PATs of contoso: PATs that need attention: 1 ("wiki"). ${hint}`,
        },
        transcript: ['list active', 'info: PATs in the list: 1 (filter: active).'],
      },
    ],
  ])('%s', async (_what, inputs, pats, expected) => {
    expect(await play(list, { operation: 'list', ...inputs }, { pats })).toEqual(expected);
  });

  test('with expiring-within it goes by the clock as the list has corrected it', async () => {
    const inputs = { operation: 'list', 'expiring-within': '7d' };
    const { result } = await play(list, inputs, { pats: [farAway], takes: { list: 14 * day } });
    expect(result).toEqual({ changed: false, pats: [farAway] });
  });

  const unreadable = [{ authorizationId: undefined, displayName: 'odd', why: 'no dates' }];

  test.each<[what: string, inputs: Inputs, pats: typeof all, failure: string | undefined]>([
    [
      'fails beside an entry that cannot be read if none expires',
      { 'fail-on-expiring': 'true' },
      [farAway],
      'no dates',
    ],
    [
      'tells those that expire, and not that entry',
      { 'fail-on-expiring': 'true' },
      [farAway, soon],
      'PATs that need attention: 1',
    ],
    ['fails only if it was asked to', {}, [farAway], undefined],
  ])('%s', async (_what, inputs, pats, failure) => {
    const all = { operation: 'list', 'expiring-within': '7d', ...inputs };
    const { result } = await play(list, all, { pats, unreadable });
    if (typeof result === 'string') throw new Error(result);
    expect(result.failure).toEqual(failure && expect.stringContaining(failure));
  });
});

test.each<[inputs: Inputs, second: Pat, count: number]>([
  [{}, farAway, 3],
  [{ 'expiring-within': '7d' }, farAway, 2],
  [{ 'expiring-within': '7d' }, soon, 3],
])(
  'with %j, a list of several pages is read until a reading shows nothing new that counts: %#',
  async (inputs, second, count) => {
    const readings = [[atTheEdge], [atTheEdge, second], [atTheEdge, second]];
    const answers = { list: readings.map((pats) => () => ({ pats, pages: 2, unreadable: [] })) };
    const { transcript } = await play(list, { operation: 'list', ...inputs }, { answers });
    expect(transcript.filter((call) => call === 'list active')).toHaveLength(count);
  },
);
