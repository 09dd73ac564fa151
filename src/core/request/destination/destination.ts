/** A destination for a secret value, as one line of `token-destinations` or `refresh-token-destinations` names it. */
export type Destination =
  | RepositorySecret
  | EnvironmentSecret
  | OrganizationSecret
  | KeyVaultSecret
  | VariableGroupVariable
  | ServiceConnectionSecret;

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

interface EnvironmentSecret extends Written {
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
  /** Only the name of the vault, in lower case. */
  readonly vault: string;
  /** `contoso.vault.azure.net` */
  readonly host: string;
  readonly name: string;
}

/** The organization of a destination in Azure DevOps. Another organization has others of the same names. */
interface InProject extends Written {
  readonly organization: string;
  readonly project: string;
}

export interface VariableGroupVariable extends InProject {
  readonly kind: 'azure-devops-variable-group';
  /** Digits are an id. A name that has only digits is written with an escape (`%34%32` for a group called 42). */
  readonly group: { readonly id: number } | { readonly name: string };
  readonly variable: string;
}

export interface ServiceConnectionSecret extends InProject {
  readonly kind: 'azure-devops-service-connection';
  /** A GUID is an id; anything else is an exact name. */
  readonly connection: { readonly id: string } | { readonly name: string };
}

/** The project that a run belongs to. */
export interface OwnProject {
  /** Name of the organization, in lower case. */
  readonly organization: string;
  readonly name: string;
}

/**
 * Two destinations with the same key are one, however they were written. Every service here
 * compares names without case. An id is unique in its organization, so the key has no project. A group named by its id
 * and the same group named by its name have different keys: that they are one shows only once the group was read.
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
        const { organization, project, group, variable } = destination;
        return [organization, ...('id' in group ? [group.id] : [project, `=${group.name}`]), variable];
      }
      case 'azure-devops-service-connection': {
        const { organization, project, connection } = destination;
        return [organization, ...('id' in connection ? [connection.id] : [project, `=${connection.name}`])];
      }
      default:
        return 'organization' in destination
          ? [destination.organization, destination.name]
          : [destination.owner, destination.repository, destination.name];
    }
  })();
  return JSON.stringify([kind, ...parts]).toLowerCase();
}
