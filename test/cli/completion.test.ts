import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { readCommandLine } from '../../src/cli/command-line.ts';
import { commands } from '../../src/cli/commands.ts';
import { type Shell, shells } from '../../src/cli/completion.ts';
import { Failure } from '../../src/core/failure.ts';
import { findProgram } from './harness.ts';

let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'pat-completion-'));
  for (const shell of shells) writeFileSync(join(folder, shell), scriptOf(shell));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function scriptOf(shell: Shell): string {
  let script = '';
  const line = readCommandLine(['completion', shell], (text) => {
    script += text;
  });
  expect(line).toBeUndefined();
  return script;
}

/** The words before the cursor (the last one may be empty), and some of the completions. */
const offers: readonly (readonly [words: readonly string[], offered: readonly string[]])[] = [
  [['l'], ['list']],
  [['c'], ['create', 'check', 'completion']],
  [['list', '--fil'], ['--filter']],
  [['list', '--filter', 'r'], ['revoked']],
  [['list', '--organization', ''], []],
  [['create', '--verify', 't'], ['true']],
  [['create', '--verify', '--if-e'], ['--if-exists']],
  [['sign-in', '--dev'], ['--device-code']],
  [['completion', 'p'], ['powershell']],
];

/** A test with the shell itself; one that this machine lacks is named. */
function withShell(shell: Shell, name: string, story: (program: string) => void): void {
  const program = findProgram(shell);
  if (program) test(`${shell} ${name}`, () => story(program), 30_000);
  else test.skip(`${shell} ${name} (it is not on this machine)`, () => {});
}

function run(program: string, words: readonly string[]): string {
  const { status, stdout, stderr } = spawnSync(program, words, {
    cwd: folder,
    encoding: 'utf8',
    env: { PATH: process.env.PATH, HOME: folder, TERM: 'dumb' },
  });
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  return stdout;
}

/** The lines of an output, one for each completion that was asked for. */
function expectOffers(lines: readonly string[]): void {
  for (const [index, [words, offered]] of offers.entries()) {
    const found = (lines[index] ?? '').split(' ').filter((word) => word !== '');
    expect([words, found.sort()]).toEqual([words, [...offered].sort()]);
  }
}

withShell('bash', 'offers the commands, options and values of the tables', (program) => {
  const asked = offers.map(([words]) => `try azure-devops-pat ${words.map((word) => `'${word}'`).join(' ')}`);
  const script = `source ./bash; complete -p azure-devops-pat > registered
try() { COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _azure_devops_pat; echo "\${COMPREPLY[*]}"; }
${asked.join('\n')}
try azure-devops-pat sync --manifest zs`;
  const lines = run(program, ['--norc', '-c', script]).split('\n');
  expectOffers(lines);
  expect(lines[offers.length]).toBe('zsh');
});

withShell('fish', 'offers the commands, options and values of the tables', (program) => {
  const asked = offers.map(
    ([words]) => `echo (complete -C 'azure-devops-pat ${words.join(' ')}' | string replace -r '\\t.*' '')`,
  );
  expectOffers(run(program, ['--no-config', '-c', `source ./fish\n${asked.join('\n')}`]).split('\n'));
});

// A terminal inside a terminal: the command gets the line that the keys have completed.
withShell('zsh', 'completes a typed line', (program) => {
  const script = `zmodload zsh/zpty
zpty z zsh -f -i
zpty -w z 'source ./zsh; azure-devops-pat() { print -r -- "<<$*>>" }; print DONE'
zpty -r z REPLY '*DONE*DONE*'
zpty -n -w z $'azure-devops-pat li\\t --fil\\tac\\t\\n'
zpty -r z REPLY '*<<*>>*'
print -r -- "\${REPLY##*<<}"`;
  expect(run(program, ['-f', '-c', script])).toContain('list --filter active>>');
});

test('PowerShell is given every command and option', () => {
  const script = scriptOf('powershell');
  for (const [name, { inputs }] of Object.entries(commands)) {
    const [, own = ''] = new RegExp(`^    '${name}' = @\\((.*)\\)$`, 'mu').exec(script) ?? [];
    for (const input of inputs) expect(own).toContain(`'--${input}'`);
  }
  expect(script).toContain("'--filter' = @('active', 'revoked', 'expired', 'all')");
});

test('an unknown shell is refused, and the known ones are named', () => {
  expect(() => readCommandLine(['completion', 'tcsh'], () => {})).toThrow(Failure);
  expect(() => readCommandLine(['completion', 'tcsh'], () => {})).toThrow(/bash, zsh, fish, powershell/u);
});
