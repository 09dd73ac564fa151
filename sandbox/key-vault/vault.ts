export interface SecretVersion {
  readonly version: string;
  readonly value: string;
  readonly contentType?: string;
  readonly tags?: Readonly<Record<string, string>>;
  readonly enabled: boolean;
  /** True if the secret backs a certificate of the vault, which gives it its values. */
  readonly managed?: true;
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
  /** Versions by secret name, newest last. The names are in lower case, because their case doesn't matter. */
  readonly secrets: Map<string, SecretVersion[]>;
  readonly deleted: Map<string, SecretVersion[]>;
  /** Names whose deletion is not complete: a PUT gets 409 for a while. */
  readonly beingDeleted: Set<string>;
  /** Inner code of the 403 that each of these operations gets, such as `ForbiddenByRbac`. */
  readonly denied: Map<VaultOperation, string>;
}
