// Prints the notes of a release: the section of CHANGELOG.md about a version. It fails if there is none.
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** The section of a version, without its heading; undefined if there is none or it is empty. */
export function notesOf(changelog: string, version: string): string | undefined {
  const sections = changelog.replaceAll('\r\n', '\n').split(/^## /mu);
  const section = sections.find((text) => text.startsWith(`[${version}]`));
  const notes = section?.slice(section.indexOf('\n') + 1).replace(/^\[[^\]]+\]: .*$/gmu, '');
  return notes?.trim() ? `${notes.trim()}\n` : undefined;
}

if (import.meta.main) {
  const [version = ''] = process.argv.slice(2);
  const notes = notesOf(readFileSync(join(dirname(import.meta.dirname), 'CHANGELOG.md'), 'utf8'), version);
  if (notes === undefined) throw new Error(`CHANGELOG.md has no section [${version}], or an empty one`);
  process.stdout.write(notes);
}
