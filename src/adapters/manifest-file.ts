import { readFile, realpath } from 'node:fs/promises';
import { resolve, sep } from 'node:path';
import { isAlias, isMap, isScalar, isSeq, LineCounter, type Node, type Pair, parseDocument, type YAMLMap } from 'yaml';
import { Failure } from '../core/failure.ts';
import { invalidManifest, type Located, type Place, type Problem, refuse } from '../core/request/manifest.ts';
import { quoteForeign } from '../core/sanitize.ts';

/** More values than any honest manifest has once its aliases are followed: an alias bomb ends here. */
const mostValues = 200_000;

/** Deeper than any honest manifest, shallow enough for every stack. */
const deepest = 50;

/** Largest manifest, in UTF-16 units: several thousand tokens. */
const longest = 1024 * 1024;

/**
 * The tree of a manifest, read from a file or given as text (then it has more than one line, a brace, or a colon and a
 * space).
 * @throws Failure `manifest-invalid`
 */
export async function loadManifest(source: string, place: ManifestPlace): Promise<Located> {
  const inline = /[\n{]|:\s/u.test(source);
  return parseYaml(inline ? source : await readText(await locate(source, place), source));
}

export interface ManifestPlace {
  /** What a relative path begins at, where there is no workspace. */
  readonly folder: string;
  /** The folder that no path may lead out of. */
  readonly workspace?: string | undefined;
}

/** @throws Failure `manifest-invalid` for a path that leads out of the workspace, by dots or by a link */
async function locate(source: string, { folder, workspace }: ManifestPlace): Promise<string> {
  if (workspace === undefined) return resolve(folder, source);
  const path = resolve(workspace, source);
  // What is missing has no real path: that is told where it is read.
  const [home = workspace, real] = await Promise.all(
    [workspace, path].map((each) => realpath(each).catch(() => undefined)),
  );
  if (real === undefined ? path.startsWith(`${workspace}${sep}`) : real.startsWith(`${home}${sep}`)) return path;
  throw new Failure('manifest-invalid', {
    what: 'Reading the manifest',
    why: `the path ${quoteForeign(source)} leads out of the workspace`,
    hint: 'Name a file in the workspace, or give the YAML itself.',
  });
}

async function readText(path: string, name: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
    throw new Failure('manifest-invalid', {
      what: 'Reading the manifest',
      why: `the file ${quoteForeign(name)} cannot be read (${code})`,
      hint: 'Name a path in the workspace (run actions/checkout first), or give the YAML itself.',
    });
  }
}

/**
 * YAML 1.2, with anchors, aliases and merge keys (`<<`).
 * @throws Failure `manifest-invalid` with every mistake of syntax and its place
 */
export function parseYaml(text: string): Located {
  const start: Place = { line: 1, column: 1 };
  if (text.length > longest) throw invalidManifest([{ ...start, text: 'the manifest is larger than 1 MB' }]);
  const counter = new LineCounter();
  const document = parseDocument(text, {
    lineCounter: counter,
    version: '1.2',
    // Doubled keys are told by the core, together with all other mistakes of meaning.
    uniqueKeys: false,
    // Pretty errors quote whole lines of the file.
    prettyErrors: false,
  });
  const at = (offset: number): Place => {
    const { line, col } = counter.linePos(offset);
    return { line: Math.max(line, 1), column: Math.max(col, 1) };
  };
  const problems: Problem[] = [];
  for (const { code, message, pos } of [...document.errors, ...document.warnings]) {
    const deep = code === 'RESOURCE_EXHAUSTION';
    problems.push({ ...at(pos[0]), text: deep ? 'it is nested too deeply' : `not YAML: ${quoteForeign(message)}` });
    // What follows is an echo of it.
    if (deep) throw invalidManifest(problems.slice(-1));
  }
  const { explicit, version } = document.directives?.yaml ?? {};
  if (explicit && version !== '1.2')
    problems.push({ ...start, text: 'a manifest is YAML 1.2; leave the directive out' });
  refuse(problems);
  if (document.contents === null) throw invalidManifest([{ ...start, text: 'the manifest is empty; it needs tokens' }]);
  return new Reader(at).read(document.contents, start);
}

/** A value that an anchor names, and how many values it holds; `open` while its own inside is being read. */
type Anchored = { readonly tree: Located; readonly size: number } | 'open';

/** Turns nodes into a tree. An aliased value is read once and shared, so a bomb costs no more than its text. */
class Reader {
  readonly #at: (offset: number) => Place;
  readonly #anchors = new Map<string, Anchored>();
  /** Values so far, those behind aliases counted every time. */
  #size = 0;

  constructor(at: (offset: number) => Place) {
    this.#at = at;
  }

  read(node: unknown, fallback: Place, depth = 0): Located {
    const range = (node as Node | null)?.range;
    const place = range ? this.#at(range[0]) : fallback;
    this.#count(1, place);
    if (depth > deepest) throw invalidManifest([{ ...place, text: 'it is nested too deeply' }]);
    if (isAlias(node)) return this.#follow(node.source, place);
    const anchor = (node as { anchor?: string } | null)?.anchor;
    if (anchor === undefined) return this.#value(node, place, depth);
    this.#anchors.set(anchor, 'open');
    const before = this.#size;
    const tree = this.#value(node, place, depth);
    this.#anchors.set(anchor, { tree, size: this.#size - before });
    return tree;
  }

  #count(values: number, place: Place): void {
    this.#size += values;
    if (this.#size > mostValues) {
      throw invalidManifest([{ ...place, text: 'the manifest grows too large by its aliases' }]);
    }
  }

  #follow(name: string, place: Place): Located {
    const target = this.#anchors.get(name);
    if (target === undefined || target === 'open') {
      const why = target ? 'stands inside of what it refers to' : 'refers to an anchor that does not stand before it';
      throw invalidManifest([{ ...place, text: `*${quoteForeign(name)} ${why}` }]);
    }
    this.#count(target.size, place);
    return { ...target.tree, ...place };
  }

  #value(node: unknown, place: Place, depth: number): Located {
    if (isMap(node)) return { ...place, kind: 'map', entries: this.#entries(node, place, depth) };
    if (isSeq(node)) {
      return { ...place, kind: 'sequence', items: node.items.map((item) => this.read(item, place, depth + 1)) };
    }
    const value = isScalar(node) ? node.value : null;
    const plain = typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? value : null;
    return { ...place, kind: 'scalar', value: plain };
  }

  /** What a map says itself goes before what it merges in. */
  #entries(map: YAMLMap, place: Place, depth: number): Entry[] {
    const own: Entry[] = [];
    const merged: Entry[] = [];
    for (const { key, value } of map.items as Pair[]) {
      const entry = { key: this.read(key, place, depth + 1), value: this.read(value, place, depth + 1) };
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

type Entry = Extract<Located, { kind: 'map' }>['entries'][number];

function textOf(key: Located): string | undefined {
  return key.kind === 'scalar' ? String(key.value) : undefined;
}

/** The entries that a merge key brings in; a mistake in one of their values is one of the place that merges. */
function mergedBy({ key, value }: Entry): Entry[] {
  const maps = value.kind === 'sequence' ? value.items : [value];
  return maps.flatMap((map) => {
    if (map.kind !== 'map') throw invalidManifest([{ ...placeOf(value), text: '<< takes an alias of a mapping' }]);
    return map.entries.map((entry) => ({ key: entry.key, value: { ...entry.value, ...placeOf(key) } }));
  });
}

function placeOf({ line, column }: Place): Place {
  return { line, column };
}
