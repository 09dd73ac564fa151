import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { Ajv } from 'ajv';
import { parse } from 'yaml';
import { parseYaml } from '../../src/adapters/manifest-file.ts';
import { type ManifestToken, readManifest } from '../../src/core/request/manifest/manifest.ts';
import { fencesOf, read } from '../docs/pages.ts';
import { scenario } from '../e2e/harness.ts';
import { actionsOf, custody, deadDestinations, fleet, populate, unfinished } from './fleet.ts';

const tokensOf = (yaml: string): readonly ManifestToken[] =>
  readManifest(parseYaml(yaml), {
    organization: 'contoso',
    repository: 'contoso/app',
    project: undefined,
    now: Date.UTC(2026, 5, 1),
  }).tokens;

const shown = fencesOf('docs/manifest.md').filter(({ text }) => /^tokens:/mu.test(text));
const manifests = [
  ...shown.map(({ place, text }) => [place, text] as const),
  ['examples/fleet-manifest.yaml', read('examples/fleet-manifest.yaml')] as const,
];

test.each(manifests)('the manifest in %s is valid for the action and for an editor', (_, text) => {
  expect(tokensOf(text).length).toBeGreaterThan(1);
  const validate = new Ajv({ allowUnionTypes: true, strictTypes: false, strictRequired: false }).compile(
    JSON.parse(read('manifest.schema.json')),
  );
  validate(parse(text));
  expect(validate.errors).toBe(null);
});

interface Step {
  readonly id?: string;
  readonly run?: string;
}

/** The script of the example that cuts a manifest into parts, run as the runner does, with a stand-in for yq. */
function split(manifest: string, actions: string): { part: number; manifest: unknown }[] {
  const workflow = parse(read('examples/fleet-matrix.yml')) as { jobs: { plan: { steps: Step[] } } };
  const script = workflow.jobs.plan.steps.find(({ id }) => id === 'split')?.run ?? '';
  const folder = mkdtempSync(join(tmpdir(), 'pat-split-'));
  try {
    mkdirSync(join(folder, 'pats'));
    writeFileSync(join(folder, 'pats/fleet.yml'), JSON.stringify(parse(manifest, { merge: true })));
    // Only its conversion to JSON is used, which is what the file holds already.
    writeFileSync(join(folder, 'yq'), '#!/bin/sh\n[ "$1 $2" = "-o=json explode(.)" ] && cat "$3"\n');
    chmodSync(join(folder, 'yq'), 0o755);
    const output = join(folder, 'output');
    execFileSync('bash', ['-e', '-c', script], {
      cwd: folder,
      env: { PATH: `${folder}:${process.env.PATH}`, ACTIONS: actions, GITHUB_OUTPUT: output },
    });
    return JSON.parse(/^parts=(.*)$/mu.exec(readFileSync(output, 'utf8'))?.[1] ?? '');
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const hasJq = spawnSync('jq', ['--version']).status === 0;

(hasJq ? test : test.skip)(
  'the matrix example cuts a manifest into parts of 50, and leaves out nothing that is due',
  () => {
    const names = Array.from({ length: 230 }, (_, index) => `t${index}`);
    const manifest = [
      'defaults: { scopes: vso.code }',
      'tokens:',
      ...names.map((name) => `- display-name: ${name}`),
    ].join('\n');
    const actions = names.map((_, index) => ['rotate', 'none', 'create', 'update'][index % 4] ?? '');
    const parts = split(manifest, actions.join(' '));
    expect(parts.map(({ part }) => part)).toEqual([1, 2, 3, 4]);
    const found = parts.map((part) => tokensOf(JSON.stringify(part.manifest)));
    expect(found.map(({ length }) => length)).toEqual([50, 50, 50, 22]);
    expect(found.flat()).toEqual(tokensOf(manifest).filter((_, index) => actions[index] !== 'none'));
    expect(split(manifest, names.map(() => 'none').join(' '))).toEqual([]);
  },
);

(hasJq ? test : test.skip)('the matrix example leaves all variable groups to one part', () => {
  const group = (name: string) => `azure-devops-variable-group:Tools/builds/${name.toUpperCase()}`;
  const places = (name: string, index: number): string => {
    if (index % 3 === 0) return JSON.stringify(group(name));
    return index % 3 === 1 ? JSON.stringify([`github-secret:${name}`, group(name)]) : `github-secret:${name}`;
  };
  const names = Array.from({ length: 240 }, (_, index) => `t${index}`);
  const lines = names.map((name, index) => `- { display-name: ${name}, destinations: ${places(name, index)} }`);
  const manifest = ['defaults: { scopes: vso.code }', 'tokens:', ...lines].join('\n');
  const parts = split(manifest, names.map(() => 'rotate').join(' '));
  const found = parts.map((part) => tokensOf(JSON.stringify(part.manifest)));
  const kinds = found.map((tokens) => new Set(tokens.flatMap((token) => token.destinations.map(({ kind }) => kind))));
  expect(kinds.filter((kind) => kind.has('azure-devops-variable-group'))).toHaveLength(1);
  expect(found.map(({ length }) => length).sort((a, b) => b - a)).toEqual([160, 50, 30]);
  expect(new Set(found.flat().map(({ displayName }) => displayName))).toEqual(new Set(names));
});

if (hasJq) {
  scenario('the parts of a plan, each synced by its own job, make the whole', async (scene) => {
    populate(scene.sandbox);
    const plan = await scene.run({ ...custody, manifest: fleet, 'dry-run': 'true' });
    const [part, ...others] = split(
      fleet,
      actionsOf(plan)
        .map((line) => line.split(' ')[1] ?? '')
        .join(' '),
    );
    expect(others).toEqual([]);
    const run = await scene.run({ ...custody, manifest: JSON.stringify(part?.manifest, undefined, 2) });
    expect(run.exitCode).toBe(0);
    expect(actionsOf(run)).toEqual(actionsOf(plan).filter((line) => !line.endsWith(' none')));
    expect(unfinished(scene.sandbox)).toEqual([]);
    expect(deadDestinations(scene.sandbox)).toEqual([]);
  });
}
