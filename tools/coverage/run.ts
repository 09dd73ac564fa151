// Runs all tests once and reports which lines and branches of src ran: in the processes of the tests, which load the
// sources, and in each action and command that they start, which are the shipped bundle. Source maps lead from the
// bundle to the sources. No report generator joins the two: branches that were counted in two forms of one source would
// be two branches.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, globSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { addSource, type FunctionCoverage, Script } from './script.ts';
import { Source } from './source.ts';

const root = dirname(dirname(import.meta.dirname));

/** Percent that must have run. */
const required = { lines: 99, branches: 95 };

/** Runs the tests, and returns whether they pass. */
async function runTests(counts: string): Promise<boolean> {
  const child = spawn(
    process.execPath,
    [
      '--experimental-vm-modules',
      '--disable-warning=ExperimentalWarning',
      join(root, 'node_modules/jest/bin/jest.js'),
      `--setupFilesAfterEnv=${join(import.meta.dirname, 'take.ts')}`,
      ...process.argv.slice(2),
    ],
    { cwd: root, env: { ...process.env, NODE_V8_COVERAGE: counts }, stdio: 'inherit' },
  );
  const [code] = await once(child, 'close');
  return code === 0;
}

/** What V8 wrote down, file by file. */
function* readCounts(counts: string): Generator<readonly { url: string; functions: readonly FunctionCoverage[] }[]> {
  for (const file of readdirSync(counts)) yield JSON.parse(readFileSync(join(counts, file), 'utf8')).result;
}

function readSources(counts: string): Source[] {
  const sources = new Map(globSync('src/**/*.ts', { cwd: root }).map((path) => [path, new Source(root, path)]));
  const sourceOf = (name: string): Source | undefined =>
    name.includes('node_modules') ? undefined : sources.get(/(?:^|\/)(src\/.+)$/u.exec(name)?.[1] ?? '');
  const addressOf = (path: string): string => pathToFileURL(join(root, path)).href;
  const inSources = new Map([...sources].map(([path, source]) => [addressOf(path), source]));
  const scripts = new Map(
    globSync('**/*.map', { cwd: join(root, 'build/maps') }).map((map) => {
      const path = join('dist', map.replace(/\.map$/u, ''));
      return [addressOf(path), new Script(join(root, path), join(root, 'build/maps', map), sourceOf)];
    }),
  );
  // The task of Azure Pipelines runs from an unpacked copy of the bundle, and a warm process numbers what it runs.
  const shipped = (url: string): string =>
    url.replace(/^.*\/task\/bundle\//u, addressOf('dist/bundle/')).replace(/\?run=\d+$/u, '');
  for (const result of readCounts(counts)) {
    for (const { url, functions } of result) {
      const source = inSources.get(url);
      if (source !== undefined) addSource(source, functions);
      scripts.get(shipped(url))?.add(functions);
    }
  }
  return [...sources.values()];
}

function percentOf(parts: readonly { readonly count: number; readonly missed: readonly number[] }[]): number {
  const count = parts.reduce((sum, part) => sum + part.count, 0);
  const missed = parts.reduce((sum, part) => sum + part.missed.length, 0);
  return count === 0 ? 100 : (100 * (count - missed)) / count;
}

/** Prints what did not run, and returns whether enough did. */
function report(sources: readonly Source[]): boolean {
  const measured = sources.map((source) => ({ source, lines: source.lines(), branches: source.branches() }));
  for (const { source, lines, branches } of measured) {
    const missed = [...new Set([...lines.missed, ...branches.missed])].sort((a, b) => a - b);
    if (missed.length > 0) console.log(`${source.path}: not all of lines ${missed.join(', ')} ran`);
  }
  const lines = percentOf(measured.map((each) => each.lines));
  const branches = percentOf(measured.map((each) => each.branches));
  console.log(
    `coverage of src: ${lines.toFixed(2)} % of the lines (at least ${required.lines}), ` +
      `${branches.toFixed(2)} % of the branches (at least ${required.branches})`,
  );
  return lines >= required.lines && branches >= required.branches;
}

if (!existsSync(join(root, 'build/maps')))
  throw new Error('There are no source maps of dist: run "npm run build" first.');
const counts = mkdtempSync(join(tmpdir(), 'coverage-'));
try {
  const passed = await runTests(counts);
  const enough = report(readSources(counts));
  if (!passed || !enough) process.exitCode = 1;
} finally {
  rmSync(counts, { recursive: true, force: true });
}
