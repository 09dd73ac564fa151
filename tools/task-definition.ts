// The task.json of the Azure Pipelines task, made of the same table as action.yml (src/core/interface.ts).
import { commands } from '../src/cli/commands.ts';
import { type InputFacts, type InputName, inputs, type Operation, operations } from '../src/core/interface.ts';
import { camelCase, isBoolean, offeredInputs, serviceConnection, taskOutputs } from '../src/pipelines/interface.ts';

/** The id must never change, because organizations know the task by it. The pilot copy is another task. */
const taskIds = {
  release: '0d2f6c1e-7f0b-4d2c-9b55-3d0a4f7b8e61',
  pilot: '5b1c7a90-26d4-4f3e-8c1d-9e62b7f0a3d4',
} as const;

const repository = 'https://github.com/contoso/azure-devops-pat-action';

const groups = [
  { name: 'signIn', displayName: 'Sign-in', isExpanded: true },
  { name: 'storage', displayName: 'Where values are stored', isExpanded: true },
  { name: 'advanced', displayName: 'Advanced', isExpanded: false },
] as const;

type Group = (typeof groups)[number]['name'];

const groupOf: Readonly<Partial<Record<InputName, Group>>> = {
  'tenant-id': 'signIn',
  'client-id': 'signIn',
  'refresh-token': 'signIn',
  'client-secret': 'signIn',
  'client-certificate': 'signIn',
  'authority-host': 'signIn',
  'expected-user': 'signIn',
  'token-destinations': 'storage',
  'refresh-token-destinations': 'storage',
  'github-token': 'storage',
  'all-organizations': 'advanced',
  verify: 'advanced',
  'max-concurrency': 'advanced',
  'allow-unsafe-events': 'advanced',
  'request-timeout': 'advanced',
  'max-attempts': 'advanced',
};

/** Inputs of several lines. */
const multiLine: ReadonlySet<InputName> = new Set<InputName>([
  'authorization-id',
  'scopes',
  'client-certificate',
  'token-destinations',
  'refresh-token-destinations',
  'manifest',
]);

/**
 * Inputs without a default in the editor: the service connection or the organization of the pipeline gives the value.
 */
const withoutDefault: ReadonlySet<InputName> = new Set<InputName>(['tenant-id', 'authority-host']);

/** Descriptions that differ in a pipeline from those of the table. */
const meanings: Readonly<Partial<Record<InputName, string>>> = {
  organization:
    'The Azure DevOps organization: `contoso`, `https://dev.azure.com/contoso` or `https://contoso.visualstudio.com`. Default: the organization that the pipeline runs in.',
  'tenant-id':
    'The Entra tenant that backs the organization: its GUID or a domain. Not needed with a service connection; otherwise the default is `organizations`.',
  'client-id': 'Application (client) id of the app registration. Required without a service connection.',
  'refresh-token':
    'The stored refresh token of the user whose PATs are managed: a secret variable such as `$(REFRESH_TOKEN)`, never the value itself.',
  'client-secret':
    'Without a service connection, for a confidential client with a secret: a secret variable with its value, not its id.',
  'client-certificate':
    'Without a service connection, for a confidential client with a certificate: PEM of the certificate chain and the private key. A secret variable holds one line: write `\\n` for each line end.',
  'authority-host':
    'The https address of Entra. Each national cloud has its own. Default: that of the service connection, otherwise `https://login.microsoftonline.com`.',
  'revoke-on-exit': '`create`: whether a post-job step revokes the PAT when the job ends (just-in-time PAT).',
  'token-destinations':
    'Where to store the new PAT, one per line, such as `azure-devops-variable-group:GROUP/VARIABLE` or `azure-key-vault:VAULT/NAME`.',
  'github-token':
    'For the `github-…` destinations: a secret variable with the token of a GitHub App, or a fine-grained token, that may write secrets.',
  'allow-unsafe-events':
    'Whether to run also in builds of pull requests from forks and in gated check-ins, whose YAML and code a stranger can write.',
  manifest: '`sync` and `check`: path of a YAML manifest in the sources, or the YAML itself.',
};

/** Inputs that the task hides from the operations that don't heed them. */
function operationsOf(name: InputName): readonly Operation[] {
  if (name === 'revoke-on-exit') return ['create'];
  return operations.filter((operation) => commands[operation].inputs.includes(name));
}

function visibleRule(name: InputName): { visibleRule?: string } {
  const heeding = operationsOf(name);
  // An input that every operation heeds, or that the command line doesn't have, is always shown.
  if (heeding.length === 0 || heeding.length === operations.length) return {};
  return { visibleRule: heeding.map((operation) => `operation = ${operation}`).join(' || ') };
}

function label(name: string): string {
  const words = name
    .replaceAll('-', ' ')
    .replace(/\bid\b/u, 'ID')
    .replace(/\bgithub\b/u, 'GitHub')
    .replace(/\bpat\b/u, 'PAT');
  return `${words[0]?.toUpperCase()}${words.slice(1)}`;
}

function typeOf(name: InputName): Record<string, unknown> {
  const { values }: InputFacts = inputs[name];
  if (isBoolean(name)) {
    // Without a default an empty value has a meaning of its own, which a check box can't express.
    return 'default' in inputs[name]
      ? { type: 'boolean' }
      : { type: 'pickList', options: optionsOf(['true', 'false']) };
  }
  if (values) return { type: 'pickList', options: optionsOf(values) };
  return { type: multiLine.has(name) ? 'multiLine' : 'string' };
}

function optionsOf(values: readonly string[]): Record<string, string> {
  return Object.fromEntries(values.map((value) => [value, value]));
}

/** A description with the task's names of inputs, such as `displayName` for `display-name`. */
function withTaskNames(description: string): string {
  return description.replace(/`([a-z]+(?:-[a-z]+)+)`/gu, (quoted, name: string) =>
    name in inputs ? `\`${camelCase(name)}\`` : quoted,
  );
}

function taskInput(name: InputName): Record<string, unknown> {
  const facts: InputFacts = inputs[name];
  const group = groupOf[name];
  return {
    name: camelCase(name),
    ...typeOf(name),
    label: label(name),
    ...(facts.default === undefined || withoutDefault.has(name) ? {} : { defaultValue: facts.default }),
    required: name === 'operation' || name === 'refresh-token',
    helpMarkDown: meanings[name] ?? withTaskNames(facts.description),
    ...(group === undefined ? {} : { groupName: group }),
    ...visibleRule(name),
  };
}

const connectionInput = {
  name: serviceConnection,
  type: 'connectedService:AzureRM',
  label: 'Service connection',
  required: false,
  helpMarkDown:
    'An Azure Resource Manager connection of the app registration that the refresh token was issued to: with workload identity federation, a secret or a certificate. It takes the place of `clientId`, `tenantId`, `authorityHost` and the credential. Leave it out for a public client.',
  groupName: 'signIn',
};

const handlers = (target: string): Record<string, { readonly target: string }> => ({
  Node24: { target },
  Node20_1: { target },
});

/** @param version of the package; the task and the extension have the same version */
export function taskDefinition(version: string, kind: keyof typeof taskIds = 'release'): Record<string, unknown> {
  const [major = 0, minor = 0, patch = 0] = version.split('-')[0]?.split('.').map(Number) ?? [];
  const [operation, ...others] = offeredInputs.map(taskInput);
  return {
    $schema: 'https://raw.githubusercontent.com/Microsoft/azure-pipelines-task-lib/master/tasks.schema.json',
    id: taskIds[kind],
    name: kind === 'pilot' ? 'AzureDevOpsPatPilot' : 'AzureDevOpsPat',
    friendlyName: kind === 'pilot' ? 'Azure DevOps PAT (pilot)' : 'Azure DevOps PAT',
    description: 'Creates, rotates and revokes Azure DevOps personal access tokens, without ever losing one',
    helpUrl: `${repository}/blob/main/docs/azure-pipelines.md`,
    helpMarkDown: `[How to set it up](${repository}/blob/main/docs/azure-pipelines.md) · [Inputs](${repository}/blob/main/docs/inputs.md) · [Errors](${repository}/blob/main/docs/errors.md)`,
    author: 'The Azure DevOps PAT Action authors',
    category: 'Utility',
    visibility: ['Build', 'Release'],
    runsOn: ['Agent', 'DeploymentGroup'],
    version: { Major: major, Minor: minor, Patch: patch },
    minimumAgentVersion: '4.265.1',
    instanceNameFormat: 'Azure DevOps PAT: $(operation)',
    showEnvironmentVariables: true,
    groups,
    inputs: [operation, others[0], connectionInput, ...others.slice(1)],
    outputVariables: taskOutputs.map(([name, description]) => ({ name, description })),
    restrictions: { settableVariables: { allowed: taskOutputs.map(([name]) => name) } },
    execution: handlers('main.js'),
    postjobexecution: handlers('post.js'),
  };
}
