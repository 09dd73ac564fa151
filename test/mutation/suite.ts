import { readdirSync } from 'node:fs';
import { registerHooks } from 'node:module';
import { join, relative } from 'node:path';
import { pathToFileURL } from 'node:url';
import { getState, resetState } from 'jest-circus';

export interface CoreTest {
  /** The file below `test/core`, and the names of the test. */
  id: string;
  /** The whole path of the file. */
  path: string;
  run(): unknown;
}

const between = ' › ';

export function isIn(id: string, file: string): boolean {
  return id.startsWith(`${file}${between}`);
}

type Block = ReturnType<typeof getState>['rootDescribeBlock'];

const globals = new URL('jest-globals.ts', import.meta.url).href;

/** Left out: the tests of the schema prove about the parser what those of the manifest prove in a tenth of the time. */
const leftOut = 'request/manifest/schema.test.ts';

/**
 * The tests of the core in the folder `root`, without Jest around them: a mutation run goes through them thousands of times
 * in one process.
 */
export class Suite {
  readonly #tests: string;
  readonly #sources: string;
  readonly #loaded = new Map<string, readonly CoreTest[]>();
  #generation = 0;

  constructor(root: string) {
    this.#tests = join(root, 'test/core');
    this.#sources = join(root, 'src/core');
    const own = pathToFileURL(`${root}/`).href;
    registerHooks({
      resolve: (specifier, context, nextResolve) => {
        if (specifier === '@jest/globals') return { url: globals, format: 'module-typescript', shortCircuit: true };
        const resolved = nextResolve(specifier, context);
        const isOwn = resolved.url.startsWith(own) && !resolved.url.includes('/node_modules/');
        return isOwn ? { ...resolved, url: `${resolved.url}?generation=${this.#generation}` } : resolved;
      },
    });
  }

  /** All modules in the folder get new addresses, so that Node evaluates them again. */
  reload(): void {
    this.#generation += 1;
    this.#loaded.clear();
  }

  /** The test files. The first ones are about `source` and its neighbours, and the last ones take long. */
  files(source = ''): readonly string[] {
    const noun = relative(this.#sources, source).replace(/\.ts$/u, '');
    const room = noun.slice(0, noun.indexOf('/') + 1);
    const rank = (file: string) => {
      if (/^model|long-inputs/u.test(file)) return 3;
      if (noun.startsWith(file.replace('.test.ts', ''))) return 0;
      return room !== '' && file.startsWith(room) ? 1 : 2;
    };
    return readdirSync(this.#tests, { encoding: 'utf8', recursive: true })
      .filter((file) => file.endsWith('.test.ts') && file !== leftOut)
      .sort((one, other) => rank(one) - rank(other) || (one < other ? -1 : 1));
  }

  async load(file: string): Promise<readonly CoreTest[]> {
    const loaded = this.#loaded.get(file);
    if (loaded !== undefined) return loaded;
    resetState();
    await import(pathToFileURL(join(this.#tests, file)).href);
    const tests = testsOf(getState().rootDescribeBlock, { file, path: join(this.#tests, file) });
    this.#loaded.set(file, tests);
    return tests;
  }
}

function testsOf(block: Block, { file, path }: { readonly file: string; readonly path: string }): CoreTest[] {
  const seen = new Map<string, number>();
  const collect = (parent: Block, names: string): CoreTest[] => {
    if (parent.hooks.length > 0) throw new Error(`${file} has a hook, which a mutation run doesn't call`);
    return parent.children.flatMap((child) => {
      const name = `${names}${between}${child.name}`;
      if (child.type === 'describeBlock') return collect(child, name);
      const count = seen.get(name) ?? 0;
      seen.set(name, count + 1);
      return { id: count === 0 ? name : `${name} (${count + 1})`, path, run: child.fn as () => unknown };
    });
  };
  return collect(block, file);
}
