import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';

export const root = dirname(dirname(import.meta.dirname));

/** Folders without files of this project itself. */
const skippedFolders = new Set(['node_modules', 'dist', 'build', 'coverage', 'reports', '.git', '.stryker-tmp']);

/** Paths from the root, with slashes, of all files below a folder whose names have this ending. */
export function filesBelow(folder: string, ending: string): string[] {
  const found: string[] = [];
  for (const entry of readdirSync(join(root, folder), { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) {
      if (!skippedFolders.has(entry.name)) found.push(...filesBelow(path, ending));
    } else if (entry.isFile() && entry.name.endsWith(ending)) {
      found.push(path.split(sep).join('/'));
    }
  }
  return found.sort();
}

/** Every page of the documentation. */
export const pages = filesBelow('.', '.md').map((path) => relative('.', path).split(sep).join('/'));

export function read(path: string): string {
  return readFileSync(join(root, path), 'utf8').replaceAll('\r\n', '\n');
}

export interface Fence {
  /** `README.md:16`, the line of its first line of content. */
  readonly place: string;
  /** `yaml`, `sh`, … as written behind the back quotes. */
  readonly language: string;
  /** Content without the indentation of the fence. */
  readonly text: string;
}

/** The fenced blocks of a page. */
export function fencesOf(path: string): Fence[] {
  const lines = read(path).split('\n');
  const fences: Fence[] = [];
  for (let at = 0; at < lines.length; at++) {
    const [, indent = '', marker = '', language = ''] = /^(\s*)(`{3,}|~{3,})\s*(\S*)/u.exec(lines[at] ?? '') ?? [];
    if (marker === '') continue;
    const start = at + 1;
    do at++;
    while (at < lines.length && !(lines[at] ?? '').trimStart().startsWith(marker));
    const content = lines.slice(start, at).map((line) => (line.startsWith(indent) ? line.slice(indent.length) : line));
    fences.push({ place: `${path}:${start + 1}`, language, text: `${content.join('\n')}\n` });
  }
  return fences;
}

/** A page without its fenced blocks and its inline code, line by line as it was. */
export function prose(path: string): string {
  let fence = '';
  const lines = read(path)
    .split('\n')
    .map((line) => {
      const [, marker = ''] = /^\s*(`{3,}|~{3,})/u.exec(line) ?? [];
      if (fence === '' && marker !== '') fence = marker;
      else if (fence !== '' && line.trimStart().startsWith(fence)) fence = '';
      else if (fence === '') return line;
      return '';
    });
  return lines.join('\n').replace(/(`+)[^`\n](?:[^\n]*?[^`\n])?\1(?!`)/gu, (code) => ' '.repeat(code.length));
}
