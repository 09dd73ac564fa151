import type { RunIdentity } from '../core/run-identity.ts';
import { Secret } from '../core/secret.ts';
import { trimEnd } from '../core/trim-end.ts';
import type { OidcSource } from './entra/oidc.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** The address for the OIDC token of the job; undefined if the job lacks `id-token: write`, or outside a job. */
export function oidcSourceOf(environment: Environment): OidcSource | undefined {
  const url = environment.ACTIONS_ID_TOKEN_REQUEST_URL;
  const token = environment.ACTIONS_ID_TOKEN_REQUEST_TOKEN;
  return url && token ? { url, token: new Secret(token), domains: [oidcDomainOf(environment)] } : undefined;
}

/**
 * The domain whose hosts give OIDC tokens to jobs. github.com has a separate one. A GitHub Enterprise Server and
 * GHE.com use their own host and hosts below it (https://docs.github.com/actions/reference/security/oidc).
 */
function oidcDomainOf({ GITHUB_SERVER_URL = '' }: Environment): string {
  const host = URL.parse(GITHUB_SERVER_URL)?.hostname ?? 'github.com';
  return host === 'github.com' ? 'actions.githubusercontent.com' : host;
}

/**
 * The workflow run that this process belongs to; undefined if it belongs to none, or to nektos/act, which sets `ACT`
 * and gives each run the id 1. Each server has its own run ids, so a server other than github.com is part of the
 * identity.
 */
export function runOf(environment: Environment): RunIdentity | undefined {
  const { GITHUB_RUN_ID: run = '', GITHUB_RUN_ATTEMPT = '1', ACT } = environment;
  const attempt = Number(GITHUB_RUN_ATTEMPT);
  if (ACT || !/^[1-9]\d*$/u.test(run) || !Number.isSafeInteger(attempt) || attempt < 1) return undefined;
  const server = trimEnd(environment.GITHUB_SERVER_URL ?? '', /\//u).toLowerCase();
  const namespace = server === '' || server === 'https://github.com' ? undefined : server;
  return { host: 'github', run, attempt, namespace };
}

/**
 * The address of the API of the GitHub server that the job runs on. If no variable names it, it follows from the
 * server's address: `https://api.github.com`, `https://api.SUBDOMAIN.ghe.com` (GitHub Enterprise Cloud with data
 * residency, https://docs.github.com/enterprise-cloud@latest/admin/data-residency), or `https://HOST/api/v3` of a
 * GitHub Enterprise Server
 * (https://docs.github.com/enterprise-server@latest/rest/using-the-rest-api/getting-started-with-the-rest-api).
 */
export function githubApiUrlOf(environment: Environment): string {
  if (environment.GITHUB_API_URL) return trimEnd(environment.GITHUB_API_URL, /\//u);
  const server = trimEnd(environment.GITHUB_SERVER_URL || 'https://github.com', /\//u);
  const [, host = ''] = /^https:\/\/((?:[a-z0-9-]+\.ghe|github)\.com)$/iu.exec(server) ?? [];
  return host === '' ? `${server}/api/v3` : `https://api.${host.toLowerCase()}`;
}
