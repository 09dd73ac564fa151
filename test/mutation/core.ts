import { readdirSync } from 'node:fs';

/**
 * All tests of the core as one suite. A mutation run starts thousands of times, and Jest sets up its own machinery for each
 * test file anew: in one file they take a fifth of the time. What the tests of the schema say of the parser, those of the
 * manifest say too.
 */
const core = new URL('../core/', import.meta.url);
const files = readdirSync(core, { encoding: 'utf8', recursive: true }).filter((file) => file.endsWith('.test.ts'));

for (const file of files.sort()) {
  if (!file.endsWith('schema.test.ts')) await import(new URL(file, core).href);
}
