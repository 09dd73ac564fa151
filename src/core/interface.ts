/** What the program can do; the values of the input `operation` and the commands of the command line. */
export const operations = ['create', 'rotate', 'revoke', 'update', 'get', 'list', 'sync', 'exchange', 'check'] as const;
export type Operation = (typeof operations)[number];

export interface InputFacts {
  /**
   * One or two sentences that are true on every host. The words of one host are in `tools/action-definition.ts`,
   * `tools/task-definition.ts` and `src/cli/commands.ts`.
   */
  readonly description: string;
  readonly required?: true;
  /** The value of an input that isn't given. Absent if an empty input has a meaning of its own. */
  readonly default?: string;
  /** All allowed values, if there are only a few. */
  readonly values?: readonly string[];
  /** True if the value is never printed and never an option of the command line. */
  readonly secret?: true;
}

const booleans = ['true', 'false'];

/**
 * Every input, in the order of `action.yml`. The parser, `action.yml`, the README's table and the options of the
 * command line all follow this table.
 */
export const inputs = {
  operation: {
    description: 'What to do: `create`, `rotate`, `revoke`, `update`, `get`, `list`, `sync`, `exchange` or `check`.',
    required: true,
    values: operations,
  },
  organization: {
    description:
      'The Azure DevOps organization: `contoso`, `https://dev.azure.com/contoso` or `https://contoso.visualstudio.com`. Required, except for `exchange` and for a `sync` or `check` whose manifest names it. Always required if the refresh token is stored in a variable group.',
  },
  'tenant-id': {
    description: 'The Entra tenant that backs the organization: its GUID or a domain.',
    default: 'organizations',
  },
  'client-id': { description: 'Application (client) id of the app registration.', required: true },
  'refresh-token': {
    description: 'The stored refresh token of the user whose PATs are managed.',
    required: true,
    secret: true,
  },
  'client-secret': {
    description: 'For a confidential client with a secret: the value of the secret, not its id.',
    secret: true,
  },
  'client-certificate': {
    description:
      'For a confidential client with a certificate: PEM of the certificate chain and the private key, in any order.',
    secret: true,
  },
  'federated-credential': {
    description:
      'For a confidential client without a stored secret: the OIDC token that GitHub gives this run is the client assertion.',
    default: 'false',
    values: booleans,
  },
  'federated-audience': {
    description: 'The audience of that OIDC token. The federated credential of the app must have the same one.',
    default: 'api://AzureADTokenExchange',
  },
  'authority-host': {
    description: 'The https address of Entra, with a port if it has one. Each national cloud has its own.',
    default: 'https://login.microsoftonline.com',
  },
  'identity-provider': {
    description:
      '`entra`, or `azure-devops-oauth` for the legacy provider, only with `exchange`: its tokens cannot manage PATs.',
    default: 'entra',
    values: ['entra', 'azure-devops-oauth'],
  },
  'redirect-uri': { description: 'For `azure-devops-oauth`: the callback URL, exactly as it is registered.' },
  'authorization-id': {
    description: 'The id of the PAT; for `revoke` also several ids, one per line.',
  },
  'display-name': { description: 'The name of the PAT; for `create` the name of the new PAT.' },
  'new-display-name': { description: '`update`: the new name.' },
  scopes: {
    description:
      'Scopes of the PAT, separated by spaces, commas or lines, such as `vso.packaging_write`; `full` is full access. Default for `rotate`: the scopes of the old PAT.',
  },
  'valid-for': {
    description:
      'How long the PAT is valid: `90m`, `12h`, `30d`, `8w`. Default: `30d` for `create`, for `rotate` the lifetime of the old PAT.',
  },
  'valid-to': { description: 'When the PAT ends, as an ISO 8601 instant; use it instead of `valid-for`.' },
  'all-organizations': {
    description:
      'Whether the PAT works in all organizations of the user; `false` if not given. Azure DevOps retired such PATs: none can be created since 2026-03-15, and all of them end on 2026-12-01.',
    values: booleans,
  },
  'if-exists': {
    description: '`create`, if an active PAT of that name exists: `fail`, `allow` a second one, or `rotate` it.',
    default: 'fail',
    values: ['fail', 'allow', 'rotate'],
  },
  'if-missing': {
    description:
      '`rotate` and `revoke`, if there is no such PAT: `fail` or `ignore`; for `rotate` also `create`, which needs `display-name` and `scopes`.',
    default: 'fail',
    values: ['fail', 'ignore', 'create'],
  },
  'rotate-within': {
    description:
      '`rotate`: only if the PAT expires within this duration, such as `7d`; otherwise the run succeeds with `changed=false`. If not given, every run rotates.',
  },
  'previous-token': {
    description:
      'What to do with the old PAT after a rotation: `revoke`, `keep`, or a duration such as `24h` after which it ends by itself.',
    default: 'revoke',
  },
  verify: {
    description: 'Whether the new PAT must authenticate before it is stored and the old one is retired.',
    default: 'true',
    values: booleans,
  },
  'revoke-on-exit': {
    description: '`create`: whether the PAT is revoked when everything that may use it has ended (just-in-time PAT).',
    default: 'false',
    values: booleans,
  },
  'token-destinations': {
    description: 'Where to store the new PAT, one per line, such as `github-secret:NUGET_PAT`.',
  },
  'refresh-token-destinations': {
    description: 'Where to store the new refresh token, one per line.',
  },
  'github-token': {
    description:
      'For the `github-…` destinations: a token of a GitHub App, or a fine-grained token, that may write secrets.',
    secret: true,
  },
  filter: {
    description: '`list`: which PATs to list: `active`, `revoked`, `expired` or `all`.',
    default: 'active',
    values: ['active', 'revoked', 'expired', 'all'],
  },
  'expiring-within': {
    description:
      '`list`: only PATs that expire within this duration. Each of them causes a warning if no rotation has replaced it. `check`: warn of what ends within this duration; 7 days if not given.',
  },
  'fail-on-expiring': {
    description: '`list`: fail the run if the list has any PAT that no rotation has replaced.',
    default: 'false',
    values: booleans,
  },
  manifest: { description: '`sync` and `check`: path of a YAML manifest, or the YAML itself.' },
  'max-concurrency': {
    description:
      '`sync`: how many tokens are changed and how many requests are sent at the same time, 1 to 32. `check`: how many organizations of a manifest are examined at the same time.',
    default: '4',
  },
  'expected-user': {
    description:
      'User principal name, object id, or `TENANT-ID/OBJECT-ID`. The run fails if the refresh token belongs to another user. If not given, the run acts for the user who signed in.',
  },
  'allow-unsafe-events': {
    description: 'Whether to run also on events that a stranger can cause.',
    default: 'false',
    values: booleans,
  },
  'report-issue': {
    description: '`check` and `list`: keep one issue open while something needs a person.',
    default: 'false',
    values: booleans,
  },
  'dry-run': {
    description:
      'Whether to print what would be done, without changing a PAT. A dry run still stores the new refresh token. `exchange`, `get`, `list` and `check` ignore it.',
    default: 'false',
    values: booleans,
  },
  'request-timeout': { description: 'How long a single HTTP request may take.', default: '30s' },
  'max-attempts': { description: 'How many times a request is tried at most, 1 to 10.', default: '5' },
} as const satisfies Readonly<Record<string, InputFacts>>;

export type InputName = keyof typeof inputs;

export const inputNames = Object.keys(inputs) as readonly InputName[];

/** Inputs whose values are never printed. */
export const secretInputs: ReadonlySet<InputName> = new Set(inputNames.filter((name) => 'secret' in inputs[name]));

/** The inputs as they were written. An input that isn't given is absent or empty. */
export type RawInputs = Readonly<Partial<Record<InputName, string>>>;

/** Every output, in the order of `action.yml`. */
export const outputs = {
  token: 'The value of the new PAT (masked).',
  'authorization-id': 'Id of the PAT.',
  'display-name': 'Name of the PAT.',
  scopes: 'Scopes of the PAT, separated by spaces.',
  'valid-from': 'When the PAT began, ISO 8601.',
  'valid-to': 'When the PAT ends, ISO 8601.',
  'all-organizations': '`true` if the PAT works in all organizations of the user.',
  'previous-authorization-id': 'Id of the PAT that was replaced.',
  changed:
    '`true` if anything was changed, otherwise `false`. Also `true` if a new PAT was stored but the run failed afterwards.',
  'refresh-token': 'The newest refresh token (masked). It is the old one if Entra sends no new one.',
  'access-token': 'The Entra access token (masked); only for `exchange`.',
  pats: 'JSON array with the metadata of PATs, never a token value; only for `list`.',
  count: 'How many PATs `pats` holds.',
  plan: 'JSON array of what `sync` did, or of what a dry run would do.',
  checks:
    'JSON array of what `check` found: `check`, `subject`, `state` (`ok`, `warning` or `failed`), `text`, and `advice` if there is any.',
  'error-code': 'On failure: a stable code for conditions; docs/errors.md lists all codes.',
  'error-message': 'On failure: the error message.',
} as const;

export type OutputName = keyof typeof outputs;

export const outputNames = Object.keys(outputs) as readonly OutputName[];
