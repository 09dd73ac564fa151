// Builds dist: tsc emits JavaScript, ncc bundles it (each `import()` becomes a chunk of its own), and the entries that
// action.yml and package.json name are a few lines that load that one bundle. Builds of one lockfile are identical.
import { execFileSync } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { transformSync } from 'esbuild';

const root = dirname(import.meta.dirname);
const dist = join(root, 'dist');

interface Bundle {
  readonly code: string;
  readonly assets: Readonly<Record<string, { readonly source: string | Buffer }>>;
}

const ncc = createRequire(import.meta.url)('@vercel/ncc') as (
  input: string,
  options: Readonly<Record<string, unknown>>,
) => Promise<Bundle>;

/** What each entry calls, by its path in dist. */
const entries = {
  'main.js': ['./bundle/index.js', 'main'],
  'post.js': ['./bundle/index.js', 'post'],
} as const;

/**
 * White space and comments are most of what a runner would download for nothing. Names stay, so that a reviewer can
 * format a file and read it.
 */
function compact(code: string | Buffer): string {
  const options = { minifyWhitespace: true, minifySyntax: true, legalComments: 'none', format: 'esm' } as const;
  return transformSync(code.toString(), { ...options, target: 'node24' }).code;
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
const options = { cache: false, quiet: true, minify: false };
const { code, assets } = await ncc(join(root, 'build/index.js'), { ...options, externals: { undici: './undici.js' } });
write('bundle/index.js', compact(code));
for (const [name, { source }] of Object.entries(assets)) {
  write(join('bundle', name), name.endsWith('.js') ? compact(source) : source);
}
write('bundle/undici.js', compact((await ncc(join(root, 'build/undici.js'), options)).code));
write('package.json', '{ "type": "module" }\n');
for (const [path, [bundle, call]] of Object.entries(entries)) {
  write(path, `import { ${call} } from '${bundle}';\n\nawait ${call}();\n`);
}
