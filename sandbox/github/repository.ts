export interface Repository {
  readonly id: number;
  readonly fullName: string;
  /** In lower case, because names have no case. */
  readonly environments: Set<string>;
  /** False if issues are switched off in its settings. */
  hasIssues?: boolean;
}
