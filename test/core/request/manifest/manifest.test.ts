import { describe, expect, test } from '@jest/globals';
import { parseYaml } from '../../../../src/adapters/manifest-file.ts';
import { Failure } from '../../../../src/core/failure.ts';
import { type Manifest, readManifest } from '../../../../src/core/request/manifest/manifest.ts';

const now = Date.parse('2026-06-01T00:00:00Z');
const hour = 3_600_000;
const day = 24 * hour;

function read(yaml: string, organization: string | null = 'contoso'): Manifest {
  const context = { repository: 'contoso/app', project: undefined, now };
  return readManifest(parseYaml(yaml), { organization: organization ?? undefined, ...context });
}

function mistakes(yaml: string, organization?: string | null): string[] {
  try {
    read(yaml, organization);
  } catch (thrown) {
    if (!(thrown instanceof Failure)) throw thrown;
    expect(thrown.code).toBe('manifest-invalid');
    expect(thrown.message).not.toMatch(/[\r\n]/u);
    return thrown.why.split(/; (?=line \d+, column \d+: |and \d+ more)/u);
  }
  return [];
}

/** A manifest of one token, flow style, in line 2 from column 3 on. */
const one = (fields: string): string => `tokens:\n- { display-name: a, ${fields} }`;

describe('what a manifest means', () => {
  test('the example of the documentation', () => {
    const { tokens, remarks } = read(`
organization: contoso
defaults: { valid-for: 30d, rotate-within: 7d, previous-token: 24h }
tokens:
  - display-name: nuget-publish
    scopes: [vso.packaging_write]
    destinations: [github-secret:NUGET_PAT, azure-key-vault:contoso-vault/nuget-pat]
  - display-name: wiki-bot
    organization: fabrikam
    scopes: vso.wiki_write
    valid-for: 90d
`);
    expect(remarks).toEqual([]);
    expect(tokens).toMatchObject([
      {
        organization: 'contoso',
        displayName: 'nuget-publish',
        scope: 'vso.packaging_write',
        lifetime: { kind: 'for', milliseconds: 30 * day },
        rotateWithin: 7 * day,
        previousToken: { kind: 'grace', milliseconds: day },
        verify: true,
        allOrganizations: false,
        destinations: [
          { kind: 'github-secret', name: 'NUGET_PAT' },
          { kind: 'azure-key-vault', name: 'nuget-pat' },
        ],
      },
      {
        organization: 'fabrikam',
        displayName: 'wiki-bot',
        scope: 'vso.wiki_write',
        lifetime: { kind: 'for', milliseconds: 90 * day },
        destinations: [],
      },
    ]);
  });

  test.each([
    ['nothing at all', '', 7 * day, 30 * day],
    ['a long life', 'valid-for: 90d', 7 * day, 90 * day],
    ['a short life: a third of it', 'valid-for: 12h', 4 * hour, 12 * hour],
    ['a date', 'valid-to: 2026-06-04', day, 3 * day],
    ['a margin of its own', 'valid-for: 12h, rotate-within: 6h', 6 * hour, 12 * hour],
  ])('the default of rotate-within if there is %s', (_, fields, margin, life) => {
    const [token] = read(one(`scopes: vso.code, ${fields}`)).tokens;
    expect(token?.rotateWithin).toBe(margin);
    const { lifetime } = token ?? {};
    expect(lifetime?.kind === 'until' ? lifetime.at - now : lifetime?.milliseconds).toBe(life);
  });

  test('a token overrides the defaults, and its lifetime overrides valid-for and valid-to there', () => {
    const { tokens } = read(`
defaults: { scopes: vso.code, valid-for: 60d, verify: false, all-organizations: true, previous-token: keep }
tokens:
  - display-name: a
  - { display-name: b, valid-to: 2026-12-31, verify: true, scopes: full, all-organizations: false, previous-token: revoke }
`);
    expect(tokens).toMatchObject([
      {
        scope: 'vso.code',
        lifetime: { kind: 'for', milliseconds: 60 * day },
        verify: false,
        allOrganizations: true,
        previousToken: { kind: 'keep' },
      },
      {
        scope: 'app_token',
        lifetime: { kind: 'until', at: Date.parse('2026-12-31T00:00:00Z') },
        verify: true,
        allOrganizations: false,
        previousToken: { kind: 'revoke' },
      },
    ]);
  });

  test('the organization comes from the token, the top, or the step, in any form', () => {
    const yaml =
      'tokens:\n- { display-name: a, scopes: full }\n- { display-name: b, scopes: full, organization: Fabrikam }';
    const organizations = (text: string): string[] => read(text, 'step').tokens.map(({ organization }) => organization);
    expect(organizations(yaml)).toEqual(['step', 'fabrikam']);
    expect(organizations(`organization: https://dev.azure.com/Contoso/\n${yaml}`)).toEqual(['contoso', 'fabrikam']);
  });

  test('anchors, aliases and merge keys', () => {
    const { tokens } = read(`
tokens:
  - &base
    display-name: a
    scopes: &read [vso.code, vso.build]
    valid-for: 60d
  - <<: *base
    display-name: b
    valid-for: 90d
  - { <<: [{ verify: false }, *base], display-name: c, scopes: *read }
`);
    const life = (days: number) => ({ kind: 'for', milliseconds: days * day });
    expect(tokens).toMatchObject([
      { displayName: 'a', scope: 'vso.code vso.build', lifetime: life(60), verify: true },
      { displayName: 'b', scope: 'vso.code vso.build', lifetime: life(90), verify: true },
      { displayName: 'c', scope: 'vso.code vso.build', lifetime: life(60), verify: false },
    ]);
  });

  test('destinations as a text have the form of the input: one per line, with comments', () => {
    const [token] = read(
      'tokens:\n- display-name: a\n  scopes: full\n  destinations: |\n    # here\n\n    github-secret:A\n    github-secret:B\n',
    ).tokens;
    expect(token?.destinations.map(({ text }) => text)).toEqual(['github-secret:A', 'github-secret:B']);
  });

  test('an unknown scope causes one warning for all tokens', () => {
    const { remarks } = read(
      'defaults: { scopes: vso.something_new }\ntokens:\n- display-name: a\n- display-name: b\n- display-name: c',
    );
    expect(remarks).toEqual([
      'This version does not know the scope "vso.something_new" (line 3 and 2 more); the service decides whether to accept it.',
    ]);
  });

  test.each([
    '\uFEFFtokens: [{ display-name: a, scopes: full }]',
    'tokens:\r\n- display-name: a\r\n  scopes: full\r\n',
    '{"tokens": [{"display-name": "a", "scopes": ["full"]}]}',
    '# comment\n---\ntokens: [{ display-name: "123", scopes: full }]\n...\n',
  ])('a byte order mark, Windows line ends, JSON, document marks: %j', (yaml) => expect(mistakes(yaml)).toEqual([]));

  test('names are different only by case or by organization', () => {
    const two = (second: string): string =>
      `tokens:\n- { display-name: a, scopes: full }\n- { scopes: full, ${second} }`;
    expect(mistakes(two('display-name: A'))).toEqual([]);
    expect(mistakes(two('display-name: a, organization: fabrikam'))).toEqual([]);
    for (const equivalent of [
      'display-name: a',
      'display-name: " a "',
      'display-name: a, organization: CONTOSO',
      'display-name: a, organization: "https://dev.azure.com/contoso"',
      'display-name: a, organization: contoso.visualstudio.com',
    ]) {
      expect(mistakes(two(equivalent))).toEqual([
        expect.stringMatching(
          /^line 3, column \d+: display-name: "a" of contoso is already in line 2; name each PAT only once$/u,
        ),
      ]);
    }
  });
});

describe('mistakes, with their messages', () => {
  const keys = 'scopes, valid-for, valid-to, all-organizations, rotate-within, previous-token, verify';
  test.each<[yaml: string, ...expected: string[]]>([
    [
      'a: 1\ntokens: [{ display-name: a, scopes: full }]',
      'line 1, column 1: unknown key "a" in the manifest; allowed are organization, defaults, tokens',
    ],
    [
      `defaults: { a: 1 }\n${one('scopes: full')}`,
      `line 1, column 13: unknown key "a" in defaults; allowed are ${keys}`,
    ],
    [`defaults: [1]\n${one('scopes: full')}`, `line 1, column 11: defaults must be a mapping; allowed are ${keys}`],
    [`defaults: yes\n${one('scopes: full')}`, `line 1, column 11: defaults must be a mapping; allowed are ${keys}`],
    [
      'tokens: [a]',
      `line 1, column 10: a token must be a mapping; allowed are display-name, organization, ${keys}, destinations`,
    ],
    ['organization: contoso', 'line 1, column 1: tokens is missing or empty; name at least one token'],
    [
      'tokens:\n- { display-name: "a\\tb", scopes: full }',
      'line 2, column 19: display-name: "a b" holds a line break or a control character; write one line',
    ],
    [
      'tokens:\n- { display-name: "\\u200b", scopes: full }',
      'line 2, column 19: display-name: it holds only characters that nobody sees; write a name',
    ],
    [
      'tokens:\n- { display-name: a~superseded, scopes: full }',
      'line 2, column 19: display-name: "a~superseded" ends like the names of rotations in progress; write the name before the ~',
    ],
    [
      one('scopes: full, valid-to: 2026-06-01'),
      'line 2, column 46: valid-to is in the past; set a new date, or remove the token from the manifest',
    ],
    [
      one('scopes: full, previous-token: later'),
      'line 2, column 52: previous-token: "later" is not allowed; write revoke, keep, or a duration such as 24h',
    ],
    [one('scopes: full, all-organizations: "true"'), 'line 2, column 55: all-organizations must be true or false'],
    [one('scopes: full, all-organizations: null'), 'line 2, column 55: all-organizations must be true or false'],
    [one('scopes: [vso.code, ""]'), 'line 2, column 41: scopes: this item is empty'],
    [one('scopes: { a: b }'), 'line 2, column 30: scopes must be a text'],
    [one('scopes: null'), 'line 2, column 30: scopes must be a text'],
    [one('scopes: full, destinations: { a: b }'), 'line 2, column 50: destinations must be a text'],
    [
      one('scopes: full, destinations: [1, github-secret:A]'),
      'line 2, column 51: destinations must be a text; YAML reads 1 as a number: put it in quotes',
    ],
    [
      one('scopes: full, destinations: [github-secret:1]'),
      'line 2, column 51: destinations: "github-secret:1": "1" begins with a digit, which GitHub does not allow for a secret; begin with a letter or _',
    ],
    [one('scopes: full, destinations: ["# later"]'), 'line 2, column 51: destinations: no destination is named here'],
    [one('scopes: full, organization: null'), 'line 2, column 50: organization must be a text'],
  ])('%j', (yaml, ...expected) => {
    expect(mistakes(yaml)).toEqual(expected);
  });

  test('the failure says what was being done, and that nothing was changed', () => {
    expect(() => read('')).toThrow(
      expect.objectContaining({
        code: 'manifest-invalid',
        what: 'Reading the manifest',
        hint: 'Nothing was sent or changed.',
        why: 'line 1, column 1: the manifest is empty; it needs tokens',
      }),
    );
  });

  test('reports a hundred mistakes, and no number of others if there are none', () => {
    expect(mistakes(`tokens:\n${'- { display-name: 1, scopes: full }\n'.repeat(100)}`)).toHaveLength(100);
  });
});

describe('what is not a mistake', () => {
  test.each([
    ['defaults that say nothing', `defaults:\n${one('scopes: full')}`],
    ['defaults of no keys', `defaults: {}\n${one('scopes: full')}`],
    ['no destinations', one('scopes: full, destinations: []')],
    ['a date one millisecond ahead', one('scopes: full, valid-to: 2026-06-01T00:00:00.001Z')],
    [
      'one group of variables in two organizations',
      `${one('scopes: full, destinations: azure-devops-variable-group:T/g/P')}\n- { display-name: a, organization: fabrikam, scopes: full, destinations: azure-devops-variable-group:T/g/P }`,
    ],
  ])('%s', (_, yaml) => {
    expect(mistakes(yaml)).toEqual([]);
  });

  test('one variable group twice in one organization is a mistake', () => {
    const yaml = `${one('scopes: full, destinations: azure-devops-variable-group:T/g/P')}\n- { display-name: b, scopes: full, destinations: azure-devops-variable-group:t/G/p }`;
    expect(mistakes(yaml)).toEqual([
      'line 3, column 50: destinations: "azure-devops-variable-group:t/G/p" is the same destination as one in line 2; a destination holds one PAT',
    ]);
  });

  test('an unknown scope of one token causes a warning', () => {
    expect(read(one('scopes: vso.something_new')).remarks).toEqual([
      'This version does not know the scope "vso.something_new" (line 2); the service decides whether to accept it.',
    ]);
  });

  test('a token without any setting has these defaults', () => {
    expect(read(one('scopes: full')).tokens).toEqual([
      {
        organization: 'contoso',
        displayName: 'a',
        scope: 'app_token',
        lifetime: { kind: 'for', milliseconds: 30 * day },
        allOrganizations: false,
        rotateWithin: 7 * day,
        previousToken: { kind: 'revoke' },
        verify: true,
        destinations: [],
      },
    ]);
  });
});

describe('mistakes, with line and column', () => {
  test.each<[name: string, yaml: string, ...expected: (string | RegExp)[]]>([
    ['nothing', '', 'line 1, column 1: the manifest is empty; it needs tokens'],
    ['a comment alone', '# later', 'line 1, column 1: the manifest is empty; it needs tokens'],
    [
      'no mapping',
      '- a',
      /^line 1, column 1: the manifest must be a mapping; allowed are organization, defaults, tokens$/u,
      /tokens is missing/u,
    ],
    ['no tokens', 'organization: contoso', /^line 1, column 1: tokens is missing or empty/u],
    ['tokens: nothing', 'tokens:', /^line 1, column 8: tokens must be a list$/u],
    ['tokens: empty', 'tokens: []', /^line 1, column 9: tokens is missing or empty/u],
    ['tokens: a mapping', 'tokens:\n  a: 1', /^line 2, column 3: tokens must be a list$/u],
    [
      'a token that is not a mapping',
      'tokens:\n- build\n-\n',
      /^line 2, column 3: a token must be a mapping/u,
      /^line 3, column 2: a token must be a mapping/u,
    ],
    [
      'an unknown key at the top',
      'token: []\ntokens: [{ display-name: a, scopes: full }]',
      /^line 1, column 1: unknown key "token" in the manifest; allowed are/u,
    ],
    [
      'an unknown key of a token',
      one('scopes: full, name: b'),
      /^line 2, column 36: unknown key "name" in a token; allowed are display-name, /u,
    ],
    [
      'an unknown key in defaults',
      `defaults: { display-name: b }\n${one('scopes: full')}`,
      /^line 1, column 13: unknown key "display-name" in defaults/u,
    ],
    [
      'destinations in defaults',
      `defaults: { destinations: [] }\n${one('scopes: full')}`,
      /^line 1, column 13: unknown key "destinations" in defaults/u,
    ],
    ['a key twice', one('scopes: full, scopes: full'), 'line 2, column 36: the key scopes is in a token twice'],
    [
      'a key twice at the top',
      `tokens: []\n${one('scopes: full')}`,
      /^line 1, column 9: tokens is missing or empty/u,
      'line 2, column 1: the key tokens is in the manifest twice',
    ],
    ['a key that is no text', one('scopes: full, ? [x] : y'), /^line 2, column 38: unknown key "" in a token/u],
    ['no name', 'tokens:\n- { scopes: full }', 'line 2, column 3: display-name is required'],
    ['an empty name', 'tokens:\n- { display-name: " ", scopes: full }', 'line 2, column 19: display-name is empty'],
    [
      'a number for a name',
      'tokens:\n- { display-name: 123, scopes: full }',
      'line 2, column 19: display-name must be a text; YAML reads 123 as a number: put it in quotes',
    ],
    [
      'null for a name',
      'tokens:\n- { display-name: null, scopes: full }',
      'line 2, column 19: display-name must be a text',
    ],
    [
      'true for a name',
      'tokens:\n- { display-name: true, scopes: full }',
      'line 2, column 19: display-name must be a text; YAML reads true as a boolean: put it in quotes',
    ],
    [
      'a list for a name',
      'tokens:\n- { display-name: [a], scopes: full }',
      'line 2, column 19: display-name must be a text',
    ],
    [
      'a name of a rotation in progress',
      'tokens:\n- { display-name: a~superseded, scopes: full }',
      /^line 2, column 19: display-name: "a~superseded" ends like the names of rotations in progress/u,
    ],
    [
      'a name of two lines',
      'tokens:\n- { display-name: "a\\nb", scopes: full }',
      /^line 2, column 19: display-name: "a b" holds a line break/u,
    ],
    [
      'a wrong organization',
      one('scopes: full, organization: my_org'),
      /^line 2, column 50: organization: "my_org" does not name an organization/u,
    ],
    [
      'a number for an organization',
      `organization: 42\n${one('scopes: full')}`,
      /^line 1, column 15: organization must be a text; YAML reads 42 as a number/u,
    ],
    ['no scopes', one('verify: true'), 'line 2, column 3: scopes are required'],
    ['an empty list of scopes', one('scopes: []'), /^line 2, column 30: scopes: no scope is named/u],
    [
      'a scope with a slip',
      one('scopes: [vso.code, vso.packging]'),
      /^line 2, column 30: scopes: "vso.packging" is not a scope; did you mean vso.packaging\?/u,
    ],
    [
      'scopes that are not texts',
      one('scopes: [1, { a: b }, null]'),
      /^line 2, column 31: scopes must be a text; YAML reads 1/u,
      'line 2, column 34: scopes must be a text',
      'line 2, column 44: scopes must be a text',
    ],
    ['full and more', one('scopes: [full, vso.code]'), /^line 2, column 30: scopes: full access/u],
    [
      'a bad duration',
      one('scopes: full, valid-for: 30 days'),
      /^line 2, column 47: valid-for: "30 days" is not a duration/u,
    ],
    [
      'a number for a duration',
      one('scopes: full, rotate-within: 7'),
      /^line 2, column 51: rotate-within must be a text; YAML reads 7 as a number/u,
    ],
    [
      'both lifetimes',
      one('scopes: full, valid-for: 1d, valid-to: 2027-01-01'),
      'line 2, column 61: valid-to: valid-for is given too; give one of the two',
    ],
    ['a date in the past', one('scopes: full, valid-to: 2026-05-31'), /^line 2, column 46: valid-to is in the past/u],
    [
      'no date',
      one('scopes: full, valid-to: 2027-02-30'),
      /^line 2, column 46: valid-to: "2027-02-30" does not exist in the calendar/u,
    ],
    ['yes for true', one('scopes: full, verify: yes'), 'line 2, column 44: verify must be true or false'],
    [
      'previous-token',
      one('scopes: full, previous-token: later'),
      /^line 2, column 52: previous-token: "later" is not allowed; write revoke, keep/u,
    ],
    [
      'a bad destination',
      one('scopes: full, destinations: [github-secret:GITHUB_X]'),
      /^line 2, column 51: destinations: "github-secret:GITHUB_X": /u,
    ],
    [
      'no destination',
      one('scopes: full, destinations: ""'),
      'line 2, column 50: destinations: no destination is named here',
    ],
    [
      'a destination twice in one token',
      one('scopes: full, destinations: [github-secret:A, github-secret:contoso/app/a]'),
      'line 2, column 68: destinations: "github-secret:contoso/app/a" is the same destination as one in line 2; a destination holds one PAT',
    ],
    [
      'a destination of two tokens',
      `${one('scopes: full, destinations: github-secret:A')}\n- { display-name: b, scopes: full, destinations: github-secret:A }`,
      /^line 3, column 50: destinations: "github-secret:A" is the same destination as one in line 2/u,
    ],
    ['tabs', 'tokens:\n\t- display-name: a', /^line 2, column 1: not YAML: Tabs are not allowed as indentation$/u],
    ['a quote that stays open', 'tokens: "x', /^line 1, column \d+: not YAML: Missing closing "quote$/u],
    ['a list that stays open', 'tokens: [1, 2\na: 3', /^line 2, column 1: not YAML: Flow sequence/u],
    ['crooked indentation', 'tokens:\n  - display-name: a\n   scopes: full', /^line 3, column 1: not YAML: /u],
    ['two documents', 'tokens: []\n---\ntokens: []', /a second document begins here/u],
    ['a tag', 'tokens: !include other.yml', /^line 1, column 9: not YAML: Unresolved tag: !include$/u],
    [
      'YAML 1.1',
      `%YAML 1.1\n---\n${one('scopes: full')}`,
      'line 1, column 1: a manifest is YAML 1.2; leave the directive %YAML out',
    ],
    [
      'an alias of nothing',
      one('scopes: *x'),
      'line 2, column 30: *x refers to an anchor that does not come before it',
    ],
    ['an alias inside of itself', 'tokens: &x [*x]', 'line 1, column 13: *x is inside the value that it refers to'],
    [
      'a second document with its own mistakes',
      'tokens: []\n---\ntokens: [',
      /^line 2, column 1: a second document begins here|^line 3/u,
      /^line 3/u,
    ],
    [
      'a fence with text around it',
      'Our tokens:\n```yaml\ntokens: []\n```\n',
      /^line 2, column 1: this line is the fence/u,
      /^line 4, column 1: this line is the fence/u,
    ],
    [
      'a fence that is never closed',
      '```yaml\ntokens: []',
      'line 1, column 1: this line is the fence of a block in Markdown; leave the fence out',
    ],
    [
      'expressions of a workflow',
      `organization: \${{ vars.ORG }}\n${one(`scopes: full, verify: "\${{ inputs.verify }}"`)}`,
      /^line 1, column 15: organization: it holds an expression \(\$\{\{\)/u,
      /^line 3, column \d+: verify: it holds an expression \(\$\{\{\)/u,
    ],
    [
      'an expression that YAML cannot read',
      `tokens: [\${{ fromJSON(inputs.tokens) }}]`,
      /^line 1, column 10: it holds an expression \(\$\{\{\)/u,
    ],
    [
      'a name whose characters were lost',
      'tokens: [{ display-name: M\ufffdller, scopes: full }]',
      /^line 1, column 26: display-name: "M\ufffdller" holds U\+FFFD/u,
    ],
    [
      'a mapping of something else as a destination',
      one('scopes: full, destinations: [{ nowhere: A }, { github-secret: [A] }]'),
      /destinations must be a text/u,
      /destinations must be a text/u,
    ],
    ['a merge of no mapping', one('<<: [1]'), 'line 2, column 26: << needs an alias of a mapping'],
  ])('%s', (_, yaml, ...expected) => {
    expect(mistakes(yaml)).toEqual(
      expected.map((text) => (typeof text === 'string' ? text : expect.stringMatching(text))),
    );
  });

  test.each<[what: string, yaml: string]>([
    ['a fence around it', '```yaml\ntokens: [{ display-name: a, scopes: full }]\n```\n'],
    ['a fence of tildes', '\n~~~\ntokens: [{ display-name: a, scopes: full }]\n~~~'],
    ['a fence with line ends of Windows', '```yml\r\ntokens: [{ display-name: a, scopes: full }]\r\n```\r\n'],
    ['a byte order mark', '\ufefftokens: [{ display-name: a, scopes: full }]'],
    ['an empty document after it', '---\ntokens: [{ display-name: a, scopes: full }]\n---\n'],
    ['an empty document before it', '---\n# nothing\n---\ntokens: [{ display-name: a, scopes: full }]\n...\n'],
  ])('%s changes nothing', (_, yaml) => {
    expect(read(yaml).tokens).toMatchObject([{ displayName: 'a', scope: 'app_token' }]);
  });

  test('lines inside of a fence keep their numbers', () => {
    expect(mistakes('```yaml\ntokens:\n- { display-name: a }\n```')).toEqual(['line 3, column 3: scopes are required']);
  });

  test('a destination that YAML reads as a mapping', () => {
    const mapped = read(one('scopes: full, destinations: [github-secret: A, { azure-key-vault: contoso-vault/b }]'));
    const meant = read(one('scopes: full, destinations: ["github-secret:A", "azure-key-vault:contoso-vault/b"]'));
    expect(mapped).toEqual(meant);
  });

  test('reports all mistakes together, in the order of the file', () => {
    const found = mistakes(`organisation: contoso
defaults: { valid-for: 1y, verify: maybe }
tokens:
  - display-name: a
    scopes: vso.packging
  - display-name: a
    scope: vso.code
    destinations: [nowhere:x]
`);
    expect(found.map((text) => /^line (\d+), column (\d+)/u.exec(text)?.slice(1, 3).map(Number))).toEqual([
      [1, 1],
      [2, 24],
      [2, 36],
      [5, 13],
      [6, 5],
      [6, 19],
      [7, 5],
      [8, 20],
    ]);
  });

  test('a mistake in a default or behind an alias is reported once, however many tokens have it', () => {
    const yaml = `defaults: { scopes: &s [vso.packging], valid-for: soon }\ntokens:\n${['a', 'b', 'c'].map((name) => `- display-name: ${name}\n`).join('')}`;
    expect(mistakes(yaml)).toHaveLength(2);
  });

  test('reports a hundred mistakes, and the number of the others', () => {
    const found = mistakes(`tokens:\n${'- { display-name: 1, scopes: full }\n'.repeat(130)}`);
    expect(found).toHaveLength(101);
    expect(found.at(-1)).toBe('and 30 more');
  });

  test('an organization that is nowhere', () => {
    expect(mistakes(one('scopes: full'), null)).toEqual([
      'line 2, column 3: organization is required: here, at the top, or as the input',
    ]);
    expect(mistakes(`organization: my_org\n${one('scopes: full')}`, null)).toHaveLength(1);
  });

  test('text of the file is not a command, and shows no token', () => {
    const token = `${'x'.repeat(60)}`;
    const [found = ''] = mistakes(`tokens:\n- { display-name: a, scopes: full, "::error::\\n##[x]${token}": 1 }`);
    expect(found).not.toMatch(/[\r\n]|##\[/u);
    expect(found).not.toContain(token);
  });
});

describe('hostile manifests', () => {
  const bomb = [
    'a: &a [x,x,x,x,x,x,x,x,x]',
    ...'bcdefghi'.split('').map((name, index) => `${name}: &${name} [${`*${'abcdefgh'[index]},`.repeat(9)}]`),
  ].join('\n');

  test('refuses aliases that multiply without end', () => {
    expect(mistakes(`${bomb}\ntokens: *i`)).toEqual([
      expect.stringMatching(/its aliases make the manifest too large$/u),
    ]);
  });

  test.each([
    ['lists', `tokens: ${'['.repeat(20_000)}`],
    ['closed lists', `tokens: ${'['.repeat(400)}${']'.repeat(400)}`],
    ['mappings', `tokens: ${'{a: '.repeat(300)}1${'}'.repeat(300)}`],
  ])('refuses %s, nested without end', (_, yaml) => {
    expect(mistakes(yaml)).toEqual([expect.stringMatching(/it is nested too deeply$/u)]);
  });

  test('refuses more than a megabyte', () => {
    expect(mistakes(`# ${'x'.repeat(1024 * 1024)}`)).toEqual(['line 1, column 1: the manifest is larger than 1 MB']);
  });
});

test('a name that only looks like that of another token is refused, but not in another organization', () => {
  const [first, second] = ['cafe\u0301', 'caf\u00e9'].map((name) => `- { display-name: ${name}, scopes: vso.code`);
  expect(mistakes(`tokens:\n${first} }\n${second} }`)).toEqual([
    expect.stringMatching(/^(?:.*: )?line 3, column \d+: display-name: it looks the same as the name in line 2, /u),
  ]);
  expect(mistakes(`tokens:\n${first} }\n${second}, organization: fabrikam }`)).toEqual([]);
});

describe('destinations as mappings', () => {
  test.each<[written: string, names: readonly string[]]>([
    ['github-secret:A', ['github-secret:A']],
    ['{ github-secret: A }', ['github-secret:A']],
    ['{ github-secret: " A " }', ['github-secret:A']],
    ['{ github-secret: A, azure-key-vault: contoso/b }', ['github-secret:A', 'azure-key-vault:contoso/b']],
    ['[github-secret:A, { azure-key-vault: contoso/b }]', ['github-secret:A', 'azure-key-vault:contoso/b']],
  ])('%s', (written, names) => {
    const { tokens } = read(one(`scopes: vso.code, destinations: ${written}`));
    expect(tokens[0]?.destinations.map(({ text }) => text)).toEqual(names);
  });

  test.each([
    '{ github-secret: 7 }',
    '{ github-secret: [A] }',
    '{ github-secret: A, nowhere: B }',
    '{ 7: A }',
    '{ [A]: B }',
  ])('%s is no destination', (written) => {
    expect(mistakes(one(`scopes: vso.code, destinations: ${written}`))).toEqual([
      expect.stringContaining('destinations must be a text'),
    ]);
  });

  test('an empty list is no mistake', () => {
    expect(read(one('scopes: vso.code, destinations: []')).tokens[0]?.destinations).toEqual([]);
  });
});
