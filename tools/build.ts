// Builds dist. tsc emits JavaScript, and ncc bundles it; each `import()` becomes a chunk of its own. The entries that
// action.yml and package.json name are a few lines that load this bundle. Two builds with one lock file are identical.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, relative } from 'node:path';
import remapping, { type EncodedSourceMap, type SourceMapInput } from '@jridgewell/remapping';
import { build, type Plugin, transformSync } from 'esbuild';
import { foldersOf, licenseOf, readLicenses, writeLicenses } from './licenses.ts';
import { addColumns } from './line-map.ts';

const root = dirname(import.meta.dirname);
const dist = join(root, 'dist');

/** Source maps of the shipped files, for the coverage report. They are not shipped. */
const maps = join(root, 'build/maps');

interface Bundle {
  readonly code: string;
  readonly map: string | undefined;
  readonly assets: Readonly<Record<string, { readonly source: string | Buffer }>>;
}

const ncc = createRequire(import.meta.url)('@vercel/ncc') as (
  input: string,
  options: Readonly<Record<string, unknown>>,
) => Promise<Bundle>;

/** The function that each entry calls, by the path of the entry in dist. */
const entries = {
  'main.js': ['./bundle/index.js', 'main'],
  'post.js': ['./bundle/index.js', 'post'],
} as const;

const compacting = { minifyWhitespace: true, minifySyntax: true, legalComments: 'none', format: 'esm' } as const;

/** Whether a chunk contains nothing of `src`. Its map names its sources. */
function isOfPackages(map: string | undefined): boolean {
  const { sources = [] } = map === undefined ? {} : (JSON.parse(map) as { readonly sources?: readonly string[] });
  return sources.length > 0 && sources.every((source) => /(^|\/)(node_modules|webpack)\//u.test(source));
}

/**
 * Writes a file of the bundle without white space and comments, so that a runner has less to download. Names stay, so
 * that a reviewer can format a file and read it. Only the names inside of packages are shortened, because a reviewer
 * reads a package as it was published.
 */
function writeCompact(path: string, code: string | Buffer, map: string | undefined): void {
  const bundled = code
    .toString()
    // ncc leaves only this import as it is, so that a run with wrong inputs never loads undici.
    .replaceAll(/\bimport\((?:\/\*.*?\*\/\s*)?(['"])undici\1\)/gu, 'import("./undici.js")')
    // With these variables the parser of YAML prints what it reads, past every filter, so a manifest could command the
    // runner.
    .replaceAll(/\bnode_process\.env\.LOG_(?:STREAM|TOKENS)\b/gu, 'false')
    // @actions/github reads the event of the run, which nobody here uses. It prints a line if the file is not there, and
    // fails if the file holds no JSON.
    .replaceAll(/\bprocess\.env\.GITHUB_EVENT_PATH\b/gu, 'undefined');
  const compact = transformSync(bundled, {
    ...compacting,
    target: 'node20',
    sourcemap: 'external',
    minifyIdentifiers: isOfPackages(map),
  });
  write(path, compact.code);
  if (map !== undefined) writeMap(path, compact.map, addColumns(map, bundled));
}

/** Writes one map that leads from the shipped file, through what ncc and tsc wrote, to the sources. */
function writeMap(path: string, compact: string, bundled: SourceMapInput): void {
  const chained = remapping(compact, (file, { depth }) => {
    if (depth === 1) return bundled;
    const [, script] = /(?:^|\/)(build\/.+)$/u.exec(file) ?? [];
    return script !== undefined && existsSync(join(root, `${script}.map`)) ? readMap(join(root, script)) : null;
  });
  writeMapFile(path, chained.toString());
}

function readMap(script: string): EncodedSourceMap {
  const map = JSON.parse(readFileSync(`${script}.map`, 'utf8')) as EncodedSourceMap;
  return { ...map, sources: map.sources.map((source) => relative(root, join(dirname(script), source ?? ''))) };
}

function writeMapFile(path: string, map: string): void {
  const file = join(maps, `${path}.map`);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, map);
}

/**
 * Packages that the bundle does not contain. @actions/core and @actions/github load most of them, although no call here
 * uses them: an HTTP client of their own, since @actions/github gets this program's; programs that they start; and the
 * routes of the whole API of GitHub with their pages, since each call names its route. MSAL always loads jsonwebtoken, but
 * signs only with a client certificate.
 */
const leftOut = [
  'undici',
  '@actions/http-client',
  '@actions/http-client/lib/auth',
  '@actions/exec',
  '@octokit/plugin-rest-endpoint-methods',
  '@octokit/plugin-paginate-rest',
  'jsonwebtoken',
];

/**
 * What stands in for them. @actions/github makes a client and asks for its agents when it is loaded. jsonwebtoken is
 * loaded with the first signature.
 */
const standIns = `
  import { createRequire } from 'node:module';
  export function fetch() { throw new Error('this client is not used'); }
  export class HttpClient { getAgent() {} getAgentDispatcher() {} }
  export const restEndpointMethods = () => ({});
  export const paginateRest = () => ({});
  export default { get sign() { return createRequire(import.meta.url)('./sign.cjs').sign; } };
`;

/**
 * Leaves out the parts of undici that this program doesn't use (HTTP/2, SOCKS, bodies that are forms). They take half of
 * the time that it needs to load.
 */
const withoutUnused: Plugin = {
  name: 'without-unused',
  setup(bundler) {
    bundler.onResolve(
      { filter: /\/(client-h2|h2c-client|socks5-proxy-agent|web\/(fetch\/body|fetch\/formdata|webidl))(\.js)?$/ },
      ({ path }) => ({
        path,
        namespace: 'unused',
      }),
    );
    // The HTTP parser comes twice, with and without SIMD. The one without runs on every processor, and is fast enough
    // for a few requests.
    bundler.onResolve({ filter: /\/llhttp_simd-wasm\.js$/ }, ({ path, resolveDir }) => ({
      path: join(resolveDir, path.replace('llhttp_simd-wasm', 'llhttp-wasm')),
    }));
    bundler.onLoad({ filter: /./, namespace: 'unused' }, () => ({ contents: 'module.exports = class {};' }));
  },
};

/** Options that all bundles of esbuild share. */
const bundling = {
  bundle: true,
  platform: 'node',
  format: 'esm',
  target: 'node20',
  minifyWhitespace: true,
  minifySyntax: true,
  legalComments: 'none',
  logLevel: 'warning',
} as const;

/** esbuild bundles undici, because ncc would take all of it; see src/undici.ts. */
async function buildUndici(): Promise<void> {
  await build({
    entryPoints: [join(root, 'build/undici.js')],
    outfile: join(dist, 'bundle/undici.js'),
    ...bundling,
    minifyIdentifiers: true,
    // With this switch of undici a build has no experimental second parser.
    define: { esbuildDetection: '1' },
    banner: { js: "import{createRequire}from'node:module';const require=createRequire(import.meta.url);" },
    plugins: [withoutUnused],
  });
}

/** esbuild bundles the package that signs MSAL's assertions. Returns the folders of its packages, below node_modules. */
async function buildSigner(): Promise<string[]> {
  const { metafile } = await build({
    stdin: { contents: "exports.sign = require('jsonwebtoken/sign');", resolveDir: root },
    absWorkingDir: root,
    outfile: join(dist, 'bundle/sign.cjs'),
    ...bundling,
    format: 'cjs',
    minifyIdentifiers: true,
    metafile: true,
  });
  return foldersOf(Object.keys(metafile.inputs));
}

/** The entry itself contains only what `--help` needs. The commands come from the bundle. */
const commandsFromBundle: Plugin = {
  name: 'commands-from-bundle',
  setup(bundler) {
    bundler.onResolve({ filter: /^\.\.\/index\.js$/ }, () => ({ path: '../bundle/index.js', external: true }));
  },
};

/**
 * The entry of the command line. It doesn't load the bundle, because that loads undici first, which takes longer than
 * all of this.
 */
async function buildCommandLine(): Promise<void> {
  const { outputFiles } = await build({
    entryPoints: [join(root, 'build/cli/main.js')],
    outfile: join(dist, 'cli/index.js'),
    ...bundling,
    banner: { js: '#!/usr/bin/env node' },
    plugins: [commandsFromBundle],
    sourcemap: 'external',
    write: false,
  });
  for (const { path, text } of outputFiles) {
    if (path.endsWith('.map')) writeMapFile('cli/index.js', text);
    else write('cli/index.js', text);
  }
}

/**
 * The chunk of the Azure Pipelines task, which ncc names by a number, is left out of the action's download.
 * @throws Error if there isn't exactly one such chunk
 */
function leaveOutOfDownload(assets: Bundle['assets']): void {
  const chunks = Object.entries(assets).filter(
    ([name, { source }]) => name.endsWith('.js') && String(source).includes('settaskvariable'),
  );
  const [[name] = []] = chunks;
  if (name === undefined || chunks.length > 1) throw new Error(`The task has ${chunks.length} chunks, not one`);
  const file = join(root, '.gitattributes');
  const line = `/dist/bundle/${name} export-ignore`;
  const lines = readFileSync(file, 'utf8').replace(/^\/dist\/bundle\/\d+\.index\.js export-ignore$/mu, line);
  if (!lines.includes(line)) throw new Error('.gitattributes has no line for the chunk of the task');
  writeFileSync(file, lines);
}

function write(path: string, content: string | Buffer): void {
  const file = join(dist, path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, content);
}

rmSync(join(root, 'build'), { recursive: true, force: true });
execFileSync(process.execPath, [join(root, 'node_modules/typescript/bin/tsc'), '-p', join(root, 'tsconfig.json')], {
  stdio: 'inherit',
});
rmSync(dist, { recursive: true, force: true });
const { code, map, assets } = await ncc(join(root, 'build/index.js'), {
  cache: false,
  quiet: true,
  minify: false,
  license: 'licenses.txt',
  externals: Object.fromEntries(leftOut.map((name) => [name, './stand-ins.js'])),
  sourceMap: true,
  sourceMapRegister: false,
});
writeCompact('bundle/stand-ins.js', standIns, undefined);
writeCompact('bundle/index.js', code, map);
for (const [name, { source }] of Object.entries(assets)) {
  if (name === 'licenses.txt' || name.endsWith('.map')) continue;
  if (name.endsWith('.js')) writeCompact(join('bundle', name), source, assets[`${name}.map`]?.source.toString());
  else write(join('bundle', name), source);
}
leaveOutOfDownload(assets);
await buildUndici();
const signer = await buildSigner();
write(
  'licenses.txt',
  writeLicenses([
    ...readLicenses(String(assets['licenses.txt']?.source)),
    // What esbuild bundles, or ncc does not see.
    ...['undici', 'commander', ...signer].map(licenseOf),
  ]),
);
await buildCommandLine();
write('package.json', '{ "type": "module" }\n');
for (const [path, [bundle, call]] of Object.entries(entries)) {
  write(path, `import { ${call} } from '${bundle}';\n\nawait ${call}();\n`);
}
