import { describe, expect, test } from '@jest/globals';
import {
  azureDevOpsProject,
  gitHubEnvironment,
  gitHubOwner,
  gitHubRepository,
  gitHubSecretName,
  keyVaultName,
  keyVaultSecretName,
  type NameRule,
  variableGroupName,
  variableName,
} from '../../../../src/core/request/destination/destination-name.ts';
import { parseKeyVaultHost } from '../../../../src/core/request/destination/key-vault-host.ts';

interface Rule {
  readonly rule: NameRule;
  readonly good: readonly string[];
  /** What is said of a bad name, after the name itself. */
  readonly bad: Readonly<Record<string, readonly string[]>>;
}

/** Names that would break a line, or end in space: nothing that a request or a log could carry. */
const misspelledNames = [' a', 'a ', '\ta', 'a\nb', 'a\u0000b', 'a\u2028b', 'a\u2029b', 'a\ud800b'];

/** Names that no service accepts whose names are words of ASCII. */
const wrongAnywhere = ['', '.', '..', 'a b', 'a/b', 'ä', 'a\n', '\na', 'abc\u212a', 'abc\u017fd'];

const rules: Readonly<Record<string, Rule>> = {
  gitHubSecretName: {
    rule: gitHubSecretName,
    good: ['A', '_', '_1', 'PAT', 'pat_2', 'GITHUB', 'MY_GITHUB_PAT', 'x'.repeat(300)],
    bad: {
      'is not a name of a GitHub secret; use English letters, digits and _': [
        '',
        'a-b',
        'a b',
        'ä',
        'a\n',
        '\na',
        '.',
        'PAT_\u212a',
      ],
      'begins with a digit, which GitHub does not allow for a secret; begin with a letter or _': ['1', '9_A'],
      'begins with GITHUB_, which GitHub keeps for itself; choose another name': [
        'GITHUB_',
        'github_token',
        'GitHub_X',
      ],
    },
  },
  gitHubOwner: {
    rule: gitHubOwner,
    good: ['a', '7', 'octo_acme', 'a-b', 'A', 'x'.repeat(39)],
    bad: {
      'is not a GitHub user or organization; use 1 to 39 English letters, digits and hyphens': [
        '',
        '-a',
        '_a',
        'a.b',
        'a b',
        'a\n',
        '\na',
        'conto\u017fo',
        'x'.repeat(40),
      ],
    },
  },
  gitHubRepository: {
    rule: gitHubRepository,
    good: ['a', '.github', '...', 'a..b', '-', '_', 'A1', 'x'.repeat(100)],
    bad: {
      'is not a name of a GitHub repository; use 1 to 100 English letters, digits, ., - and _': [
        ...wrongAnywhere,
        'x'.repeat(101),
      ],
    },
  },
  gitHubEnvironment: {
    rule: gitHubEnvironment,
    good: ['a', 'production / EU', '...', '.a', 'プロダクション', '🔑', '🔑'.repeat(255), 'x'.repeat(255)],
    bad: {
      'is not a name of a GitHub environment; use no control characters and no space at its ends': [
        '.',
        '..',
        ...misspelledNames,
      ],
    },
  },
  keyVaultName: {
    rule: keyVaultName,
    good: ['abc', 'a-b', 'k1v', 'A1-b2-c3', 'x'.repeat(24)],
    bad: {
      'is not a name of a key vault; use 3 to 24 English letters, digits and hyphens; begin with a letter, do not end with a hyphen, and write no two hyphens in a row':
        ['', 'ab', '1ab', '-ab', 'ab-', 'a--b', 'a_b', 'a.b', 'äbc', 'abc\n', '\nabc', 'x'.repeat(25)],
    },
  },
  keyVaultSecretName: {
    rule: keyVaultSecretName,
    good: ['a', '1', '-', '--', 'Nuget-Pat-2', 'x'.repeat(127)],
    bad: {
      'is not a name of a Key Vault secret; use 1 to 127 English letters, digits and hyphens (no _)': [
        '',
        'a_b',
        'a.b',
        'a b',
        'a\n',
        '\na',
        'x'.repeat(128),
      ],
    },
  },
  azureDevOpsProject: {
    rule: azureDevOpsProject,
    good: ['a', 'My Tools', 'a.b', 'a_', '-', '(a)', 'a!', '工具', 'x'.repeat(64)],
    bad: {
      'is not a name of an Azure DevOps project; it holds a character that Azure DevOps does not allow there': [
        ...[...'/:\\~&%;@\'"?<>|#$*}{,+=[]'].map((character) => `a${character}b`),
        ...misspelledNames,
      ],
      'is not a name of an Azure DevOps project; a name does not begin with . or _ and does not end with .': [
        '.',
        '..',
        '.a',
        '_a',
        '_',
        'a.',
      ],
    },
  },
  variableGroupName: {
    rule: variableGroupName,
    good: ['a', '...', '.a', 'a b', 'a/b*', '42', '🔑', 'x'.repeat(400)],
    bad: {
      'is not a name of a variable group; use no control characters and no space at its ends': [
        '.',
        '..',
        ...misspelledNames,
      ],
    },
  },
  variableName: {
    rule: variableName,
    good: ['a', 'NUGET.PAT', 'nuget-pat', '_a', '...', '1', 'my.secret', 'x-path', 'pat'],
    bad: {
      'is not a name of a pipeline variable; use English letters, digits, ., _ and -': wrongAnywhere,
      'begins with endpoint: Azure Pipelines hides such variables from tasks and scripts; choose another name': [
        'endpoint',
        'ENDPOINT_URL',
      ],
      'begins with input: Azure Pipelines hides such variables from tasks and scripts; choose another name': ['inputs'],
      'begins with secret: Azure Pipelines hides such variables from tasks and scripts; choose another name': [
        'Secret.a',
      ],
      'begins with path: Azure Pipelines hides such variables from tasks and scripts; choose another name': ['PathTo'],
      'begins with securefile: Azure Pipelines hides such variables from tasks and scripts; choose another name': [
        'secureFile',
      ],
    },
  },
};

describe.each(Object.entries(rules))('%s', (_, { rule, good, bad }) => {
  test.each(good)('takes %j', (name) => {
    expect(rule(name)).toBeUndefined();
  });

  const refused = Object.entries(bad).flatMap(([problem, names]) => names.map((name) => [name, problem] as const));
  test.each(refused)('refuses %j', (name, problem) => {
    const said = rule(name) ?? '';
    expect(said.endsWith(`" ${problem}`)).toBe(true);
    expect(said.startsWith('"')).toBe(true);
    expect(said).not.toMatch(/[\n\u2028\u2029]/u);
  });
});

test('the host of a vault is quoted as it was written', () => {
  expect(parseKeyVaultHost('K.Contoso.com')).toMatchObject({ problem: expect.stringMatching(/^"K\.Contoso\.com" /u) });
  expect(parseKeyVaultHost('K.vault.azure.net')).toMatchObject({ problem: expect.stringMatching(/^"K" /u) });
});

test('a name that is too long is not repeated', () => {
  expect(gitHubEnvironment('e'.repeat(256))).toBe('the name of the environment is longer than 255 characters');
  expect(gitHubEnvironment('🔑'.repeat(256))).toBe('the name of the environment is longer than 255 characters');
  expect(azureDevOpsProject('p'.repeat(65))).toBe('the name of the project is longer than 64 characters');
});

test('a name is quoted as it was written', () => {
  expect(keyVaultName('k')).toMatch(/^"k" is not a name of a key vault; /u);
  expect(variableName('a b')).toMatch(/^"a b" is not a name of a pipeline variable; /u);
});
