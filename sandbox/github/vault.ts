import sodium from 'libsodium-wrappers';

export type Visibility = 'all' | 'private' | 'selected';

export interface StoredSecret {
  /** Upper case, as GitHub shows it. */
  readonly name: string;
  value: string;
  createdAt: number;
  updatedAt: number;
  /** Of an organization's secret alone. */
  visibility?: Visibility;
  selectedRepositoryIds?: number[];
}

/** The secrets of one place (a repository, an environment, an organization) and the key they are sealed for. */
export class SecretVault {
  readonly secrets = new Map<string, StoredSecret>();
  #keys: { id: string; publicKey: Uint8Array; privateKey: Uint8Array } | undefined;

  /** What `…/public-key` answers; every vault has a key of its own. */
  async publicKey(): Promise<{ key_id: string; key: string }> {
    const keys = await this.#key();
    return { key_id: keys.id, key: Buffer.from(keys.publicKey).toString('base64') };
  }

  /** The next public key is another one, and what is sealed for the old one is refused. */
  rotate(): void {
    this.#keys = undefined;
  }

  /** The value inside; undefined where it is sealed for another key or isn't a sealed box. */
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
