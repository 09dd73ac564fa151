import { isObject, readObject } from '../../core/answers/json.ts';
import { isTransientStatus } from '../../core/answers/transient-status.ts';
import { Failure, toFailure } from '../../core/failure.ts';
import type { SecretMetadata, Store } from '../../core/ports.ts';
import { toSafeLine } from '../../core/sanitize.ts';
import type { Secret } from '../../core/secret.ts';
import { noValue, type StoredValue } from '../../core/stored-value.ts';
import { type Elapsed, type Instant, never } from '../../core/time.ts';
import { sendRepeatedWrite } from '../http/repeated-write.ts';
import type { Http, HttpAnswer } from '../http/types.ts';
import { type GitHubCall, type GitHubClient, gitHubClient } from './client.ts';
import { collectionOf, type GitHubDestination, type SecretCollection } from './collection.ts';
import { gitHubFailure } from './error.ts';
import { checkPublicKey, seal } from './sealed-box.ts';

interface GitHubSecretsOptions {
  readonly http: Http;
  /**
   * The token of a GitHub App, a fine-grained or a classic one. The token that GitHub gives to a run can't write
   * secrets.
   */
  readonly token: Secret;
  /** `https://api.github.com`, or `GITHUB_API_URL` of a GitHub Enterprise Server. */
  readonly apiUrl: string;
}

export interface GitHubSecrets {
  /** All stores that come from one object request the public key of a collection only once. */
  store(destination: GitHubDestination): Store;
}

/** https://docs.github.com/actions/reference/security/secrets, "Limits for secrets": 48 KB of plain text */
const sizeLimit = 48 * 1024;

const pageSize = 100;

/** How many times the list of repositories is read at most, if each reading differs from the one before. */
const mostReadings = 5;

interface PublicKey {
  readonly id: string;
  readonly key: string;
}

/** Who may read an organization secret. Every write must include it, so a write sends back what it has read. */
interface Access {
  readonly visibility: 'all' | 'private' | 'selected';
  readonly selected_repository_ids?: readonly number[];
}

/** One reading of the repositories that may read a secret. */
interface Reading {
  readonly ids: ReadonlySet<number>;
  readonly pages: number;
  /** How many there are, as the last page says; undefined if it doesn't. */
  readonly total: number | undefined;
}

/**
 * The access to a new organization secret: private repositories. GitHub's own command line chooses the same
 * (https://cli.github.com/manual/gh_secret_set, `--visibility`).
 */
const accessOfNew: Access = { visibility: 'private' };

function readKey(answer: HttpAnswer): PublicKey | undefined {
  const { key_id: id, key } = readObject(answer.text) ?? {};
  return typeof id === 'string' && typeof key === 'string' ? { id, key } : undefined;
}

/** An ISO 8601 date; undefined if the value is not one. */
function readInstant(value: unknown): Instant | undefined {
  const instant = typeof value === 'string' ? Date.parse(value) : Number.NaN;
  return Number.isNaN(instant) ? undefined : instant;
}

/**
 * GitHub answers a write with 201 or 204 (REST, "Create or update a repository secret"). Any other success did not come
 * from GitHub.
 */
function isUnusable(answer: HttpAnswer): boolean {
  const { status } = answer;
  return isTransientStatus(answer.status) || (status >= 200 && status < 300 && status !== 201 && status !== 204);
}

/** Statuses that a replaced public key may cause. No document says which one GitHub uses; a bad key gives 422. */
const mayMeanStaleKey: ReadonlySet<number> = new Set([400, 404, 409, 422]);

/** Runs steps before the write is sent. If they fail, nothing was stored. */
async function beforeWriting<T>(steps: Promise<T>): Promise<T> {
  try {
    return await steps;
  } catch (thrown) {
    throw toFailure(thrown, 'Reading the public key').with({ mayHaveActed: false });
  }
}

class GitHubSecret implements Store {
  readonly name: string;
  readonly readWhenQueued: boolean;
  readonly #destination: GitHubDestination;
  readonly #collection: SecretCollection;
  readonly #client: GitHubClient;
  readonly #http: Http;
  readonly #keys: PublicKeys;
  #access: Promise<Access | undefined> | undefined;

  constructor(destination: GitHubDestination, shared: { http: Http; client: GitHubClient; keys: PublicKeys }) {
    this.name = destination.text;
    this.#destination = destination;
    this.#collection = collectionOf(destination);
    this.readWhenQueued = this.#collection.readWhenQueued;
    this.#client = shared.client;
    this.#http = shared.http;
    this.#keys = shared.keys;
  }

  async prepare(): Promise<void> {
    const what = `Checking ${toSafeLine(this.name)}`;
    await this.#keys.get(this.#collection, what);
    await this.#readAccessOnce(what);
  }

  /**
   * GitHub answers 404 if the secret is missing, and also if the token can't see the repository, environment or
   * organization. Only in the first case it gives the public key, which a write needs anyway.
   */
  async inspect(): Promise<StoredValue> {
    const what = `Looking at ${toSafeLine(this.name)}`;
    const answer = await this.#client.call({
      what,
      route: `GET ${this.#collection.secrets}/{secret_name}`,
      parameters: { ...this.#collection.parameters, secret_name: this.#destination.name },
    });
    if (answer.status === 404) {
      await this.#keys.get(this.#collection, what);
      return noValue;
    }
    const secret = answer.status === 200 ? readObject(answer.text) : undefined;
    if (typeof secret?.name !== 'string') throw gitHubFailure(answer, { what, ...this.#collection });
    return { exists: true, updatedAt: readInstant(secret.updated_at), expires: undefined };
  }

  async write(value: Secret, { deadline = never }: SecretMetadata): Promise<void> {
    const what = `Storing in ${toSafeLine(this.name)}`;
    const size = new TextEncoder().encode(value.reveal()).length;
    if (size > sizeLimit) {
      throw new Failure('destination-failed', {
        what,
        why: `the value has ${size} bytes, but a GitHub secret holds at most ${sizeLimit}`,
        hint: 'Store it in a key vault or a variable group.',
      });
    }
    const access = await beforeWriting(this.#readAccessOnce(what));
    const key = await beforeWriting(this.#keys.get(this.#collection, what));
    const first = await this.#put(value, key, { what, access, deadline });
    if (!mayMeanStaleKey.has(first.answer.status)) return this.#settle(first, what);
    // If GitHub still has the same key, the status has another reason.
    const fresh = await this.#keys.renew(this.#collection, { what, stale: key }).catch((thrown: unknown) => {
      if (first.answer.status !== 422) return key;
      throw toFailure(thrown, what).with({ mayHaveActed: first.mayHaveActed });
    });
    if (fresh.id === key.id) return this.#settle(first, what);
    const second = await this.#put(value, fresh, { what, access, deadline, mayHaveActed: first.mayHaveActed });
    return this.#settle(second, what);
  }

  async #put(
    value: Secret,
    key: PublicKey,
    about: { what: string; access: Access | undefined; deadline: Elapsed; mayHaveActed?: boolean },
  ): Promise<{ answer: HttpAnswer; mayHaveActed: boolean }> {
    const { what, access, deadline, mayHaveActed = false } = about;
    const tries = { mayHaveActed };
    try {
      const answer = await this.#client.call(
        {
          what,
          route: `PUT ${this.#collection.secrets}/{secret_name}`,
          parameters: {
            ...this.#collection.parameters,
            secret_name: this.#destination.name,
            encrypted_value: seal(value.reveal(), key.key),
            key_id: key.id,
            ...access,
          },
        },
        async (request) => {
          const sent = await sendRepeatedWrite(this.#http, { ...request, deadline }, isUnusable);
          tries.mayHaveActed ||= sent.mayHaveActed;
          return sent.answer;
        },
      );
      return { answer, mayHaveActed: tries.mayHaveActed };
    } catch (thrown) {
      const failure = toFailure(thrown, what);
      throw mayHaveActed ? failure.with({ mayHaveActed: true }) : failure;
    }
  }

  #settle({ answer, mayHaveActed }: { answer: HttpAnswer; mayHaveActed: boolean }, what: string): void {
    if (answer.status === 201 || answer.status === 204) return;
    throw gitHubFailure(answer, { what, ...this.#collection, mayHaveActed });
  }

  /**
   * Who may read an organization secret; undefined for other secrets. It is read once, and again only after a failure.
   */
  #readAccessOnce(what: string): Promise<Access | undefined> {
    if (!this.#collection.hasVisibility) return Promise.resolve(undefined);
    const access = this.#access ?? this.#readAccess(what);
    this.#access = access;
    access.catch(() => {
      this.#access = undefined;
    });
    return access;
  }

  async #readAccess(what: string): Promise<Access> {
    const route = `GET ${this.#collection.secrets}/{secret_name}`;
    const parameters = { ...this.#collection.parameters, secret_name: this.#destination.name };
    const answer = await this.#client.call({ what, route, parameters });
    // GitHub has given the public key, so the secret is missing, not the organization.
    if (answer.status === 404) return accessOfNew;
    const { visibility } = readObject(answer.text) ?? {};
    if (answer.status !== 200) throw gitHubFailure(answer, { what, ...this.#collection });
    if (visibility === 'all' || visibility === 'private') return { visibility };
    if (visibility !== 'selected') throw gitHubFailure(answer, { what, ...this.#collection });
    return { visibility, selected_repository_ids: await this.#readSelected({ what, route, parameters }) };
  }

  /**
   * Reads every repository, because one that isn't sent back loses the secret. While the list shifts, two pages can
   * miss a repository between them, so a list of several pages counts only once two readings in a row agree.
   */
  async #readSelected(call: GitHubCall): Promise<readonly number[]> {
    let reading = await this.#readRepositories(call);
    for (let readings = 1; readings < mostReadings; readings++) {
      const { ids, pages, total } = reading;
      const isWhole = total === undefined || ids.size === total;
      if (isWhole && pages === 1) return [...ids];
      reading = await this.#readRepositories(call);
      const isSame = reading.ids.size === ids.size && [...reading.ids].every((id) => ids.has(id));
      if (isWhole && isSame && reading.total === total) return [...ids];
    }
    throw this.#incomplete(reading, call.what);
  }

  async #readRepositories({ what, route, parameters }: GitHubCall): Promise<Reading> {
    const ids = new Set<number>();
    const readPage = this.#client.startList(what);
    for (let page = 1; ; page++) {
      const answer = await readPage({
        what,
        route: `${route}/repositories`,
        parameters: { ...parameters, per_page: pageSize, page },
      });
      const { repositories, total_count } = readObject(answer.text) ?? {};
      const isList = answer.status === 200 && Array.isArray(repositories);
      const found = isList ? repositories.map((each) => (isObject(each) ? each.id : undefined)) : [];
      if (!isList || !found.every((id) => typeof id === 'number'))
        throw gitHubFailure(answer, { what, ...this.#collection });
      const known = ids.size;
      for (const id of found) ids.add(id);
      const total = typeof total_count === 'number' ? total_count : undefined;
      const isLast = total === undefined ? found.length < pageSize : ids.size >= total;
      if (isLast || ids.size === known) return { ids, pages: page, total };
    }
  }

  /**
   * The Failure for an incomplete list: a write would take the secret away from the repositories that the list lacks.
   */
  #incomplete({ ids, total = ids.size }: Reading, what: string): Failure {
    return new Failure('unexpected-response', {
      what,
      why:
        ids.size === total
          ? 'GitHub did not list the same repositories twice in a row as those that may read this secret'
          : `GitHub listed ${ids.size} of the ${total} repositories that may read this secret`,
      hint: 'This secret was not written, because a write would take it away from the repositories that the list lacks. Run again.',
    });
  }
}

function keyOf({ secrets, parameters }: SecretCollection): string {
  return JSON.stringify([secrets, parameters]).toLowerCase();
}

/** The public keys of the collections. Each is requested once, and again only after a failure. */
class PublicKeys {
  readonly #client: GitHubClient;
  readonly #known = new Map<string, Promise<PublicKey>>();

  constructor(client: GitHubClient) {
    this.#client = client;
  }

  async get(collection: SecretCollection, what: string): Promise<PublicKey> {
    const at = keyOf(collection);
    const key = this.#known.get(at) ?? this.#read(collection, what);
    this.#known.set(at, key);
    try {
      return await key;
    } catch (thrown) {
      if (this.#known.get(at) === key) this.#known.delete(at);
      // Several stores share the request. The failure of each names that store.
      throw toFailure(thrown, what).with({ what });
    }
  }

  /** A newer key than `stale`. Another store may have requested it already. */
  async renew(collection: SecretCollection, about: { what: string; stale: PublicKey }): Promise<PublicKey> {
    const at = keyOf(collection);
    const known = this.#known.get(at);
    const key = await this.get(collection, about.what);
    if (key.id !== about.stale.id) return key;
    if (this.#known.get(at) === known) this.#known.delete(at);
    return this.get(collection, about.what);
  }

  async #read(collection: SecretCollection, what: string): Promise<PublicKey> {
    const { secrets, parameters } = collection;
    const answer = await this.#client.call({ what, route: `GET ${secrets}/public-key`, parameters });
    const key = answer.status === 200 ? readKey(answer) : undefined;
    if (!key) throw gitHubFailure(answer, { what, ...collection });
    checkPublicKey(key.key);
    return key;
  }
}

/**
 * Secrets of Actions, Dependabot, Codespaces and agents (https://docs.github.com/rest/actions/secrets and the pages
 * next to it).
 */
export function githubSecrets(options: GitHubSecretsOptions): GitHubSecrets {
  const client = gitHubClient(options);
  const keys = new PublicKeys(client);
  return { store: (destination) => new GitHubSecret(destination, { http: options.http, client, keys }) };
}
