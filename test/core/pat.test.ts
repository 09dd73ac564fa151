import { expect, test } from '@jest/globals';
import { endsAfter, endsAt, endsBefore, isGlobal, type Pat, worksIn } from '../../src/core/pat.ts';

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

test.each<[difference: number, order: 'before' | 'at' | 'after']>([
  [-1001, 'before'],
  [-1000, 'at'],
  [0, 'at'],
  [1000, 'at'],
  [1001, 'after'],
])('a PAT that ends %d ms later ends %s that instant', (difference, order) => {
  const found = { before: endsBefore, at: endsAt, after: endsAfter };
  const instant = pat.validTo - difference;
  expect(Object.entries(found).flatMap(([name, holds]) => (holds(pat, instant) ? name : []))).toEqual([order]);
});
