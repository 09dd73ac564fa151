import { expect, test } from '@jest/globals';
import { get } from '../../../src/core/operations/get.ts';
import { type Inputs, ours, type Played, pat, play, theirs } from '../fake-ports.ts';

const build = pat(ours, 'build');
const pats = [pat('foreign', 'build', { targetAccounts: [theirs] }), build];
const hint = 'The operation list shows which PATs exist; names are case-sensitive.';

test.each<[what: string, inputs: Inputs, expected: Played]>([
  [
    'get by id requests that PAT alone',
    { 'authorization-id': ours },
    { result: { changed: false, pat: build }, transcript: [`get ${ours}`] },
  ],
  [
    'get by name looks for the PAT of this organization',
    { 'display-name': 'build' },
    { result: { changed: false, pat: build }, transcript: ['list active', 'organizationId'] },
  ],
  [
    'get fails if the id is unknown',
    { 'authorization-id': theirs },
    {
      result: `pat-not-found: Selecting the PAT ${theirs}: the user of this refresh token has no PAT of this id in contoso. ${hint}`,
      transcript: [`get ${theirs}`],
    },
  ],
  [
    'get fails if the name is unknown',
    { 'display-name': 'wiki' },
    {
      result: `pat-not-found: Selecting the PAT "wiki": the user of this refresh token has no active PAT of this name in contoso. ${hint}`,
      transcript: ['list active', 'list expired'],
    },
  ],
])('%s', async (_what, inputs, expected) => {
  expect(await play(get, { operation: 'get', ...inputs }, { pats })).toEqual(expected);
});
