import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { commands, inputsOfTheActionAlone } from '../../src/cli/commands.ts';
import { secretVariables } from '../../src/cli/secret-variables.ts';
import { type InputName, inputs, operations } from '../../src/core/interface.ts';
import { errorOf, root, scenario } from './harness.ts';

const names = Object.keys(inputs) as InputName[];
const secret = names.filter((name) => 'secret' in inputs[name]);

test('there is a command for every operation, and one for sign-in', () => {
  expect(Object.keys(commands).sort()).toEqual([...operations, 'sign-in'].sort());
});

test('every input is an option of a command, or a secret, or makes sense only in a job', () => {
  const options = new Set(Object.values(commands).flatMap((facts) => facts.inputs));
  expect(names.filter((name) => !options.has(name)).sort()).toEqual([...secret, ...inputsOfTheActionAlone].sort());
  expect(Object.keys(secretVariables).sort()).toEqual([...secret].sort());
});

scenario('help in any form goes to standard output, with examples and exit codes', async (scene) => {
  const top = await scene.run(['--help']);
  expect([top.code, top.stderr]).toEqual([0, '']);
  expect((await scene.run([])).stdout).toBe(top.stdout);
  expect((await scene.run(['help'])).stdout).toBe(top.stdout);
  expect((await scene.run(['help', 'help'])).stdout).toBe(top.stdout);
  for (const name of Object.keys(commands)) expect(top.stdout).toMatch(new RegExp(`^ +${name} `, 'mu'));
  for (const [name, facts] of Object.entries(commands)) {
    const { code, stdout, stderr } = await scene.run([name, '--help']);
    expect([code, stderr]).toEqual([0, '']);
    for (const input of facts.inputs) expect(stdout).toMatch(new RegExp(`^  --${input} `, 'mu'));
    for (const input of secret.filter((each) => each !== 'refresh-token')) expect(stdout).not.toContain(`--${input}`);
    expect(stdout).toContain('Examples:\n  # ');
    expect(stdout).toContain('AZURE_CLIENT_SECRET');
    expect(stdout).toContain('Exit codes:\n  0    done');
    expect(stdout).not.toContain('`');
    const options = stdout.slice(stdout.indexOf('Options:'), stdout.indexOf('Examples:'));
    expect(options.split('\n').filter((line) => line.length > 80)).toEqual([]);
  }
});

scenario('--version prints the version of the package', async (scene) => {
  const { version } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8'));
  for (const word of ['--version', '-V']) {
    expect(await scene.run([word])).toMatchObject({ code: 0, stdout: `${version}\n`, stderr: '' });
  }
});

scenario('an unknown command or option is refused, with a suggestion', async (scene) => {
  const command = await scene.run(['lst', ...scene.who]);
  expect([command.code, errorOf(command)]).toEqual([2, 'invalid-input']);
  expect(command.stderr).toContain('Did you mean list?');
  const explained = await scene.run(['help', 'lst']);
  expect([explained.code, errorOf(explained)]).toEqual([2, 'invalid-input']);
  const misplaced = await scene.run(['list', ...scene.who, '--version']);
  expect([misplaced.code, errorOf(misplaced)]).toEqual([2, 'invalid-input']);
  const option = await scene.run(['list', ...scene.who, '--fliter', 'all']);
  expect([option.code, errorOf(option)]).toEqual([2, 'invalid-input']);
  expect(option.stderr).toContain('Did you mean --filter?');
  expect(option.stderr).toContain('azure-devops-pat list --help');
  const ofAnotherCommand = await scene.run(['get', ...scene.who, '--manifest', 'pats.yml']);
  expect([ofAnotherCommand.code, errorOf(ofAnotherCommand)]).toEqual([2, 'invalid-input']);
  const missing = await scene.run(['get', '--organization']);
  expect([missing.code, errorOf(missing)]).toEqual([2, 'invalid-input']);
  const excess = await scene.run(['list', ...scene.who, 'everything']);
  expect([excess.code, errorOf(excess)]).toEqual([2, 'invalid-input']);
});
