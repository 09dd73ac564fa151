import { access, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { inputs, outputs } from '../../src/core/interface.ts';
import { actionDefinition } from '../../tools/action-definition.ts';
import { withTables } from '../../tools/readme-tables.ts';
import { read, root } from '../docs/pages.ts';

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

const written = await readFile(join(root, 'action.yml'), 'utf8');
const action = parse(written) as ActionFile;

describe('action.yml', () => {
  test('is what the table of inputs and outputs makes', () => {
    expect(written).toBe(actionDefinition());
  });

  test('has the inputs and the outputs of the table, in its order', () => {
    expect(Object.keys(action.inputs)).toEqual(Object.keys(inputs));
    expect(Object.keys(action.outputs)).toEqual(Object.keys(outputs));
  });

  test('gives every default as a string, because a runner passes strings', () => {
    const given = Object.values(action.inputs).map((input) => input.default);
    expect(given.filter((value) => value !== undefined && typeof value !== 'string')).toEqual([]);
  });

  test('runs on Node 24, and its files exist', async () => {
    expect(action.runs).toEqual({ using: 'node24', main: 'dist/main.js', post: 'dist/post.js' });
    for (const file of [action.runs.main, action.runs.post]) await access(join(root, file));
  });

  test('has what the Marketplace asks for', () => {
    expect(action.name).not.toBe('');
    expect(action.description.length).toBeLessThan(125);
    expect(action.branding).toEqual({ icon: 'lock', color: 'blue' });
  });
});

test('the tables of the README are those of action.yml', () => {
  expect(withTables(read('README.md'))).toBe(read('README.md'));
});
