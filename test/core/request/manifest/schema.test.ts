import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { Ajv } from 'ajv';
import { parse, stringify } from 'yaml';
import { parseYaml } from '../../../../src/adapters/manifest-file.ts';
import { Failure } from '../../../../src/core/failure.ts';
import { destinationKinds } from '../../../../src/core/request/destination/destination-line.ts';
import { readManifest } from '../../../../src/core/request/manifest/manifest.ts';
import { settingKeys, tokenKeys, topKeys } from '../../../../src/core/request/manifest/manifest-key.ts';
import { scopes } from '../../../../src/core/request/scope.ts';
import { fc } from '../../../seed.ts';

const schema = JSON.parse(readFileSync(new URL('../../../../manifest.schema.json', import.meta.url), 'utf8'));
const validate = new Ajv({
  allErrors: true,
  strict: true,
  allowUnionTypes: true,
  strictTypes: false,
  strictRequired: false,
}).compile(schema);

const now = Date.parse('2026-06-01T00:00:00Z');

/** Why the parser refuses a manifest; undefined if it accepts it. */
function refusal(yaml: string): string | undefined {
  try {
    readManifest(parseYaml(yaml), { organization: 'contoso', repository: 'contoso/app', project: undefined, now });
    return undefined;
  } catch (thrown) {
    if (thrown instanceof Failure && thrown.code === 'manifest-invalid') return thrown.why;
    throw thrown;
  }
}

const schemaAccepts = (yaml: string): boolean => validate(parse(yaml, { merge: true, uniqueKeys: false }));

/** A manifest of one token with these fields, and of one with them as defaults. */
const token = (fields: string): string => `tokens: [{ display-name: a, scopes: full, ${fields} }]`;
const named = (name: string): string => `tokens: [{ display-name: ${name}, scopes: full }]`;
const scoped = (text: string): string => `tokens: [{ display-name: a, scopes: ${text} }]`;
const placed = (text: string): string => token(`destinations: [${text}]`);

const right: readonly string[] = [
  token('verify: false'),
  'defaults: { scopes: vso.code }\ntokens: [{ display-name: a }]',
  'defaults:\ntokens: [{ display-name: a, scopes: full }]',
  'organization: contoso\ntokens: [{ display-name: a, scopes: full, organization: fabrikam }]',
  'tokens:\n- &a { display-name: a, scopes: full }\n- { <<: *a, display-name: b }',
  ...[
    'contoso',
    'Contoso-2',
    '"0"',
    'https://dev.azure.com/contoso',
    'https://dev.azure.com/contoso/project?x=1',
    'dev.azure.com/contoso',
    'https://contoso.visualstudio.com/',
    'CONTOSO.VisualStudio.com',
    '" contoso "',
    'HTTPS://DEV.AZURE.COM/contoso',
  ].map((text) => `organization: ${text}\n${token('')}`),
  ...[
    'build',
    '"123"',
    '"null"',
    '" build "',
    'Größe 日本',
    'a~b',
    '"~superseded"',
    'a~pending',
    '"say \\"hi\\""',
    'a~pending-x-1',
    '"build\\n"',
  ].map(named),
  ...[
    'vso.code',
    '"vso.code,vso.build"',
    '"vso.code\\n vso.build"',
    '[vso.code, vso.build]',
    '[vso.code vso.build]',
    'full',
    '[full]',
    'Full',
    'app_token',
    'VSO.Code',
    '"full, app_token"',
    'vso.something_new',
    '[vso.extension.data_write]',
  ].map(scoped),
  ...['1m', '12h', '30d', '8w', '007d', '" 30d "', '3650d'].flatMap((text) => [
    token(`valid-for: ${text}`),
    token(`rotate-within: ${text}`),
    token(`previous-token: ${text}`),
    `defaults: { valid-for: ${text} }\n${token('')}`,
  ]),
  ...['2027-01-31', '2027-01-31T12:00Z', '2027-01-31T12:00:00.5+02:00', '" 2027-01-31 "'].map((text) =>
    token(`valid-to: ${text}`),
  ),
  ...['revoke', 'keep', '" keep "'].map((text) => token(`previous-token: ${text}`)),
  ...['true', 'false'].flatMap((text) => [token(`verify: ${text}`), token(`all-organizations: ${text}`)]),
  token('destinations: []'),
  ...[
    'github-secret:A',
    'github-secret:contoso/library/A_1',
    'github-environment-secret:production/A',
    'github-environment-secret:contoso/app/prod%2Feurope/A',
    'github-organization-secret:contoso/A',
    'github-dependabot-secret:A',
    'github-dependabot-secret:contoso/app/A',
    'azure-key-vault:contoso-vault/a-b',
    'azure-key-vault:contoso-vault.vault.azure.cn/a',
    '"azure-devops-variable-group:My Project/My Group/NUGET_PAT"',
    'azure-devops-variable-group:web/12/PAT',
    'github-codespaces-secret:A',
    'github-agents-secret:contoso/app/A',
    'github-organization-dependabot-secret:contoso/A',
    'github-organization-codespaces-secret:contoso/A',
    'github-organization-agents-secret:contoso/A',
    '"azure-devops-service-connection:My Project/my feed"',
    '"# none\\ngithub-secret:A"',
  ].map(placed),
  token('destinations: github-secret:A'),
  token('destinations: "\\n  # one a line\\n\\n github-secret:A \\ngithub-secret:B\\n"'),
];

const wrong: readonly string[] = [
  '',
  '[]',
  'a text',
  '{}',
  'tokens:',
  'tokens: []',
  'tokens: {}',
  'tokens: build',
  'tokens: [build]',
  'tokens: [null]',
  'tokens: [{}]',
  'tokens: [{ scopes: full }]',
  'tokens: [{ display-name: a }]',
  'defaults: { valid-for: 30d }\ntokens: [{ display-name: a }]',
  `token: []\n${token('')}`,
  token('name: b'),
  token('"Display-Name": b'),
  `defaults: []\n${token('')}`,
  `defaults: text\n${token('')}`,
  ...['display-name: a', 'organization: contoso', 'destinations: []', 'nonsense: 1'].map(
    (text) => `defaults: { ${text} }\n${token('')}`,
  ),
  ...[
    '42',
    'null',
    'true',
    '[contoso]',
    '""',
    'my_org',
    '-contoso',
    'contoso-',
    'http://dev.azure.com/contoso',
    'https://dev.azure.com/',
    'https://example.com/contoso',
    'a.b',
    'a'.repeat(51),
  ].flatMap((text) => [`organization: ${text}\n${token('')}`, token(`organization: ${text}`)]),
  ...[
    '123',
    '1.5',
    'null',
    '~',
    'true',
    '[a]',
    '{ a: b }',
    '""',
    '" "',
    '"a\\nb"',
    '"a\\tb"',
    '"a\\u2028b"',
    'a~superseded',
    '"a~superseded "',
    'a~pending-g1.1-0000000000ab',
    'a~pending-g1658821493.12-00ff00ff00ff',
    'a~pending-p991.1.0123abcd-00ff00ff00ff',
    'a~pending-t0-00ff00ff00ff',
  ].map(named),
  ...[
    '""',
    '[]',
    '[""]',
    '[vso.code, ""]',
    'null',
    '1',
    '[1]',
    '[null]',
    '[[vso.code]]',
    'code',
    'vso.',
    'vso.code/read',
    '"full vso.code"',
    'vso.pats',
    '[vso.pats_manage]',
    'user_impersonation',
    '.default',
  ].map(scoped),
  ...['30', '1y', '30 days', '0d', '00h', '-1d', '1.5h', '""', '30s', '7D', '12345678901d', 'null'].flatMap((text) => [
    token(`valid-for: ${text}`),
    token(`rotate-within: ${text}`),
    token(`previous-token: ${text}`),
    `defaults: { rotate-within: ${text} }\n${token('')}`,
  ]),
  ...['tomorrow', '2027-01-31T12:00', '2027-1-31', '31.01.2027', '2027', '2027-01-31 12:00:00Z'].map((text) =>
    token(`valid-to: ${text}`),
  ),
  token('valid-for: 1d, valid-to: 2027-01-31'),
  `defaults: { valid-for: 1d, valid-to: 2027-01-31 }\n${token('')}`,
  ...['Revoke', 'delete'].map((text) => token(`previous-token: ${text}`)),
  ...['yes', 'no', '"true"', '1', 'null'].flatMap((text) => [
    token(`verify: ${text}`),
    token(`all-organizations: ${text}`),
  ]),
  ...['null', '""', '"# none"', '1', '{ a: b }'].map((text) => token(`destinations: ${text}`)),
  ...[
    '""',
    'null',
    '1',
    '[github-secret:A]',
    'nowhere:A',
    'github-secret',
    'github-secret:',
    'github-secret:1A',
    'github-secret:A-B',
    'github-secret:GITHUB_A',
    'github-secret:github_a',
    'github-secret:app/A',
    'github-secret:a/b/c/D',
    'github-environment-secret:A',
    'github-environment-secret:a/b/C',
    'github-organization-secret:A',
    'azure-key-vault:a',
    'azure-key-vault:contoso-vault/a_b',
    'azure-devops-variable-group:a/b',
    'azure-devops-variable-group:a//c',
    '"github-secret:A\\nnowhere:B"',
    '" "',
  ].map(placed),
];

/** Slips with a single meaning: a run takes them, and an editor still shows the usual spelling. */
const mended: readonly string[] = [
  ...[
    'https://contoso@dev.azure.com/contoso/app/_git/app',
    'git@ssh.dev.azure.com:v3/contoso/app/app',
    "'`contoso`'",
  ].map((text) => `organization: ${text}\n${token('')}`),
  placed('github-secret: A'),
  placed('github-secret: A, azure-key-vault: contoso-vault/a'),
  placed('{ github-secret: A, azure-key-vault: contoso-vault/a }'),
  token('destinations: { github-secret: A }'),
  token('destinations: "github-secret:A, github-secret:B"'),
];

/** What a schema can't know: meaning between values, lists that age, the calendar, the day. */
const beyond: readonly string[] = [
  'tokens: [{ display-name: a, scopes: full }, { display-name: a, scopes: full }]',
  'tokens: [{ display-name: a, scopes: full, scopes: full }]',
  token('destinations: [github-secret:A, github-secret:A]'),
  scoped('[full, vso.code]'),
  scoped('vso.packging'),
  token('valid-for: 3651d'),
  token('valid-to: 2027-02-30'),
  token('valid-to: 2020-01-01'),
  placed('azure-key-vault:a/b'),
  placed('github-secret:con toso/app/A'),
  placed('azure-devops-variable-group:web/0/PAT'),
  placed('github-secret:contoso/app/%zz'),
];

test.each(right)('both accept %j', (yaml) => {
  expect({ parser: refusal(yaml) }).toEqual({ parser: undefined });
  expect({ schema: schemaAccepts(yaml), errors: validate.errors }).toEqual({ schema: true, errors: null });
});

test.each(wrong)('both refuse %j', (yaml) => {
  expect(refusal(yaml)).toMatch(/^line \d+, column \d+: /u);
  expect({ schema: schemaAccepts(yaml) }).toEqual({ schema: false });
});

test.each(mended)('the parser alone accepts %j', (yaml) => {
  expect({ parser: refusal(yaml) }).toEqual({ parser: undefined });
  expect({ schema: schemaAccepts(yaml) }).toEqual({ schema: false });
});

test.each(beyond)('the parser alone refuses %j', (yaml) => {
  expect(refusal(yaml)).toMatch(/^line \d+, column \d+: /u);
  expect({ schema: schemaAccepts(yaml) }).toEqual({ schema: true });
});

test('the schema knows every key, every scope and every kind of destination', () => {
  const { properties, definitions } = schema;
  expect(Object.keys(properties)).toEqual([...topKeys]);
  expect(Object.keys(properties.defaults.properties)).toEqual([...settingKeys]);
  expect(Object.keys(definitions.token.properties)).toEqual([...tokenKeys]);
  const [, list] = definitions.scopes.anyOf;
  expect(list.items.anyOf[0].enum).toEqual(['full', ...scopes.map((name) => `vso.${name}`)]);
  const [{ pattern }] = definitions.token.properties.destinations.anyOf;
  for (const kind of destinationKinds) {
    expect(pattern).toContain(`${kind.replace(/(?:dependabot-|codespaces-|agents-)?secret$/u, '')}`);
  }
  const stores = destinationKinds.filter((kind) => /^github-(?!environment)/u.test(kind));
  for (const kind of stores)
    expect(
      new RegExp(pattern, 'u').test(`${kind}:contoso/app/A`.replace(/^(github-organization[^:]*:contoso)\/app/u, '$1')),
    ).toBe(true);
});

/** Values of which some are right and some are not, for every key. */
const values = fc.oneof(
  fc.constantFrom(
    'full',
    'vso.code',
    '30d',
    '12h',
    'keep',
    'revoke',
    '2027-01-31',
    'contoso',
    'github-secret:A',
    '',
    ' ',
    'x',
    'a~superseded',
  ),
  fc.constantFrom<unknown>(true, false, null, 1, [], {}, ['vso.code'], ['full'], ['github-secret:B'], [1]),
  fc.string({ maxLength: 6 }),
);
const entries = (keys: readonly string[]) =>
  fc
    .array(fc.tuple(fc.constantFrom(...keys, 'nonsense'), values), { maxLength: 4 })
    .map((pairs) => Object.fromEntries(pairs));

test('the schema accepts what the parser accepts', () => {
  const manifest = fc.record(
    {
      organization: fc.constantFrom<unknown>('contoso', 'fabrikam.visualstudio.com', 'my_org', 1),
      defaults: fc.oneof(fc.constant({ scopes: 'vso.code' }), entries(settingKeys)),
      tokens: fc.array(
        fc
          .tuple(entries(tokenKeys), fc.constantFrom('a', 'b', '1'))
          .map(([rest, name]) => ({ 'display-name': name, ...rest })),
        { minLength: 1, maxLength: 2 },
      ),
    },
    { requiredKeys: ['tokens'] },
  );
  let accepted = 0;
  fc.assert(
    fc.property(manifest, (value) => {
      const yaml = stringify(value);
      if (refusal(yaml) !== undefined) return;
      accepted += 1;
      expect({ schema: schemaAccepts(yaml), errors: validate.errors }).toEqual({ schema: true, errors: null });
    }),
    { numRuns: 5000 },
  );
  expect(accepted).toBeGreaterThan(100);
});
