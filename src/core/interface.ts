/** What the program can do; the values of the input `operation` and the commands of the command line. */
export const operations = ['create', 'rotate', 'revoke', 'update', 'get', 'list', 'sync', 'exchange', 'check'] as const;
export type Operation = (typeof operations)[number];

export interface InputFacts {
  /** One or two sentences for `action.yml`, the README and `--help`. */
  readonly description: string;
  readonly required?: true;
  /** What `action.yml` fills in. Absent where an empty input means something of its own. */
  readonly default?: string;
  /** Allowed values of an input that is one of a few. */
  readonly values?: readonly string[];
  /** Never printed, never an option of the command line. */
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
      'The Azure DevOps organization: `contoso`, `https://dev.azure.com/contoso` or `https://contoso.visualstudio.com`. Required, except for `exchange`, and for `sync` and `check` if the manifest names it; with a refresh token in a variable group always.',
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
  'client-secret': { description: 'Confidential client with a secret: its value, not its id.', secret: true },
  'client-certificate': {
    description:
      'Confidential client with a certificate: PEM of the certificate chain and the private key, in any order.',
    secret: true,
  },
  'federated-credential': {
    description:
      "Confidential client without a stored secret: the job's own GitHub OIDC token is the client assertion. Needs `permissions: id-token: write`.",
    default: 'false',
    values: booleans,
  },
  'federated-audience': {
    description: 'Audience of that OIDC token, as the federated credential of the app has it.',
    default: 'api://AzureADTokenExchange',
  },
  'authority-host': {
    description: 'Where Entra is, https only, with a port if need be; other clouds have their own.',
    default: 'https://login.microsoftonline.com',
  },
  'identity-provider': {
    description:
      '`entra`, or `azure-devops-oauth`, the legacy provider, for `exchange` alone: its tokens cannot manage PATs.',
    default: 'entra',
    values: ['entra', 'azure-devops-oauth'],
  },
  'redirect-uri': { description: 'The registered callback, exactly; for `azure-devops-oauth`.' },
  'authorization-id': {
    description: 'Which PAT, by its id; for `revoke` several, one per line.',
  },
  'display-name': { description: 'Which PAT, by its name; for `create` the name of the new one.' },
  'new-display-name': { description: '`update`: the new name.' },
  scopes: {
    description:
      'Scopes of the PAT, separated by spaces, commas or lines, such as `vso.packaging_write`; `full` is full access. `rotate` keeps those of the old PAT where none are given.',
  },
  'valid-for': {
    description:
      'How long the PAT lives: `90m`, `12h`, `30d`, `8w`. Default: `30d` for `create`, for `rotate` the lifetime of the old PAT.',
  },
  'valid-to': { description: 'Until when the PAT lives, an ISO 8601 instant; in place of `valid-for`.' },
  'all-organizations': {
    description:
      'A PAT for all organizations of the user; `false` where not given. Azure DevOps retired these: creation is blocked since 2026-03-15, all of them end on 2026-12-01.',
    values: booleans,
  },
  'if-exists': {
    description: '`create`, when an active PAT of that name exists: `fail`, `allow` a second one, or `rotate` it.',
    default: 'fail',
    values: ['fail', 'allow', 'rotate'],
  },
  'if-missing': {
    description:
      '`rotate` and `revoke`, when there is no such PAT: `fail` or `ignore`; `rotate` also `create`, which needs `display-name` and `scopes`.',
    default: 'fail',
    values: ['fail', 'ignore', 'create'],
  },
  'rotate-within': {
    description:
      '`rotate` only where the PAT expires within this duration, such as `7d`; else succeed with `changed=false`. Always, where not given.',
  },
  'previous-token': {
    description:
      'What becomes of the old PAT after a rotation: `revoke`, `keep`, or a duration such as `24h` after which it ends by itself.',
    default: 'revoke',
  },
  verify: {
    description: 'The new PAT must authenticate before anything is stored or retired.',
    default: 'true',
    values: booleans,
  },
  'revoke-on-exit': {
    description: '`create`: the PAT is revoked again when the job ends (just-in-time PAT).',
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
      'A token of a GitHub App, or a fine-grained one, that may write secrets; for the `github-…` destinations (`GITHUB_TOKEN` cannot).',
    secret: true,
  },
  filter: {
    description: '`list`: which PATs: `active`, `revoked`, `expired` or `all`.',
    default: 'active',
    values: ['active', 'revoked', 'expired', 'all'],
  },
  'expiring-within': {
    description:
      '`list`: only PATs that expire within this duration; each becomes a warning, except those that a rotation left to end. `check`: what ends within it is worth a warning; 7 days if not given.',
  },
  'fail-on-expiring': {
    description:
      '`list`: fail the step if any PAT is left in the list, not counting those that a rotation left to end.',
    default: 'false',
    values: booleans,
  },
  manifest: { description: '`sync` and `check`: path of a YAML manifest in the workspace, or the YAML itself.' },
  'max-concurrency': {
    description: '`sync`: how many tokens and requests are at work at once, 1 to 32.',
    default: '4',
  },
  'expected-user': {
    description:
      'User principal name, object id, or `TENANT-ID/OBJECT-ID`: fail unless the refresh token belongs to this user (it silently acts for whoever signed in).',
  },
  'allow-unsafe-events': {
    description:
      'Run on every event, also on those that a stranger can cause, such as `pull_request_target`, `workflow_run`, `issues` and `issue_comment`.',
    default: 'false',
    values: booleans,
  },
  'report-issue': {
    description:
      '`check` and `list`, on GitHub: keep one issue in this repository open while something needs a person. Needs `github-token` with `issues: write`; `GITHUB_TOKEN` will do.',
    default: 'false',
    values: booleans,
  },
  'dry-run': {
    description:
      'Print what would be done and change no PAT; the new refresh token is stored all the same. `exchange`, `get`, `list` and `check` ignore it.',
    default: 'false',
    values: booleans,
  },
  'request-timeout': { description: 'How long a single HTTP request may take.', default: '30s' },
  'max-attempts': { description: 'How often one request is tried at most, 1 to 10.', default: '5' },
} as const satisfies Readonly<Record<string, InputFacts>>;

export type InputName = keyof typeof inputs;

/** What a person wrote, as texts; an input that isn't given is absent or empty. */
export type RawInputs = Readonly<Partial<Record<InputName, string>>>;

/** Every output, in the order of `action.yml`. */
export const outputs = {
  token: 'The value of the new PAT (masked).',
  'authorization-id': 'Id of the PAT.',
  'display-name': 'Name of the PAT.',
  scopes: 'Scopes of the PAT, separated by spaces.',
  'valid-from': 'When the PAT began, ISO 8601.',
  'valid-to': 'When the PAT ends, ISO 8601.',
  'all-organizations': '`true` where the PAT works in all organizations of the user.',
  'previous-authorization-id': 'Id of the PAT that was replaced.',
  changed:
    '`true` where anything was changed, else `false`; `true` from the moment a new PAT is kept somewhere, also where the step fails later.',
  'refresh-token': 'The newest refresh token (masked); the old one where Entra sends no new one.',
  'access-token': 'The Entra access token (masked); `exchange` alone.',
  pats: 'JSON array with the metadata of PATs, never a token value; `list`.',
  count: 'How many PATs `pats` holds.',
  plan: 'JSON array of what `sync` did, or of what any dry run would do; fit for `fromJSON` in a matrix.',
  checks:
    'JSON array of what `check` found: `check`, `subject`, `state` (`ok`, `warning` or `failed`), `text`, and `advice` if there is any.',
  'error-code': 'On failure: a stable code to branch on; docs/errors.md lists them.',
  'error-message': 'On failure: the error message.',
} as const;

export type OutputName = keyof typeof outputs;
