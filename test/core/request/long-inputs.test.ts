import { expect, test } from '@jest/globals';
import { parseRefreshToken } from '../../../src/core/request/credentials/refresh-token.ts';
import { parseOrganization } from '../../../src/core/request/organization.ts';
import { trimEnd } from '../../../src/core/trim-end.ts';
import { parseDestinations } from '../../destinations.ts';

/** Texts on which an expression that backtracks works for hours. */
const long = ['\u00a0', ' ', '\t', '\n ', ', ', ',', '"', "'", '/', '.', '-', '$', '=', 'A=', 'a: ', '%'].map((part) =>
  `x${part.repeat(300_000)}x`.slice(part === '"' || part === "'" ? 1 : 0, -1),
);

test('the time to read a long text grows with its length alone', () => {
  for (const text of long) {
    expect(parseRefreshToken(`x${text} x`).ok).toBe(false);
    expect(parseOrganization(`${text}!`).ok).toBe(false);
    expect(parseDestinations(`github-secret:${text}x`, { repository: 'contoso/app' }).problems).not.toEqual([]);
  }
});

test('a text that ends with other characters is kept', () => {
  expect(trimEnd('https://github.com//', /\//u)).toBe('https://github.com');
  expect(trimEnd('//a/b', /\//u)).toBe('//a/b');
  expect(trimEnd('///', /\//u)).toBe('');
});
