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

test('every file and folder that the page names exists', () => {
  const named = [
    ...read(page).matchAll(/`((?:src|test|sandbox|tools|bench|extension|examples|\.github|\.ci)\/[\w./-]+)`/gu),
  ]
    .map(([, path = '']) => path)
    // A placeholder, which the reader replaces.
    .filter((path) => !/[A-Z]{4}/u.test(path));
  expect(named.length).toBeGreaterThan(40);
  expect(named.filter((path) => !existsSync(join(root, path)))).toEqual([]);
});

function foldersOf(folder: string): string[] {
  return readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) =>
    entry.isDirectory() ? `${folder}/${entry.name}` : [],
  );
}

test('the map has ten lines, and names each folder of src', () => {
  const map = fencesOf(page).find(({ language }) => language === 'text')?.text ?? '';
  const lines = map.trimEnd().split('\n');
  expect(lines).toHaveLength(10);
  const named = lines.flatMap((line) => line.split(/ {2,}/u)[0]?.split(', ') ?? []);
  expect(named.filter((path) => path.startsWith('src/')).sort()).toEqual(foldersOf('src').sort());
  expect(named.filter((path) => !existsSync(join(root, path)))).toEqual([]);
});

test('each folder of the core, of the adapters and of the tests has its row', () => {
  const folders = ['src/core', 'src/adapters', 'test'].flatMap(foldersOf);
  expect(folders.filter((path) => !read(page).includes(`\n| \`${path}\` | `))).toEqual([]);
});
