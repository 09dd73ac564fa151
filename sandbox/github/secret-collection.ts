/** The kinds of secrets of a repository and of an organization, by their segment in the address. */
const repositoryKinds = {
  actions: 'repository',
  dependabot: 'dependabot',
  codespaces: 'codespaces',
  agents: 'agents',
} as const;
const organizationKinds = {
  actions: 'organization',
  dependabot: 'organization-dependabot',
  codespaces: 'organization-codespaces',
  agents: 'organization-agents',
} as const;

type RepositoryKind = (typeof repositoryKinds)[keyof typeof repositoryKinds];
type OrganizationKind = (typeof organizationKinds)[keyof typeof organizationKinds];

/** A collection of secrets in the REST API. */
export type SecretCollection =
  | { readonly kind: RepositoryKind; readonly repository: string }
  | { readonly kind: 'environment'; readonly repository: string; readonly environment: string }
  | { readonly kind: OrganizationKind; readonly organization: string };

export interface Route {
  readonly place: SecretCollection;
  /** Segments after `secrets`. */
  readonly rest: readonly string[];
}

function isStore(name: string | undefined): name is keyof typeof repositoryKinds {
  return name !== undefined && Object.hasOwn(repositoryKinds, name);
}

/** The collection that a path names; undefined if the path isn't about secrets. */
export function findRoute(path: readonly string[]): Route | undefined {
  const [root, first = '', second = '', third, fourth = '', fifth, ...deep] = path;
  if (root === 'repos' && fourth === 'secrets' && isStore(third)) {
    return { place: { kind: repositoryKinds[third], repository: `${first}/${second}` }, rest: path.slice(5) };
  }
  if (root === 'repos' && third === 'environments' && fifth === 'secrets') {
    return { place: { kind: 'environment', repository: `${first}/${second}`, environment: fourth }, rest: deep };
  }
  if (root === 'orgs' && isStore(second) && third === 'secrets') {
    return { place: { kind: organizationKinds[second], organization: first }, rest: path.slice(4) };
  }
  return undefined;
}

/** The permission that a fine-grained or app token needs for each kind (GitHub REST API descriptions). */
export const permissionFor: Readonly<Record<SecretCollection['kind'], string>> = {
  repository: 'secrets',
  environment: 'environments',
  dependabot: 'dependabot_secrets',
  codespaces: 'codespaces_secrets',
  agents: 'agent_secrets',
  organization: 'organization_secrets',
  'organization-dependabot': 'organization_dependabot_secrets',
  'organization-codespaces': 'organization_codespaces_secrets',
  'organization-agents': 'organization_agent_secrets',
};

/** Secrets of Codespaces "are not enabled for GitHub Apps" (github/rest-api-description, `enabledForGitHubApps`). */
export function isForApps({ kind }: SecretCollection): boolean {
  return !kind.endsWith('codespaces');
}

/** GitHub Enterprise Server has no Codespaces, and up to 3.19 no secrets of agents (github/rest-api-description). */
export function isOnEnterpriseServer({ kind }: SecretCollection): boolean {
  return !kind.endsWith('codespaces') && !kind.endsWith('agents');
}

/** The key of a collection. The case of a name doesn't matter. */
export function keyOf(place: SecretCollection): string {
  const owner = 'repository' in place ? place.repository : place.organization;
  return [place.kind, owner, place.kind === 'environment' ? place.environment : ''].join(' ').toLowerCase();
}
