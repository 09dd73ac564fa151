import { type Json, readObject } from '../../core/answers/json.ts';
import { isTransientStatus } from '../../core/answers/transient-status.ts';
import { Failure, toFailure } from '../../core/failure.ts';
import type { SecretMetadata, Store } from '../../core/ports.ts';
import type { KeyVaultSecret } from '../../core/request/destination/destination.ts';
import { vaultResource } from '../../core/request/destination/key-vault-host.ts';
import { toSafeLine } from '../../core/sanitize.ts';
import type { Secret } from '../../core/secret.ts';
import { noValue, type StoredValue } from '../../core/stored-value.ts';
import { never, second } from '../../core/time.ts';
import { sendRepeatedWrite } from '../http/repeated-write.ts';
import type { Http, HttpAnswer, HttpRequest } from '../http/types.ts';
import {
  deletedSecret,
  errorOf,
  keyVaultFailure,
  managedSecret,
  unlistedVersions,
  unreachableVault,
  type VaultRequest,
} from './error.ts';
import {
  isBundle,
  isDisabled,
  isMissing,
  newestVersion,
  type Properties,
  propertiesOf,
  readVersionPage,
  storedValueOf,
} from './secret-bundle.ts';

interface KeyVaultStoreOptions {
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

/**
 * How many versions a page of the list has
 * (https://learn.microsoft.com/rest/api/keyvault/secrets/get-secret-versions/get-secret-versions).
 */
const pageSize = 25;

/** The largest value in bytes (https://learn.microsoft.com/azure/key-vault/secrets/about-secrets). */
const sizeLimit = 25 * 1024;

/** The longest content type (https://learn.microsoft.com/azure/key-vault/secrets/about-secrets). */
const contentTypeLimit = 255;

/** Whether the answer to a write is the new version: a secret bundle that repeats the value, if it names one. */
function isStored(answer: HttpAnswer, value: Secret): boolean {
  if (!isBundle(answer)) return false;
  const stored = readObject(answer.text)?.value;
  return typeof stored !== 'string' || stored === value.reveal();
}

/** Whether a deletion is under way, which ends within seconds (Azure SDK for .NET, Key Vault secrets, sample 4). */
function isBeingDeleted(answer: HttpAnswer): boolean {
  return answer.status === 409 && errorOf(answer).codes.includes('ObjectIsBeingDeleted');
}

function isAddressOf(host: string, url: string): boolean {
  return URL.parse(url)?.origin === `https://${host}`;
}

class KeyVaultStore implements Store {
  readonly name: string;
  /** Readers of a vault always get the newest version. */
  readonly readWhenQueued = false;
  readonly #options: KeyVaultStoreOptions;
  #properties: Properties | undefined;

  constructor(options: KeyVaultStoreOptions) {
    this.name = options.destination.text;
    this.#options = options;
  }

  /**
   * Reads the current version. That proves only the right to read. The right is required, because a write without a
   * read before it would drop the content type and the tags of the secret.
   */
  async prepare(): Promise<void> {
    this.#properties = await this.#read(`Checking ${toSafeLine(this.name)}`);
  }

  /** A disabled version counts as no value, because nobody can read it. */
  async inspect(): Promise<StoredValue> {
    const what = `Looking at ${toSafeLine(this.name)}`;
    const answer = await this.#get(this.#url('secrets'), what);
    if (isBundle(answer)) return storedValueOf(answer);
    if (isMissing(answer) || isDisabled(answer)) return noValue;
    throw keyVaultFailure(answer, this.#request(what));
  }

  async write(value: Secret, about: SecretMetadata): Promise<void> {
    const what = `Storing in ${toSafeLine(this.name)}`;
    const size = new TextEncoder().encode(value.reveal()).length;
    if (size > sizeLimit) {
      throw new Failure('destination-failed', {
        what,
        why: `the value has ${size} bytes, but a Key Vault secret holds at most ${sizeLimit}`,
        hint: 'Store it in another destination.',
      });
    }
    const request = await this.#writeRequest(value, about, what);
    const isUnusable = (given: HttpAnswer): boolean =>
      isTransientStatus(given.status) || (given.status >= 200 && given.status < 300 && !isStored(given, value));
    const { answer, mayHaveActed } = await this.#reaching(what, () =>
      sendRepeatedWrite(this.#options.http, { ...request, isRetryable: isBeingDeleted }, isUnusable),
    );
    // The answer repeats the value, so never quote it.
    if (!isStored(answer, value)) throw keyVaultFailure(answer, this.#request(what, mayHaveActed));
  }

  /** Prepares the write. If this fails, nothing was written. */
  async #writeRequest(value: Secret, about: SecretMetadata, what: string): Promise<Omit<HttpRequest, 'idempotent'>> {
    try {
      const { contentType, tags } = this.#properties ?? (await this.#read(what));
      const body = {
        value: value.reveal(),
        contentType: contentType ?? about.label.slice(0, contentTypeLimit),
        ...(tags === undefined ? {} : { tags }),
        ...(about.expires === undefined ? {} : { attributes: { exp: Math.floor(about.expires / second) } }),
      };
      return {
        method: 'PUT',
        url: this.#url('secrets'),
        headers: { ...(await this.#headers()), 'content-type': 'application/json' },
        body: JSON.stringify(body),
        what,
        deadline: about.deadline ?? never,
      };
    } catch (thrown) {
      throw toFailure(thrown, what).with({ mayHaveActed: false });
    }
  }

  async #read(what: string): Promise<Properties> {
    const answer = await this.#get(this.#url('secrets'), what);
    if (isBundle(answer)) {
      const bundle = readObject(answer.text) ?? {};
      // "If this is a secret backing a certificate, then managed will be true" (Azure/azure-rest-api-specs).
      if (bundle.managed === true) throw managedSecret(this.#request(what));
      return propertiesOf(bundle);
    }
    if (isMissing(answer)) {
      await this.#checkNotDeleted(what);
      return {};
    }
    // A disabled version is no obstacle, because the new version will be enabled.
    if (isDisabled(answer)) return this.#readDisabled(what);
    throw keyVaultFailure(answer, this.#request(what));
  }

  /**
   * The value of a disabled version can't be read, but its content type and its tags can, in the list of all versions
   * (https://learn.microsoft.com/rest/api/keyvault/secrets/get-secret-versions/get-secret-versions).
   */
  async #readDisabled(what: string): Promise<Properties> {
    const { host, name } = this.#options.destination;
    const first = `https://${host}/secrets/${encodeURIComponent(name)}/versions?maxresults=${pageSize}&api-version=${apiVersion}`;
    const versions: Json[] = [];
    const pages = new Set<string>();
    const readPage = this.#options.http.startList(what);
    let next: string | undefined = first;
    let answer: HttpAnswer;
    do {
      const url: string = next;
      answer = await readPage((deadline) => this.#get(url, what, deadline));
      const page = readVersionPage(answer);
      pages.add(url);
      next = page?.next;
      // Send the access token to no other host, and read no page twice.
      const isSound = next === undefined || (isAddressOf(host, next) && !pages.has(next));
      if (!page || !isSound) throw unlistedVersions(answer, this.#request(what));
      versions.push(...page.versions);
    } while (next !== undefined);
    const newest = newestVersion(versions);
    if (!newest) throw unlistedVersions(answer, this.#request(what));
    if (newest.managed === true) throw managedSecret(this.#request(what));
    return propertiesOf(newest);
  }

  /** A soft-deleted secret still occupies its name, although a read answers as if it had never existed. */
  async #checkNotDeleted(what: string): Promise<void> {
    const answer = await this.#get(this.#url('deletedsecrets'), what);
    if (isBundle(answer)) throw deletedSecret(this.#request(what));
  }

  async #get(url: string, what: string, deadline = never): Promise<HttpAnswer> {
    const headers = await this.#headers();
    const request = { method: 'GET', url, headers, what, idempotent: true, deadline } as const;
    return this.#reaching(what, () => this.#options.http.send(request));
  }

  /** Sends a request. If the connection fails because there may be no such vault, the Failure says so. */
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

  #url(collection: 'secrets' | 'deletedsecrets'): string {
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
