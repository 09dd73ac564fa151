import { expect, test } from '@jest/globals';
import { readVariableGroup, withVariable } from '../../../src/adapters/azure-devops/variable-group.ts';

const projects = [{ name: 'builds', projectReference: { id: 'a', name: 'Other' } }];

test.each([
  ['stays in its projects', projects, projects],
  ['that comes without projects', undefined, [{ name: 'builds', projectReference: { name: 'Tools' } }]],
  ['whose projects are none', null, [{ name: 'builds', projectReference: { name: 'Tools' } }]],
  ['whose projects are empty', [], [{ name: 'builds', projectReference: { name: 'Tools' } }]],
])('a group %s, for an update without a project is refused as if the token were bad', (_what, given, sent) => {
  const group = readVariableGroup({
    id: 42,
    name: 'builds',
    variables: { Pat: { isSecret: true } },
    variableGroupProjectReferences: given,
  });
  if (!group) throw new Error('this is a group');
  expect(withVariable(group, 'PAT', 'value', 'Tools')).toEqual({
    name: 'builds',
    variables: { Pat: { isSecret: true, value: 'value' } },
    variableGroupProjectReferences: sent,
  });
});
