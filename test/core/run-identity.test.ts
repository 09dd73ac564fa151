import { describe, expect, test } from '@jest/globals';
import { identityWithin, isEarlierAttempt, type RunIdentity, runText } from '../../src/core/run-identity.ts';

const github: RunIdentity = { host: 'github', run: '17342158', attempt: 2, namespace: undefined };
const enterprise: RunIdentity = { ...github, namespace: 'https://github.example.com' };
const pipeline: RunIdentity = { host: 'azure-pipelines', run: '17342158', attempt: 2, namespace: undefined };

test.each([
  [github, 'g17342158.2'],
  [pipeline, 'p17342158.2'],
  [undefined, 't0'],
])('%j is written %s', (identity, text) => {
  expect(runText(identity)).toBe(text);
});

test('a namespace adds eight hexadecimal digits', () => {
  expect(runText(enterprise)).toMatch(/^g17342158\.2\.[0-9a-f]{8}$/u);
});

describe('an earlier attempt', () => {
  test.each<[RunIdentity | undefined, RunIdentity | undefined, boolean]>([
    [{ ...github, attempt: 1 }, github, true],
    [{ ...github, attempt: 9 }, { ...github, attempt: 10 }, true],
    [github, github, false],
    [{ ...github, attempt: 3 }, github, false],
    [{ ...github, run: '1', attempt: 1 }, github, false],
    [{ ...pipeline, attempt: 1 }, github, false],
    [{ ...enterprise, attempt: 1 }, enterprise, true],
    [{ ...enterprise, attempt: 1 }, github, false],
    [{ ...github, attempt: 1 }, enterprise, false],
    [{ ...enterprise, namespace: 'https://ghe.example.org', attempt: 1 }, enterprise, false],
    [undefined, undefined, false],
    [undefined, github, false],
    [{ ...github, attempt: 1 }, undefined, false],
  ])('%j is one of %j: %s', (maker, reader, earlier) => {
    expect(isEarlierAttempt(runText(maker), reader)).toBe(earlier);
  });
});

test('the pipelines of an organization need no namespace there, and need one elsewhere', () => {
  const own = { ...pipeline, namespace: 'contoso' };
  expect(runText(identityWithin('contoso', own))).toBe('p17342158.2');
  expect(runText(identityWithin('fabrikam', own))).toMatch(/^p17342158\.2\.[0-9a-f]{8}$/u);
  expect(identityWithin('contoso', undefined)).toBeUndefined();
});
