import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, test } from '@jest/globals';
import { fencesOf, root } from './pages.ts';

test('the program in docs/development.md runs, and shows what it says', () => {
  const [program, ...others] = fencesOf('docs/development.md').filter(({ language }) => language === 'ts');
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
