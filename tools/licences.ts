import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

const packages = join(dirname(import.meta.dirname), 'node_modules');

/** One package of a bundle, as ncc's `license` option writes it: name, SPDX identifier, text of its licence file. */
export interface Licence {
  readonly name: string;
  readonly identifier: string;
  readonly text: string;
}

/**
 * Code that a package carries of somebody else without a licence file of its own for it. undici's HTTP parser is llhttp,
 * compiled (https://github.com/nodejs/llhttp, LICENSE).
 */
const carried: Readonly<Record<string, Licence>> = {
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

/** The packages in what ncc wrote. */
export function readLicences(text: string): Licence[] {
  const plain = text.replaceAll('\r\n', '\n');
  const found = [...plain.matchAll(start)];
  return found.map((match, index) => ({
    name: match.groups?.name ?? '',
    identifier: match.groups?.identifier ?? '',
    text: plain.slice(match.index + match[0].length, found[index + 1]?.index).trim(),
  }));
}

/** What a package that ncc did not bundle says of itself; `files` are its licence files, below its folder. */
export function licenceOf(name: string, files: readonly string[] = ['LICENSE']): Licence {
  const { license } = JSON.parse(readFileSync(join(packages, name, 'package.json'), 'utf8')) as { license: string };
  const texts = files.map((file) =>
    readFileSync(join(packages, name, file), 'utf8')
      .replaceAll('\r\n', '\n')
      .trim(),
  );
  return { name, identifier: license, text: texts.join('\n\n') };
}

/**
 * One file for all of dist: each package once, in the order of the names. dist may not be passed on without it.
 * @throws Error where a package came without a licence text, which ncc passes over in silence
 */
export function writeLicences(licences: readonly Licence[]): string {
  const all = new Map<string, Licence>();
  for (const licence of licences) {
    all.set(licence.name, licence);
    const other = carried[licence.name];
    if (other) all.set(other.name, other);
  }
  const bare = [...all.values()].filter(({ text }) => !/copyright|permission/iu.test(text));
  if (bare.length > 0) throw new Error(`No licence text: ${bare.map(({ name }) => name).join(', ')}`);
  const sorted = [...all.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
  return sorted.map(({ name, identifier, text }) => `${name}\n${identifier}\n\n${text}\n`).join('\n\n');
}
