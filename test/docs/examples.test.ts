import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { read } from './pages.ts';

interface Step {
  readonly id?: string;
  readonly run?: string;
}

/** Runs the script of an example's step, as a runner would, in a folder of its own. Returns its outputs. */
function runScript(example: string, environment: Readonly<Record<string, string>>): string {
  const { jobs } = parse(read(example)) as { jobs: Record<string, { steps: Step[] }> };
  const script = Object.values(jobs)
    .flatMap(({ steps }) => steps)
    .find(({ run }) => run !== undefined)?.run;
  const folder = mkdtempSync(join(tmpdir(), 'pat-example-'));
  try {
    const output = join(folder, 'output');
    writeFileSync(output, '');
    const run = spawnSync('bash', ['--norc', '-e', '-o', 'pipefail', '-c', script ?? 'exit 9'], {
      cwd: folder,
      encoding: 'utf8',
      env: { PATH: process.env.PATH, GITHUB_OUTPUT: output, ...environment },
    });
    expect({ status: run.status }).toEqual({ status: 0 });
    return readFileSync(output, 'utf8');
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const own = '38aaa865-2c70-4bf7-a308-0c6539c38c1a';
const other = '11112222-3333-4444-5555-666677778888';

test('revoke-everything ends each PAT that works in its organization, and no other PAT', () => {
  const pats = [
    { 'authorization-id': 'mine', 'organization-ids': [own], 'all-organizations': false },
    { 'authorization-id': 'theirs', 'organization-ids': [other], 'all-organizations': false },
    { 'authorization-id': 'both', 'organization-ids': [other, own.toUpperCase()], 'all-organizations': false },
    { 'authorization-id': 'everywhere', 'organization-ids': [], 'all-organizations': true },
    { 'authorization-id': 'nowhere', 'organization-ids': [], 'all-organizations': false },
  ];
  const environment = { PATS: JSON.stringify(pats), ORGANIZATION_ID: own.toUpperCase() };
  expect(runScript('examples/revoke-everything.yml', environment)).toBe('ids=mine both everywhere\n');
  const none = { PATS: JSON.stringify(pats), ORGANIZATION_ID: '' };
  expect(runScript('examples/revoke-everything.yml', none)).toBe('ids=everywhere\n');
});
