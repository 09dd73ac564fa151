import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { foldersOf, licenseOf, readLicenses, writeLicenses } from '../../tools/licenses.ts';

const written = [
  '@octokit/core\nMIT\nThe MIT License\n\nCopyright (c) 2019 Octokit contributors\n\nPermission is hereby granted',
  'semver\nISC\nThe ISC License\n\nCopyright (c) Isaac Z. Schlueter and Contributors\n',
].join('\n\n');

describe('the licenses that travel with dist', () => {
  test('every package that was bundled is found, with its text', () => {
    const found = readLicenses(written);
    expect(found.map(({ name, identifier }) => [name, identifier])).toEqual([
      ['@octokit/core', 'MIT'],
      ['semver', 'ISC'],
    ]);
    expect(found[0]?.text).toMatch(/^The MIT License[\s\S]*Permission is hereby granted$/u);
  });

  test('code of others inside undici is named with it', () => {
    const text = writeLicenses([...readLicenses(written), licenseOf('undici'), licenseOf('commander')]);
    expect(text.match(/^\S.*\n(?:MIT|ISC)\n$/gmu)).toHaveLength(5);
    expect(text).toContain('Matteo Collina and Undici contributors');
    expect(text).toContain('llhttp (in undici)\nMIT\n');
  });

  test('a package inside of another one is found, whatever its license file is called', () => {
    const files = ['sign.js', 'node_modules/semver/index.js'].map((file) => `node_modules/jsonwebtoken/${file}`);
    const folders = foldersOf([...files, 'node_modules/@noble/hashes/a.js', 'node_modules/ms/index.js', '<stdin>']);
    expect(folders).toEqual(['jsonwebtoken', 'jsonwebtoken/node_modules/semver', '@noble/hashes', 'ms']);
    expect(licenseOf('ms')).toMatchObject({
      name: 'ms',
      identifier: 'MIT',
      text: expect.stringContaining('Copyright'),
    });
  });

  test('dist has the licenses of what either bundler took, and of the packages that those packages need', () => {
    const text = readFileSync(join(import.meta.dirname, '../../dist/licenses.txt'), 'utf8');
    const names = readLicenses(text).map(({ name }) => name);
    expect(names).toEqual(
      expect.arrayContaining(['@azure/msal-node', 'undici', 'commander', 'jsonwebtoken', 'jws', 'ms']),
    );
  });

  test('a package without a text stops the build', () => {
    expect(() => writeLicenses([{ name: 'left-pad', identifier: 'MIT', text: '' }])).toThrow(/left-pad/u);
  });

  test('the order does not depend on how the bundles were split', () => {
    const [core, semver] = readLicenses(written);
    if (!core || !semver) throw new Error('two were expected');
    expect(writeLicenses([semver, core, semver])).toBe(writeLicenses([core, semver]));
  });
});
