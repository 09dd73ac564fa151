import { quoteForeign } from '../sanitize.ts';
import { accepted, type Parsed, refused } from './parsed.ts';

/** Full access. It can't be combined with another scope. */
const fullScope = 'app_token';

/**
 * The scopes of a PAT, without their prefix `vso.`. Source: the scope table of Azure DevOps,
 * https://github.com/MicrosoftDocs/azure-devops-docs `docs/integrate/includes/scopes.md` (2025-07-16), except for the
 * last block. The list gets out of date, so an unknown name is only a warning, and the service decides.
 */
export const scopes: readonly string[] = [
  'advsec',
  'advsec_write',
  'advsec_manage',
  'agentpools',
  'agentpools_manage',
  'environment_manage',
  'analytics',
  'auditlog',
  'auditstreams_manage',
  'build',
  'build_execute',
  'code',
  'code_write',
  'code_manage',
  'code_full',
  'code_status',
  'connected_server',
  'entitlements',
  'memberentitlementmanagement',
  'memberentitlementmanagement_write',
  'extension',
  'extension_manage',
  'extension.data',
  'extension.data_write',
  'githubconnections',
  'githubconnections_manage',
  'graph',
  'graph_manage',
  'identity',
  'identity_manage',
  'machinegroup_manage',
  'gallery',
  'gallery_acquire',
  'gallery_publish',
  'gallery_manage',
  'notification',
  'notification_write',
  'notification_manage',
  'notification_diagnostics',
  'packaging',
  'packaging_write',
  'packaging_manage',
  'pipelineresources_use',
  'pipelineresources_manage',
  'project',
  'project_write',
  'project_manage',
  'release',
  'release_execute',
  'release_manage',
  'securefiles_read',
  'securefiles_write',
  'securefiles_manage',
  'security_manage',
  'serviceendpoint',
  'serviceendpoint_query',
  'serviceendpoint_manage',
  'hooks',
  'hooks_write',
  'hooks_interact',
  'settings',
  'settings_write',
  'symbols',
  'symbols_write',
  'symbols_manage',
  'taskgroups_read',
  'taskgroups_write',
  'taskgroups_manage',
  'dashboards',
  'dashboards_manage',
  'test',
  'test_write',
  'threads_full',
  'tokens',
  'tokenadministration',
  'profile',
  'profile_write',
  'variablegroups_read',
  'variablegroups_write',
  'variablegroups_manage',
  'wiki',
  'wiki_write',
  'work',
  'work_write',
  'work_full',
  // Not in the table above, but in Microsoft's own client: https://github.com/AzureAD/microsoft-authentication-cli
  // `src/AdoPat/Scopes.cs`.
  'drop',
  'drop_write',
  'drop_manage',
  'loadtest',
  'loadtest_write',
  // Another spelling of `connected_server` that public clients use. No document says which one the service accepts.
  'connectedserver',
];

const prefix = 'vso.';

/** Permissions of an app registration in Entra, which no PAT can have (same source as above). */
const entraOnly = new Set(['vso.pats', 'vso.pats_manage', 'user_impersonation', '.default', 'offline_access']);

const known = new Set([fullScope, ...scopes.map((name) => prefix + name)]);

/** The form of a name that can be sent unchanged. Any other text could change the meaning of the request. */
const wellFormed = /^vso\.[a-z0-9]+(?:[._][a-z0-9]+)*$/u;

/**
 * How many letters must be added, dropped, changed or swapped with their neighbor to get from one name to the other
 * (Damerau-Levenshtein); infinite if it is more than `most`.
 */
function editDistance(from: string, to: string, most: number): number {
  if (from === to) return 0;
  if (most === 0) return Number.POSITIVE_INFINITY;
  const [fromRest, toRest] = [from.slice(1), to.slice(1)];
  if (from[0] === to[0]) return editDistance(fromRest, toRest, most);
  const left = most - 1;
  const steps = [
    editDistance(fromRest, to, left),
    editDistance(from, toRest, left),
    editDistance(fromRest, toRest, left),
  ];
  if (from[0] === to[1] && from[1] === to[0]) steps.push(editDistance(from.slice(2), to.slice(2), left));
  return 1 + Math.min(...steps);
}

/** The known scope that the user probably meant: at most one letter differs in a short name, and two in a long one. */
function nearest(name: string): string | undefined {
  const bare = name.startsWith(prefix) ? name.slice(prefix.length) : name;
  const most = bare.length >= 8 ? 2 : 1;
  let best: string | undefined;
  let least = Number.POSITIVE_INFINITY;
  for (const candidate of scopes) {
    const steps = editDistance(bare, candidate, most);
    if (steps < least) [best, least] = [candidate, steps];
  }
  return best && prefix + best;
}

/** @param written the name as the user wrote it: in another case, no filter would recognize a secret */
function problemOf(name: string, written: string): string | undefined {
  const shown = `"${quoteForeign(written)}"`;
  if (entraOnly.has(name)) {
    return `${shown} is a permission of an app registration in Entra, not a scope of a PAT`;
  }
  if (!/^[a-z0-9._]+$/u.test(name)) {
    return `${shown} has characters that a scope never has; separate scopes by spaces, commas or lines`;
  }
  if (known.has(prefix + name)) return `"${name}" lacks its prefix; write ${prefix}${name}`;
  const meant = nearest(name);
  if (meant !== undefined) return `${shown} is not a scope; did you mean ${meant}?`;
  if (!wellFormed.test(name)) return `${shown} is not a scope; write names such as vso.code, or full`;
  return undefined;
}

/** Each scope once, with the text that names it. */
function splitScopes(text: string | readonly string[]): ReadonlyMap<string, string> {
  const scopes = new Map<string, string>();
  for (const written of (typeof text === 'string' ? text : text.join(' ')).split(/[\s,]/u)) {
    const name = written.toLowerCase();
    if (name !== '') scopes.set(name === 'full' ? fullScope : name, written);
  }
  return scopes;
}

export interface Scopes {
  /**
   * As the PAT API needs them: in lower case, with single spaces, no name twice, in the order in which they were
   * written.
   */
  readonly scope: string;
  /** Names that look like scopes but are on no list. They are worth a warning, and the service decides. */
  readonly unknown: readonly string[];
}

/**
 * Parses scopes, separated by spaces, commas or lines. Case doesn't matter, and `full` means `app_token`. The problem
 * names all mistakes.
 * @example parseScopes('vso.code, vso.wiki') // { ok: true, value: { scope: 'vso.code vso.wiki', unknown: [] } }
 */
export function parseScopes(text: string | readonly string[]): Parsed<Scopes> {
  const found = splitScopes(text);
  const names = [...found.keys()];
  if (names.length === 0) return refused('no scope is named; write names such as vso.code, or full');
  if (names.includes(fullScope) && names.length > 1) {
    return refused(`full access (${fullScope}) includes every other scope; write only full, or leave it out`);
  }
  const unknown = [...found].filter(([name]) => !known.has(name));
  const problems = unknown
    .map(([name, written]) => problemOf(name, written))
    .filter((problem) => problem !== undefined);
  if (problems.length > 0) return refused(problems.join('; '));
  return accepted({ scope: names.join(' '), unknown: unknown.map(([name]) => name) });
}

/**
 * The scopes that the service lists for a PAT, in the form in which scopes are sent (`Scopes.scope`); empty if it lists
 * none. Names that no table here knows stay.
 * @example scopeToSend('VSO.CODE, vso.wiki') // 'vso.code vso.wiki'
 */
export function scopeToSend(listed: string): string {
  return [...splitScopes(listed).keys()].join(' ');
}

/**
 * Whether two lists hold the same scopes. The service may return them in another order.
 * @example sameScopes('vso.code vso.wiki', 'vso.wiki vso.code') // true
 */
export function sameScopes(a: string, b: string): boolean {
  const [left, right] = [splitScopes(a), splitScopes(b)];
  return left.size === right.size && [...left.keys()].every((name) => right.has(name));
}

/**
 * Whether the service lists other scopes for a PAT than those that it should have. If it lists none, they are unknown.
 * @example hasOtherScopes('vso.code', 'vso.wiki') // true
 */
export function hasOtherScopes(listed: string, expected: string): boolean {
  return listed.trim() !== '' && !sameScopes(listed, expected);
}
