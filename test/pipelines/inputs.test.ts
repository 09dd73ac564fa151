import { expect, test } from '@jest/globals';
import { readInputs } from '../../src/pipelines/inputs.ts';

const misspelt = { INPUT_ORGANISATION: 'contoso' };

test.each<[what: string, publicVariables: string | undefined, warnings: number]>([
  ['a variable of the job that happens to look like an input', '["input.organisation"]', 0],
  ['a misspelt input', '["other"]', 1],
  ['a misspelt input, if no list of the variables came', undefined, 1],
  ['a misspelt input, if the list of the variables is cut off', '["input.organ', 1],
  ['a misspelt input, if the list of the variables is none', '{"input.organisation":1}', 1],
])('%s', (_what, publicVariables, warnings) => {
  expect(readInputs({ ...misspelt, VSTS_PUBLIC_VARIABLES: publicVariables }).warnings).toHaveLength(warnings);
});
