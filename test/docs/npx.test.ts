import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, test } from '@jest/globals';

const root = join(import.meta.dirname, '../..');
const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));

test('npm installs no other package with this one', () => {
  // A script called build or prepare makes npm install the development dependencies of a package from git.
  const { prepare, prepack, build, install, preinstall, postinstall } = manifest.scripts;
  expect([prepare, prepack, build, install, preinstall, postinstall].filter(Boolean)).toEqual([]);
  // If one that is optional can't be had, npm goes on without it: a run offline wouldn't notice.
  expect([manifest.dependencies, manifest.optionalDependencies, manifest.peerDependencies]).toEqual(
    Array(3).fill(undefined),
  );
});

// Offline, so the test fails if npm wants anything but the repository: a dependency, or what a script would need.
test('npx runs the command line from a git address and installs nothing but the package', () => {
  const folder = mkdtempSync(join(tmpdir(), 'pat-npx-'));
  try {
    const repository = join(folder, 'azure-devops-pat-action');
    for (const file of ['package.json', 'action.yml', 'LICENSE', 'README.md', 'dist']) {
      cpSync(join(root, file), join(repository, file), { recursive: true });
    }
    const author = ['-c', 'user.name=test', '-c', 'user.email=test@example.com'];
    for (const words of [
      ['init', '-q'],
      ['add', '-A'],
      [...author, 'commit', '-q', '-m', 'test'],
    ]) {
      expect(spawnSync('git', words, { cwd: repository, encoding: 'utf8' })).toMatchObject({ status: 0 });
    }
    const cache = join(folder, 'cache');
    const run = spawnSync(
      'npx',
      ['--yes', '--offline', '--cache', cache, `git+${pathToFileURL(repository)}`, '--version'],
      {
        cwd: folder,
        encoding: 'utf8',
        env: { ...process.env, PATH: `${dirname(process.execPath)}${delimiter}${process.env.PATH ?? ''}` },
      },
    );
    expect({ status: run.status, stdout: run.stdout, stderr: run.stderr }).toMatchObject({
      status: 0,
      stdout: `${manifest.version}\n`,
    });
    const [installed = ''] = readdirSync(join(cache, '_npx'));
    const packages = readdirSync(join(cache, '_npx', installed, 'node_modules')).filter(
      (name) => !name.startsWith('.'),
    );
    expect(packages).toEqual(['azure-devops-pat-action']);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}, 120_000);
