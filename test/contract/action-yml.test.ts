import { access, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { type InputFacts, inputs, outputs } from '../../src/core/interface.ts';

const root = join(import.meta.dirname, '../..');

interface ActionFile {
  readonly name: string;
  readonly description: string;
  readonly branding: { readonly icon: string; readonly color: string };
  readonly inputs: Readonly<
    Record<string, { readonly description: string; readonly required?: boolean; readonly default?: string }>
  >;
  readonly outputs: Readonly<Record<string, { readonly description: string }>>;
  readonly runs: { readonly using: string; readonly main: string; readonly post: string };
}

const action = parse(await readFile(join(root, 'action.yml'), 'utf8')) as ActionFile;
const table: readonly (readonly [string, InputFacts])[] = Object.entries(inputs);

describe('action.yml', () => {
  test('has the inputs of the table, in its order', () => {
    expect(Object.keys(action.inputs)).toEqual(table.map(([name]) => name));
  });

  test.each(table)('%s is as the table has it', (name, facts) => {
    expect(action.inputs[name]).toEqual({
      description: facts.description,
      ...(facts.required ? { required: true } : {}),
      ...(facts.default === undefined ? {} : { default: facts.default }),
    });
  });

  test('gives every default as a string, as runners hand them on', () => {
    const given = Object.values(action.inputs).map((input) => input.default);
    expect(given.filter((value) => value !== undefined && typeof value !== 'string')).toEqual([]);
  });

  test('has the outputs of the table, in its order, and says the same of them', () => {
    const said = Object.entries(action.outputs).map(([name, { description }]) => [name, description]);
    expect(said).toEqual(Object.entries(outputs));
  });

  test('runs on Node 24, from files that are there', async () => {
    expect(action.runs).toEqual({ using: 'node24', main: 'dist/main.js', post: 'dist/post.js' });
    for (const file of [action.runs.main, action.runs.post]) await access(join(root, file));
  });

  test('has what the Marketplace asks for', () => {
    expect(action.name).not.toBe('');
    expect(action.description.length).toBeLessThan(125);
    expect(action.branding).toEqual({ icon: 'lock', color: 'blue' });
  });
});
