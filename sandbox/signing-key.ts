import { createPublicKey, generateKeyPair, type KeyObject } from 'node:crypto';
import { promisify } from 'node:util';

const generate = promisify(generateKeyPair);

/** An RSA key for tokens. It is made when it is first asked for, since making one takes a while. */
export class SigningKey {
  #key: Promise<KeyObject> | undefined;

  privateKey(): Promise<KeyObject> {
    this.#key ??= generate('rsa', { modulusLength: 2048 }).then(({ privateKey }) => privateKey);
    return this.#key;
  }

  async publicKey(): Promise<KeyObject> {
    const key = await this.privateKey();
    return createPublicKey(key.export({ type: 'pkcs8', format: 'pem' }));
  }
}
