// Which part of src the tests run. They run dist, a bundle; so they are started in a copy of the project whose dist is the
// sources as JavaScript, file by file, with V8 counting in every process: the tests' own, and each action and command that
// they start.
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import {
  copyFileSync,
  cpSync,
  globSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { stripTypeScriptTypes } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';

const root = dirname(import.meta.dirname);

/** Percent, of lines and of branches. */
const least = 95;

/** What the tests start, as short as it can be. */
const entries = {
  'main.js': "import { main } from './src/index.js';\nawait main();\n",
  'post.js': "import { post } from './src/index.js';\nawait post();\n",
  'cli/index.js': "import '../src/cli/main.js';\n",
};

/** Packages of many files, which take longer to load one by one than all that this program does. */
const packages = ['@actions/core', '@actions/github', '@azure/msal-node'];

/** Tests of what is built, not of what it does. */
const ofTheBuild = ['test/e2e/loading.test.ts', 'test/tools/'];

/** Types alone; and what the build puts in the place of a package, which sources do without. */
const notRun = ['src/core/ports.ts', 'src/core/outcome.ts', 'src/core/operations/context.ts', 'src/undici.ts'];

const copy = mkdtempSync(join(tmpdir(), 'coverage-'));
const dist = join(copy, 'dist');
const counts = join(copy, 'counts');

function write(path: string, text: string): void {
  mkdirSync(dirname(join(dist, path)), { recursive: true });
  writeFileSync(join(dist, path), text);
}

/** Everything stands where it stood in the source, so that what V8 counts in the one is true of the other. */
function writeSources(): void {
  for (const path of globSync('src/**/*.ts', { cwd: root })) {
    const code = stripTypeScriptTypes(readFileSync(join(root, path), 'utf8'));
    write(path.replace(/\.ts$/u, '.js'), code.replaceAll(/(?<=(?:from |import\()'\.[^'\n]*)\.ts(?=')/gu, '.js'));
  }
  for (const [path, code] of Object.entries(entries)) write(path, code);
  // The command line looks two folders up for its version.
  copyFileSync(join(root, 'package.json'), join(dist, 'package.json'));
}

async function writePackages(): Promise<void> {
  const home = (name: string): string => join('node_modules', name);
  await build({
    entryPoints: Object.fromEntries(
      packages.map((name) => [join(home(name), 'index'), fileURLToPath(import.meta.resolve(name))]),
    ),
    outdir: dist,
    bundle: true,
    platform: 'node',
    format: 'esm',
    // octokit would load it for a client that no call here ever uses (tools/build.ts).
    alias: { undici: join(root, 'dist/bundle/octokit-network.js') },
    banner: { js: "import{createRequire}from'node:module';const require=createRequire(import.meta.url);" },
    logLevel: 'warning',
  });
  const manifest = '{ "type": "module", "exports": "./index.js" }\n';
  for (const name of [...packages, 'undici']) write(join(home(name), 'package.json'), manifest);
  copyFileSync(join(root, 'dist/bundle/undici.js'), join(dist, home('undici'), 'index.js'));
}

/** Leaves of the counts what speaks of the sources, under their names: the rest is twenty times as much. */
function keepSources(): void {
  const addressOf = (folder: string): string => `${pathToFileURL(folder).href}/`;
  const sources = addressOf(join(copy, 'src'));
  const scripts = addressOf(join(dist, 'src'));
  for (const file of readdirSync(counts)) {
    const path = join(counts, file);
    const { result } = JSON.parse(readFileSync(path, 'utf8')) as { result: { readonly url: string }[] };
    const ours = result.flatMap((script) => {
      const { url } = script;
      if (url.startsWith(sources)) return script;
      if (!url.startsWith(scripts)) return [];
      return { ...script, url: `${sources}${url.slice(scripts.length).replace(/\.js$/u, '.ts')}` };
    });
    writeFileSync(path, JSON.stringify({ result: ours }));
  }
}

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
  writeSources();
  await writePackages();

  // Each half in one process: Jest does not wait for its workers to write down what they counted.
  const halves = await Promise.all(['1/2', '2/2'].map((shard) => tests(shard)));
  keepSources();
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
