// npm run package: writes the extension for Azure DevOps (.vsix) to the folder `build`; with `--pilot` the pilot copy
// of it.
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { packExtension } from './extension.ts';

/** Bytes that organizations download. The limit makes sure that nobody makes it larger by mistake. */
const largest = 500_000;

const folder = join(dirname(import.meta.dirname), 'build');
const { name, content } = packExtension(process.argv.includes('--pilot') ? 'pilot' : 'release');
if (content.length > largest) throw new Error(`${name} has ${content.length} bytes, more than ${largest}`);
mkdirSync(folder, { recursive: true });
writeFileSync(join(folder, name), content);
console.log(`build/${name}: ${content.length} bytes`);
