import { isTransientStatus } from '../../core/answers/http-status.ts';
import { isObject, readObject } from '../../core/answers/json.ts';
import { Failure, toFailure } from '../../core/failure.ts';
import type { SecretMetadata, Store, StoredValue } from '../../core/ports.ts';
import { type KeyVaultSecret, vaultResource } from '../../core/request/destination.ts';
import { toSafeLine } from '../../core/sanitize.ts';
import type { Secret } from '../../core/secret.ts';
import type { Http, HttpAnswer, HttpRequest } from '../http/http.ts';
import { sendRepeatedWrite } from '../http/repeated-write.ts';
import { errorOf, keyVaultFailure, unreachableVault, type VaultRequest } from './error.ts';

export interface KeyVaultStoreOptions {
  readonly http: Http;
  /**
   * An access token for the resource (`https://vault.azure.net` in the public cloud), with the delegated permission
   * `user_impersonation` of Azure Key Vault.
   */
  readonly accessToken: (resource: string) => Promise<Secret>;
  readonly destination: KeyVaultSecret;
}

/** https://learn.microsoft.com/rest/api/keyvault/secrets/set-secret/set-secret */
const apiVersion = '7.6';

/** Of a value, in bytes (https://learn.microsoft.com/azure/key-vault/secrets/about-secrets). */
const sizeLimit = 25 * 1024;

/** Of a content type (https://learn.microsoft.com/azure/key-vault/secrets/about-secrets). */
const contentTypeLimit = 255;

/** What a new version doesn't take over from the one before by itself. */
interface Properties {
  readonly contentType?: string;
  readonly tags?: Readonly<Record<string, unknown>>;
}

/** Whether the answer is a secret bundle: `{ value, id, attributes, contentType?, tags? }`. */
function isBundle(answer: HttpAnswer): boolean {
  return answer.status === 200 && typeof readObject(answer.text)?.id === 'string';
}

function propertiesOf(answer: HttpAnswer): Properties {
  const { contentType, tags } = readObject(answer.text) ?? {};
  return {
    ...(typeof contentType === 'string' ? { contentType } : {}),
    ...(typeof tags === 'object' && tags !== null ? { tags: tags as Record<string, unknown> } : {}),
  };
}

/** Seconds since 1970 in milliseconds; undefined if the field holds no number. */
function readSeconds(seconds: unknown): number | undefined {
  return typeof seconds === 'number' ? seconds * 1000 : undefined;
}

/**
 * The value is as old as its version: `updated` moves also if somebody changes only the tags
 * (https://learn.microsoft.com/azure/key-vault/secrets/about-secrets, "Secret attributes").
 */
function storedValueOf(answer: HttpAnswer): StoredValue {
  const { attributes } = readObject(answer.text) ?? {};
  const { created, updated, exp, enabled } = isObject(attributes) ? attributes : {};
  if (enabled === false) return { exists: false };
  return { exists: true, updatedAt: readSeconds(created) ?? readSeconds(updated), expires: readSeconds(exp) };
}

function isMissing(answer: HttpAnswer): boolean {
  return answer.status === 404 && errorOf(answer).codes.includes('SecretNotFound');
}

function isDisabled(answer: HttpAnswer): boolean {
  return answer.status === 403 && errorOf(answer).codes.includes('SecretDisabled');
}

function isUnusable(answer: HttpAnswer): boolean {
  return isTransientStatus(answer.status) || (answer.status >= 200 && answer.status < 300 && !isBundle(answer));
}

/** A deletion under way ends by itself within seconds (Azure SDK for .NET, Key Vault secrets, sample 4). */
function isBeingDeleted(answer: HttpAnswer): boolean {
  return answer.status === 409 && errorOf(answer).codes.includes('ObjectIsBeingDeleted');
}

class KeyVaultStore implements Store {
  readonly name: string;
  /** Whoever reads a vault gets the newest version. */
  readonly readWhenQueued = false;
  readonly #options: KeyVaultStoreOptions;
  #properties: Properties | undefined;

  constructor(options: KeyVaultStoreOptions) {
    this.name = options.destination.text;
    this.#options = options;
  }

  /**
   * Reads the present version. That proves the right to read, not the one to write; it is required all the same, for a
   * writer who can't read would drop the content type and the tags that somebody gave the secret.
   */
  async prepare(): Promise<void> {
    this.#properties = await this.#read(`Checking ${toSafeLine(this.name)}`);
  }

  /** A disabled version gives its value to nobody, so the place holds none. */
  async inspect(): Promise<StoredValue> {
    const what = `Looking at ${toSafeLine(this.name)}`;
    const answer = await this.#get('secrets', what);
    if (isBundle(answer)) return storedValueOf(answer);
    if (isMissing(answer) || isDisabled(answer)) return { exists: false };
    throw keyVaultFailure(answer, this.#request(what));
  }

  async write(value: Secret, about: SecretMetadata): Promise<void> {
    const what = `Storing in ${toSafeLine(this.name)}`;
    const size = new TextEncoder().encode(value.reveal()).length;
    if (size > sizeLimit) {
      throw new Failure('destination-failed', {
        what,
        why: `the value has ${size} bytes, and a Key Vault secret holds ${sizeLimit}`,
      });
    }
    const request = await this.#writeRequest(value, about, what);
    const { answer, mayHaveActed } = await this.#reaching(what, () =>
      sendRepeatedWrite(this.#options.http, { ...request, isRetryable: isBeingDeleted }, isUnusable),
    );
    // The answer repeats the value: it is looked at and goes nowhere.
    if (!isBundle(answer)) throw keyVaultFailure(answer, this.#request(what, mayHaveActed));
  }

  /** Nothing that goes wrong here leaves a trace in the vault. */
  async #writeRequest(value: Secret, about: SecretMetadata, what: string): Promise<Omit<HttpRequest, 'idempotent'>> {
    try {
      const { contentType, tags } = this.#properties ?? (await this.#read(what));
      const body = {
        value: value.reveal(),
        contentType: contentType ?? about.label.slice(0, contentTypeLimit),
        ...(tags === undefined ? {} : { tags }),
        ...(about.expires === undefined ? {} : { attributes: { exp: Math.floor(about.expires / 1000) } }),
      };
      return {
        method: 'PUT',
        url: this.#url('secrets'),
        headers: { ...(await this.#headers()), 'content-type': 'application/json' },
        body: JSON.stringify(body),
        what,
        deadline: about.deadline,
      };
    } catch (thrown) {
      throw toFailure(thrown, what).with({ mayHaveActed: false });
    }
  }

  async #read(what: string): Promise<Properties> {
    const answer = await this.#get('secrets', what);
    if (isBundle(answer)) return propertiesOf(answer);
    if (isMissing(answer)) {
      await this.#checkNotDeleted(what);
      return {};
    }
    // Said only to those who may read: the present version is switched off, a new one won't be.
    if (isDisabled(answer)) return {};
    throw keyVaultFailure(answer, this.#request(what));
  }

  /** A soft-deleted secret keeps its name, and to a reader it is as absent as one that never was. */
  async #checkNotDeleted(what: string): Promise<void> {
    const answer = await this.#get('deletedsecrets', what);
    if (!isBundle(answer)) return;
    const conflict = { error: { code: 'Conflict', innererror: { code: 'ObjectIsDeletedButRecoverable' } } };
    throw keyVaultFailure({ status: 409, headers: {}, text: JSON.stringify(conflict) }, this.#request(what));
  }

  async #get(collection: 'secrets' | 'deletedsecrets', what: string): Promise<HttpAnswer> {
    const headers = await this.#headers();
    return this.#reaching(what, () =>
      this.#options.http.send({ method: 'GET', url: this.#url(collection), headers, what, idempotent: true }),
    );
  }

  /** A vault that doesn't exist has no name in the DNS. */
  async #reaching<T>(what: string, send: () => Promise<T>): Promise<T> {
    try {
      return await send();
    } catch (thrown) {
      const failure = toFailure(thrown, what);
      throw unreachableVault(failure, this.#request(what)) ?? failure;
    }
  }

  #request(what: string, mayHaveActed = false): VaultRequest {
    return { what, destination: this.#options.destination, mayHaveActed };
  }

  #url(collection: string): string {
    const { host, name } = this.#options.destination;
    return `https://${host}/${collection}/${encodeURIComponent(name)}?api-version=${apiVersion}`;
  }

  async #headers(): Promise<Record<string, string>> {
    const token = await this.#options.accessToken(vaultResource(this.#options.destination));
    return { authorization: `Bearer ${token.reveal()}`, accept: 'application/json' };
  }
}

/** One secret of an Azure Key Vault (https://learn.microsoft.com/rest/api/keyvault/secrets). */
export function keyVaultStore(options: KeyVaultStoreOptions): Store {
  return new KeyVaultStore(options);
}
