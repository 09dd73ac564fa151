import { accepted, type Parsed, refused } from './parsed.ts';
import { quote } from './quote.ts';

/** Full access; stands alone. */
export const fullScope = 'app_token';

export interface ScopeFacts {
  /** What a PAT with it may do. */
  readonly lets: string;
  /** Microsoft's list flags it as highly privileged. */
  readonly high?: true;
}

/**
 * The scopes of a PAT, without their prefix `vso.`. Source: the scope table of Azure DevOps,
 * https://github.com/MicrosoftDocs/azure-devops-docs `docs/integrate/includes/scopes.md` (2025-07-16), but for the last
 * block. The list ages: an unknown name is a warning, and the service decides.
 */
export const scopes: Readonly<Record<string, ScopeFacts>> = {
  advsec: { lets: 'read Advanced Security alerts', high: true },
  advsec_write: { lets: 'read and update Advanced Security alerts', high: true },
  advsec_manage: { lets: 'read, update and manage Advanced Security', high: true },
  agentpools: { lets: 'read agent pools' },
  agentpools_manage: { lets: 'read and manage agent pools', high: true },
  environment_manage: { lets: 'read and manage environments', high: true },
  analytics: { lets: 'query Analytics' },
  auditlog: { lets: 'read the audit log' },
  auditstreams_manage: { lets: 'manage audit streams', high: true },
  build: { lets: 'read builds' },
  build_execute: { lets: 'read, queue and update builds', high: true },
  code: { lets: 'read code' },
  code_write: { lets: 'read and write code', high: true },
  code_manage: { lets: 'read and write code, create and delete repositories', high: true },
  code_full: { lets: 'do everything with code, its security included', high: true },
  code_status: { lets: 'read and write commit and pull request status' },
  connected_server: { lets: 'connect an on-premises server' },
  entitlements: { lets: 'read entitlements' },
  memberentitlementmanagement: { lets: 'read users and their licences' },
  memberentitlementmanagement_write: { lets: 'manage users and their licences', high: true },
  extension: { lets: 'read installed extensions' },
  extension_manage: { lets: 'install and manage extensions', high: true },
  'extension.data': { lets: 'read data of extensions' },
  'extension.data_write': { lets: 'read and write data of extensions' },
  githubconnections: { lets: 'read GitHub connections' },
  githubconnections_manage: { lets: 'read and manage GitHub connections', high: true },
  graph: { lets: 'read users, groups and memberships' },
  graph_manage: { lets: 'manage users, groups and memberships', high: true },
  identity: { lets: 'read identities' },
  identity_manage: { lets: 'read and manage identities', high: true },
  machinegroup_manage: { lets: 'read and manage deployment groups', high: true },
  gallery: { lets: 'read the Marketplace' },
  gallery_acquire: { lets: 'acquire items of the Marketplace' },
  gallery_publish: { lets: 'publish to the Marketplace', high: true },
  gallery_manage: { lets: 'manage publishers and items of the Marketplace', high: true },
  notification: { lets: 'read notification subscriptions' },
  notification_write: { lets: 'read and write notification subscriptions' },
  notification_manage: { lets: 'manage notifications' },
  notification_diagnostics: { lets: 'read notification diagnostics' },
  packaging: { lets: 'read packages' },
  packaging_write: { lets: 'read and write packages', high: true },
  packaging_manage: { lets: 'read and write packages, manage feeds', high: true },
  pipelineresources_use: { lets: 'use pipeline resources', high: true },
  pipelineresources_manage: { lets: 'use and manage pipeline resources', high: true },
  project: { lets: 'read projects and teams' },
  project_write: { lets: 'read and write projects and teams' },
  project_manage: { lets: 'create, read, write and delete projects and teams', high: true },
  release: { lets: 'read releases' },
  release_execute: { lets: 'read, write and run releases', high: true },
  release_manage: { lets: 'read, write, run and manage releases', high: true },
  securefiles_read: { lets: 'read secure files', high: true },
  securefiles_write: { lets: 'read and create secure files', high: true },
  securefiles_manage: { lets: 'read, create and manage secure files', high: true },
  security_manage: { lets: 'read and manage permissions', high: true },
  serviceendpoint: { lets: 'read service connections' },
  serviceendpoint_query: { lets: 'read and query service connections' },
  serviceendpoint_manage: { lets: 'read, query and manage service connections', high: true },
  hooks: { lets: 'read service hooks' },
  hooks_write: { lets: 'read and write service hooks' },
  hooks_interact: { lets: 'interact with service hooks (no longer public)' },
  settings: { lets: 'read settings' },
  settings_write: { lets: 'read and write settings' },
  symbols: { lets: 'read symbols' },
  symbols_write: { lets: 'read and write symbols' },
  symbols_manage: { lets: 'read, write and manage symbols' },
  taskgroups_read: { lets: 'read task groups' },
  taskgroups_write: { lets: 'read and create task groups' },
  taskgroups_manage: { lets: 'read, create and manage task groups', high: true },
  dashboards: { lets: 'read team dashboards' },
  dashboards_manage: { lets: 'manage team dashboards' },
  test: { lets: 'read test plans and results' },
  test_write: { lets: 'read and write test plans and results' },
  threads_full: { lets: 'read and write pull request comments' },
  tokens: { lets: 'manage delegated authorization tokens', high: true },
  tokenadministration: { lets: 'revoke tokens of the organization', high: true },
  profile: { lets: 'read the user profile' },
  profile_write: { lets: 'read and write the user profile' },
  variablegroups_read: { lets: 'read variable groups' },
  variablegroups_write: { lets: 'read and create variable groups' },
  variablegroups_manage: { lets: 'read, create and manage variable groups', high: true },
  wiki: { lets: 'read wikis' },
  wiki_write: { lets: 'read and write wikis' },
  work: { lets: 'read work items' },
  work_write: { lets: 'read and write work items' },
  work_full: { lets: 'do everything with work items' },
  // Not in the table above, but in Microsoft's own client: https://github.com/AzureAD/microsoft-authentication-cli
  // `src/AdoPat/Scopes.cs`.
  drop: { lets: 'read drops' },
  drop_write: { lets: 'read and write drops' },
  drop_manage: { lets: 'read, write and manage drops' },
  loadtest: { lets: 'read load tests' },
  loadtest_write: { lets: 'read and write load tests' },
  // Another spelling of `connected_server` that public clients use; which one the service takes is not documented.
  connectedserver: { lets: 'connect an on-premises server' },
};

const prefix = 'vso.';

/** Permissions that an app registration has in Entra; the PAT API knows them in no PAT (same source as above). */
const entraOnly = new Set(['vso.pats', 'vso.pats_manage', 'user_impersonation', '.default', 'offline_access']);

const known = new Set([fullScope, ...Object.keys(scopes).map((name) => prefix + name)]);

/** A name that is written so is sent as it is; anything else could change the meaning of the request. */
const wellFormed = /^vso\.[a-z0-9]+(?:[._][a-z0-9]+)*$/u;

/**
 * Number of letters to add, drop, change or swap with their neighbour to get from one name to the other; infinite where
 * it is more than `most`.
 */
function slipsBetween(from: string, to: string, most: number): number {
  if (from === to) return 0;
  if (most === 0) return Number.POSITIVE_INFINITY;
  const [fromRest, toRest] = [from.slice(1), to.slice(1)];
  if (from[0] === to[0]) return slipsBetween(fromRest, toRest, most);
  const left = most - 1;
  const steps = [
    slipsBetween(fromRest, to, left),
    slipsBetween(from, toRest, left),
    slipsBetween(fromRest, toRest, left),
  ];
  if (from[0] === to[1] && from[1] === to[0]) steps.push(slipsBetween(from.slice(2), to.slice(2), left));
  return 1 + Math.min(...steps);
}

/** The known scope that was probably meant: one slip in a short name, two in a long one; undefined where none is near. */
function nearest(name: string): string | undefined {
  const bare = name.startsWith(prefix) ? name.slice(prefix.length) : name;
  const most = bare.length >= 8 ? 2 : 1;
  let best: string | undefined;
  let least = Number.POSITIVE_INFINITY;
  for (const candidate of Object.keys(scopes)) {
    const steps = slipsBetween(bare, candidate, most);
    if (steps < least) [best, least] = [candidate, steps];
  }
  return best && prefix + best;
}

function problemOf(name: string): string | undefined {
  const shown = `"${quote(name)}"`;
  if (entraOnly.has(name)) {
    return `${shown} is a permission of an app registration in Entra, not a scope of a PAT`;
  }
  if (!/^[a-z0-9._]+$/u.test(name)) {
    return `${shown} has characters that no scope has; separate scopes by spaces, commas or lines`;
  }
  if (known.has(prefix + name)) return `"${name}" lacks its prefix; write ${prefix}${name}`;
  const meant = nearest(name);
  if (meant !== undefined) return `${shown} is not a scope; did you mean ${meant}?`;
  if (!wellFormed.test(name)) return `${shown} is not a scope; write names such as vso.code, or full`;
  return undefined;
}

function split(text: string | readonly string[]): string[] {
  const names = (typeof text === 'string' ? text : text.join(' ')).toLowerCase().split(/[\s,]/u);
  return [...new Set(names.filter((name) => name !== '').map((name) => (name === 'full' ? fullScope : name)))];
}

export interface Scopes {
  /** As the PAT API takes it: lower case, single spaces, no name twice, in the order they were written. */
  readonly scope: string;
  /** Names that look like scopes and are on no list: worth a warning, the service decides. */
  readonly unknown: readonly string[];
}

/**
 * Scopes that a user wrote, separated by spaces, commas or lines; case doesn't matter, and `full` means `app_token`.
 * All mistakes are told together.
 */
export function parseScopes(text: string | readonly string[]): Parsed<Scopes> {
  const names = split(text);
  if (names.length === 0) return refused('no scope is named; write names such as vso.code, or full');
  if (names.includes(fullScope) && names.length > 1) {
    return refused(`full access (${fullScope}) includes every other scope; write full alone, or leave it out`);
  }
  const strangers = names.filter((name) => !known.has(name));
  const problems = strangers.map(problemOf).filter((problem) => problem !== undefined);
  if (problems.length > 0) return refused(problems.join('; '));
  return accepted({ scope: names.join(' '), unknown: strangers });
}

/** Whether two space separated lists allow the same: the service doesn't promise to keep the order. */
export function sameScopes(a: string, b: string): boolean {
  const [left, right] = [new Set(split(a)), new Set(split(b))];
  return left.size === right.size && [...left].every((name) => right.has(name));
}
