import { expect, test } from '@jest/globals';
import { justInTimeVariable, savedJustInTime } from '../../src/pipelines/task-state.ts';

const saved = { organization: 'contoso', authorizationId: 'id', validTo: 1 };
const read = (text: string | undefined) => savedJustInTime({ [justInTimeVariable]: text });

test('the post-job step reads what each try of the main step saved, even if the end is cut off', () => {
  const another = { ...saved, authorizationId: 'another', validTo: null };
  expect(read(JSON.stringify([saved, another]))).toEqual([saved, { ...another, validTo: undefined }]);
});

test.each([
  [undefined],
  [''],
  ['{"organization":"contoso"'],
  ['null'],
  ['7'],
  [JSON.stringify(saved)],
  ['[null, 7]'],
  [JSON.stringify([{ ...saved, organization: 7 }])],
  [JSON.stringify([{ ...saved, authorizationId: undefined }])],
])('with %j saved there is no PAT to revoke', (text) => {
  expect(read(text)).toEqual([]);
});
