import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { expect, test } from '@jest/globals';
import { parse } from 'yaml';
import {
  clientSecret,
  environmentName,
  repositoryName,
  secretClientId,
  tenantId,
  userPrincipalName,
} from '../../sandbox/index.ts';
import { pages } from '../../src/adapters/entra/sign-in-page.ts';
import { readCommandLine } from '../../src/cli/command-line.ts';
import { exitCodeMeanings } from '../../src/cli/exit-code.ts';
import { secretVariables } from '../../src/cli/secret-variables.ts';
import { errorCodes } from '../../src/core/error-code.ts';
import { Failure } from '../../src/core/failure.ts';
import { inputs } from '../../src/core/interface.ts';
import { scenario } from './harness.ts';
import { signIn, through } from './sign-in-steps.ts';

const docs = join(dirname(dirname(import.meta.dirname)), 'docs');
const setup = await readFile(join(docs, 'setup.md'), 'utf8');

function blocks(language: string): string[] {
  return [...setup.matchAll(new RegExp(`\`\`\`${language}\n([\\s\\S]+?)\`\`\``, 'gu'))].map(([, text = '']) => text);
}

/** The words of a command in a block of shell, as the shell reads them. */
function wordsOf(shell: string): string[][] {
  const lines = shell.replaceAll('\\\n', ' ').split('\n');
  return lines.flatMap((line) => {
    const [, rest] = /(?:^|\()azure-devops-pat (.*?)(?: \||>|$)/u.exec(line) ?? [];
    return rest === undefined ? [] : [rest.trim().split(/ +/u)];
  });
}

test('every command on the page is accepted by the command line', () => {
  const commands = blocks('sh').flatMap(wordsOf);
  expect(commands.length).toBeGreaterThan(3);
  for (const words of commands) {
    expect(() => readCommandLine(words, () => {})).not.toThrow();
  }
});

test('the sign-in in PowerShell has the words of the one in a shell', () => {
  const inShell = blocks('sh').flatMap(wordsOf);
  const inPowerShell = blocks('powershell').flatMap((text) => wordsOf(text.replaceAll('`\n', '\\\n')));
  expect(inPowerShell).toHaveLength(1);
  expect(inShell).toContainEqual(inPowerShell[0]);
});

test('the error codes on the page exist', () => {
  const codes = [...setup.matchAll(/\[`([a-z-]+)`\]\(errors\.md#/gu)].map(([, code = '']) => code);
  expect(codes.filter((code) => !(errorCodes as readonly string[]).includes(code))).toEqual([]);
});

test('the exit codes, variables and pages are those of the program', () => {
  for (const [code, meaning] of exitCodeMeanings) {
    expect(setup.replaceAll('`', '')).toContain(`| ${code} | ${meaning} |`);
  }
  for (const variable of Object.values(secretVariables).flat()) expect(setup).toContain(`\`${variable}\``);
  const failure = new Failure('network', { what: 'x', why: 'y' });
  const shown = [
    pages.signedIn(undefined),
    pages.declined(),
    pages.stateMismatch(),
    pages.used(),
    pages.failed(failure),
  ];
  for (const { title } of shown) expect(setup).toContain(`| *${title}* |`);
});

scenario('the workflow on the page is the one that sign-in prints for that command', async (scene) => {
  const [text = ''] = blocks('yaml');
  const expected = parse(text);
  const [, step] = expected.jobs.rotate.steps;
  expect(Object.keys(step.with).filter((name) => !(name in inputs))).toEqual([]);
  scene.sandbox.github.addEnvironment(repositoryName, 'pat-rotation');
  expect(environmentName).not.toBe('pat-rotation');
  const [words = []] = blocks('sh')
    .flatMap(wordsOf)
    .filter(([command]) => command === 'sign-in');
  // The sandbox has an app of its own for each kind of client.
  const known = words.map((word) => (word === step.with['client-id'] ? secretClientId : word));
  const { run } = await signIn(scene, known.slice(1), through(scene), { env: { AZURE_CLIENT_SECRET: clientSecret } });
  expect(run.code).toBe(0);
  const printed = parse(run.stdout);
  printed.jobs.rotate.steps[1].with['client-id'] = step.with['client-id'];
  expect(printed).toEqual(expected);
  expect([step.with['tenant-id'], step.with['expected-user']]).toEqual([tenantId, userPrincipalName]);
  expect(
    scene.sandbox.github.environmentSecret(repositoryName, 'pat-rotation', 'AZURE_DEVOPS_REFRESH_TOKEN'),
  ).toBeDefined();
});
