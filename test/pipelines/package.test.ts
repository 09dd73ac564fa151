import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { Ajv } from 'ajv';
import { readZip } from '../../sandbox/index.ts';
import { operations } from '../../src/core/interface.ts';
import { packExtension } from '../../tools/extension.ts';
import { taskDefinition } from '../../tools/task-definition.ts';
import { root } from '../docs/pages.ts';

const text = { type: 'string' } as const;
const handlers = {
  type: 'object',
  additionalProperties: false,
  minProperties: 1,
  properties: Object.fromEntries(
    ['Node24', 'Node20_1'].map((name) => [
      name,
      { type: 'object', required: ['target'], properties: { target: text } },
    ]),
  ),
};

/**
 * What the published schema of a task asks (microsoft/azure-pipelines-task-lib, `tasks.schema.json`), in our own words, and
 * narrower where this task uses less.
 */
const schema = {
  type: 'object',
  additionalProperties: false,
  properties: {
    $schema: text,
    id: { ...text, pattern: '^[A-Fa-f0-9]{8}(-[A-Fa-f0-9]{4}){3}-[A-Fa-f0-9]{12}$' },
    name: { ...text, pattern: '^[A-Za-z0-9-]+$' },
    friendlyName: { ...text, maxLength: 40 },
    description: text,
    helpUrl: text,
    helpMarkDown: text,
    author: text,
    category: { enum: ['Utility'] },
    visibility: { type: 'array', items: { enum: ['Build', 'Release'] } },
    runsOn: { type: 'array', items: { enum: ['Agent', 'MachineGroup', 'Server', 'ServerGate', 'DeploymentGroup'] } },
    version: {
      type: 'object',
      additionalProperties: false,
      required: ['Major', 'Minor', 'Patch'],
      properties: { Major: { type: 'number' }, Minor: { type: 'number' }, Patch: { type: 'number' } },
    },
    minimumAgentVersion: { ...text, pattern: '^\\d+\\.\\d+(\\.\\d+)?$' },
    instanceNameFormat: text,
    showEnvironmentVariables: { type: 'boolean' },
    groups: {
      type: 'array',
      items: {
        type: 'object',
        additionalProperties: false,
        required: ['name', 'displayName'],
        properties: { name: text, displayName: text, isExpanded: { type: 'boolean' }, visibleRule: text },
      },
    },
    inputs: {
      type: 'array',
      items: {
        type: 'object',
        additionalProperties: false,
        required: ['name', 'label', 'type'],
        properties: {
          name: { ...text, pattern: '^[A-Za-z][A-Za-z0-9]*$' },
          label: text,
          type: { ...text, pattern: '^(boolean|multiLine|pickList|string|connectedService:.+)$' },
          defaultValue: text,
          required: { type: 'boolean' },
          helpMarkDown: text,
          groupName: text,
          visibleRule: text,
          options: { type: 'object', additionalProperties: text },
        },
      },
    },
    outputVariables: {
      type: 'array',
      items: {
        type: 'object',
        additionalProperties: false,
        required: ['name'],
        properties: { name: { ...text, pattern: '^[A-Za-z][A-Za-z0-9]*$' }, description: text },
      },
    },
    restrictions: {
      type: 'object',
      additionalProperties: false,
      properties: {
        settableVariables: {
          type: 'object',
          additionalProperties: false,
          properties: { allowed: { type: 'array', items: text } },
        },
      },
    },
    execution: handlers,
    postjobexecution: handlers,
  },
} as const;

interface TaskJson {
  readonly version: { readonly Major: number; readonly Minor: number; readonly Patch: number };
  readonly groups: readonly { readonly name: string }[];
  readonly inputs: readonly {
    readonly name: string;
    readonly type: string;
    readonly defaultValue?: string;
    readonly groupName?: string;
    readonly visibleRule?: string;
    readonly options?: Readonly<Record<string, string>>;
  }[];
  readonly outputVariables: readonly { readonly name: string }[];
  readonly restrictions: { readonly settableVariables: { readonly allowed: readonly string[] } };
}

const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string };
const written = readFileSync(join(root, 'extension/task.json'), 'utf8');
const task = JSON.parse(written) as TaskJson;

describe('task.json', () => {
  test('is what the schema of tasks takes', () => {
    const validate = new Ajv({ strict: false }).compile(schema);
    expect(validate(task) || validate.errors).toBe(true);
  });

  test('is what the table of inputs makes, with the version of the package', () => {
    expect(written).toBe(`${JSON.stringify(taskDefinition(version), null, 2)}\n`);
    const extension = JSON.parse(readFileSync(join(root, 'extension/vss-extension.json'), 'utf8')) as {
      version: string;
    };
    const { Major, Minor, Patch } = task.version;
    expect([extension.version, `${Major}.${Minor}.${Patch}`]).toEqual([version, version.split('-')[0]]);
  });

  test('every group, option and rule names something that is there', () => {
    const groups = new Set(task.groups.map(({ name }) => name));
    for (const { name, groupName, visibleRule, options, defaultValue } of task.inputs) {
      if (groupName !== undefined) expect({ name, group: groups.has(groupName) }).toEqual({ name, group: true });
      if (options && defaultValue !== undefined) expect(Object.keys(options)).toContain(defaultValue);
      for (const rule of visibleRule?.split(' || ') ?? []) {
        const [, operation] = /^operation = (\w+)$/u.exec(rule) ?? [];
        expect(operations).toContain(operation);
      }
    }
    expect(new Set(task.inputs.map(({ name }) => name.toLowerCase())).size).toBe(task.inputs.length);
  });

  test('may set its own outputs, and nothing else', () => {
    expect(task.restrictions.settableVariables.allowed).toEqual(task.outputVariables.map(({ name }) => name));
  });
});

describe('the package', () => {
  const { name, content } = packExtension();
  const files = readZip(content);

  test('is small, and the same bytes each time', () => {
    expect(name).toBe(`contoso.azure-devops-pat-${version}.vsix`);
    expect(content.length).toBeLessThan(500_000);
    expect(packExtension().content.equals(content)).toBe(true);
  });

  test('holds what its manifests name', () => {
    const manifest = files.get('extension.vsixmanifest')?.toString() ?? '';
    const paths = [...manifest.matchAll(/Path="([^"]+)"/gu)].map(([, path = '']) => path);
    expect(paths.length).toBeGreaterThan(3);
    for (const path of [
      ...paths,
      '[Content_Types].xml',
      'task/task.json',
      'task/main.js',
      'task/post.js',
      'task/icon.png',
    ]) {
      expect([...files.keys()]).toContain(path);
    }
    const types = files.get('[Content_Types].xml')?.toString() ?? '';
    for (const path of files.keys()) {
      const ending = /\.\w+$/u.exec(path)?.[0];
      if (path !== '[Content_Types].xml') expect(types).toContain(`Extension="${ending}"`);
    }
  });

  test('the pilot is another extension with another task, and is not public', () => {
    const pilot = readZip(packExtension('pilot').content);
    const manifest = pilot.get('extension.vsixmanifest')?.toString() ?? '';
    expect(manifest).toContain('Id="azure-devops-pat-pilot"');
    expect(manifest).not.toContain('Public');
    const own = JSON.parse(pilot.get('task/task.json')?.toString() ?? '') as { id: string; name: string };
    expect(own.name).toBe('AzureDevOpsPatPilot');
    expect(own.id).not.toBe((JSON.parse(written) as { id: string }).id);
  });

  test('an older Node is told what to do, in the first line that runs', () => {
    const main = files.get('task/main.js')?.toString() ?? '';
    const old = "Object.defineProperty(process.versions, 'node', { value: '16.20.2' });";
    const output = execFileSync(process.execPath, ['--input-type=commonjs', '-e', `${old}\n${main}`], {
      encoding: 'utf8',
    });
    expect(output).toContain(
      '##vso[task.logissue type=error]This task needs Node 20 or 24, and this agent started it with Node 16.20.2.',
    );
    expect(output).toContain('##vso[task.complete result=Failed]');
  });
});
