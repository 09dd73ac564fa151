import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from 'esbuild';
import { inputs, outputs } from '../../src/core/interface.ts';
import facts from './fixtures/actions.json' with { type: 'json' };
import { root } from './pages.ts';

/** The inputs and outputs of an action of somebody else, read from its `action.yml` at that commit. */
interface ActionFacts {
  readonly version: string;
  readonly sha: string;
  readonly required: readonly string[];
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
}

export const knownActions: Readonly<Record<string, ActionFacts>> = facts;

/** How the documentation calls this action; `contoso` is the reader's owner. */
export const ownAction = 'contoso/azure-devops-pat-action';

export function outputsOf(action: string): readonly string[] | undefined {
  return action === ownAction ? Object.keys(outputs) : knownActions[action]?.outputs;
}

interface Reference {
  readonly owner: string;
  readonly name: string;
  readonly path?: string;
}

interface Metadata {
  readonly name: string;
  readonly description: string;
  readonly inputs: Readonly<Record<string, { readonly description: string; readonly required: boolean }>>;
}

function metadataOf({ owner, name, path }: Reference): Metadata | undefined {
  const action = [owner, name, path].filter(Boolean).join('/');
  const description = '';
  if (action === ownAction) {
    const own = Object.entries(inputs).map(([input, facts]) => [input, { description, required: 'required' in facts }]);
    return { name: action, description, inputs: Object.fromEntries(own) };
  }
  const known = knownActions[action];
  if (!known) return undefined;
  const theirs = known.inputs.map((input) => [input, { description, required: known.required.includes(input) }]);
  return { name: action, description, inputs: Object.fromEntries(theirs) };
}

interface Diagnostic {
  readonly message: string;
  readonly severity?: number;
  readonly range: { readonly start: { readonly line: number } };
}

interface Service {
  validate(document: unknown, config: unknown): Promise<Diagnostic[]>;
  readonly TextDocument: { create(uri: string, language: string, version: number, text: string): unknown };
}

/** Severity of a hint that is no complaint, such as a cron line in words. */
const information = 3;

export type Validate = (name: string, text: string) => Promise<string[]>;

/**
 * GitHub's own language service for workflows, the one in its editor extension. Its package can't be imported as it is
 * (it leaves out import attributes and endings), a bundle of it can.
 */
export async function openValidator(): Promise<{ readonly validate: Validate; close(): void }> {
  const folder = mkdtempSync(join(tmpdir(), 'workflow-validator-'));
  const outfile = join(folder, 'validator.mjs');
  await build({
    stdin: {
      contents: [
        "export { validate } from '@actions/languageservice/validate';",
        "export { TextDocument } from 'vscode-languageserver-textdocument';",
      ].join('\n'),
      resolveDir: root,
    },
    bundle: true,
    format: 'esm',
    platform: 'node',
    banner: {
      js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);",
    },
    outfile,
  });
  const service = (await import(pathToFileURL(outfile).href)) as Service;
  let version = 0;
  return {
    async validate(name, text) {
      version += 1;
      const document = service.TextDocument.create(`file:///${version}/.github/workflows/${name}`, 'yaml', 1, text);
      const found = await service.validate(document, {
        actionsMetadataProvider: { fetchActionMetadata: async (reference: Reference) => metadataOf(reference) },
      });
      return found
        .filter(({ severity = 1 }) => severity < information)
        .map(({ message, range }) => `line ${range.start.line + 1}: ${message}`);
    },
    close: () => rmSync(folder, { recursive: true, force: true }),
  };
}
