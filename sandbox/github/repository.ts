export interface Repository {
  readonly id: number;
  readonly fullName: string;
  /** In lower case, because the case of a name doesn't matter. */
  readonly environments: Set<string>;
  /** False if issues are switched off in its settings. */
  hasIssues?: boolean;
  /** Everybody may read an archived repository as before, and nobody can change it. */
  archived?: boolean;
  /** Names that it had before; GitHub redirects them. */
  formerNames?: readonly string[];
}
