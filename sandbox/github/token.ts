export type TokenKind = 'github-token' | 'app' | 'fine-grained' | 'classic';
export type Access = 'read' | 'write';

export interface GitHubToken {
  readonly token: string;
  readonly kind: TokenKind;
  /**
   * Permissions by their names in the API (`secrets`, `organization_secrets`, …); the scopes of a classic token
   * (`repo`, `admin:org`).
   */
  permissions: Readonly<Record<string, Access>>;
  /** Full names of the repositories that it can see; undefined means all. */
  repositories: readonly string[] | undefined;
}

/** Whether it can see the repository. It gets 404 for one that it can't see. */
export function canSee(token: GitHubToken, repository: string): boolean {
  if (token.kind === 'classic' && token.permissions.repo === undefined) return false;
  const listed = token.repositories?.map((name) => name.toLowerCase());
  return listed?.includes(repository.toLowerCase()) ?? true;
}

export function hasPermission(token: GitHubToken, permission: string, access: Access): boolean {
  // `permissions:` of a workflow has no key for secrets, so the job's own token can never read or write them.
  if (token.kind === 'github-token') return false;
  const key = token.kind === 'classic' ? (permission.startsWith('organization') ? 'admin:org' : 'repo') : permission;
  const given = token.permissions[key];
  return given === 'write' || given === access;
}
