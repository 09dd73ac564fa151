import { expect, test } from '@jest/globals';
import type { PlanReason } from '../../src/core/plan-reason.ts';
import { day } from '../../src/core/time.ts';
import { describeReason, explainReason } from '../../src/shell/plan-reason-text.ts';

test.each<[reason: PlanReason, words: string, clause: string]>([
  [{ kind: 'asked-for' }, 'asked for', 'this run asks for it'],
  [{ kind: 'no-such-pat' }, 'there is no such PAT', 'there is no such PAT'],
  [{ kind: 'expires', left: day }, 'expires in 1 d', 'it expires in 1 d'],
  [{ kind: 'still-valid', left: day }, 'valid for another 1 d', 'it is valid for another 1 d'],
  [{ kind: 'drifted', fields: ['scope'] }, 'scopes drifted', 'scopes drifted'],
  [{ kind: 'changes', fields: ['scope'] }, 'changes scopes', 'the inputs change scopes'],
  [{ kind: 'nothing-to-change' }, 'nothing to change', 'there is nothing to change'],
  [{ kind: 'not-planned' }, 'could not be planned', 'it could not be planned'],
])('%j in a table is a few words, and in the log a clause', (reason, words, clause) => {
  expect([describeReason(reason), explainReason(reason)]).toEqual([words, clause]);
});
