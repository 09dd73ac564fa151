export interface Repository {
  readonly id: number;
  readonly fullName: string;
  /** In lower case: names compare without case. */
  readonly environments: Set<string>;
}
