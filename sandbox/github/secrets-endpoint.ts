import type { Clock } from '../clock.ts';
import { type Answer, empty, json } from '../network/answer.ts';
import { query, type RecordedRequest } from '../network/request.ts';
import { failure, invalid, notFound } from './error.ts';
import type { Repository } from './repository.ts';
import type { SecretCollection } from './secret-collection.ts';
import type { SecretVault, StoredSecret, Visibility } from './vault.ts';

const largestSecret = 48 * 1024;

/** One accepted PUT of a secret. */
export interface SecretWrite {
  readonly place: SecretCollection;
  readonly name: string;
  readonly value: string;
  readonly created: boolean;
  readonly visibility?: Visibility;
  readonly selectedRepositoryIds?: readonly number[];
}

/** Set only for a secret of an organization. */
export type Reach = Pick<StoredSecret, 'visibility' | 'selectedRepositoryIds'>;

interface Target {
  readonly request: RecordedRequest;
  readonly vault: SecretVault;
  readonly place: SecretCollection;
  readonly name: string;
}

type Body = Readonly<Record<string, unknown>>;

/**
 * The secrets of one collection, for a caller who has the permission (GitHub REST API, "Actions secrets" and similar
 * pages).
 */
export class SecretsEndpoint {
  /** Every accepted PUT, in order. */
  readonly writes: SecretWrite[] = [];
  readonly #clock: Clock;
  readonly #repositories: readonly Repository[];

  constructor(clock: Clock, repositories: readonly Repository[]) {
    this.#clock = clock;
    this.#repositories = repositories;
  }

  /** @param rest path after `secrets` */
  async answer(
    request: RecordedRequest,
    vault: SecretVault,
    place: SecretCollection,
    rest: readonly string[],
  ): Promise<Answer> {
    const [name, child, ...deeper] = rest;
    if (name === undefined) return request.method === 'GET' ? list(vault) : notFound();
    if (name === 'public-key' && request.method === 'GET') return json(200, await vault.publicKey());
    const target = { request, vault, place, name };
    if (child === 'repositories' && 'organization' in place) return this.#selected(target, deeper[0]);
    if (child !== undefined) return notFound();
    switch (request.method) {
      case 'GET':
        return get(target);
      case 'PUT':
        return await this.#put(target);
      case 'DELETE':
        return vault.secrets.delete(name.toUpperCase()) ? empty(204) : notFound();
      default:
        return notFound();
    }
  }

  async #put(target: Target): Promise<Answer> {
    const { request, vault, place, name } = target;
    const body = parseBody(request.body);
    if (body === undefined) return failure(400, 'Problems parsing JSON');
    const wrong = wrongName(name) ?? ('organization' in place ? this.#wrongReach(body) : undefined);
    if (wrong !== undefined) return invalid(wrong);
    const { encrypted_value: sealed, key_id: keyId } = body;
    if (typeof sealed !== 'string' || typeof keyId !== 'string') {
      return invalid('Invalid request.\n\n"encrypted_value", "key_id" weren\'t supplied.');
    }
    const { key_id: current } = await vault.publicKey();
    if (keyId !== current) return invalid('Bad request - Key ID is not valid. Ensure that it is correct.');
    const value = await vault.open(sealed, keyId);
    if (value === undefined) return invalid('Bad request - Unable to decrypt the value.');
    if (Buffer.byteLength(value) > largestSecret) return invalid('Secret value exceeds 48 KB.');
    return this.#write(target, value, 'organization' in place ? reach(body) : {});
  }

  /** Checks which repositories may read an organization's secret. Every PUT has to name them. */
  #wrongReach(body: Body): string | undefined {
    const { visibility, selected_repository_ids: ids } = body;
    if (!['all', 'private', 'selected'].includes(String(visibility))) {
      return 'Invalid request.\n\n"visibility" wasn\'t supplied.';
    }
    if (ids === undefined || (visibility === 'selected' && this.#areRepositories(ids))) return undefined;
    return 'selected_repository_ids is only allowed with visibility selected, and must name repositories.';
  }

  #write({ vault, place, name }: Target, value: string, more: Reach): Answer {
    const key = name.toUpperCase();
    const before = vault.secrets.get(key);
    const now = this.#clock.now();
    vault.secrets.set(key, { name: key, value, createdAt: before?.createdAt ?? now, updatedAt: now, ...more });
    this.writes.push({ place, name: key, value, created: before === undefined, ...more });
    return before === undefined ? json(201, {}) : empty(204);
  }

  #selected({ request, vault, name }: Target, id: string | undefined): Answer {
    const secret = vault.secrets.get(name.toUpperCase());
    if (secret === undefined) return notFound();
    if (secret.visibility !== 'selected') {
      return request.method === 'GET' ? notFound() : failure(409, 'Visibility type is not set to selected');
    }
    const ids = secret.selectedRepositoryIds ?? [];
    if (request.method === 'GET') return this.#page(request, ids);
    if (request.method !== 'PUT' && request.method !== 'DELETE') return notFound();
    if (id === undefined) {
      const wanted = parseBody(request.body)?.selected_repository_ids;
      if (!this.#areRepositories(wanted)) return invalid('selected_repository_ids must name repositories.');
      secret.selectedRepositoryIds = wanted;
    } else {
      const others = ids.filter((each) => each !== Number(id));
      secret.selectedRepositoryIds = request.method === 'PUT' ? [...others, Number(id)] : others;
    }
    return empty(204);
  }

  #page(request: RecordedRequest, ids: readonly number[]): Answer {
    const parameters = query(request);
    const size = Math.min(100, Number(parameters.get('per_page') ?? 30));
    const page = Number(parameters.get('page') ?? 1);
    const repositories = ids.slice((page - 1) * size, page * size).map((id) => ({
      id,
      full_name: this.#repositories.find((each) => each.id === id)?.fullName,
    }));
    return json(200, { total_count: ids.length, repositories });
  }

  #areRepositories(ids: unknown): ids is number[] {
    return Array.isArray(ids) && ids.every((id) => this.#repositories.some((repository) => repository.id === id));
  }
}

function list(vault: SecretVault): Answer {
  const secrets = [...vault.secrets.values()].map(describe);
  return json(200, { total_count: secrets.length, secrets });
}

function get({ vault, place, name }: Target): Answer {
  const secret = vault.secrets.get(name.toUpperCase());
  if (secret === undefined) return notFound();
  if (!('organization' in place)) return json(200, describe(secret));
  const { visibility = 'all' } = secret;
  const url = `https://api.github.com/orgs/${place.organization}/actions/secrets/${secret.name}/repositories`;
  const selected = visibility === 'selected' ? { selected_repositories_url: url } : {};
  return json(200, { ...describe(secret), visibility, ...selected });
}

function describe(secret: StoredSecret): { name: string; created_at: string; updated_at: string } {
  const iso = (ms: number): string => new Date(ms).toISOString().replace(/\.\d+Z$/u, 'Z');
  return { name: secret.name, created_at: iso(secret.createdAt), updated_at: iso(secret.updatedAt) };
}

function wrongName(name: string): string | undefined {
  if (/^GITHUB_/iu.test(name)) return 'Secret names must not start with GITHUB_.';
  if (/^[A-Z_][A-Z0-9_]*$/iu.test(name)) return undefined;
  return (
    'Secret names can only contain alphanumeric characters ([a-z], [A-Z], [0-9]) or underscores (_). Spaces are not ' +
    'allowed. Must start with a letter ([a-z], [A-Z]) or underscores (_).'
  );
}

/**
 * The visibility of an organization's secret after a PUT. Whether `selected` without ids keeps the old ids is
 * documented nowhere. Here it selects none, so that a test notices a client that forgets them.
 */
function reach(body: Body): Reach {
  const visibility = body.visibility as Visibility;
  if (visibility !== 'selected') return { visibility };
  return { visibility, selectedRepositoryIds: (body.selected_repository_ids as number[] | undefined) ?? [] };
}

function parseBody(text: string): Body | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? (value as Body) : undefined;
  } catch {
    return undefined;
  }
}
