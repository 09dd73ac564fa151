import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { readCommandLine } from '../../src/cli/command-line.ts';
import { type Fence, fencesOf, pages, read, root } from './pages.ts';
import { commandsOf, type Words } from './shell-words.ts';

const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> };

/** What is wrong with the arguments of a command; undefined if nothing is. */
type Check = (words: Words) => string | undefined;

function optionsIn(words: Words): string[] {
  return words.filter((word) => /^--?[a-z]/iu.test(word)).map((word) => word.split('=')[0] ?? '');
}

function missingPath(words: Words): string | undefined {
  const missing = words.find((word) => /^[\w.-]+\/[\w./-]*$/u.test(word) && !existsSync(join(root, word)));
  return missing && `${missing} does not exist`;
}

const help = new Map<string, string>();

/** What the program itself says that it takes. */
function helpOf(program: string, words: Words): string {
  const key = [program, ...words].join(' ');
  const known = help.get(key);
  if (known !== undefined) return known;
  const { stdout, stderr } = spawnSync(program, words, { cwd: root, encoding: 'utf8' });
  const text = `${stdout ?? ''}${stderr ?? ''}`;
  help.set(key, text);
  return text;
}

function unknownOption(words: Words, text: string): string | undefined {
  const unknown = optionsIn(words).find((option) => !new RegExp(`(?<![\\w-])${option}(?![\\w-])`, 'u').test(text));
  return unknown && `${unknown} is not in its help`;
}

/** The command line of this project, by its help. */
const ours: Check = ([command = '', ...rest]) => {
  const words = command.startsWith('-') ? [] : [command];
  let text = '';
  readCommandLine([...words, '--help'], (help) => {
    text += help;
  });
  if (command === '--help' || command === '--version') return undefined;
  if (!text.includes(`azure-devops-pat ${command}`)) return `there is no command ${command}`;
  return unknownOption(rest, text);
};

/**
 * Commands of others that aren't installed everywhere, with the options that the pages use, from
 * https://learn.microsoft.com/cli/azure/reference-index and https://cli.github.com/manual.
 */
const optionsOfOthers: Readonly<Record<string, readonly string[]>> = {
  'az role assignment create': ['--role', '--assignee', '--scope'],
  'az keyvault show': ['--name', '--query', '--output'],
  'az keyvault set-policy': ['--name', '--upn', '--secret-permissions'],
  'az keyvault secret recover': ['--vault-name', '--name'],
  'az rest': ['--method', '--url'],
  'az login': [],
  'az devops login': [],
  'az ad sp create': ['--id'],
  'gh release download': ['--repo', '--pattern', '--dir'],
  'gh attestation verify': ['--repo', '--owner', '--signer-workflow'],
  'gh auth token': [],
  'gh secret set': ['--repo', '--env', '--org', '--body', '--app'],
  'gh api': ['--jq'],
  // https://docs.openssl.org/master/man1/openssl-req
  'openssl req': ['-x509', '-newkey', '-nodes', '-days', '-subj', '-keyout', '-out'],
};

const others: Check = (words) => {
  const name = Object.keys(optionsOfOthers).find((known) => `${words.join(' ')} `.startsWith(`${known} `));
  if (name === undefined) return 'this test does not know it: look it up and add it to the table';
  const unknown = optionsIn(words).find((option) => !optionsOfOthers[name]?.includes(option));
  return unknown && `${unknown} is not in the table of this test`;
};

const checks: Readonly<Record<string, Check>> = {
  npm([command = '', ...rest]) {
    if (command === 'ci' || command === 'cit' || command === 'install') return unknownOption(rest, '');
    if (command === 'run') {
      return scripts[rest[0] ?? ''] === undefined ? `there is no script ${rest[0]}` : missingPath(rest.slice(1));
    }
    if (command === 'test') return missingPath(rest);
    if (command === 'version') return unknownOption(rest, '--no-git-tag-version');
    return `npm ${command} is not known to this test`;
  },
  node([file = '', ...rest]) {
    if (file === 'dist/cli/index.js') return ours(rest);
    return existsSync(join(root, file)) ? missingPath(rest) : `${file} does not exist`;
  },
  'azure-devops-pat': ours,
  bash: ([file = '']) => (existsSync(join(root, file)) ? undefined : `${file} does not exist`),
  git([command = '', ...rest]) {
    if (command === 'clone') return undefined;
    const options = rest.includes('--') ? rest.slice(0, rest.indexOf('--')) : rest;
    // `git diff -h` tells few of its options; those of its manual are taken from https://git-scm.com/docs/git-diff.
    const text = command === 'diff' ? '--exit-code --stat' : helpOf('git', [command, '-h']);
    return text.replaceAll('--[no-]', '--') === ''
      ? `git ${command} has no help`
      : unknownOption(options, text.replaceAll('--[no-]', '--'));
  },
  az: (words) => others(['az', ...words]),
  gh: (words) => others(['gh', ...words]),
  openssl: (words) => others(['openssl', ...words]),
  // npx.test.ts runs it from a git address.
  npx: ([yes, source, ...rest]) =>
    yes === '--yes' && source === 'github:contoso/azure-devops-pat-action'
      ? ours(rest)
      : 'it runs no program of this project',
  alias: ([text = '']) =>
    /^azure-devops-pat=(?:node \S*dist\/cli\/index\.js|npx --yes github:contoso\/azure-devops-pat-action)$/u.test(text)
      ? undefined
      : 'it stands for no program of this project',
  // Of the shell itself, or everywhere.
  source: () => undefined,
  'Out-String': () => undefined,
  'Invoke-Expression': () => undefined,
  cd: () => undefined,
  export: () => undefined,
  echo: () => undefined,
  cat: () => undefined,
  jq: () => undefined,
};

const blocks = pages
  .flatMap(fencesOf)
  .filter(({ language }) => ['sh', 'bash', 'shell', 'console'].includes(language))
  .map((fence): [string, Fence] => [fence.place, fence]);

/** Commands in the text between the blocks, without those that name a file by a placeholder. */
const inline = pages.flatMap((page) =>
  [...read(page).matchAll(/`((?:npm|bash|node|git|az|gh|azure-devops-pat) [^`\n]+)`/gu)]
    .map(([, text = '']): Fence => ({ place: page, language: 'sh', text: text.replaceAll('\\|', '|') }))
    .filter(({ text }) => !text.includes('FILE.ts')),
);

function problemsOf({ text }: Fence): string[] {
  return commandsOf(text).flatMap(([program = '', ...words]) => {
    const check = checks[program];
    const problem = check ? check(words) : `${program} is not known to this test: teach it`;
    return problem ? [`${[program, ...words].join(' ')}: ${problem}`] : [];
  });
}

describe('commands in the pages', () => {
  test.each(blocks)('%s: exist, and take these options', (_, fence) => {
    expect(problemsOf(fence)).toEqual([]);
  });

  const shell = process.platform === 'win32' ? undefined : 'sh';
  (shell ? test.each(blocks) : test.skip.each(blocks))('%s: are a script that a shell can read', (_, { text }) => {
    execFileSync(shell ?? 'sh', ['-n'], { input: text });
  });

  test('in a sentence or a table exist, and take these options', () => {
    expect(inline.length).toBeGreaterThan(20);
    expect(inline.flatMap(problemsOf)).toEqual([]);
  });

  test('a wrong command is found', () => {
    const problems = (text: string): string[] => problemsOf({ place: '', language: 'sh', text });
    expect(problems('npm run biuld')).toEqual(['npm run biuld: there is no script biuld']);
    expect(problems('npm test -- test/nowhere')).toEqual(['npm test -- test/nowhere: test/nowhere does not exist']);
    expect(problems('A=b sudo reboot')).toEqual(['sudo reboot: sudo is not known to this test: teach it']);
    expect(problems('git push --farce origin v1')).toHaveLength(1);
    expect(problems('gh release download v1 --rep x')).toHaveLength(1);
    expect(problems('node dist/cli/index.js list --organisation contoso')).toHaveLength(1);
    expect(problems('node dist/cli/index.js dance')).toHaveLength(1);
    expect(problems('node dist/cli/index.js list --organization contoso | jq . > list.json')).toEqual([]);
  });

  test('commands are found in every corner of a script', () => {
    const script = 'A=1 b "c $(d e)" \\\n  f # g h\ni && j | k > l; m "$(n)" <<< o';
    expect(commandsOf(script).map(([program]) => program)).toEqual(['d', 'b', 'i', 'j', 'k', 'n', 'm']);
  });

  test('the pages show commands', () => {
    expect(blocks.length).toBeGreaterThan(10);
  });
});
