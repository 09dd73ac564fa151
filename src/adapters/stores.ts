import { Failure } from '../core/failure.ts';
import type { Store } from '../core/ports.ts';
import type { Destination } from '../core/request/destination/destination.ts';
import type { Secret } from '../core/secret.ts';
import type { ResourceClientOptions } from './azure-devops/resource-client.ts';
import type { VariableGroupStoreOptions } from './azure-devops/variable-group-store.ts';
import type { GitHubSecrets } from './github/secrets.ts';
import type { Http } from './http/types.ts';
import { createKeyedMutex, type RunExclusive } from './keyed-mutex.ts';

export interface StoreDependencies {
  readonly http: Http;
  /** For `github-…` destinations. */
  readonly githubToken: Secret | undefined;
  /** `https://api.github.com`, or `GITHUB_API_URL` of a GitHub Enterprise Server. */
  readonly githubApiUrl: string;
  readonly azureDevOpsToken: () => Promise<Secret>;
  /** An access token for the resource of a vault, `https://vault.azure.net` in the public cloud. */
  readonly keyVaultToken: (resource: string) => Promise<Secret>;
}

/** What all stores of one run share, even if several calls open them. */
interface Shared {
  readonly runExclusive: RunExclusive;
  readonly reads: NonNullable<VariableGroupStoreOptions['reads']>;
  readonly claims: NonNullable<ResourceClientOptions['claims']>;
  readonly github: { readonly token: Secret; readonly apiUrl: string; readonly secrets: GitHubSecrets }[];
}

const sharedOf = new WeakMap<Http, Shared>();

function sharedWith(http: Http): Shared {
  const sharedParts: Shared = sharedOf.get(http) ?? {
    runExclusive: createKeyedMutex(),
    reads: new Map(),
    claims: new Map(),
    github: [],
  };
  sharedOf.set(http, sharedParts);
  return sharedParts;
}

async function openGitHub(deps: StoreDependencies, named: string): Promise<GitHubSecrets> {
  const { http, githubApiUrl: apiUrl, githubToken: token } = deps;
  if (!token || token.empty) {
    throw new Failure('invalid-input', {
      what: `Opening ${named}`,
      why: 'github-token is empty',
      hint: 'Pass the token of a GitHub App, or a fine-grained one, that may write secrets.',
    });
  }
  const { githubSecrets } = await import('./github/secrets.ts');
  const { github } = sharedWith(http);
  const known = github.find((opened) => opened.token === token && opened.apiUrl === apiUrl);
  if (known) return known.secrets;
  const secrets = githubSecrets({ http, token, apiUrl });
  github.push({ token, apiUrl, secrets });
  return secrets;
}

async function openStore(destination: Destination, deps: StoreDependencies): Promise<Store> {
  const { http } = deps;
  switch (destination.kind) {
    case 'azure-key-vault': {
      const { keyVaultStore } = await import('./key-vault/key-vault.ts');
      return keyVaultStore({ http, accessToken: deps.keyVaultToken, destination });
    }
    case 'azure-devops-variable-group': {
      const { variableGroupStore } = await import('./azure-devops/variable-group-store.ts');
      const { runExclusive, reads, claims } = sharedWith(http);
      const accessToken = deps.azureDevOpsToken;
      const { organization } = destination;
      return variableGroupStore({ http, accessToken, organization, destination, runExclusive, reads, claims });
    }
    case 'azure-devops-service-connection': {
      const { serviceConnectionStore } = await import('./azure-devops/service-connection-store.ts');
      const { claims } = sharedWith(http);
      const accessToken = deps.azureDevOpsToken;
      const { organization } = destination;
      return serviceConnectionStore({ http, accessToken, organization, destination, claims });
    }
    default:
      return (await openGitHub(deps, destination.text)).store(destination);
  }
}

/**
 * The stores of the destinations, in their order. The code of a kind is loaded with its first destination. Stores that
 * use the same `http` share public keys and write to one variable group one after the other, even if several calls open
 * them.
 * @throws Failure `invalid-input` for a `github-…` destination without a token
 */
export function openStores(destinations: readonly Destination[], deps: StoreDependencies): Promise<Store[]> {
  return Promise.all(destinations.map((destination) => openStore(destination, deps)));
}
