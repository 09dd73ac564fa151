import type { Destination } from '../../core/request/destination/destination.ts';
import { toSafeLine } from '../../core/sanitize.ts';
import type { GitHubPermission } from './error.ts';

export type GitHubDestination = Extract<Destination, { kind: `github-${string}` }>;

/** A collection of secrets with a public key of its own. */
export interface SecretCollection {
  /** Address template of the collection. */
  readonly secrets: string;
  readonly parameters: Readonly<Record<string, string>>;
  readonly permission: GitHubPermission;
  /** What doesn't exist if the answer is 404, as a noun phrase. */
  readonly called: string;
  /**
   * Whether a run gets the secret when it is queued (docs, "When GitHub Actions reads secrets"). GitHub reads the
   * secrets of environments when a job starts, and codespaces and agents are not workflow runs.
   */
  readonly readWhenQueued: boolean;
  /** True if every write must also say which repositories may read the secret. */
  readonly hasVisibility: boolean;
  /** Names the secrets if some versions of GitHub Enterprise Server don't have them. */
  readonly lacking: string | undefined;
}

interface SecretStore {
  /** The part of the address that names the store. */
  readonly api: 'actions' | 'dependabot' | 'codespaces' | 'agents';
  readonly permission: Pick<GitHubPermission, 'name' | 'forApps'>;
  readonly lacking?: string;
}

/**
 * The stores of a repository and of an organization: addresses and permissions as in GitHub's description of its API
 * (github/rest-api-description). GitHub Enterprise Server has no Codespaces; up to 3.19 it has no secrets of agents
 * either.
 */
const stores: Readonly<Record<Exclude<GitHubDestination['kind'], 'github-environment-secret'>, SecretStore>> = {
  'github-secret': { api: 'actions', permission: { name: 'Secrets' } },
  'github-dependabot-secret': {
    api: 'dependabot',
    permission: { name: 'Dependabot secrets' },
  },
  'github-codespaces-secret': {
    api: 'codespaces',
    permission: { name: 'Codespaces secrets', forApps: false },
    lacking: 'Codespaces secrets',
  },
  'github-agents-secret': {
    api: 'agents',
    permission: { name: 'Agent secrets' },
    lacking: 'secrets of agents',
  },
  'github-organization-secret': {
    api: 'actions',
    permission: { name: 'Secrets' },
  },
  'github-organization-dependabot-secret': {
    api: 'dependabot',
    permission: { name: 'Organization dependabot secrets' },
  },
  'github-organization-codespaces-secret': {
    api: 'codespaces',
    permission: { name: 'Organization codespaces secrets', forApps: false },
    lacking: 'Codespaces secrets',
  },
  'github-organization-agents-secret': {
    api: 'agents',
    permission: { name: 'Agent secrets' },
    lacking: 'secrets of agents',
  },
};

function environmentCollection(owner: string, repo: string, environment: string): SecretCollection {
  return {
    secrets: '/repos/{owner}/{repo}/environments/{environment_name}/secrets',
    parameters: { owner, repo, environment_name: environment },
    permission: { name: 'Environments', of: 'repository', classic: 'repo', toWrite: 'github-environment-secret' },
    called: `the environment "${toSafeLine(environment)}" or the repository ${owner}/${repo}`,
    readWhenQueued: false,
    hasVisibility: false,
    lacking: undefined,
  };
}

export function collectionOf(destination: GitHubDestination): SecretCollection {
  if (destination.kind === 'github-environment-secret') {
    return environmentCollection(destination.owner, destination.repository, destination.environment);
  }
  const { api, permission, lacking } = stores[destination.kind];
  const readWhenQueued = api === 'actions' || api === 'dependabot';
  if ('organization' in destination) {
    return {
      secrets: `/orgs/{org}/${api}/secrets`,
      parameters: { org: destination.organization },
      permission: { ...permission, of: 'organization', classic: 'admin:org', toWrite: destination.kind },
      called: `the organization ${destination.organization}`,
      readWhenQueued,
      hasVisibility: true,
      lacking,
    };
  }
  const { owner, repository: repo } = destination;
  return {
    secrets: `/repos/{owner}/{repo}/${api}/secrets`,
    parameters: { owner, repo },
    permission: { ...permission, of: 'repository', classic: 'repo', toWrite: destination.kind },
    called: `the repository ${owner}/${repo}`,
    readWhenQueued,
    hasVisibility: false,
    lacking,
  };
}
