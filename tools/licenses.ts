import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

const packages = join(dirname(import.meta.dirname), 'node_modules');

/** One package of a bundle, as ncc's `license` option writes it: name, SPDX identifier, text of its license file. */
export interface License {
  readonly name: string;
  readonly identifier: string;
  readonly text: string;
}

/**
 * Code of other projects inside a package that has no license file for it. undici's HTTP parser is llhttp,
 * compiled (https://github.com/nodejs/llhttp, LICENSE).
 */
const carried: Readonly<Record<string, License>> = {
  undici: {
    name: 'llhttp (in undici)',
    identifier: 'MIT',
    text: `MIT License

Copyright © 2018 Fedor Indutny

Permission is hereby granted, free of charge, to any person obtaining a
copy of this software and associated documentation files (the
"Software"), to deal in the Software without restriction, including
without limitation the rights to use, copy, modify, merge, publish,
distribute, sublicense, and/or sell copies of the Software, and to permit
persons to whom the Software is furnished to do so, subject to the
following conditions:

The above copyright notice and this permission notice shall be included
in all copies or substantial portions of the Software.

THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS
OR IMPLIED, INCLUDING BUT NOT LIMITED TO THE WARRANTIES OF
MERCHANTABILITY, FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT. IN
NO EVENT SHALL THE AUTHORS OR COPYRIGHT HOLDERS BE LIABLE FOR ANY CLAIM,
DAMAGES OR OTHER LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR
OTHERWISE, ARISING FROM, OUT OF OR IN CONNECTION WITH THE SOFTWARE OR THE
USE OR OTHER DEALINGS IN THE SOFTWARE.`,
  },
};

/** A package begins with its name and a line that is an SPDX expression. */
const start =
  /^(?<name>(?:@[\w.-]+\/)?[\w.-]+)\n(?<identifier>[\w.() +-]*(?:MIT|ISC|BSD|Apache|CC0|Unlicense|BlueOak)[\w.() +-]*)$/gmu;

/** Reads the packages from the file that ncc writes. */
export function readLicenses(text: string): License[] {
  const plain = text.replaceAll('\r\n', '\n');
  const found = [...plain.matchAll(start)];
  return found.map((match, index) => ({
    name: match.groups?.name ?? '',
    identifier: match.groups?.identifier ?? '',
    text: plain.slice(match.index + match[0].length, found[index + 1]?.index).trim(),
  }));
}

/**
 * The folders of the packages that these files belong to, below node_modules.
 * @example foldersOf(['node_modules/a/node_modules/@b/c/index.js']) // ['a/node_modules/@b/c']
 */
export function foldersOf(files: readonly string[]): string[] {
  const folder = /^node_modules\/((?:.*\/node_modules\/)?(?:@[^/]+\/)?[^/]+)/u;
  return [...new Set(files.flatMap((file) => folder.exec(file)?.[1] ?? []))];
}

/** The license of a package that ncc did not bundle, by its folder below node_modules. */
export function licenseOf(folder: string): License {
  const path = join(packages, folder);
  const { name, license } = JSON.parse(readFileSync(join(path, 'package.json'), 'utf8')) as Record<string, string>;
  const files = readdirSync(path).filter((file) => /^licen[cs]e/iu.test(file));
  const texts = files.map((file) => readFileSync(join(path, file), 'utf8').replaceAll('\r\n', '\n').trim());
  return { name: name ?? '', identifier: license ?? '', text: texts.join('\n\n') };
}

/**
 * Writes one file for all of dist: each package once, sorted by name. Nobody may pass on dist without it.
 * @throws Error if a package has no license text, since ncc doesn't report that
 */
export function writeLicenses(licenses: readonly License[]): string {
  const all = new Map<string, License>();
  for (const license of licenses) {
    all.set(license.name, license);
    const other = carried[license.name];
    if (other) all.set(other.name, other);
  }
  const bare = [...all.values()].filter(({ text }) => !/copyright|permission/iu.test(text));
  if (bare.length > 0) throw new Error(`No license text: ${bare.map(({ name }) => name).join(', ')}`);
  const sorted = [...all.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
  return sorted.map(({ name, identifier, text }) => `${name}\n${identifier}\n\n${text}\n`).join('\n\n');
}
