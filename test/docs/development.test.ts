import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, test } from '@jest/globals';
import { fencesOf, read, root } from './pages.ts';

const page = 'docs/development.md';

test('the program in docs/development.md runs, and shows what it says', () => {
  const [program, ...others] = fencesOf(page).filter(({ language }) => language === 'ts');
  expect(others).toEqual([]);
  const folder = mkdtempSync(join(tmpdir(), 'pat-development-'));
  try {
    const file = join(folder, 'program.ts');
    writeFileSync(file, program?.text.replace("'./", `'${pathToFileURL(root).href}/`) ?? '');
    const log = execFileSync(process.execPath, [file], { encoding: 'utf8' });
    expect(log).toContain('made, but its value never arrived');
    expect(log).not.toContain('::error');
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

test('every file and folder that the page names is there', () => {
  const named = [
    ...read(page).matchAll(/`((?:src|test|sandbox|tools|bench|extension|examples|\.github|\.ci)\/[\w./-]+)`/gu),
  ]
    .map(([, path = '']) => path)
    // A placeholder, which the reader replaces.
    .filter((path) => !/[A-Z]{4}/u.test(path));
  expect(named.length).toBeGreaterThan(40);
  expect(named.filter((path) => !existsSync(join(root, path)))).toEqual([]);
});

test('the map names each folder of the sources', () => {
  const map = fencesOf(page).find(({ language }) => language === 'text')?.text ?? '';
  const rooms = (folder: string): string[] =>
    readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) =>
      entry.isDirectory() ? `${folder}/${entry.name}` : [],
    );
  const missing = [...rooms('src'), ...rooms('src/core')].filter(
    (path) => !`\n${map}`.includes(`\n${path.padEnd(20)} `),
  );
  expect(missing).toEqual([]);
});
