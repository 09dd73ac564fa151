import { quoteForeign } from '../sanitize.ts';
import {
  azureDevOpsProject,
  gitHubEnvironment,
  gitHubOwner,
  gitHubRepository,
  gitHubSecretName,
  keyVaultSecretName,
  type NameRule,
  serviceConnectionName,
  variableGroupName,
  variableName,
} from './destination-name.ts';
import { parseKeyVaultHost } from './key-vault-host.ts';
import { accepted, type Parsed, refused } from './parsed.ts';
import { isGuid } from './tenant.ts';

/** A place that keeps a secret value, as one line of `token-destinations` or `refresh-token-destinations` names it. */
export type Destination =
  | RepositorySecret
  | EnvironmentSecret
  | OrganizationSecret
  | KeyVaultSecret
  | VariableGroupVariable
  | ServiceConnection;

export type DestinationKind = Destination['kind'];

interface Written {
  /** The line as the user wrote it, without white space around it. */
  readonly text: string;
}

export interface RepositorySecret extends Written {
  readonly kind: 'github-secret' | 'github-dependabot-secret' | 'github-codespaces-secret' | 'github-agents-secret';
  readonly owner: string;
  readonly repository: string;
  readonly name: string;
}

export interface EnvironmentSecret extends Written {
  readonly kind: 'github-environment-secret';
  readonly owner: string;
  readonly repository: string;
  readonly environment: string;
  readonly name: string;
}

export interface OrganizationSecret extends Written {
  readonly kind:
    | 'github-organization-secret'
    | 'github-organization-dependabot-secret'
    | 'github-organization-codespaces-secret'
    | 'github-organization-agents-secret';
  readonly organization: string;
  readonly name: string;
}

export interface KeyVaultSecret extends Written {
  readonly kind: 'azure-key-vault';
  /** Name of the vault alone, in lower case. */
  readonly vault: string;
  /** `contoso.vault.azure.net` */
  readonly host: string;
  readonly name: string;
}

export interface VariableGroupVariable extends Written {
  readonly kind: 'azure-devops-variable-group';
  readonly project: string;
  /** Numbers alone are an id; a name that is a number is written with an escape (`%34%32` for a group called 42). */
  readonly group: { readonly id: number } | { readonly name: string };
  readonly variable: string;
}

export interface ServiceConnection extends Written {
  readonly kind: 'azure-devops-service-connection';
  readonly project: string;
  /** A GUID is an id; anything else is an exact name. */
  readonly connection: { readonly id: string } | { readonly name: string };
}

export interface DestinationContext {
  /** `OWNER/REPO` of the workflow run; absent outside of GitHub. */
  readonly repository?: string | undefined;
  /** Project of the run in that organization, for variable groups without one. */
  readonly project?: string | undefined;
}

/** The project that a run belongs to. */
export interface OwnProject {
  /** Name of the organization, in lower case. */
  readonly organization: string;
  readonly name: string;
}

/** The run's own project, if it is one of that organization: another organization doesn't have it. */
export function projectIn(organization: string, own: OwnProject | undefined): string | undefined {
  return own?.organization === organization.toLowerCase() ? own.name : undefined;
}

interface Part {
  readonly raw: string;
  readonly value: string;
}

/** What a part is taken for that the line lacks. The form of the line says how many it has. */
const noPart: Part = { raw: '', value: '' };

/** The parts of one line. What is wrong with them is collected while they are read. */
class Line {
  readonly text: string;
  readonly parts: readonly Part[];
  readonly problems: string[] = [];

  constructor(text: string, parts: readonly Part[]) {
    this.text = text;
    this.parts = parts;
  }

  /** @param index counts from the end if it is negative */
  part(index: number): Part {
    return this.parts.at(index) ?? noPart;
  }

  name(index: number, rule: NameRule): string {
    const { value } = this.part(index);
    const problem = rule(value);
    if (problem !== undefined) this.problems.push(problem);
    return value;
  }
}

interface Form {
  readonly usage: string;
  /** How many parts it may have. */
  readonly lengths: readonly number[];
  readonly read: (line: Line, context: DestinationContext) => Destination;
}

type Repository = Pick<RepositorySecret, 'owner' | 'repository'>;

/**
 * The repository that the first two parts name, or the run's own if the line names none.
 * @param names how many parts follow the repository
 */
function readRepository(line: Line, names: number, { repository: own = '' }: DestinationContext): Repository {
  if (line.parts.length > names)
    return { owner: line.name(0, gitHubOwner), repository: line.name(1, gitHubRepository) };
  const [owner = '', repository = ''] = own.split('/');
  if (owner === '' || repository === '') {
    line.problems.push('no repository is known here; write OWNER/REPO/ before the name');
  }
  return { owner, repository };
}

/** The project of the run, for a line that names none. */
function ownProject(line: Line, { project }: DestinationContext): string {
  if (project !== undefined) return project;
  line.problems.push('no project is known here; write azure-devops-variable-group:PROJECT/GROUP/VARIABLE');
  return '';
}

function repositoryForm(kind: RepositorySecret['kind']): Form {
  return {
    usage: `${kind}:NAME or ${kind}:OWNER/REPO/NAME`,
    lengths: [1, 3],
    read: (line, context) => ({
      kind,
      text: line.text,
      ...readRepository(line, 1, context),
      name: line.name(-1, gitHubSecretName),
    }),
  };
}

function organizationForm(kind: OrganizationSecret['kind']): Form {
  return {
    usage: `${kind}:ORGANIZATION/NAME`,
    lengths: [2],
    read: (line) => ({
      kind,
      text: line.text,
      organization: line.name(0, gitHubOwner),
      name: line.name(1, gitHubSecretName),
    }),
  };
}

function readVault(line: Line, index: number): Pick<KeyVaultSecret, 'vault' | 'host'> {
  const parsed = parseKeyVaultHost(line.part(index).value);
  if (parsed.ok) return parsed.value;
  line.problems.push(parsed.problem);
  return { vault: '', host: '' };
}

function readGroup(line: Line, index: number): VariableGroupVariable['group'] {
  const { raw } = line.part(index);
  if (!/^[0-9]+$/u.test(raw)) return { name: line.name(index, variableGroupName) };
  const id = Number(raw);
  // The service counts them in 32 bits.
  if (id < 1 || id > 2 ** 31 - 1)
    line.problems.push(`"${quoteForeign(raw)}" is not an id of a variable group; ids begin with 1`);
  return { id };
}

function readConnection(line: Line, index: number): ServiceConnection['connection'] {
  const { raw } = line.part(index);
  return isGuid(raw) ? { id: raw.toLowerCase() } : { name: line.name(index, serviceConnectionName) };
}

const forms: Readonly<Record<DestinationKind, Form>> = {
  'github-secret': repositoryForm('github-secret'),
  'github-environment-secret': {
    usage: 'github-environment-secret:ENVIRONMENT/NAME or github-environment-secret:OWNER/REPO/ENVIRONMENT/NAME',
    lengths: [2, 4],
    read: (line, context) => ({
      kind: 'github-environment-secret',
      text: line.text,
      ...readRepository(line, 2, context),
      environment: line.name(-2, gitHubEnvironment),
      name: line.name(-1, gitHubSecretName),
    }),
  },
  'github-organization-secret': organizationForm('github-organization-secret'),
  'github-dependabot-secret': repositoryForm('github-dependabot-secret'),
  'github-organization-dependabot-secret': organizationForm('github-organization-dependabot-secret'),
  'github-codespaces-secret': repositoryForm('github-codespaces-secret'),
  'github-organization-codespaces-secret': organizationForm('github-organization-codespaces-secret'),
  'github-agents-secret': repositoryForm('github-agents-secret'),
  'github-organization-agents-secret': organizationForm('github-organization-agents-secret'),
  'azure-key-vault': {
    usage: 'azure-key-vault:VAULT/NAME',
    lengths: [2],
    read: (line) => ({
      kind: 'azure-key-vault',
      text: line.text,
      ...readVault(line, 0),
      name: line.name(1, keyVaultSecretName),
    }),
  },
  'azure-devops-variable-group': {
    usage: 'azure-devops-variable-group:PROJECT/GROUP/VARIABLE (GROUP is a name or an id)',
    lengths: [2, 3],
    read: (line, context) => ({
      kind: 'azure-devops-variable-group',
      text: line.text,
      project: line.parts.length === 3 ? line.name(0, azureDevOpsProject) : ownProject(line, context),
      group: readGroup(line, -2),
      variable: line.name(-1, variableName),
    }),
  },
  'azure-devops-service-connection': {
    usage: 'azure-devops-service-connection:PROJECT/CONNECTION (CONNECTION is a name or an id)',
    lengths: [2],
    read: (line) => ({
      kind: 'azure-devops-service-connection',
      text: line.text,
      project: line.name(0, azureDevOpsProject),
      connection: readConnection(line, 1),
    }),
  },
};

export const destinationKinds = Object.keys(forms) as readonly DestinationKind[];

function readPart(raw: string): Parsed<Part> {
  if (raw === '') return refused('a part between two / is empty');
  try {
    return accepted({ raw, value: decodeURIComponent(raw) });
  } catch {
    return refused(`"${quoteForeign(raw)}" is not percent-encoded UTF-8; a % that stands for itself is written %25`);
  }
}

/** One destination, or everything that is wrong with it. */
export function parseDestination(
  text: string,
  context: DestinationContext,
): { destination?: Destination; problems: string[] } {
  const colon = text.indexOf(':');
  const kind = colon < 0 ? text : text.slice(0, colon);
  const form = Object.hasOwn(forms, kind) ? forms[kind as DestinationKind] : undefined;
  if (form === undefined) {
    const begins = destinationKinds.map((known) => `${known}:`).join(', ');
    return { problems: [`it begins with no kind of destination that is known; begin with ${begins}`] };
  }
  const raw = colon < 0 ? [] : text.slice(colon + 1).split('/');
  if (!form.lengths.includes(raw.length)) {
    const parts = raw.length === 1 ? '1 part' : `${raw.length} parts`;
    return { problems: [`it has ${parts} after the colon; write ${form.usage} (a / inside of a name is written %2F)`] };
  }
  const parts: Part[] = [];
  const problems: string[] = [];
  for (const parsed of raw.map(readPart)) {
    if (parsed.ok) parts.push(parsed.value);
    else problems.push(`${parsed.problem}; write ${form.usage}`);
  }
  if (problems.length > 0) return { problems };
  const line = new Line(text, parts);
  const destination = form.read(line, context);
  return line.problems.length > 0 ? { problems: line.problems } : { destination, problems: [] };
}

/**
 * Tells places apart: two destinations with one key are one place, however they were written. Every service here
 * compares names without case; a group named by its id can't be told from the same group by its name.
 */
export function destinationKey(destination: Destination): string {
  const { kind } = destination;
  const parts = ((): readonly (string | number)[] => {
    switch (destination.kind) {
      case 'github-environment-secret':
        return [destination.owner, destination.repository, destination.environment, destination.name];
      case 'azure-key-vault':
        return [destination.host, destination.name];
      case 'azure-devops-variable-group': {
        const { project, group, variable } = destination;
        return [project, 'id' in group ? group.id : `=${group.name}`, variable];
      }
      case 'azure-devops-service-connection': {
        const { project, connection } = destination;
        return [project, 'id' in connection ? connection.id : `=${connection.name}`];
      }
      default:
        return 'organization' in destination
          ? [destination.organization, destination.name]
          : [destination.owner, destination.repository, destination.name];
    }
  })();
  return JSON.stringify([kind, ...parts]).toLowerCase();
}

/** The same between organizations: a variable group or a service connection is another one in another organization. */
export function destinationKeyIn(destination: Destination, organization: string): string {
  const home = destination.kind.startsWith('azure-devops-') ? organization : '';
  return JSON.stringify([home, destinationKey(destination)]);
}
