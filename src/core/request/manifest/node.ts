import { quoteForeign } from '../../sanitize.ts';
import type { Parsed } from '../parsed.ts';
import type { ManifestProblem, Position } from './problem.ts';

/** A value of the manifest with its position. */
export type ManifestNode = Position &
  (
    | { readonly kind: 'scalar'; readonly value: string | number | boolean | null }
    | { readonly kind: 'sequence'; readonly items: readonly ManifestNode[] }
    | {
        readonly kind: 'map';
        readonly entries: readonly { readonly key: ManifestNode; readonly value: ManifestNode }[];
      }
  );

/** The problem of a value that holds an expression. */
export const unevaluatedExpression =
  'it holds an expression (${{), and nothing evaluates expressions in a manifest; write the value itself, or give the YAML in the input, where expressions are evaluated';

export type Fields<K extends string> = ReadonlyMap<K, ManifestNode>;

/**
 * Reads values and collects the problems. A value that is read several times (a default, an alias) is reported once.
 */
export class ManifestReader {
  readonly #problems = new Map<string, ManifestProblem>();

  get problems(): ManifestProblem[] {
    return [...this.#problems.values()];
  }

  problem({ line, column }: Position, text: string): void {
    this.#problems.set(`${line}:${column}:${text}`, { line, column, text });
  }

  /** The entries of a map. A doubled or unknown key is a problem. */
  fields<K extends string>(node: ManifestNode, keys: readonly K[], name: string): Fields<K> {
    const fields = new Map<K, ManifestNode>();
    const allowed = `allowed are ${keys.join(', ')}`;
    if (node.kind !== 'map') {
      this.problem(node, `${name} must be a mapping; ${allowed}`);
      return fields;
    }
    for (const { key, value } of node.entries) {
      const text = key.kind === 'scalar' ? String(key.value) : '';
      const known = keys.find((candidate) => candidate === text);
      if (known === undefined) this.problem(key, `unknown key "${quoteForeign(text)}" in ${name}; ${allowed}`);
      else if (fields.has(known)) this.problem(key, `the key ${known} is in ${name} twice`);
      else fields.set(known, value);
    }
    return fields;
  }

  /** The text of a value. YAML reads `123`, `true` and `null` as another type, so such names need quotes. */
  text(node: ManifestNode, key: string): string | undefined {
    if (node.kind !== 'scalar' || node.value === null) {
      this.problem(node, `${key} must be a text`);
      return undefined;
    }
    if (typeof node.value === 'string') {
      if (!this.#refuseExpression(node, node.value, key)) return node.value.trim();
      return undefined;
    }
    this.problem(node, `${key} must be a text; YAML reads ${node.value} as a ${typeof node.value}: put it in quotes`);
    return undefined;
  }

  parse<T>(node: ManifestNode | undefined, key: string, parser: (text: string) => Parsed<T>): T | undefined {
    const text = node && this.text(node, key);
    if (text === undefined || !node) return undefined;
    const parsed = parser(text);
    if (parsed.ok) return parsed.value;
    this.problem(node, `${key}: ${parsed.problem}`);
    return undefined;
  }

  flag(node: ManifestNode | undefined, key: string): boolean | undefined {
    if (!node) return undefined;
    if (node.kind === 'scalar' && typeof node.value === 'boolean') return node.value;
    if (node.kind === 'scalar' && this.#refuseExpression(node, node.value, key)) return undefined;
    this.problem(node, `${key} must be true or false`);
    return undefined;
  }

  /**
   * Reports a value that holds an expression. A host evaluates expressions in inputs, but never in a file.
   * @returns whether it holds one
   */
  #refuseExpression(position: Position, value: unknown, key: string): boolean {
    if (typeof value !== 'string' || !value.includes('${{')) return false;
    this.problem(position, `${key}: ${unevaluatedExpression}`);
    return true;
  }

  /** A list of texts, or one text. */
  texts(node: ManifestNode, key: string): { readonly at: ManifestNode; readonly text: string }[] {
    const items = node.kind === 'sequence' ? node.items : [node];
    return items.flatMap((item) => {
      const text = this.text(item, key);
      return text === undefined ? [] : [{ at: item, text }];
    });
  }
}
