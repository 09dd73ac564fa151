import sodium from 'libsodium-wrappers';

export type Visibility = 'all' | 'private' | 'selected';

export interface StoredSecret {
  /** Upper case, as GitHub shows it. */
  readonly name: string;
  value: string;
  createdAt: number;
  updatedAt: number;
  /** Set only for a secret of an organization. */
  visibility?: Visibility;
  selectedRepositoryIds?: number[];
}

/** The secrets of a repository, an environment or an organization, and the key that encrypts them. */
export class SecretVault {
  readonly secrets = new Map<string, StoredSecret>();
  #keys: { id: string; publicKey: Uint8Array; privateKey: Uint8Array } | undefined;

  /** The answer to `…/public-key`. Every vault has its own key. */
  async publicKey(): Promise<{ key_id: string; key: string }> {
    const keys = await this.#key();
    return { key_id: keys.id, key: Buffer.from(keys.publicKey).toString('base64') };
  }

  /** Makes a new public key. Values that were encrypted with the old one are refused from now on. */
  rotate(): void {
    this.#keys = undefined;
  }

  /** The value inside; undefined if it was encrypted with another key or isn't a sealed box. */
  async open(sealed: string, keyId: string): Promise<string | undefined> {
    const keys = await this.#key();
    if (keyId !== keys.id) return undefined;
    try {
      const opened = sodium.crypto_box_seal_open(Buffer.from(sealed, 'base64'), keys.publicKey, keys.privateKey);
      return Buffer.from(opened).toString('utf8');
    } catch {
      return undefined;
    }
  }

  async #key() {
    await sodium.ready;
    if (this.#keys === undefined) {
      const pair = sodium.crypto_box_keypair();
      this.#keys = { ...pair, id: String(3380204578043523366n + BigInt(Math.floor(Math.random() * 1e12))) };
    }
    return this.#keys;
  }
}
