import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { Ajv } from 'ajv';
import { agentNodes, readZip } from '../../sandbox/index.ts';
import { operations } from '../../src/core/interface.ts';
import { packExtension } from '../../tools/extension.ts';
import { taskDefinition } from '../../tools/task-definition.ts';
import { root } from '../docs/pages.ts';

/** The published schema of a task (microsoft/azure-pipelines-task-lib, `tasks.schema.json`, commit a5e7ee0f), as it is there. */
const {
  $schema: _,
  id: __,
  ...schema
} = JSON.parse(readFileSync(join(import.meta.dirname, 'fixtures/tasks.schema.json'), 'utf8')) as Record<
  string,
  unknown
>;

interface TaskJson {
  readonly friendlyName: string;
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
  test('matches the schema of tasks', () => {
    // It is of an older draft, whose patterns escape what needs no escape.
    const validate = new Ajv({ strict: false, unicodeRegExp: false, allErrors: true }).compile(schema);
    expect(validate(task) || validate.errors).toBe(true);
    expect(task.friendlyName.length).toBeLessThanOrEqual(40);
    const broken = { ...task, inputs: [{ ...task.inputs[0], name: 'display-name' }] };
    expect(validate(broken)).toBe(false);
    expect(validate({ ...task, execution: { Node20: { target: 'main.js' } } })).toBe(false);
  });

  test('is made of the table of inputs, with the version of the package', () => {
    expect(written).toBe(`${JSON.stringify(taskDefinition(version), null, 2)}\n`);
    const extension = JSON.parse(readFileSync(join(root, 'extension/vss-extension.json'), 'utf8')) as {
      version: string;
    };
    const { Major, Minor, Patch } = task.version;
    expect([extension.version, `${Major}.${Minor}.${Patch}`]).toEqual([version, version.split('-')[0]]);
  });

  test('every group, option and rule names something that exists', () => {
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

  test('calls each input by its name in the task', () => {
    expect([...written.matchAll(/`[a-z]+(?:-[a-z]+)+`/gu)].map(String)).toEqual([]);
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

  test('holds the files that its manifests name', () => {
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

  test('the pilot is a different extension with a different task, and is not public', () => {
    const pilot = readZip(packExtension('pilot').content);
    const manifest = pilot.get('extension.vsixmanifest')?.toString() ?? '';
    expect(manifest).toContain('Id="azure-devops-pat-pilot"');
    expect(manifest).not.toContain('Public');
    const own = JSON.parse(pilot.get('task/task.json')?.toString() ?? '') as { id: string; name: string };
    expect(own.name).toBe('AzureDevOpsPatPilot');
    expect(own.id).not.toBe((JSON.parse(written) as { id: string }).id);
  });

  test.each([
    ['16.20.2', ''],
    ['20.1.0', 'delete URL.parse;'],
  ])('Node %s is reported as too old by the first line that runs', (version, difference) => {
    const main = files.get('task/main.js')?.toString() ?? '';
    const old = `Object.defineProperty(process.versions, 'node', { value: '${version}' }); ${difference}`;
    const output = execFileSync(process.execPath, ['--input-type=commonjs', '-e', `${old}\n${main}`], {
      encoding: 'utf8',
    });
    expect(output).toContain(
      `##vso[task.logissue type=error]This task needs Node 20 or 24, and this agent started it with Node ${version}.`,
    );
    expect(output).toContain('##vso[task.complete result=Failed]');
  });

  test.each<[what: string, task: string, exitCode: number, output: RegExp]>([
    [
      'an unexpected error is reported without its text, which may hold a secret',
      "() => Promise.reject(Object.assign(new TypeError('s3cret'), { code: 'E_OWN' }))",
      0,
      /^##vso\[task\.debug\] +at .+\n##vso\[task\.logissue type=error\][^\n]*\(E_OWN\)[^\n]*\n##vso\[task\.complete result=Failed\]\n$/su,
    ],
    ['a task that ends too early is a failure', '() => new Promise(() => {})', 1, /^$/u],
  ])('%s', (_, task, exitCode, output) => {
    const folder = mkdtempSync(join(tmpdir(), 'pat-entry-'));
    try {
      mkdirSync(join(folder, 'bundle'));
      for (const name of ['main.js', 'package.json'])
        writeFileSync(join(folder, name), files.get(`task/${name}`) ?? Buffer.alloc(0));
      writeFileSync(join(folder, 'bundle/index.js'), `export const task = ${task};\n`);
      for (const node of agentNodes.values()) {
        const { status, stdout, stderr } = spawnSync(node, [join(folder, 'main.js')], { encoding: 'utf8' });
        expect({ status, stderr }).toEqual({ status: exitCode, stderr: '' });
        expect(stdout).toMatch(output);
        expect(stdout).not.toContain('s3cret');
      }
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});
