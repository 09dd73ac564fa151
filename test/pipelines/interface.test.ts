import { expect, test } from '@jest/globals';
import type { Problem } from '../../src/core/failure.ts';
import { spellingOf } from '../../src/pipelines/interface.ts';

test.each([
  ['valid-to: valid-for is given too', 'validTo: validFor is given too'],
  ['Set display-name, or (better) authorization-id.', 'Set displayName, or (better) authorizationId.'],
  ['Give valid-for; client-id!', 'Give validFor; clientId!'],
])('a sentence uses the names of the inputs in the task: %s', (text, spelled) => {
  expect(spellingOf({})(text)).toBe(spelled);
});

test.each([
  'Stored the refresh token in azure-key-vault:shop/refresh-token.',
  'Storing in azure-key-vault:valid-for/v: no.',
  'The file pats/display-name.yml, ./valid-to and valid-for/x',
  'the service said "display-name is too long"',
  'tokens[0].display-name, a-valid-to, valid-to-b, display-name=x',
])('a name of something else is kept: %s', (text) => {
  expect(spellingOf({})(text)).toBe(text);
});

test.each(['sync', 'check'])(
  'the keys of a manifest keep their names in a %s with one, and other inputs do not',
  (operation) => {
    const text = 'Correct valid-for or display-name, or give max-concurrency.';
    expect(spellingOf({ operation, manifest: 'pats.yml' })(text)).toBe(
      'Correct valid-for or display-name, or give maxConcurrency.',
    );
    expect(spellingOf({ operation, manifest: ' ' })(text)).toBe(
      'Correct validFor or displayName, or give maxConcurrency.',
    );
    expect(spellingOf({ operation: 'rotate', manifest: 'pats.yml' })(text)).toContain('validFor');
    const ofInput = { input: 'rotate-within', text: 'it is too long' };
    const ofManifest = { ...ofInput, position: { line: 1, column: 1 } };
    const spelled = (problem: Problem) =>
      spellingOf({ operation, manifest: 'pats.yml' })('rotate-within: it is too long', [problem]);
    expect(spelled(ofInput)).toBe('rotateWithin: it is too long');
    expect(spelled(ofManifest)).toBe('rotate-within: it is too long');
  },
);
