export type TokenKind = 'github-token' | 'app' | 'fine-grained' | 'classic';
export type Access = 'read' | 'write';

export interface GitHubToken {
  readonly token: string;
  readonly kind: TokenKind;
  /** By the API's names (`secrets`, `organization_secrets`, …); for a classic token its scopes (`repo`, `admin:org`). */
  permissions: Readonly<Record<string, Access>>;
  /** Full names of the repositories it sees; undefined: all. */
  repositories: readonly string[] | undefined;
}

/** Whether it sees the repository at all: one that it doesn't see doesn't exist for it. */
export function sees(token: GitHubToken, repository: string): boolean {
  if (token.kind === 'classic' && token.permissions.repo === undefined) return false;
  const listed = token.repositories?.map((name) => name.toLowerCase());
  return listed?.includes(repository.toLowerCase()) ?? true;
}

export function may(token: GitHubToken, permission: string, access: Access): boolean {
  // `permissions:` of a workflow has no key for secrets: no setting lets the job's own token touch them.
  if (token.kind === 'github-token') return false;
  const key = token.kind === 'classic' ? (permission.startsWith('organization') ? 'admin:org' : 'repo') : permission;
  const given = token.permissions[key];
  return given === 'write' || given === access;
}
