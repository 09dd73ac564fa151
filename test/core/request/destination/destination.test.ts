import { describe, expect, test } from '@jest/globals';
import { type Destination, destinationKey } from '../../../../src/core/request/destination/destination.ts';
import { destinationKinds } from '../../../../src/core/request/destination/destination-line.ts';
import type { DestinationProblem } from '../../../../src/core/request/destination/destination-list.ts';
import { parseDestinations } from '../../../destinations.ts';
import { fc } from '../../../seed.ts';
import { anyText } from '../../any-text.ts';

const organization = 'Contoso';
const context = { repository: 'contoso/app', organization };

const lineOf = ({ line, written, text }: DestinationProblem): string => `line ${line}, "${written}": ${text}`;

function parse(text: string): Destination {
  const { destinations, problems } = parseDestinations(text, context);
  expect(problems).toEqual([]);
  const [destination, ...others] = destinations;
  expect(others).toEqual([]);
  if (destination === undefined) throw new Error(`nothing was parsed from ${text}`);
  return destination;
}

function problemOf(text: string, repository: string | undefined = context.repository): string {
  const { destinations, problems } = parseDestinations(text, { repository, organization });
  expect(destinations).toEqual([]);
  expect(problems).not.toEqual([]);
  return problems.map(lineOf).join('\n');
}

describe('every form', () => {
  test.each<[string, Partial<Destination>]>([
    ['github-secret:NUGET_PAT', { kind: 'github-secret', owner: 'contoso', repository: 'app', name: 'NUGET_PAT' }],
    ['github-secret:fabrikam/site/PAT', { owner: 'fabrikam', repository: 'site', name: 'PAT' }],
    ['github-secret:octo_acme/.github/_p2', { owner: 'octo_acme', repository: '.github', name: '_p2' }],
    ['github-dependabot-secret:PAT', { kind: 'github-dependabot-secret', owner: 'contoso', repository: 'app' }],
    ['github-dependabot-secret:a/b/PAT', { owner: 'a', repository: 'b', name: 'PAT' }],
    ['github-environment-secret:production/PAT', { owner: 'contoso', repository: 'app', environment: 'production' }],
    ['github-environment-secret:a/b/prod%2Feu west/PAT', { owner: 'a', repository: 'b', environment: 'prod/eu west' }],
    ['github-organization-secret:contoso/PAT', { kind: 'github-organization-secret', organization: 'contoso' }],
    ['github-codespaces-secret:PAT', { kind: 'github-codespaces-secret', owner: 'contoso', repository: 'app' }],
    ['github-agents-secret:a/b/PAT', { kind: 'github-agents-secret', owner: 'a', repository: 'b', name: 'PAT' }],
    [
      'github-organization-dependabot-secret:contoso/PAT',
      { kind: 'github-organization-dependabot-secret', organization: 'contoso' },
    ],
    ['github-organization-codespaces-secret:contoso/PAT', { kind: 'github-organization-codespaces-secret' }],
    ['github-organization-agents-secret:contoso/PAT', { kind: 'github-organization-agents-secret', name: 'PAT' }],
    ['azure-devops-service-connection:T/my feed', { project: 'T', connection: { name: 'my feed' } }],
    [
      'azure-devops-service-connection:My Tools/5E1A2B3C-0000-4111-8222-0123456789AB',
      { project: 'My Tools', connection: { id: '5e1a2b3c-0000-4111-8222-0123456789ab' } },
    ],
    ['azure-key-vault:Contoso-Vault/nuget-pat', { vault: 'contoso-vault', host: 'contoso-vault.vault.azure.net' }],
    ['azure-key-vault:kv1.vault.azure.net/p', { vault: 'kv1', host: 'kv1.vault.azure.net', name: 'p' }],
    ['azure-key-vault:kv1.vault.azure.cn/p', { vault: 'kv1', host: 'kv1.vault.azure.cn' }],
    ['azure-key-vault:kv1.VAULT.usgovcloudapi.net/p', { vault: 'kv1', host: 'kv1.vault.usgovcloudapi.net' }],
    [
      'azure-devops-variable-group:Tools/builds/NUGET.PAT',
      { project: 'Tools', group: { name: 'builds' }, variable: 'NUGET.PAT' },
    ],
    ['azure-devops-variable-group:My Tools/12/nuget-pat', { project: 'My Tools', group: { id: 12 } }],
    ['azure-devops-variable-group:My%20Tools/a%2Fb*/P', { project: 'My Tools', group: { name: 'a/b*' } }],
    ['azure-devops-variable-group:T/%34%32/P', { group: { name: '42' } }],
    ['azure-devops-variable-group:%C3%84/%F0%9F%94%91/P', { project: 'Ä', group: { name: '🔑' } }],
  ])('%s', (text, parts) => {
    expect(parse(text)).toMatchObject({ text, ...parts });
  });

  test.each<[string, unknown[]]>([
    ['github-secret:PAT', ['github-secret', 'contoso', 'app', 'pat']],
    ['github-dependabot-secret:A/b/PAT', ['github-dependabot-secret', 'a', 'b', 'pat']],
    ['github-environment-secret:Prod/PAT', ['github-environment-secret', 'contoso', 'app', 'prod', 'pat']],
    ['github-organization-secret:Contoso/PAT', ['github-organization-secret', 'contoso', 'pat']],
    ['azure-key-vault:KV1/Pat', ['azure-key-vault', 'kv1.vault.azure.net', 'pat']],
    ['azure-devops-variable-group:T/My Group/P', ['azure-devops-variable-group', 'contoso', 't', '=my group', 'p']],
    ['azure-devops-variable-group:T/12/P', ['azure-devops-variable-group', 'contoso', 12, 'p']],
    ['github-agents-secret:A/b/PAT', ['github-agents-secret', 'a', 'b', 'pat']],
    ['github-organization-agents-secret:A/PAT', ['github-organization-agents-secret', 'a', 'pat']],
    ['azure-devops-service-connection:T/My Feed', ['azure-devops-service-connection', 'contoso', 't', '=my feed']],
  ])('%s is one destination by its whole name', (text, destination) => {
    expect(JSON.parse(destinationKey(parse(text)))).toEqual(destination);
  });

  test.each([
    ['1', { id: 1 }],
    ['007', { id: 7 }],
    ['2147483647', { id: 2_147_483_647 }],
    ['12a', { name: '12a' }],
    ['a12', { name: 'a12' }],
    ['１２', { name: '１２' }],
  ])('the variable group %s', (text, group) => {
    expect(parse(`azure-devops-variable-group:T/${text}/P`)).toMatchObject({ group });
  });

  test.each(['0', '2147483648'])('%s is no id of a group', (id) => {
    const line = `azure-devops-variable-group:T/${id}/P`;
    expect(problemOf(line)).toBe(`line 1, "${line}": "${id}" is not an id of a variable group; ids begin with 1`);
  });

  test('a part may hold a colon', () => {
    expect(parse('github-environment-secret:prod:eu/PAT')).toMatchObject({ environment: 'prod:eu' });
  });

  test('keeps the text as it was written, without the white space around it', () => {
    expect(parse('  \t github-secret:PAT \r\n').text).toBe('github-secret:PAT');
  });
});

describe('lines of destinations', () => {
  test('blank lines and comments are skipped, and any line end is accepted', () => {
    const text = '\n# where the build reads it\ngithub-secret:A\r\n\r\n  # and the vault\razure-key-vault:kv1/b\n';
    const { destinations, problems } = parseDestinations(text, context);
    expect(problems).toEqual([]);
    expect(destinations.map((destination) => destination.text)).toEqual(['github-secret:A', 'azure-key-vault:kv1/b']);
  });

  test.each([
    'github-secret:A, azure-key-vault:contoso-vault/b',
    'github-secret:A,azure-key-vault:contoso-vault/b',
    'github-secret:A; azure-key-vault:contoso-vault/b;',
    'github-secret:A azure-key-vault:contoso-vault/b',
    'github-secret:A,\nazure-key-vault:contoso-vault/b,',
    '- github-secret:A\n- "azure-key-vault:contoso-vault/b"',
    '["github-secret:A", "azure-key-vault:contoso-vault/b"]',
    '[github-secret:A, azure-key-vault:contoso-vault/b]',
    '\ufeffgithub-secret: A\nazure-key-vault:contoso-vault/b',
  ])('%j means two destinations', (text) => {
    const { destinations, problems } = parseDestinations(text, context);
    expect(problems).toEqual([]);
    expect(destinations).toEqual([
      expect.objectContaining({ kind: 'github-secret', owner: 'contoso', name: 'A' }),
      expect.objectContaining({ kind: 'azure-key-vault', vault: 'contoso-vault', name: 'b' }),
    ]);
  });

  test('a comma inside a name is kept', () => {
    expect(parse('github-environment-secret:prod, eu/A')).toMatchObject({ environment: 'prod, eu' });
    expect(parse('azure-devops-variable-group:web/a,b/PAT')).toMatchObject({ group: { name: 'a,b' } });
  });

  test.each(['github-secret:A!', 'azure-devops-variable-group:web/a,b/P!'])(
    'nothing but a comma or a semicolon is dropped from the end of %s',
    (text) => {
      expect(parseDestinations(text, context)).toMatchObject({ destinations: [], problems: [{ written: text }] });
      const { destinations, problems } = parseDestinations(text.replace('!', ' ;'), context);
      expect([destinations.length, problems]).toEqual([1, []]);
    },
  );

  test('several destinations on one line have a problem each', () => {
    expect(parseDestinations('github-secret:A, github-secret:1B, azure-key-vault:x', context).problems).toEqual([
      { line: 1, written: 'github-secret:1B', text: expect.stringContaining('begins with a digit') },
      { line: 1, written: 'azure-key-vault:x', text: expect.stringContaining('1 part') },
    ]);
  });

  test('the problems of all lines come together, each with the number of its line', () => {
    const text = 'github-secret:GITHUB_PAT\ngithub-secret:GOOD\n\nnowhere:X\nazure-key-vault:1/a_b';
    expect(parseDestinations(text, context).problems.map(lineOf)).toEqual([
      'line 1, "github-secret:GITHUB_PAT": "GITHUB_PAT" begins with GITHUB_, which GitHub keeps for itself; choose another name',
      expect.stringMatching(
        /^line 4, "nowhere:X": it does not begin with a known kind of destination; begin with github-secret:, /,
      ),
      expect.stringMatching(/^line 5, "azure-key-vault:1\/a_b": "1" is not a name of a key vault; use 3 to 24 /),
      expect.stringMatching(/^line 5, "azure-key-vault:1\/a_b": "a_b" is not a name of a Key Vault secret; /),
    ]);
  });

  test('a destination that is named twice is a problem, in any spelling', () => {
    const guid = '0000000a-0000-4000-8000-000000000000';
    const pairs: [string, string][] = [
      ['github-secret:PAT', 'github-secret:Contoso/APP/pat'],
      ['github-environment-secret:Prod/PAT', 'github-environment-secret:contoso/app/prod/PAT'],
      ['github-organization-secret:contoso/PAT', 'github-organization-secret:CONTOSO/Pat'],
      ['azure-key-vault:kv1/pat', 'azure-key-vault:KV1.vault.azure.net/PAT'],
      ['azure-devops-variable-group:T/My Group/P', 'azure-devops-variable-group:t/my%20group/p'],
      ['azure-devops-variable-group:T/42/P', 'azure-devops-variable-group:Other/042/p'],
      [`azure-devops-service-connection:T/${guid}`, `azure-devops-service-connection:Other/${guid.toUpperCase()}`],
    ];
    for (const [first, second] of pairs) {
      const { destinations, problems } = parseDestinations(`${first}\n\n${second}`, context);
      expect(destinations).toHaveLength(1);
      expect(problems.map(lineOf)).toEqual([
        `line 3, "${second}": it is the same destination as line 1; name every destination once`,
      ]);
    }
  });

  test('destinations that only look alike are different', () => {
    const text = [
      'github-secret:PAT',
      'github-dependabot-secret:PAT',
      'github-secret:contoso/app2/PAT',
      'github-environment-secret:app/PAT',
      'github-organization-secret:contoso/PAT',
      'github-organization-dependabot-secret:contoso/PAT',
      'github-organization-codespaces-secret:contoso/PAT',
      'github-organization-agents-secret:contoso/PAT',
      'github-codespaces-secret:PAT',
      'github-agents-secret:PAT',
      'azure-devops-service-connection:contoso/PAT',
      'azure-key-vault:kv1/PAT',
      'azure-key-vault:kv1.vault.azure.cn/PAT',
      'azure-devops-variable-group:contoso/7/PAT',
      'azure-devops-variable-group:contoso/%37/PAT',
    ].join('\n');
    expect(parseDestinations(text, context).problems).toEqual([]);
  });
});

describe('what is refused', () => {
  test.each([
    [
      'PAT',
      'line 1, "PAT": it does not begin with a known kind of destination; begin with github-secret:, github-environment-secret:, github-organization-secret:, github-dependabot-secret:, github-organization-dependabot-secret:, github-codespaces-secret:, github-organization-codespaces-secret:, github-agents-secret:, github-organization-agents-secret:, azure-key-vault:, azure-devops-variable-group:, azure-devops-service-connection:',
    ],
    [
      'github-secret:a/b/%ZZ',
      '"%ZZ" is not percent-encoded UTF-8; write a plain % as %25; write github-secret:NAME or github-secret:OWNER/REPO/NAME',
    ],
    [
      'azure-key-vault:a/b/c',
      'it has 3 parts after the colon; write azure-key-vault:VAULT/NAME (write a / inside a name as %2F)',
    ],
    ['github-dependabot-secret', 'write github-dependabot-secret:NAME or github-dependabot-secret:OWNER/REPO/NAME'],
    [
      'github-environment-secret',
      'write github-environment-secret:ENVIRONMENT/NAME or github-environment-secret:OWNER/REPO/ENVIRONMENT/NAME',
    ],
    [
      'azure-devops-variable-group',
      'write azure-devops-variable-group:PROJECT/GROUP/VARIABLE (GROUP is a name or an id)',
    ],
    ['GitHub-Secret:PAT', 'does not begin with a known kind of destination'],
    ['constructor:PAT', 'does not begin with a known kind of destination'],
    ['github-secret', 'it has 0 parts after the colon; write github-secret:NAME or github-secret:OWNER/REPO/NAME'],
    [
      'github-secret:app/PAT',
      'it has 2 parts after the colon; write github-secret:NAME or github-secret:OWNER/REPO/NAME',
    ],
    ['github-dependabot-secret:a/b/c/d', 'it has 4 parts after the colon; write github-dependabot-secret:NAME or'],
    [
      'github-environment-secret:PAT',
      'it has 1 part after the colon; write github-environment-secret:ENVIRONMENT/NAME',
    ],
    ['github-environment-secret:app/prod/PAT', 'it has 3 parts after the colon'],
    [
      'github-organization-secret:PAT',
      'it has 1 part after the colon; write github-organization-secret:ORGANIZATION/NAME',
    ],
    ['azure-key-vault:nuget-pat', 'it has 1 part after the colon; write azure-key-vault:VAULT/NAME'],
    [
      'azure-devops-variable-group:builds/PAT',
      'no project is known here; write azure-devops-variable-group:PROJECT/GROUP/VARIABLE',
    ],
    ['github-secret:', 'a part between two / is empty; write github-secret:NAME'],
    ['azure-key-vault:/x', 'a part between two / is empty'],
    ['azure-devops-variable-group:T/100%/P', '"100%" is not percent-encoded UTF-8; write a plain % as %25'],
    ['azure-devops-variable-group:T/%C3/P', 'is not percent-encoded UTF-8'],
    ['github-secret:%ZZ', 'is not percent-encoded UTF-8'],
  ])('the form %s', (text, problem) => {
    expect(problemOf(text)).toContain(problem);
  });

  test.each([
    ['github-secret:github_token', 'begins with GITHUB_'],
    ['github-secret:%47ITHUB_X', 'begins with GITHUB_'],
    ['github-secret:1PAT', 'begins with a digit'],
    ['github-secret:NUGET-PAT', 'use English letters, digits and _'],
    ['github-secret:NUGET PAT', 'use English letters, digits and _'],
    ['github-secret:P AT', 'use English letters, digits and _'],
    ['github-secret:PÄT', 'use English letters, digits and _'],
    ['github-secret:-contoso/app/PAT', 'not a GitHub user or organization'],
    [`github-secret:${'a'.repeat(40)}/app/PAT`, 'not a GitHub user or organization'],
    ['github-secret:contoso/a b/PAT', 'not a name of a GitHub repository'],
    ['github-secret:contoso/../PAT', 'not a name of a GitHub repository'],
    ['github-secret:contoso/%2e%2E/PAT', 'not a name of a GitHub repository'],
    ['github-environment-secret:../PAT', 'not a name of a GitHub environment'],
    ['github-environment-secret:pro%0Ad/PAT', 'not a name of a GitHub environment'],
    ['github-environment-secret:prod%20/PAT', 'not a name of a GitHub environment'],
    [`github-environment-secret:${'e'.repeat(256)}/PAT`, 'longer than 255 characters'],
    ['azure-key-vault:kv/x', 'not a name of a key vault'],
    ['azure-key-vault:1kv/x', 'not a name of a key vault'],
    ['azure-key-vault:kv-/x', 'not a name of a key vault'],
    ['azure-key-vault:k--v/x', 'not a name of a key vault'],
    [`azure-key-vault:${'k'.repeat(25)}/x`, 'not a name of a key vault'],
    [
      'azure-key-vault:kv1.evil.example/x',
      `"kv1.evil.example" is not the host of a key vault; write only the vault's name, or a host that ends with .vault.azure.net, .vault.azure.cn, .vault.usgovcloudapi.net`,
    ],
    ['azure-key-vault:.vault.azure.net/x', '"" is not a name of a key vault'],
    ['azure-key-vault:kv1.vault.azure.net.evil.example/x', 'is not the host of a key vault'],
    ['azure-key-vault:evil.example%2Fx.vault.azure.net/x', 'not a name of a key vault'],
    ['azure-key-vault:kv1/nuget_pat', 'letters, digits and hyphens (no _)'],
    [`azure-key-vault:kv1/${'x'.repeat(128)}`, 'use 1 to 127'],
    ['azure-devops-variable-group:_T/g/P', 'a name does not begin with . or _'],
    ['azure-devops-variable-group:../g/P', 'a name does not begin with . or _'],
    ['azure-devops-variable-group:a%2Fb/g/P', 'a character that Azure DevOps does not allow'],
    [`azure-devops-variable-group:${'p'.repeat(65)}/g/P`, 'longer than 64 characters'],
    ['azure-devops-variable-group:T/%09g/P', 'not a name of a variable group'],
    ['azure-devops-variable-group:T/../P', 'not a name of a variable group'],
    ['azure-devops-variable-group:T/0/P', 'ids begin with 1'],
    ['azure-devops-variable-group:T/99999999999/P', 'not an id of a variable group'],
    ['azure-devops-variable-group:T/g/my var', 'not a name of a pipeline variable'],
    ['azure-devops-variable-group:T/g/SecretPat', 'begins with secret: Azure Pipelines hides such variables'],
  ])('the name in %s', (text, problem) => {
    expect(problemOf(text)).toContain(problem);
  });

  test('a name without a repository if none is known', () => {
    for (const repository of ['', 'contoso']) {
      expect(problemOf('github-secret:PAT', repository)).toBe(
        'line 1, "github-secret:PAT": no repository is known here; write OWNER/REPO/ before the name',
      );
      expect(problemOf('github-environment-secret:prod/PAT', repository)).toContain(
        'write OWNER/REPO/ before the name',
      );
    }
    expect(parseDestinations('github-secret:a/b/PAT', {}).problems).toEqual([]);
  });

  test('shows no token that somebody pasted', () => {
    const token = 'a1B2'.repeat(21);
    expect(problemOf(token)).not.toContain(token);
    expect(problemOf(`github-secret:x/${token}`)).not.toContain(token);
  });

  test('quotes the input without a line break', () => {
    expect(problemOf('x\u2028::error::x')).not.toMatch(/[\n\u2028]/u);
    expect(problemOf('x##[error]')).not.toContain('##[');
  });
});

test('a destination in Azure DevOps without an organization is incomplete, and its mistakes are reported', () => {
  const texts = ['azure-devops-variable-group:T/g/P', 'azure-devops-service-connection:T/c'];
  const text = [...texts, 'azure-devops-variable-group:T/0/P', 'azure-key-vault:kv1/a'].join('\n');
  const { destinations, problems, lackingOrganization } = parseDestinations(text, {});
  expect(destinations.map((destination) => destination.text)).toEqual(['azure-key-vault:kv1/a']);
  expect(problems.map(({ line }) => line)).toEqual([3]);
  expect(lackingOrganization).toEqual(texts);
});

describe('any text', () => {
  const kind = fc.constantFrom(...destinationKinds, 'github-', '', '#');
  const soup = fc.array(fc.tuple(kind, fc.constantFrom(':', '', '::'), anyText({ maxLength: 40 })));

  test('is parsed or refused, and never throws', () => {
    fc.assert(
      fc.property(soup, fc.option(fc.string(), { nil: undefined }), (lines, repository) => {
        const text = lines.map((parts) => parts.join('')).join('\n');
        const { destinations, problems } = parseDestinations(text, { repository, organization });
        for (const problem of problems) expect(lineOf(problem)).toMatch(/^line \d+, "/u);
        expect(new Set(destinations.map(destinationKey)).size).toBe(destinations.length);
      }),
    );
  });

  test('survives percent-encoding', () => {
    const name = fc
      .string({ unit: 'grapheme', minLength: 1, maxLength: 60 })
      .filter((text) => text.trim() === text && text.isWellFormed() && !/[\p{Cc}\p{Zl}\p{Zp}]/u.test(text))
      .filter((text) => !/^(?:\.{1,2}|[0-9]+)$/u.test(text));
    const encode = (text: string): string =>
      [...new TextEncoder().encode(text)].map((byte) => `%${byte.toString(16).padStart(2, '0')}`).join('');
    fc.assert(
      fc.property(name, fc.boolean(), (text, all) => {
        const encoded = all ? encode(text) : encodeURIComponent(text);
        expect(parse(`azure-devops-variable-group:T/${encoded}/P`)).toMatchObject({ group: { name: text } });
        expect(parse(`github-environment-secret:${encoded}/P`)).toMatchObject({ environment: text });
      }),
    );
  });
});
