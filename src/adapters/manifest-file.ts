import { constants } from 'node:fs';
import { open, realpath } from 'node:fs/promises';
import { isAbsolute, relative, resolve, sep } from 'node:path';
import {
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  type Pair,
  parseAllDocuments,
  type YAMLMap,
} from 'yaml';
import { Failure } from '../core/failure.ts';
import { type ManifestNode, unevaluatedExpression } from '../core/request/manifest/node.ts';
import { invalidManifest, type ManifestProblem, type Position, refuse } from '../core/request/manifest/problem.ts';
import { quoteForeign } from '../core/sanitize.ts';
import { nodeErrorCode } from './node-error-code.ts';
import { decodeText } from './text-encoding.ts';

/**
 * The limit for values, counting each alias again. No real manifest has so many. It stops an alias bomb: a few lines of
 * aliases to aliases that stand for billions of values.
 */
const mostValues = 200_000;

/** The limit for nesting. No real manifest is so deep, and every stack has room for it. */
const deepest = 50;

/** How many syntax errors are reported at most. Nobody reads more. */
const mostFaults = 1000;

/** The limit for the text in UTF-16 units: several thousand tokens fit. */
const longest = 1024 * 1024;

/**
 * The tree of a manifest. The source is a path, or the YAML itself if it has several lines, a brace, or a colon and a
 * space.
 * @throws Failure `manifest-invalid`
 */
export async function loadManifest(source: string, location: ManifestLocation): Promise<ManifestNode> {
  const inline = /[\n{]|:\s/u.test(source);
  return parseYaml(inline ? source : await readText(await locateManifest(source, location), source, location));
}

interface ManifestLocation {
  /** A relative path begins at this folder if there is no workspace. */
  readonly folder: string;
  /** No path may lead out of this folder. */
  readonly workspace: string | undefined;
  /** Receives a remark about a file that was read. */
  readonly notice: (message: string) => void;
}

/** @throws Failure `manifest-invalid` for a path that leads out of the workspace, by dots or by a link */
async function locateManifest(source: string, { folder, workspace }: ManifestLocation): Promise<string> {
  if (workspace === undefined) return resolve(folder, source);
  const path = resolve(workspace, source);
  // A missing file has no real path. Reading it reports that.
  const [home = workspace, real] = await Promise.all(
    [workspace, path].map((each) => realpath(each).catch(() => undefined)),
  );
  if (real === undefined ? isWithin(path, workspace) : isWithin(real, home)) return path;
  throw new Failure('manifest-invalid', {
    what: 'Reading the manifest',
    why: `the path ${quoteForeign(source)} leads out of the workspace`,
    hint: 'Name a file in the workspace, or give the YAML itself.',
  });
}

/** Whether the path is the folder itself, or below it. */
function isWithin(path: string, folder: string): boolean {
  const way = relative(folder, path);
  return way !== '..' && !way.startsWith(`..${sep}`) && !isAbsolute(way);
}

/** @throws Failure `manifest-invalid` if the file can't be read, or is in an encoding that YAML doesn't have */
async function readText(path: string, name: string, { notice }: ManifestLocation): Promise<string> {
  const decoded = decodeText(await readBytes(path, name));
  switch (decoded.encoding) {
    case 'UTF-8':
      return decoded.text;
    case 'UTF-16':
      notice(
        `The manifest ${quoteForeign(name)} is encoded in UTF-16. It was read as such; save it as UTF-8, which every tool reads.`,
      );
      return decoded.text;
    case 'UTF-32':
      throw invalidManifest([{ line: 1, column: 1, text: 'the file is encoded in UTF-32; save it as UTF-8' }]);
    case 'unknown': {
      const { line, column } = decoded;
      throw invalidManifest([
        { line, column, text: 'the file is not encoded in UTF-8 (this byte has no meaning there); save it as UTF-8' },
      ]);
    }
  }
}

/** The limit in bytes, for the encoding that needs the most. */
const mostBytes = 4 * longest;

async function readBytes(path: string, name: string): Promise<Uint8Array> {
  try {
    return await readRegularFile(path, name);
  } catch (error) {
    throw error instanceof Failure ? error : cannotRead(name, error);
  }
}

/** A pipe or a device may never end, so only a regular file is read. */
async function readRegularFile(path: string, name: string): Promise<Uint8Array> {
  const file = await open(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
  try {
    const found = await file.stat();
    if (!found.isFile()) {
      const kind = found.isDirectory() ? 'a folder' : 'a pipe, a device or a socket';
      throw refusedFile(name, `is ${kind}`, 'Name a file, or give the YAML itself.');
    }
    if (found.size > mostBytes)
      throw refusedFile(name, `is larger than ${mostBytes} bytes`, 'Split it, and run sync once for each part.');
    return await file.readFile();
  } finally {
    await file.close();
  }
}

/** The Failure for a file that the system does not let this run read. */
function cannotRead(name: string, error: unknown): Failure {
  const code = nodeErrorCode(error) || 'unknown';
  const isAbsent = code === 'ENOENT' || code === 'ENOTDIR';
  const fault = `cannot be read (${code})`;
  if (!isAbsent) return refusedFile(name, fault, 'Name a file that this user may read, or give the YAML itself.');
  return refusedFile(name, fault, 'Name a file that exists, or give the YAML itself.').with({
    problems: [{ input: 'manifest', text: `the file ${fault}`, absent: true }],
  });
}

function refusedFile(name: string, fault: string, hint: string): Failure {
  return new Failure('manifest-invalid', {
    what: 'Reading the manifest',
    why: `the file ${quoteForeign(name)} ${fault}`,
    hint,
    problems: [{ input: 'manifest', text: `the file ${fault}` }],
  }).nothingSent();
}

/** A line that opens or closes a block of code in Markdown. */
const fence = /^[ \t]*(?:```|~~~)[\w-]*[ \t]*$/u;

/** The text with the fence around it replaced by empty lines, so that every line keeps its number. */
function withoutFence(text: string): string {
  const lines = text.split('\n');
  const filled = lines.flatMap((line, index) => (line.trim() === '' ? [] : [index]));
  const [first, last] = [filled[0], filled.at(-1)];
  if (first === undefined || last === undefined || first === last) return text;
  if (![first, last].every((index) => fence.test((lines[index] ?? '').trimEnd()))) return text;
  return lines.map((line, index) => (index === first || index === last ? '' : line)).join('\n');
}

/**
 * YAML 1.2, with anchors, aliases and merge keys (`<<`).
 * @throws Failure `manifest-invalid` with every syntax error and its position
 */
export function parseYaml(source: string): ManifestNode {
  const start: Position = { line: 1, column: 1 };
  if (source.length > longest) throw invalidManifest([{ ...start, text: 'the manifest is larger than 1 MB' }]);
  const text = withoutFence(source);
  const counter = new LineCounter();
  const documents = parseAllDocuments(text, {
    lineCounter: counter,
    version: '1.2',
    // The core reports doubled keys, together with all other mistakes.
    uniqueKeys: false,
    // Pretty errors quote whole lines of the file.
    prettyErrors: false,
  });
  const at = (offset: number): Position => {
    const { line, col } = counter.linePos(offset);
    return { line: Math.max(line, 1), column: Math.max(col, 1) };
  };
  let problems: ManifestProblem[] = [];
  const faults = [...documents].flatMap(({ errors, warnings }) => [...errors, ...warnings]);
  for (const { code, message, pos } of faults.slice(0, mostFaults)) {
    const deep = code === 'RESOURCE_EXHAUSTION';
    problems.push({ ...at(pos[0]), text: deep ? 'it is nested too deeply' : `not YAML: ${quoteForeign(message)}` });
    // Any further problem is only a consequence of this one.
    if (deep) throw invalidManifest(problems.slice(-1));
  }
  if (problems.length > 0) {
    const marks = foreignMarks(text, at).slice(0, mostFaults);
    const marked = new Set(marks.map(({ line }) => line));
    // Any other problem in such a line is only a consequence of the mark.
    problems = [...marks, ...problems.filter(({ line }) => !marked.has(line))];
  }
  const filled = [...documents].filter(({ contents }) => contents !== null && !isEmptyScalar(contents));
  for (const { directives } of documents) {
    const { explicit, version } = directives?.yaml ?? {};
    if (explicit && version !== '1.2')
      problems.push({ ...start, text: 'a manifest is YAML 1.2; leave the directive %YAML out' });
  }
  const [document, second] = filled;
  if (second) {
    problems.push({
      ...at(second.contents?.range?.[0] ?? 0),
      text: 'a second document begins here (after ---); a manifest is a single document: put all tokens into one list, or run sync once for each file',
    });
  }
  refuse(problems);
  if (!document) throw invalidManifest([{ ...start, text: 'the manifest is empty; it needs tokens' }]);
  return new Reader(at).read(document.contents, start);
}

/** Finds what people often copy along with YAML: the fence of a Markdown block, and an expression of a workflow. */
function foreignMarks(text: string, at: (offset: number) => Position): ManifestProblem[] {
  const problems: ManifestProblem[] = [];
  for (const { index } of text.matchAll(/^[ \t]*(?:```|~~~).*$/gmu)) {
    problems.push({ ...at(index), text: 'this line is the fence of a block in Markdown; leave the fence out' });
  }
  const expression = text.indexOf('${{');
  if (expression >= 0) problems.push({ ...at(expression), text: unevaluatedExpression });
  return problems;
}

function isEmptyScalar(node: unknown): boolean {
  return isScalar(node) && node.value === null && node.source === '';
}

/** A value that an anchor names, and the number of values in it; `open` while the reader is inside it. */
type Anchored = { readonly tree: ManifestNode; readonly size: number } | 'open';

/**
 * Turns nodes into a tree. It reads an aliased value once and shares it, so an alias bomb costs no more than its text.
 */
class Reader {
  readonly #at: (offset: number) => Position;
  readonly #anchors = new Map<string, Anchored>();
  /** The number of values so far, counting those behind an alias each time. */
  #size = 0;

  constructor(at: (offset: number) => Position) {
    this.#at = at;
  }

  read(node: unknown, fallback: Position, depth = 0): ManifestNode {
    const range = (node as Node | null)?.range;
    const position = range ? this.#at(range[0]) : fallback;
    this.#count(1, position);
    if (depth > deepest) throw invalidManifest([{ ...position, text: 'it is nested too deeply' }]);
    if (isAlias(node)) return this.#follow(node.source, position);
    const anchor = (node as { anchor?: string } | null)?.anchor;
    if (anchor === undefined) return this.#value(node, position, depth);
    this.#anchors.set(anchor, 'open');
    const before = this.#size;
    const tree = this.#value(node, position, depth);
    this.#anchors.set(anchor, { tree, size: this.#size - before });
    return tree;
  }

  #count(values: number, position: Position): void {
    this.#size += values;
    if (this.#size > mostValues) {
      throw invalidManifest([{ ...position, text: 'its aliases make the manifest too large' }]);
    }
  }

  #follow(name: string, position: Position): ManifestNode {
    const target = this.#anchors.get(name);
    if (target === undefined || target === 'open') {
      const why = target ? 'is inside the value that it refers to' : 'refers to an anchor that does not come before it';
      throw invalidManifest([{ ...position, text: `*${quoteForeign(name)} ${why}` }]);
    }
    this.#count(target.size, position);
    return { ...target.tree, ...position };
  }

  #value(node: unknown, position: Position, depth: number): ManifestNode {
    if (isMap(node)) return { ...position, kind: 'map', entries: this.#entries(node, position, depth) };
    if (isSeq(node)) {
      return { ...position, kind: 'sequence', items: node.items.map((item) => this.read(item, position, depth + 1)) };
    }
    const value = isScalar(node) ? node.value : null;
    const plain = typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? value : null;
    return { ...position, kind: 'scalar', value: plain };
  }

  /** The entries of a map. Its own ones override those that it merges in. */
  #entries(map: YAMLMap, position: Position, depth: number): Entry[] {
    const own: Entry[] = [];
    const merged: Entry[] = [];
    for (const { key, value } of map.items as Pair[]) {
      const entry = { key: this.read(key, position, depth + 1), value: this.read(value, position, depth + 1) };
      const merges = isScalar(key) && key.value === '<<' && key.type === 'PLAIN';
      if (merges) merged.push(...mergedBy(entry));
      else own.push(entry);
    }
    const known = new Set(own.map(({ key }) => textOf(key)));
    for (const entry of merged) {
      const key = textOf(entry.key);
      if (known.has(key)) continue;
      known.add(key);
      own.push(entry);
    }
    return own;
  }
}

type Entry = Extract<ManifestNode, { kind: 'map' }>['entries'][number];

function textOf(key: ManifestNode): string | undefined {
  return key.kind === 'scalar' ? String(key.value) : undefined;
}

/**
 * The entries that a merge key brings in. Their values get the position of the merge key, where a mistake is reported.
 */
function mergedBy({ key, value }: Entry): Entry[] {
  const maps = value.kind === 'sequence' ? value.items : [value];
  return maps.flatMap((map) => {
    if (map.kind !== 'map') throw invalidManifest([{ ...positionOf(value), text: '<< needs an alias of a mapping' }]);
    return map.entries.map((entry) => ({ key: entry.key, value: { ...entry.value, ...positionOf(key) } }));
  });
}

function positionOf({ line, column }: Position): Position {
  return { line, column };
}
