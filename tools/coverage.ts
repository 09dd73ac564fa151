// Which part of src the tests run. They run dist, a bundle; so they are started in a copy of the project whose entries in dist
// load the sources instead, with V8 counting in every process: the tests' own, and each action and command that they start.
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

const root = dirname(import.meta.dirname);

/** Percent, of lines and of branches. */
const least = 95;

/** What the tests start, as short as it can be. */
const entries = {
  'dist/main.js': "import { main } from '../src/index.ts';\nawait main();\n",
  'dist/post.js': "import { post } from '../src/index.ts';\nawait post();\n",
  'dist/cli/index.js': "import '../../src/cli/main.ts';\n",
};

/** Tests of what is built, not of what it does. */
const ofTheBuild = ['test/e2e/loading.test.ts', 'test/tools/'];

/** Types alone; and what the build puts in the place of a package, which sources do without. */
const notRun = ['src/core/ports.ts', 'src/core/outcome.ts', 'src/core/operations/context.ts', 'src/undici.ts'];

const copy = mkdtempSync(join(tmpdir(), 'coverage-'));
const counts = join(copy, 'counts');

/** Whether that part of the tests passes. */
async function tests(shard: string): Promise<boolean> {
  const child = spawn(
    process.execPath,
    [
      '--experimental-vm-modules',
      '--disable-warning=ExperimentalWarning',
      'node_modules/jest/bin/jest.js',
      '--runInBand',
      `--shard=${shard}`,
      ...process.argv.slice(2),
      ...['/node_modules/', 'test/matrices/', ...ofTheBuild].map((path) => `--testPathIgnorePatterns=${path}`),
    ],
    { cwd: copy, env: { ...process.env, NODE_V8_COVERAGE: counts, MODEL_HISTORIES: '500' }, stdio: 'inherit' },
  );
  const [code] = await once(child, 'close');
  return code === 0;
}

try {
  const listed = execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], { cwd: root });
  for (const file of listed.toString().split('\0')) {
    if (file !== '' && !file.startsWith('dist/')) cpSync(join(root, file), join(copy, file));
  }
  symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'), 'junction');
  for (const [path, code] of Object.entries(entries)) {
    mkdirSync(dirname(join(copy, path)), { recursive: true });
    writeFileSync(join(copy, path), code);
  }
  writeFileSync(join(copy, 'dist/package.json'), '{ "type": "module" }\n');

  // Each half in one process: Jest does not wait for its workers to write down what they counted.
  const halves = await Promise.all(['1/2', '2/2'].map((shard) => tests(shard)));
  const report = spawnSync(
    process.execPath,
    [
      join(root, 'node_modules/c8/bin/c8.js'),
      'report',
      `--temp-directory=${counts}`,
      '--all',
      '--src=src',
      '--include=src/**',
      ...notRun.map((path) => `--exclude=${path}`),
      '--merge-async',
      '--reporter=text',
      '--reporter=json',
      `--reports-dir=${join(root, 'coverage')}`,
      '--check-coverage',
      `--lines=${least}`,
      `--branches=${least}`,
    ],
    { cwd: copy, stdio: 'inherit' },
  );
  if (report.status !== 0 || !halves.every(Boolean)) process.exitCode = 1;
} finally {
  rmSync(copy, { recursive: true, force: true });
}
