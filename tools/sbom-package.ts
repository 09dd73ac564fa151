import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readLicenses } from './licenses.ts';

// dist contains everything that it needs, so package.json names only devDependencies, and npx installs none of them.
// For an SBOM this writes a package.json that names the bundled packages as dependencies.
const [folder = ''] = process.argv.slice(2);
if (folder === '') throw new Error('usage: node tools/sbom-package.ts FOLDER');

const root = join(import.meta.dirname, '..');
const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
const bundled = new Set(readLicenses(readFileSync(join(root, 'dist/licenses.txt'), 'utf8')).map(({ name }) => name));
const direct: [name: string, version: unknown][] = Object.entries(manifest.devDependencies);
const { devDependencies: _, scripts: __, ...rest } = manifest;

mkdirSync(folder, { recursive: true });
const shipped = { ...rest, dependencies: Object.fromEntries(direct.filter(([name]) => bundled.has(name))) };
writeFileSync(join(folder, 'package.json'), `${JSON.stringify(shipped, undefined, 2)}\n`);
// The versions of the lock file stay. npm removes from it what is no longer needed.
copyFileSync(join(root, 'package-lock.json'), join(folder, 'package-lock.json'));
