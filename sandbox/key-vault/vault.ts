export interface SecretVersion {
  readonly version: string;
  readonly value: string;
  readonly contentType?: string;
  readonly tags?: Readonly<Record<string, string>>;
  readonly enabled: boolean;
  /** Seconds since 1970, as the client gave them. */
  nbf?: number;
  exp?: number;
  created: number;
  updated: number;
}

export type VaultOperation = 'get' | 'list' | 'set' | 'recover';

export interface Vault {
  readonly name: string;
  /** `vault.azure.net`, `vault.azure.cn` or `vault.usgovcloudapi.net`. */
  readonly domain: string;
  readonly tenantId: string;
  /** Newest last, by secret name in lower case: names compare without case. */
  readonly secrets: Map<string, SecretVersion[]>;
  readonly deleted: Map<string, SecretVersion[]>;
  /** Names whose deletion is under way: a PUT is a conflict that passes. */
  readonly beingDeleted: Set<string>;
  /** Inner code of the 403 that an operation gets, such as `ForbiddenByRbac`. */
  readonly denied: Map<VaultOperation, string>;
}
