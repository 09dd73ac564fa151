import type { Clock } from '../clock.ts';
import { type Answer, empty, json, withHeaders } from '../network/answer.ts';
import { authorization, query, type RecordedRequest, segments } from '../network/request.ts';
import type { Service } from '../network/service.ts';
import { failure, invalid, notFound, noUserAgent, secondaryLimit, typicalFailure } from './error.ts';
import { findRoute, keyOf, type Place, permissionFor, type Route } from './place.ts';
import { type Access, type GitHubToken, may, sees, type TokenKind } from './token.ts';
import { SecretVault, type StoredSecret, type Visibility } from './vault.ts';

/** The name of GitHub Enterprise Server here; its API begins with `/api/v3`. */
export const enterpriseHost = 'github.example.com';

const largestSecret = 48 * 1024;

export interface Repository {
  readonly id: number;
  readonly fullName: string;
  readonly environments: Set<string>;
}

/** One accepted PUT of a secret, in order. */
export interface SecretWrite {
  readonly place: Place;
  readonly name: string;
  readonly value: string;
  readonly created: boolean;
  readonly visibility?: Visibility;
  readonly selectedRepositoryIds?: readonly number[];
}

export interface LimitOptions {
  /** How many requests are refused. */
  readonly requests?: number;
  readonly status?: 403 | 429;
  /** Seconds; undefined: the answer says nothing, as secondary limits may. */
  readonly retryAfter?: number;
  /** Seconds until the reset that a primary limit names (with `x-ratelimit-remaining: 0`). */
  readonly reset?: number;
}

export class GitHub implements Service {
  readonly repositories: Repository[] = [];
  readonly organizations: string[] = [];
  readonly tokens: GitHubToken[] = [];
  readonly writes: SecretWrite[] = [];
  readonly #vaults = new Map<string, SecretVault>();
  readonly #clock: Clock;
  #limit: { requests: number; options: LimitOptions } = { requests: 0, options: {} };

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  addOrganization(name: string): void {
    this.organizations.push(name);
  }

  addRepository(fullName: string, environments: readonly string[] = []): Repository {
    const repository = {
      id: 1_296_269 + this.repositories.length,
      fullName,
      environments: new Set(environments.map((name) => name.toLowerCase())),
    };
    this.repositories.push(repository);
    return repository;
  }

  addEnvironment(fullName: string, environment: string): void {
    this.repository(fullName).environments.add(environment.toLowerCase());
  }

  addToken(token: {
    token: string;
    kind: TokenKind;
    permissions?: Readonly<Record<string, Access>>;
    repositories?: readonly string[];
  }): GitHubToken {
    const entry = { permissions: {}, ...token, repositories: token.repositories };
    this.tokens.push(entry);
    return entry;
  }

  repository(fullName: string): Repository {
    const found = this.#findRepository(fullName);
    if (found === undefined) throw new Error(`The sandbox has no repository ${fullName}`);
    return found;
  }

  /** What a place holds, in the clear. */
  stored(place: Place, name: string): StoredSecret | undefined {
    return this.#vault(place).secrets.get(name.toUpperCase());
  }

  /** Puts a secret into a place as if it had been there for long; no write of the history. */
  store(
    place: Place,
    name: string,
    value: string,
    more: Pick<StoredSecret, 'visibility' | 'selectedRepositoryIds'> = {},
  ): void {
    const now = this.#clock.now();
    const key = name.toUpperCase();
    this.#vault(place).secrets.set(key, { name: key, value, createdAt: now, updatedAt: now, ...more });
  }

  secret(repository: string, name: string): string | undefined {
    return this.stored({ kind: 'repository', repository }, name)?.value;
  }

  environmentSecret(repository: string, environment: string, name: string): string | undefined {
    return this.stored({ kind: 'environment', repository, environment }, name)?.value;
  }

  organizationSecret(organization: string, name: string): string | undefined {
    return this.stored({ kind: 'organization', organization }, name)?.value;
  }

  dependabotSecret(repository: string, name: string): string | undefined {
    return this.stored({ kind: 'dependabot', repository }, name)?.value;
  }

  /** Every place gets a new key: a PUT with an id read before is refused with 422. */
  rotateKeys(): void {
    for (const vault of this.#vaults.values()) vault.rotate();
  }

  /** The next requests are refused for their number. */
  limit(options: LimitOptions = {}): void {
    this.#limit = { requests: options.requests ?? 1, options };
  }

  owns(host: string): boolean {
    return host === 'api.github.com' || host === enterpriseHost;
  }

  failure(status: number): Answer {
    return typicalFailure(status);
  }

  age(ms: number): void {
    for (const vault of this.#vaults.values()) {
      for (const secret of vault.secrets.values()) {
        secret.createdAt -= ms;
        secret.updatedAt -= ms;
      }
    }
  }

  async answer(request: RecordedRequest): Promise<Answer> {
    const answer = await this.#route(request);
    return withHeaders(answer, {
      'x-github-request-id': 'C0DE:2F1A:1B2C3D:4E5F60:67A8B9C0',
      'x-github-media-type': 'github.v3; format=json',
      ...this.#rateHeaders(),
      ...answer.headers,
    });
  }

  #rateHeaders(): Record<string, string> {
    return {
      'x-ratelimit-limit': '5000',
      'x-ratelimit-remaining': '4987',
      'x-ratelimit-reset': String(this.#clock.seconds() + 3600),
      'x-ratelimit-resource': 'core',
    };
  }

  async #route(request: RecordedRequest): Promise<Answer> {
    if ((request.headers['user-agent'] ?? '') === '') return noUserAgent();
    const token = this.#token(request);
    if (token === undefined) return failure(401, 'Bad credentials');
    const limited = this.#limited();
    if (limited !== undefined) return limited;
    const version = request.headers['x-github-api-version'];
    if (version !== undefined && !/^(2022-11-28|2026-03-10)$/u.test(version)) {
      return failure(400, `${version} is not a supported API version.`);
    }
    const path = this.#path(request);
    const route = path === undefined ? undefined : findRoute(path);
    if (route !== undefined) return this.#secrets(request, token, route);
    if (path?.[0] === 'repos' && path.length === 3) return this.#metadata(token, `${path[1]}/${path[2]}`);
    return notFound();
  }

  #path(request: RecordedRequest): string[] | undefined {
    const path = segments(request);
    if (request.host !== enterpriseHost) return path;
    return path[0] === 'api' && path[1] === 'v3' ? path.slice(2) : undefined;
  }

  #token(request: RecordedRequest): GitHubToken | undefined {
    const value = authorization(request, 'Bearer') ?? authorization(request, 'token');
    return this.tokens.find((each) => each.token === value);
  }

  #limited(): Answer | undefined {
    if (this.#limit.requests <= 0) return undefined;
    this.#limit.requests--;
    const { status = 403, retryAfter, reset } = this.#limit.options;
    const headers: Record<string, string> = {};
    if (retryAfter !== undefined) headers['retry-after'] = String(retryAfter);
    if (reset === undefined) return secondaryLimit(status, headers);
    headers['x-ratelimit-remaining'] = '0';
    headers['x-ratelimit-reset'] = String(this.#clock.seconds() + reset);
    return failure(status, 'API rate limit exceeded for installation ID 21.', headers);
  }

  #metadata(token: GitHubToken, fullName: string): Answer {
    const repository = this.#findRepository(fullName);
    if (repository === undefined || !sees(token, fullName)) return notFound();
    const [owner = '', name = ''] = repository.fullName.split('/');
    return json(200, {
      id: repository.id,
      name,
      full_name: repository.fullName,
      private: true,
      owner: { login: owner },
    });
  }

  async #secrets(request: RecordedRequest, token: GitHubToken, route: Route): Promise<Answer> {
    const { place, rest } = route;
    if (!this.#exists(place, token)) return notFound();
    const access = request.method === 'GET' ? 'read' : 'write';
    const permission = permissionFor[place.kind];
    if (!may(token, permission, access)) return this.#forbidden(token, permission, access);
    const vault = this.#vault(place);
    const [name, child, ...deeper] = rest;
    if (name === undefined) return request.method === 'GET' ? this.#list(vault) : notFound();
    if (name === 'public-key' && request.method === 'GET') return json(200, await vault.publicKey());
    if (child === 'repositories' && 'organization' in place) return this.#selected(request, vault, name, deeper);
    if (child !== undefined) return notFound();
    switch (request.method) {
      case 'GET':
        return this.#get(vault, place, name);
      case 'PUT':
        return this.#put(request, vault, place, name);
      case 'DELETE':
        return vault.secrets.delete(name.toUpperCase()) ? empty(204) : notFound();
      default:
        return notFound();
    }
  }

  #exists(place: Place, token: GitHubToken): boolean {
    if ('organization' in place) {
      return this.organizations.some((name) => name.toLowerCase() === place.organization.toLowerCase());
    }
    const repository = this.#findRepository(place.repository);
    if (repository === undefined || !sees(token, place.repository)) return false;
    // The job's own token hears of the missing permission first.
    if (place.kind !== 'environment' || token.kind === 'github-token') return true;
    return repository.environments.has(place.environment.toLowerCase());
  }

  #forbidden(token: GitHubToken, permission: string, access: Access): Answer {
    const accepted = { 'x-accepted-github-permissions': `${permission}=${access}` };
    switch (token.kind) {
      case 'github-token':
      case 'app':
        return failure(403, 'Resource not accessible by integration', accepted);
      case 'fine-grained':
        return failure(403, 'Resource not accessible by personal access token', accepted);
      case 'classic':
        return failure(403, 'You must be an org admin or have the secrets fine-grained permission.', {
          'x-oauth-scopes': Object.keys(token.permissions).join(', '),
          'x-accepted-oauth-scopes': permission.startsWith('organization') ? 'admin:org' : 'repo',
        });
    }
  }

  #list(vault: SecretVault): Answer {
    const secrets = [...vault.secrets.values()].map(describe);
    return json(200, { total_count: secrets.length, secrets });
  }

  #get(vault: SecretVault, place: Place, name: string): Answer {
    const secret = vault.secrets.get(name.toUpperCase());
    if (secret === undefined) return notFound();
    if (!('organization' in place)) return json(200, describe(secret));
    const { visibility = 'all' } = secret;
    const url = `https://api.github.com/orgs/${place.organization}/actions/secrets/${secret.name}/repositories`;
    return json(200, {
      ...describe(secret),
      visibility,
      ...(visibility === 'selected' ? { selected_repositories_url: url } : {}),
    });
  }

  async #put(request: RecordedRequest, vault: SecretVault, place: Place, name: string): Promise<Answer> {
    const body = parseBody(request.body);
    if (body === undefined) return failure(400, 'Problems parsing JSON');
    if (!/^[A-Z_][A-Z0-9_]*$/iu.test(name)) {
      return invalid(
        'Secret names can only contain alphanumeric characters ([a-z], [A-Z], [0-9]) or underscores (_). Spaces are not allowed. Must start with a letter ([a-z], [A-Z]) or underscores (_).',
      );
    }
    if (/^GITHUB_/iu.test(name)) return invalid('Secret names must not start with GITHUB_.');
    const visibility = body.visibility as Visibility | undefined;
    const ids = body.selected_repository_ids;
    if ('organization' in place) {
      if (!['all', 'private', 'selected'].includes(String(visibility))) {
        return invalid('Invalid request.\n\n"visibility" wasn\'t supplied.');
      }
      if (ids !== undefined && (visibility !== 'selected' || !this.#areRepositories(ids))) {
        return invalid('selected_repository_ids is only allowed with visibility selected, and must name repositories.');
      }
    }
    const { encrypted_value: sealed, key_id: keyId } = body;
    if (typeof sealed !== 'string' || typeof keyId !== 'string') {
      return invalid('Invalid request.\n\n"encrypted_value", "key_id" weren\'t supplied.');
    }
    const { key_id: current } = await vault.publicKey();
    if (keyId !== current) return invalid('Bad request - Key ID is not valid. Ensure that it is correct.');
    const value = await vault.open(sealed, keyId);
    if (value === undefined) return invalid('Bad request - Unable to decrypt the value.');
    if (Buffer.byteLength(value) > largestSecret) return invalid('Secret value exceeds 48 KB.');
    const scope: Pick<StoredSecret, 'visibility' | 'selectedRepositoryIds'> =
      'organization' in place && visibility !== undefined
        ? {
            visibility,
            ...(visibility === 'selected' ? { selectedRepositoryIds: (ids as number[] | undefined) ?? [] } : {}),
          }
        : {};
    return this.#write(vault, place, name, value, scope);
  }

  #write(
    vault: SecretVault,
    place: Place,
    name: string,
    value: string,
    scope: Pick<StoredSecret, 'visibility' | 'selectedRepositoryIds'>,
  ): Answer {
    const key = name.toUpperCase();
    const before = vault.secrets.get(key);
    const now = this.#clock.now();
    vault.secrets.set(key, { name: key, value, createdAt: before?.createdAt ?? now, updatedAt: now, ...scope });
    this.writes.push({ place, name: key, value, created: before === undefined, ...scope });
    return before === undefined ? json(201, {}) : empty(204);
  }

  #selected(request: RecordedRequest, vault: SecretVault, name: string, deeper: readonly string[]): Answer {
    const secret = vault.secrets.get(name.toUpperCase());
    if (secret === undefined) return notFound();
    if (secret.visibility !== 'selected') {
      return request.method === 'GET' ? notFound() : failure(409, 'Visibility type is not set to selected');
    }
    const ids = secret.selectedRepositoryIds ?? [];
    const [id] = deeper;
    if (request.method === 'PUT' && id === undefined) {
      const wanted = parseBody(request.body)?.selected_repository_ids;
      if (!this.#areRepositories(wanted)) return invalid('selected_repository_ids must name repositories.');
      secret.selectedRepositoryIds = wanted;
      return empty(204);
    }
    if (request.method === 'PUT' || request.method === 'DELETE') {
      const others = ids.filter((each) => each !== Number(id));
      secret.selectedRepositoryIds = request.method === 'PUT' ? [...others, Number(id)] : others;
      return empty(204);
    }
    const parameters = query(request);
    const size = Math.min(100, Number(parameters.get('per_page') ?? 30));
    const page = Number(parameters.get('page') ?? 1);
    const listed = ids.slice((page - 1) * size, page * size);
    return json(200, {
      total_count: ids.length,
      repositories: listed.map((each) => ({
        id: each,
        full_name: this.repositories.find((one) => one.id === each)?.fullName,
      })),
    });
  }

  #areRepositories(ids: unknown): ids is number[] {
    return Array.isArray(ids) && ids.every((id) => this.repositories.some((repository) => repository.id === id));
  }

  #findRepository(fullName: string): Repository | undefined {
    return this.repositories.find((each) => each.fullName.toLowerCase() === fullName.toLowerCase());
  }

  #vault(place: Place): SecretVault {
    const key = keyOf(place);
    const vault = this.#vaults.get(key) ?? new SecretVault();
    this.#vaults.set(key, vault);
    return vault;
  }
}

function describe(secret: StoredSecret): { name: string; created_at: string; updated_at: string } {
  const iso = (ms: number): string => new Date(ms).toISOString().replace(/\.\d+Z$/u, 'Z');
  return { name: secret.name, created_at: iso(secret.createdAt), updated_at: iso(secret.updatedAt) };
}

function parseBody(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}
