import { expect, test } from '@jest/globals';
import {
  compare,
  findGaps,
  readVariableGroup,
  type VariableGroup,
  type WholeGroup,
  withVariable,
} from '../../../src/adapters/azure-devops/variable-group.ts';

const project = (id: string, name: string) => ({ name: 'builds', projectReference: { id, name } });
const whole = {
  id: 42,
  name: 'builds',
  type: 'Vsts',
  description: 'what builds need',
  providerData: null,
  isShared: true,
  variables: { Pat: { isSecret: true }, feed: { value: 'x' } },
  variableGroupProjectReferences: [project('a', 'A'), project('b', 'B')],
};

function read(change: object = {}): VariableGroup {
  const group = readVariableGroup({ ...whole, ...change });
  if (!group) throw new Error('this is a group');
  return group;
}

test.each<[object, readonly string[]]>([
  [{}, []],
  [{ description: undefined, providerData: undefined }, []],
  [{ variables: {} }, []],
  [{ type: undefined }, ['its type']],
  [{ variables: undefined }, ['its variables']],
  [{ variables: null }, ['its variables']],
  [{ variables: { a: { value: 'x' }, b: 'x', c: null } }, ['the variable "b"', 'the variable "c"']],
  [
    { variables: { a: {}, b: { isSecret: false }, c: { isSecret: true }, d: { value: null }, e: { value: '' } } },
    ['the value of the variable "a"', 'the value of the variable "b"'],
  ],
  [{ variableGroupProjectReferences: null }, ['the projects that use it']],
  [{ variableGroupProjectReferences: [] }, ['the projects that use it']],
  [{ variableGroupProjectReferences: undefined, isShared: undefined }, ['the projects that use it']],
  [{ variableGroupProjectReferences: undefined, isShared: false }, []],
  [{ variableGroupProjectReferences: [project('a', 'A'), {}] }, ['the projects that use it']],
  [{ variableGroupProjectReferences: [project('a', 'A'), project('', '')] }, ['the projects that use it']],
  [{ variableGroupProjectReferences: [project('a', 'A')] }, ['the other projects that use it']],
  [{ variableGroupProjectReferences: [project('a', 'A')], isShared: false }, []],
  [{ variableGroupProjectReferences: [project('a', ''), { projectReference: { name: 'B' } }] }, []],
])('a group with %j leaves out %j', (change, gaps) => {
  expect(findGaps(read(change))).toEqual(gaps);
});

function wholeGroup(change: object = {}): WholeGroup {
  const group = read(change);
  const knownProjects = (group.projects ?? []).map((fields) => {
    const { projectReference: at } = fields as ReturnType<typeof project>;
    return { id: at.id, name: at.name, fields: fields as object as Record<string, unknown> };
  });
  return { ...group, variables: group.variables as WholeGroup['variables'], knownProjects };
}

test('an update sends fields back that nobody documented yet, but not what the service itself keeps', () => {
  const readOnlyFields = { createdBy: { id: 'x' }, createdOn: 'x', modifiedBy: null, modifiedOn: 'x' };
  const unknownFields = { tags: ['x'], pool: { id: 7 }, note: null };
  const { id: _id, isShared: _isShared, ...sent } = { ...whole, ...unknownFields };
  expect(withVariable(wholeGroup({ ...readOnlyFields, ...unknownFields }), 'PAT', 'new')).toEqual({
    ...sent,
    variables: { ...whole.variables, Pat: { isSecret: true, value: 'new' } },
  });
});

test('an update sends everything back, and null for each other secret, whatever the service showed', () => {
  const variables = {
    Pat: { isSecret: true, value: null },
    hidden: { isSecret: true, value: '***' },
    empty: { isSecret: true, value: '', isReadOnly: true },
    absent: { isSecret: true },
    plain: { value: 'x', isReadOnly: true, later: 1 },
    nothing: {},
  };
  const { variableGroupProjectReferences: projects, ...sent } = withVariable(wholeGroup({ variables }), 'PAT', 'new');
  expect(sent).toEqual({
    name: 'builds',
    type: 'Vsts',
    description: 'what builds need',
    providerData: null,
    variables: {
      Pat: { isSecret: true, value: 'new' },
      hidden: { isSecret: true, value: null },
      empty: { isSecret: true, value: null, isReadOnly: true },
      absent: { isSecret: true, value: null },
      plain: { value: 'x', isReadOnly: true, later: 1 },
      nothing: {},
    },
  });
  expect(projects).toEqual(whole.variableGroupProjectReferences);
});

test.each<[object, object]>([
  [{}, { missing: false, gone: [], changed: [] }],
  // A change of somebody else counts as no difference.
  [{ variables: { ...whole.variables, later: { value: 'y' } } }, { missing: false, gone: [], changed: [] }],
  [{ description: '' }, { changed: ['its description'] }],
  [{ providerData: { vault: 'x' } }, { changed: ['its providerData'] }],
  [{ name: 'other' }, { changed: ['its name'] }],
  [{ variables: { Pat: { isSecret: true }, feed: { value: 'y' } } }, { changed: ['"feed"'] }],
  [{ variables: { Pat: { isSecret: true }, feed: { isSecret: true } } }, { changed: ['"feed"'] }],
  [{ variables: { Pat: { isSecret: true } } }, { gone: [{ text: '"feed"' }] }],
  [{ variables: { Pat: { value: 'x' }, feed: { value: 'x' } } }, { missing: true }],
  [{ variableGroupProjectReferences: [project('A', 'renamed')] }, { gone: [{ text: 'the project "B"' }] }],
])('if a later read differs by %j, the comparison finds %j', (change, differences) => {
  expect(compare(withVariable(wholeGroup(), 'PAT', 'new'), wholeGroup(change), 'PAT')).toMatchObject(differences);
});
