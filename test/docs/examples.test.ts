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

/** Runs the script of an example's step, as a runner would, in a folder of its own. */
function runScript(example: string, environment: Readonly<Record<string, string>>): { output: string; issue: string } {
  const { jobs } = parse(read(example)) as { jobs: Record<string, { steps: Step[] }> };
  const script = Object.values(jobs)
    .flatMap(({ steps }) => steps)
    .find(({ run }) => run !== undefined)?.run;
  const folder = mkdtempSync(join(tmpdir(), 'pat-example-'));
  try {
    const output = join(folder, 'output');
    writeFileSync(output, '');
    // GitHub's own command line, which keeps what it was given.
    writeFileSync(join(folder, 'gh'), '#!/bin/sh\n[ "$2" = list ] && echo "[]" || cp issue.md created.md\n', {
      mode: 0o755,
    });
    const run = spawnSync('bash', ['--norc', '-e', '-o', 'pipefail', '-c', script ?? 'exit 9'], {
      cwd: folder,
      encoding: 'utf8',
      env: { PATH: `${folder}:${process.env.PATH}`, GITHUB_OUTPUT: output, ...environment },
    });
    expect({ status: run.status }).toEqual({ status: 0 });
    const issue = spawnSync('cat', ['created.md'], { cwd: folder, encoding: 'utf8' }).stdout;
    return { output: readFileSync(output, 'utf8'), issue };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const own = '38aaa865-2c70-4bf7-a308-0c6539c38c1a';
const other = '11112222-3333-4444-5555-666677778888';

test('revoke-everything ends the PATs of its organization, and of no other', () => {
  const pats = [
    { 'authorization-id': 'mine', 'organization-ids': [own], 'all-organizations': false },
    { 'authorization-id': 'theirs', 'organization-ids': [other], 'all-organizations': false },
    { 'authorization-id': 'both', 'organization-ids': [other, own.toUpperCase()], 'all-organizations': false },
    { 'authorization-id': 'everywhere', 'organization-ids': [], 'all-organizations': true },
    { 'authorization-id': 'nowhere', 'organization-ids': [], 'all-organizations': false },
  ];
  const environment = { PATS: JSON.stringify(pats), ORGANIZATION_ID: own.toUpperCase() };
  expect(runScript('examples/revoke-everything.yml', environment).output).toBe('ids=mine both everywhere\n');
  const none = { PATS: JSON.stringify(pats), ORGANIZATION_ID: '' };
  expect(runScript('examples/revoke-everything.yml', none).output).toBe('ids=everywhere\n');
});

test('no display name forges anything in the issue of expiry-monitor', () => {
  const name = '```\n# Forged @team <img src=x> [x](https://evil.example)\n    ~~~';
  const environment = {
    CODE: 'tokens-expiring',
    MESSAGE: `Checking the PATs: 1 of them: "${name.replaceAll('\n', ' ')}".`,
    PATS: JSON.stringify([{ 'display-name': name, 'valid-to': 'x', 'authorization-id': 'y' }]),
    RUN: 'https://github.com/contoso/app/actions/runs/1',
  };
  const { issue } = runScript('examples/expiry-monitor.yml', environment);
  const lines = issue.split('\n').filter((line) => line.trim() !== '');
  expect(lines.at(-1)).toBe('Run: https://github.com/contoso/app/actions/runs/1');
  // Four spaces make code of a line, in which nothing is markup, a link or a mention.
  for (const line of lines.slice(0, -1)) expect(line).toMatch(/^ {4}/u);
  expect(issue).toContain('Forged');
});
