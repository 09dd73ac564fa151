import { readFile } from 'node:fs/promises';
import { parse } from 'yaml';

interface ActionManifest {
  /** Defaults by input name, as strings; empty if the input has none. */
  readonly inputs: ReadonlyMap<string, string>;
  readonly outputs: readonly string[];
  /** Paths relative to the manifest. */
  readonly main: string;
  readonly post: string | undefined;
}

interface Document {
  readonly inputs?: Record<string, { readonly default?: unknown } | null>;
  readonly outputs?: Record<string, unknown>;
  readonly runs: { readonly main: string; readonly post?: string };
}

const known = new Map<string, Promise<ActionManifest>>();

/**
 * The part of a JavaScript action's `action.yml` that running it needs. It is read once, since tests run hundreds of
 * steps.
 */
export function readActionManifest(file: URL): Promise<ActionManifest> {
  const manifest = known.get(file.href) ?? readFrom(file);
  known.set(file.href, manifest);
  return manifest;
}

async function readFrom(file: URL): Promise<ActionManifest> {
  const document = parse(await readFile(file, 'utf8')) as Document;
  const inputs = Object.entries(document.inputs ?? {}).map(([name, input]): [string, string] => {
    const value = input?.default;
    return [name, value === undefined || value === null ? '' : String(value)];
  });
  return {
    inputs: new Map(inputs),
    outputs: Object.keys(document.outputs ?? {}),
    main: document.runs.main,
    post: document.runs.post,
  };
}
