import { quoteForeign } from '../../sanitize.ts';
import { isGuid } from '../guid.ts';
import { accepted, type Parsed, refused } from '../parsed.ts';
import type {
  Destination,
  DestinationKind,
  KeyVaultSecret,
  OrganizationSecret,
  OwnProject,
  RepositorySecret,
  ServiceConnectionSecret,
  VariableGroupVariable,
} from './destination.ts';
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

export interface DestinationContext {
  /** `OWNER/REPO` of the run, for destinations that name none. */
  readonly repository: string | undefined;
  /** Organization of the `azure-devops-…` destinations; undefined if none is known. */
  readonly organization: string | undefined;
  /** Project of the run, for variable groups of its organization that name none. */
  readonly project: OwnProject | undefined;
}

interface Part {
  readonly raw: string;
  readonly value: string;
}

/** Stands for a part that the line lacks. `lengths` of the form has checked the number of parts. */
const noPart: Part = { raw: '', value: '' };

/** The parts of one line. Reading them collects the problems. */
class Line {
  readonly text: string;
  readonly parts: readonly Part[];
  readonly problems: string[] = [];
  /** True if no organization is known for this line. If it has no problems, it lacks nothing else. */
  lacksOrganization = false;

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

function readOrganization(line: Line, { organization }: DestinationContext): string {
  line.lacksOrganization = organization === undefined;
  return organization ?? noPart.value;
}

/** The project of the run, for a line that names none. Another organization doesn't have it. */
function ownProject(line: Line, { organization, project: own }: DestinationContext): string {
  if (own !== undefined && own.organization === organization?.toLowerCase()) return own.name;
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

function readConnection(line: Line, index: number): ServiceConnectionSecret['connection'] {
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
      organization: readOrganization(line, context),
      project: line.parts.length === 3 ? line.name(0, azureDevOpsProject) : ownProject(line, context),
      group: readGroup(line, -2),
      variable: line.name(-1, variableName),
    }),
  },
  'azure-devops-service-connection': {
    usage: 'azure-devops-service-connection:PROJECT/CONNECTION (CONNECTION is a name or an id)',
    lengths: [2],
    read: (line, context) => ({
      kind: 'azure-devops-service-connection',
      text: line.text,
      organization: readOrganization(line, context),
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
    return refused(`"${quoteForeign(raw)}" is not percent-encoded UTF-8; write a plain % as %25`);
  }
}

/** The result of parsing a line: one destination, or the reason why there is none. */
export type ParsedDestination =
  | { readonly kind: 'destination'; readonly destination: Destination }
  | { readonly kind: 'wrong'; readonly problems: readonly string[] }
  /** The line is right, but its organization is not known. */
  | { readonly kind: 'lacks-organization' };

function refusedLine(...problems: readonly string[]): ParsedDestination {
  return { kind: 'wrong', problems };
}

/** Parses one destination. Several problems of one line are reported together. */
export function parseDestination(text: string, context: DestinationContext): ParsedDestination {
  const colon = text.indexOf(':');
  const written = colon < 0 ? text : text.slice(0, colon);
  const kind = destinationKinds.find((known) => known === written);
  if (kind === undefined) {
    const begins = destinationKinds.map((known) => `${known}:`).join(', ');
    return refusedLine(`it does not begin with a known kind of destination; begin with ${begins}`);
  }
  const form = forms[kind];
  const raw = colon < 0 ? [] : text.slice(colon + 1).split('/');
  if (!form.lengths.includes(raw.length)) {
    const parts = raw.length === 1 ? '1 part' : `${raw.length} parts`;
    return refusedLine(`it has ${parts} after the colon; write ${form.usage} (write a / inside a name as %2F)`);
  }
  const parts: Part[] = [];
  const problems: string[] = [];
  for (const parsed of raw.map(readPart)) {
    if (parsed.ok) parts.push(parsed.value);
    else problems.push(`${parsed.problem}; write ${form.usage}`);
  }
  if (problems.length > 0) return refusedLine(...problems);
  const line = new Line(text, parts);
  const destination = form.read(line, context);
  if (line.problems.length > 0) return refusedLine(...line.problems);
  return line.lacksOrganization ? { kind: 'lacks-organization' } : { kind: 'destination', destination };
}
