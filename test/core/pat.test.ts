import { expect, test } from '@jest/globals';
import { isGlobal, lifetimeOf, type Pat, worksIn } from '../../src/core/pat.ts';

const pat: Pat = {
  authorizationId: 'id',
  displayName: 'build',
  scope: 'vso.code',
  targetAccounts: ['one', 'Two'],
  validFrom: 1000,
  validTo: 31_000,
};

test.each<[targetAccounts: string[] | null | undefined, global: boolean, inTwo: boolean]>([
  [null, true, true],
  [undefined, false, false],
  [[], false, false],
  [['one'], false, false],
  [['one', 'Two'], false, true],
])('a PAT for %j: global %s, works in TWO %s', (targetAccounts, global, inTwo) => {
  expect(isGlobal({ ...pat, targetAccounts })).toBe(global);
  expect(worksIn({ ...pat, targetAccounts }, 'TWO')).toBe(inTwo);
});

test('the lifetime of a PAT runs from its start to its end', () => {
  expect(lifetimeOf(pat)).toBe(30_000);
});
