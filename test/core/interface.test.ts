import { expect, test } from '@jest/globals';
import { type InputFacts, inputs } from '../../src/core/interface.ts';

const table: readonly (readonly [string, InputFacts])[] = Object.entries(inputs);
const yesOrNo = ['true', 'false'];

test('these inputs take one of a few words', () => {
  const choices = table.flatMap(([name, { values }]) => (values === undefined ? [] : [[name, values]]));
  expect(Object.fromEntries(choices)).toEqual({
    operation: ['create', 'rotate', 'revoke', 'update', 'get', 'list', 'sync', 'exchange', 'check'],
    'federated-credential': yesOrNo,
    'identity-provider': ['entra', 'azure-devops-oauth'],
    'all-organizations': yesOrNo,
    'if-exists': ['fail', 'allow', 'rotate'],
    'if-missing': ['fail', 'ignore', 'create'],
    verify: yesOrNo,
    'revoke-on-exit': yesOrNo,
    filter: ['active', 'revoked', 'expired', 'all'],
    'fail-on-expiring': yesOrNo,
    'report-issue': yesOrNo,
    'allow-unsafe-events': yesOrNo,
    'dry-run': yesOrNo,
  });
});

test('each default is an allowed word', () => {
  for (const [, facts] of table) {
    if (facts.values !== undefined && facts.default !== undefined) expect(facts.values).toContain(facts.default);
  }
});

test('these inputs are never printed', () => {
  expect(table.filter(([, { secret }]) => secret).map(([name]) => name)).toEqual([
    'refresh-token',
    'client-secret',
    'client-certificate',
    'github-token',
  ]);
});
