import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { isAlias, isMap, isScalar, isSeq, LineCounter, type Node, parseDocument } from 'yaml';
import { Failure } from '../core/failure.ts';
import { type Located, refuse } from '../core/manifest.ts';

/** More nodes than any honest manifest has: an alias bomb ends here. */
const mostNodes = 200_000;

/** Largest manifest, in UTF-16 units. */
const longest = 4 * 1024 * 1024;

/**
 * The tree of a manifest, read from a file or given as text (then it has more than one line, or a colon and a space).
 * @throws Failure `manifest-invalid`
 */
export async function loadManifest(source: string, folder: string): Promise<Located> {
  const inline = /[\n{]|:\s/u.test(source);
  return parseYaml(inline ? source : await readText(resolve(folder, source), source));
}

async function readText(path: string, name: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
    throw new Failure('manifest-invalid', {
      what: 'Reading the manifest',
      why: `the file ${name} cannot be read (${code})`,
      hint: 'Name a path in the workspace (run actions/checkout first), or give the YAML itself.',
    });
  }
}

/** @throws Failure `manifest-invalid` with every mistake of syntax and its place */
export function parseYaml(text: string): Located {
  if (text.length > longest) refuse([{ line: 1, column: 1, text: 'the manifest is larger than 4 MB' }]);
  const counter = new LineCounter();
  const document = parseDocument(text, { lineCounter: counter, version: '1.2', stringKeys: false });
  refuse(
    document.errors.map((error) => ({
      line: error.linePos?.[0].line ?? 1,
      column: error.linePos?.[0].col ?? 1,
      text: error.message.split('\n')[0]?.replace(/ at line \d+.*$/u, '') ?? 'not YAML',
    })),
  );
  let nodes = 0;

  function locate(node: unknown, fallback: { line: number; column: number }): Located {
    nodes += 1;
    if (nodes > mostNodes) refuse([{ ...fallback, text: 'the manifest grows too large by its aliases' }]);
    const range = (node as Node | null)?.range;
    const place = range ? counter.linePos(range[0]) : undefined;
    const at = place ? { line: place.line, column: place.col } : fallback;
    if (isAlias(node)) {
      const target = node.resolve(document);
      return target ? { ...locate(target, at), ...at } : { ...at, kind: 'scalar', value: null };
    }
    if (isMap(node)) {
      const entries = node.items.map(({ key, value }) => ({ key: locate(key, at), value: locate(value, at) }));
      return { ...at, kind: 'map', entries };
    }
    if (isSeq(node)) return { ...at, kind: 'sequence', items: node.items.map((item) => locate(item, at)) };
    const value = isScalar(node) ? node.value : null;
    const plain = typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? value : null;
    return { ...at, kind: 'scalar', value: plain };
  }

  return locate(document.contents, { line: 1, column: 1 });
}
